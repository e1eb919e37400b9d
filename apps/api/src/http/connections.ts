import { IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { Logger } from '@app/platform';
import { STATIC_HEADERS } from './headers';
import { problem, ProblemCode, send } from './problems';

// What happens on a connection before there is a request, or beside it: bytes that are no HTTP, clients that take their time, and
// bodies nobody wants.

export const CONNECTION_LIMITS = {
  headersTimeout: 10_000,
  /** For the whole request, its body included. */
  requestTimeout: 15_000,
  /** How late a timeout may be noticed. */
  connectionsCheckingInterval: 2_000,
  /** Longer than load balancers keep idle connections (60 s), so that it is them who close. */
  keepAliveTimeout: 65_000,
  maxRequestsPerSocket: 10_000,
  maxHeaders: 200,
} as const;

/** How long a client that is still sending may read its answer before the connection is cut. */
const LINGER_MS = 2_000;
/** Said twice, each could be believed by somebody else on the way. Those of requests with a meaning are for who reads them. */
const ONCE_ONLY = new Set([
  'host',
  'content-type',
  'content-encoding',
  'idempotency-key',
  'if-match',
  'expect',
]);

/** For `clientErrorHandler`: the answer to what the HTTP parser refuses. */
export function answerClientError(logger: Logger): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    const inFlight = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage;
    // In the middle of another answer there is nothing to say.
    if (error.code === 'ECONNRESET' || !socket.writable || inFlight?.headersSent)
      return void socket.destroy();
    const code = CLIENT_ERRORS[error.code ?? ''] ?? 'malformed_request';
    const id = answerOn(socket, code, DETAILS[code] ?? DETAILS.malformed_request);
    logger.info({ request_id: id, code: error.code }, 'refused what is no request');
  };
}

/** Hooks and listeners for requests that are odd as HTTP. Install them before everything that believes a request. */
export function guardConnections(fastify: FastifyInstance): void {
  const { server } = fastify;
  server.maxHeadersCount = CONNECTION_LIMITS.maxHeaders + 1;
  // A client that waits for `100 Continue` gets it when its body is wanted, not before; other expectations are refused below.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket: Socket) => {
    answerOn(socket, 'method_not_allowed', 'This is no proxy.');
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const fault = faultIn(request);
    if (fault === null) done();
    else send(reply.header('Connection', 'close'), problem(...fault, request.id));
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (announcesBody(request) && !request.raw.complete) {
      // Who waits for `100 Continue` sends nothing more. Others must be able to read their answer while they send.
      if (request.headers.expect !== undefined) void reply.header('Connection', 'close');
      else linger(request);
    }
    done();
  });
}

export function announcesBody({ headers }: FastifyRequest): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return headers['content-length'] !== undefined && Number(headers['content-length']) !== 0;
}

const CLIENT_ERRORS: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};
const DETAILS: Partial<Record<ProblemCode, string>> & { malformed_request: string } = {
  malformed_request: 'What came over the connection is not HTTP/1.1 as it should be.',
  request_timeout: 'The request did not arrive in time.',
  headers_too_large: 'Address and headers together may have 16 KiB.',
};

/** The names of the headers that were said more than once, in small letters; nearly always none, and found so without a look at any. */
export function repeatedHeaders({ rawHeaders, headers }: IncomingMessage): string[] {
  if (rawHeaders.length === 2 * Object.keys(headers).length) return [];
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function faultIn({ raw }: FastifyRequest): [ProblemCode, string] | null {
  if (raw.rawHeaders.length > 2 * CONNECTION_LIMITS.maxHeaders)
    return ['headers_too_large', `A request may have ${CONNECTION_LIMITS.maxHeaders} headers.`];
  if (raw.httpVersionMajor !== 1) return ['malformed_request', 'Use HTTP/1.1.'];
  if (raw.httpVersionMinor === 1 && raw.headers.host === undefined)
    return ['malformed_request', 'The header Host is missing.'];
  if ((raw.headers['transfer-encoding'] ?? 'chunked').toLowerCase() !== 'chunked')
    return ['malformed_request', 'Nothing but chunked is known as Transfer-Encoding.'];
  if (raw.headers.expect !== undefined && raw.headers.expect.toLowerCase() !== '100-continue')
    return ['malformed_request', 'Nothing but 100-continue can be expected.'];
  const twice = repeatedHeaders(raw).find((name) => ONCE_ONLY.has(name));
  return twice === undefined ? null : ['malformed_request', `There must be one header ${twice}.`];
}

/** Closing at once would make the client's machine throw the answer away. */
function linger({ raw }: FastifyRequest): void {
  raw.resume();
  const timer = setTimeout(() => raw.socket.destroy(), LINGER_MS).unref();
  raw.once('end', () => clearTimeout(timer));
}

function answerOn(socket: Socket, code: ProblemCode, detail: string): string {
  const id = uuidv7();
  const answer = problem(code, detail, id);
  const body = JSON.stringify(answer);
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    ...STATIC_HEADERS,
    'X-Request-Id': id,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const start = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`;
  socket.on('error', () => undefined);
  socket.end([start, ...lines, '', body].join('\r\n'));
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  return id;
}
