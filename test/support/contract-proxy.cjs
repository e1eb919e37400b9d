// Prism as a program of its own, before as many apis as are made known to it: reads the document from its input, prints its address,
// and ends with the process that started it.
//   POST /?upstream=http://127.0.0.1:3000&requests=accepted   opens a proxy, whose address is the answer
//   GET /?proxy=http://127.0.0.1:4000                         what passed there that is not as the document says
//   DELETE /?proxy=http://127.0.0.1:4000                      the same, and closes it
const { createServer, request } = require('node:http');
const { createRequire } = require('node:module');
const { buffer, text } = require('node:stream/consumers');

const ofPrism = createRequire(require.resolve('@stoplight/prism-cli'));
const { getHttpOperationsFromSpec } = ofPrism('@stoplight/prism-http');
const prismServer = ofPrism('@stoplight/prism-http-server');

const nothing = () => {};
const logger = {
  info: nothing,
  warn: nothing,
  error: nothing,
  debug: nothing,
  trace: nothing,
  success: nothing,
};
logger.child = () => logger;

const proxies = new Map();

process.on('disconnect', () => process.exit());
void text(process.stdin).then(async (document) => {
  const operations = await getHttpOperationsFromSpec(JSON.parse(document));
  const control = createServer((request, response) => {
    void answer(operations, request).then(
      (body) => response.end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  control.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${control.address().port}`));
});

async function answer(operations, { method, url }) {
  const { searchParams } = new URL(url, 'http://localhost');
  if (method === 'POST') return open(operations, searchParams.get('upstream'), searchParams.get('requests'));
  const { close, violations } = proxies.get(searchParams.get('proxy'));
  if (method === 'DELETE') close();
  return violations;
}

/** Prism itself lets a status pass that is not documented, and cannot look at those requests alone that succeed: we judge, it finds. */
async function open(operations, upstream, requests) {
  const config = {
    isProxy: true,
    upstream: new URL(upstream),
    errors: false,
    checkSecurity: true,
    validateRequest: true,
    validateResponse: true,
    mock: { dynamic: false },
  };
  const server = prismServer.createServer(operations, { cors: false, config, components: { logger } });
  const violations = [];
  const { prism } = server;
  const ask = prism.request;
  prism.request = (input, _operations, ...rest) => {
    const task = ask(input, ofType(operations, input.headers['content-type']), ...rest);
    return async () => {
      const result = await task();
      const faults = result._tag === 'Left' ? [String(result.left)] : faultsOf(input, result.right, requests);
      if (faults.length === 0) return { ...result, right: { ...result.right, validations: NO_FAULTS } };
      const violation = `${input.method} ${input.url.path} ${result.right?.output.statusCode}: ${faults.join('; ')}`;
      violations.push(violation);
      return { _tag: 'Right', right: { output: refusal(violation), validations: NO_FAULTS } };
    };
  };
  const prismUrl = await server.listen(0, '127.0.0.1');
  const door = createServer((incoming, outgoing) => void handOn(incoming, outgoing, { prismUrl, upstream }));
  await new Promise((resolve) => door.listen(0, '127.0.0.1', resolve));
  const close = () => {
    door.close();
    server.close().catch(nothing); // it may be for the second time
  };
  const url = `http://127.0.0.1:${door.address().port}`;
  proxies.set(url, { close, violations });
  return url;
}

/** The operations with the one type of body that was sent: to Prism `application/x+json` and `application/json` are the same. */
function ofType(operations, contentType = '') {
  const type = contentType.split(';')[0].trim().toLowerCase();
  if (!byType.has(type))
    byType.set(
      type,
      operations.map((operation) => narrowed(operation, type)),
    );
  return byType.get(type);
}

const byType = new Map();

function narrowed({ request, ...operation }, type) {
  const contents = request?.body?.contents?.filter(({ mediaType }) => mediaType === type) ?? [];
  if (contents.length === 0) return { request, ...operation };
  return { ...operation, request: { ...request, body: { ...request.body, contents } } };
}

/** The document does not speak of itself and other pages. */
const OTHER_PAGES = /^\/(openapi\.json|docs|metrics|queues)/;
/** What its clients call it; the document has the addresses of the routes. */
const OF_POSTHOG = /^(?:\/posthog)?\/(flags|batch|e|i\/v0\/e)\/(?=\?|$)/;
/** Answers that have no end. */
const STREAM = /^\/api\/v1\/flags\/stream(?=\?|$)/;
const TAKES_IT = /\*\/\*|text\/(\*|event-stream(?![\w-]))/i;
const JSON_TYPE = /^application\/([\w.-]+\+)?json/;

/** To the api past Prism goes what it cannot carry: it reads bodies as JSON and answers to their end. */
async function handOn(incoming, outgoing, { prismUrl, upstream }) {
  const { method, url, headers } = incoming;
  const body = await buffer(incoming).catch(() => null);
  if (body === null) return;
  const isBeyondIt =
    ['HEAD', 'OPTIONS'].includes(method) ||
    OTHER_PAGES.test(url) ||
    !isPlain(url) ||
    (STREAM.test(url) && TAKES_IT.test(headers.accept ?? '*/*')) ||
    headers['content-encoding'] !== undefined ||
    (body.length > 0 &&
      (method === 'GET' || (JSON_TYPE.test(headers['content-type']) && !staysTheSame(body))));
  const forward = request(`${isBeyondIt ? upstream : prismUrl}`, {
    method,
    path: isBeyondIt ? url : url.replace(OF_POSTHOG, '/posthog/$1'),
    headers,
    agent: false,
  });
  outgoing.on('close', () => forward.destroy());
  forward.on('error', () => outgoing.destroy());
  forward.on('response', (answered) => {
    const { connection, 'transfer-encoding': encoding, ...rest } = answered.headers;
    outgoing.writeHead(answered.statusCode, rest);
    outgoing.flushHeaders();
    answered.on('error', () => outgoing.destroy());
    answered.pipe(outgoing);
  });
  forward.end(body);
}

function isPlain(url) {
  try {
    return !decodeURIComponent(url).includes('__proto__');
  } catch {
    return false;
  }
}

/** Prism writes a body anew. */
function staysTheSame(body) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && JSON.stringify(value) === text;
  } catch {
    return false;
  }
}

const NO_FAULTS = { input: [], output: [] };
const UNKNOWN = 'Selected route not found';
/** Before the address is known; the document says so once, for all of them. */
const ANYWHERE = [408, 431];

function faultsOf(input, { output, validations }, requests) {
  const { statusCode, body } = output;
  const isAccepted = statusCode < 400;
  if (validations.input.some(({ message }) => message === UNKNOWN))
    return requests === 'all' || isAccepted ? ['there is nothing at this address'] : [];
  const refused = refusedItems(body);
  const ofRequest = validations.input.filter(
    ({ code, path = [] }) =>
      input.headers['ce-specversion'] === undefined && // which makes any body right, and OpenAPI cannot say so
      !(code === 401 && /^bearer /i.test(input.headers.authorization)) && // Prism takes no other case
      !path.some((part) => refused.includes(part)),
  );
  const ofAnswer = ANYWHERE.includes(statusCode) ? [] : validations.output;
  return [...(requests === 'all' || isAccepted ? ofRequest : []), ...ofAnswer].map(
    ({ path = [], message }) => `${path.join('.')} ${message}`,
  );
}

/** The places of those, in a list of which each is taken or refused on its own. */
function refusedItems(body) {
  const refused = [
    ...(body?.rejected ?? []),
    ...(body?.results?.filter?.(({ status }) => status >= 400) ?? []),
  ];
  return refused.map(({ index }) => String(index));
}

function refusal(violation) {
  const body = { title: 'Not as the document says', status: 500, detail: violation };
  return { statusCode: 500, headers: { 'content-type': 'application/problem+json' }, body };
}
