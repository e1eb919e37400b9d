import { deflateSync, gzipSync } from 'node:zlib';
import { BODY_LIMITS } from '../../apps/api/src/http/body-limits';
import { Json, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { exchange, Reply } from '../doors/wire';
import { anExperiment, expectProblem, raw } from './help';

let app: TestApp;
let port: number;
beforeAll(async () => {
  app = await startApp({ worker: false, env: { TRUST_PROXY: '127.0.0.0/8' } });
  port = Number(new URL(app.url).port);
});
afterAll(() => app.close());

const EVENTS = '/api/v1/events';
const json = { 'content-type': 'application/json' };
const event = JSON.stringify({ user_id: 'u', type: 't' });

async function post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${app.token}`;
  const response = await raw(app, 'POST', path, { authorization, ...json, ...headers }, body);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** Lines of a request with the token, after which a body may follow. */
function request(line: string, headers: Record<string, string | number> = {}, body = ''): string {
  const all = { Host: 'localhost', Authorization: `Bearer ${app.token}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [line, ...lines, '', body].join('\r\n');
}

function problemOf(reply: Reply | null) {
  expect(reply?.headers.get('content-type')?.[0]).toMatch(/^application\/problem\+json/);
  expect(reply?.headers.get('x-request-id')?.[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(reply?.headers.get('x-content-type-options')).toEqual(['nosniff']);
  const problem = JSON.parse(reply?.body.toString() ?? '');
  expect(problem.request_id).toBe(reply?.headers.get('x-request-id')?.[0]);
  return { status: reply?.status, code: problem.code };
}

describe('headers', () => {
  const common = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  };

  it.each(['/api/v1/experiments', '/api/v1/nothing', '/api/v1/experiments/%E0%A4%A', '/health/live'])(
    'are on the answer of %s',
    async (path) => {
      const { headers } = await app.call('GET', path);
      expect(Object.fromEntries(headers)).toMatchObject(common);
      for (const name of ['server', 'x-powered-by', 'strict-transport-security'])
        expect(headers.get(name)).toBeNull();
    },
  );

  it('let a private copy be asked for where there is an ETag', async () => {
    const { id } = await anExperiment(app);
    const { headers } = await app.call('GET', `/api/v1/experiments/${id}`);
    expect(headers.get('etag')).not.toBeNull();
    expect(headers.get('cache-control')).toBe('private, no-cache');
  });

  it('ask for TLS only where there is TLS', async () => {
    const { headers } = await app.call('GET', '/health/live', undefined, { 'x-forwarded-proto': 'https' });
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d+$/);
  });

  it('are those of GET for HEAD, without a body', async () => {
    const { id } = await anExperiment(app);
    for (const path of [`/api/v1/experiments/${id}`, '/health/live', '/metrics']) {
      const get = await exchange(port, request(`GET ${path} HTTP/1.1`));
      const head = await exchange(port, request(`HEAD ${path} HTTP/1.1`), { head: true });
      expect({ path, status: head?.status, body: head?.body.length }).toEqual({ path, status: 200, body: 0 });
      expect(head?.headers.get('content-type')).toEqual(get?.headers.get('content-type'));
      expect(head?.headers.get('etag')).toEqual(get?.headers.get('etag'));
    }
  });

  it('that would change what a request is are ignored', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-original-url': '/metrics', upgrade: 'h2c' };
    const answer = await exchange(
      port,
      request('GET /health/live HTTP/1.1', { ...headers, Connection: 'upgrade' }),
    );
    expect(answer).toMatchObject({ status: 200, interim: [] });
    expect(answer?.body.toString()).toBe('{"status":"ok"}');
  });
});

describe('an address', () => {
  it.each([
    ['PATCH', '/api/v1/events', 'GET, HEAD, POST'],
    ['DELETE', '/api/v1/experiments', 'GET, HEAD, POST'],
    ['GET', '/api/v1/experiments/x/start', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['TRACE', '/api/v1/events', 'GET, HEAD, POST'],
    ['PROPFIND', '/api/v1/events?x=1', 'GET, HEAD, POST'],
    ['POST', '/metrics', 'GET, HEAD'],
  ])('says for %s %s what it takes', async (method, path, allowed) => {
    const answer = await exchange(port, request(`${method} ${path} HTTP/1.1`));
    expect(problemOf(answer)).toEqual({ status: 405, code: 'method_not_allowed' });
    expect(answer?.headers.get('allow')).toEqual([allowed]);
  });

  it('that nobody knows is not found, and nobody learns which those are without a token', async () => {
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['POST', '/api/v1/nothing'],
      ['PATCH', '/api/v1/experiments/x/start/y'],
    ])
      // prettier-ignore
      expectProblem(await app.call(method, path), { status: 404, code: 'not_found' });
    for (const [method, path] of [['PATCH', '/api/v1/events'], ['GET', '/nothing'], ['PROPFIND', '/api/v1/events']]) // prettier-ignore
      expect(problemOf(await exchange(port, `${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`))).toEqual({ status: 401, code: 'unauthenticated' }); // prettier-ignore
  });

  it('takes no parameters that it does not know', async () => {
    for (const [method, path] of [
      ['POST', `${EVENTS}?x=1`],
      ['POST', `${EVENTS}?x[]=1&y`],
      ['GET', '/api/v1/experiments?x=1'],
    ] as const) {
      // prettier-ignore
      const answer = await app.call(method, path, method === 'POST' ? JSON.parse(event) : undefined);
      expectProblem(answer, { status: 400, code: 'invalid_request' });
      expect(answer.body.errors).toEqual([
        { pointer: expect.stringMatching(/^\/x/), code: 'unknown_property', message: expect.any(String) },
      ]);
    }
  });

  it('takes no tunnels', async () => {
    const answer = await exchange(port, request('CONNECT example.org:443 HTTP/1.1'));
    expect(problemOf(answer)).toEqual({ status: 405, code: 'method_not_allowed' });
  });
});

describe('bytes that are no request', () => {
  const get = 'GET /health/live HTTP/1.1\r\nHost: x\r\n';
  const sent = `POST ${EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
  it.each<[string, string, number, string]>([
    ['nonsense', 'nonsense\r\n\r\n', 400, 'malformed_request'],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n', 400, 'malformed_request'],
    ['two hosts', `${get}Host: y\r\n\r\n`, 400, 'malformed_request'],
    ['a folded header', `${get}A: b\r\n c\r\n\r\n`, 400, 'malformed_request'],
    ['a bare line feed', 'GET /health/live HTTP/1.1\nHost: x\n\n', 400, 'malformed_request'],
    ['a space before the colon', `${get}A : b\r\n\r\n`, 400, 'malformed_request'],
    ['two lengths', `${sent}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400, 'malformed_request'],
    ['a length and chunks', `${sent}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400, 'malformed_request'],
    ['a negative length', `${sent}Content-Length: -1\r\n\r\n`, 400, 'malformed_request'],
    ['two content types', `${sent}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`, 400, 'malformed_request'],
    ['an expectation', `${get}Expect: miracles\r\n\r\n`, 400, 'malformed_request'],
    ['HTTP/0.9', 'GET /health/live\r\n\r\n', 400, 'malformed_request'],
    ['an address of 20 KB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers_too_large'],
    ['a header of 17 KB', `${get}A: ${'x'.repeat(17_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['2,100 headers', `${get}${'A: b\r\n'.repeat(2_100)}\r\n`, 431, 'headers_too_large'],
  ])('are refused: %s', async (_, bytes, status, code) => {
    const reply = await exchange(port, bytes, { untilClosed: true });
    expect(problemOf(reply)).toEqual({ status, code });
    expect(reply?.headers.get('connection')).toEqual(['close']);
    expect((await raw(app, 'GET', '/health/live')).status).toBe(200);
  }); // prettier-ignore
});

describe('clients that take their time', () => {
  it('are not waited for', async () => {
    const drip = { bytes: 'x'.repeat(100), everyMs: 2_000 };
    const slow = { timeoutMs: 25_000, untilClosed: true };
    const half = request(`POST ${EVENTS} HTTP/1.1`, { ...json, 'Content-Length': 200 }, '{"user_id"');
    const [headers, body, nothing, rest] = await Promise.all([
      exchange(port, 'GET /health/live HTTP/1.1\r\nHost: x\r\nA: ', { ...slow, drip }),
      exchange(port, half, { ...slow, drip }),
      exchange(port, '', slow),
      exchange(port, half, slow),
    ]);
    for (const reply of [headers, body, rest])
      expect(problemOf(reply)).toEqual({ status: 408, code: 'request_timeout' });
    expect(headers?.ms).toBeLessThan(15_000);
    expect(nothing === null || nothing.status === 408).toBe(true);
    expect(body?.ms).toBeLessThan(20_000);
    expect(rest?.ms).toBeLessThan(20_000);
  }, 40_000);
});

describe('a body', () => {
  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ['without a type', event, { 'content-type': '' }, 415, 'unsupported_media_type'],
    ['of another type', event, { 'content-type': 'application/vnd.api+json' }, 415, 'unsupported_media_type'],
    ['in UTF-16', event, { 'content-type': 'application/json; charset=utf-16' }, 415, 'unsupported_media_type'],
    ['in no charset', event, { 'content-type': 'application/json; charset=bogus' }, 415, 'unsupported_media_type'],
    ['that is empty', '', {}, 400, 'malformed_body'],
    ['of bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), {}, 400, 'malformed_body'],
    ['of surrogates in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), {}, 400, 'malformed_body'],
    ['that is too deep', '['.repeat(40_000), {}, 400, 'invalid_request'],
    ['that is compressed as br', event, { 'content-encoding': 'br' }, 415, 'unsupported_media_type'],
    ['that is compressed twice', gzipSync(gzipSync(event)), { 'content-encoding': 'gzip' }, 400, 'malformed_body'],
    ['said to be compressed twice', gzipSync(event), { 'content-encoding': 'gzip, gzip' }, 415, 'unsupported_media_type'],
    ['that is not compressed', event, { 'content-encoding': 'gzip' }, 400, 'malformed_body'],
    ['whose end is missing', gzipSync(event).subarray(0, -10), { 'content-encoding': 'gzip' }, 400, 'malformed_body'],
    ['that is a bomb', gzipSync(Buffer.alloc(100_000_000, 0x20)), { 'content-encoding': 'gzip' }, 413, 'body_too_large'],
  ])('is refused %s', async (_, body, headers, status, code) => {
    const answer = await post(EVENTS, body, headers);
    expectProblem(answer, { status, code });
    expect(JSON.stringify(answer.body)).not.toMatch(/position|token|zlib|Unexpected/i);
  }); // prettier-ignore

  it.each<[string, string | Uint8Array, Record<string, string>]>([
    ['with a byte order mark', Buffer.from(`\ufeff${event}`), {}],
    ['in UTF-8 by name', event, { 'content-type': 'Application/JSON ; charset="UTF-8"' }],
    ['compressed with gzip', gzipSync(event), { 'content-encoding': 'gzip' }],
    ['compressed with deflate', deflateSync(event), { 'content-encoding': 'Deflate' }],
    ['not compressed, by name', event, { 'content-encoding': 'identity' }],
    ['with the same key twice, of which the last counts', '{"user_id":"","user_id":"u","type":"t"}', {}],
    ['with -0 and what is nearly 0', '{"user_id":"u","type":"t","value":-0,"properties":{"a":1e-320}}', {}],
  ])('is taken %s', async (_, body, headers) => {
    expect(await post(EVENTS, body, headers)).toMatchObject({ status: 202 });
  });

  it('is refused where a route takes none that large, and the client can read it', async () => {
    for (const [path, limit] of [
      [EVENTS, 128],
      [`${EVENTS}/batch`, 1024],
      ['/api/v1/experiments/bulk', 4096],
      ['/api/v1/planning/power', 64],
    ] as const) {
      // prettier-ignore
      const [least, most] = [limit * 1024, limit * 1024 + 1].map((bytes) => `"${' '.repeat(bytes - 2)}"`);
      expect({ path, status: (await post(path, least)).status }).toEqual({ path, status: 400 });
      const answer = await post(path, most);
      expectProblem(answer, { status: 413, code: 'body_too_large' });
      expect(answer.body.limit_bytes).toBe(limit * 1024);
    }
  });

  it('is not waited for when it is too large, whatever is said of its length', async () => {
    const huge = 50 * 1024 * 1024;
    const line = `POST ${EVENTS} HTTP/1.1`;
    const declared = request(line, { ...json, 'Content-Length': huge });
    const chunked = request(line, { ...json, 'Transfer-Encoding': 'chunked' });
    const part = 'x'.repeat(65_536);
    function* endless(): Generator<string> {
      yield chunked;
      for (;;) yield `10000\r\n${part}\r\n`;
    }
    function* long(): Generator<string> {
      yield declared;
      for (let sent = 0; sent < huge; sent += part.length) yield part;
    }
    const before = process.memoryUsage().rss;
    for (const bytes of [long, endless])
      expect(problemOf(await exchange(port, bytes))).toEqual({ status: 413, code: 'body_too_large' });
    const closed = await exchange(port, endless, { untilClosed: true });
    expect(closed?.closed).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it('is asked for when the client waits for that, and only when it is wanted', async () => {
    const waits = { ...json, Expect: '100-continue' };
    const good = request(`POST ${EVENTS} HTTP/1.1`, { ...waits, 'Content-Length': event.length }, event);
    expect(await exchange(port, good)).toMatchObject({ status: 202, interim: [100] });
    for (const [headers, status] of [
      [{ ...waits, 'Content-Length': 999_999 }, 413],
      [{ ...waits, 'Content-Length': 10, 'content-type': 'text/plain' }, 415],
      [{ ...waits, 'Content-Length': 10, Authorization: 'Bearer x' }, 401],
    ] as const) {
      const reply = await exchange(port, request(`POST ${EVENTS} HTTP/1.1`, headers), { untilClosed: true });
      expect({ status: reply?.status, interim: reply?.interim, closed: reply?.closed }).toEqual({ status, interim: [], closed: true }); // prettier-ignore
    }
  });

  it('has its limit at addresses that exist', async () => {
    const { paths } = (await app.call('GET', '/openapi.json')).body;
    for (const route of Object.keys(BODY_LIMITS)) {
      const [method, path] = route.split(' ');
      const known = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect({ route, known: known !== undefined }).toEqual({ route, known: true });
    }
  });

  it('of 33,000 empty objects costs next to nothing', async () => {
    const body = `{"events":[${'{},'.repeat(32_999)}{}]}`;
    await post(`${EVENTS}/batch`, body);
    const costs: number[] = [];
    for (let round = 0; round < 10; round++) {
      const before = process.cpuUsage();
      const answer = await post(`${EVENTS}/batch`, body);
      const { user, system } = process.cpuUsage(before);
      costs.push((user + system) / 1000);
      expectProblem(answer, { status: 413, code: 'batch_too_large' });
      expect(JSON.stringify(answer.body).length).toBeLessThan(4096);
    }
    // The client's share and everything else this process does is in it.
    expect(Math.min(...costs)).toBeLessThan(20);
  });

  it.each(['[[]]', '[null]', '["x"]', '[1]', `[[${event}]]`])(
    'of events that are none is refused: %s',
    async (events) => {
      const answer = await post(`${EVENTS}/batch`, `{"events":${events}}`);
      expectProblem(answer, { status: 400, code: 'nothing_accepted' });
    },
  );
});

describe('half a character, or none', () => {
  const bad = ['a\u0000b', 'a\ud800b'];

  /** The value with one of its texts, each in turn, made bad. */
  function* spoilt(value: unknown, by: string): Generator<unknown> {
    if (typeof value === 'string') yield by;
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      for (const other of spoilt(part, by)) {
        const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
        copy[key] = other;
        yield copy;
      }
    }
  }

  it('never reaches the database, wherever it stands', async () => {
    const { paths } = (await app.call('GET', '/openapi.json')).body;
    let tried = 0;
    for (const [path, methods] of Object.entries<Json>(paths)) {
      const { id } = await anExperiment(app);
      for (const [method, operation] of Object.entries<Json>(methods)) {
        const good = path.replace('{id}', id).replace(/\{\w+\}/g, 'x');
        const tries: [string, unknown][] = [];
        for (const [name] of path.matchAll(/\{\w+\}/g))
          tries.push([path.replace(name, 'a%00b').replace(/\{\w+\}/g, 'x'), undefined]);
        for (const { name } of (operation.parameters ?? []).filter((one: Json) => one.in === 'query'))
          for (const value of ['a%00b', 'a%ED%A0%80b', '%FF'])
            tries.push([`${good}?${name}=${value}`, undefined]);
        const { examples = {} } = operation.requestBody?.content['application/json'] ?? {};
        for (const { value } of Object.values<Json>(examples))
          for (const by of bad) for (const body of spoilt(value, by)) tries.push([good, body]);
        for (const [address, body] of tries) {
          tried += 1;
          const { status } = await app.call(method.toUpperCase(), address, body);
          expect({ method, address, body, status: status < 500 }).toEqual({
            method,
            address,
            body,
            status: true,
          });
        }
      }
    }
    expect(tried).toBeGreaterThan(200);
  }, 60_000);
});

describe('what is stored of numbers', () => {
  it.each(['value', 'properties'])('is never infinite: %s', async (name) => {
    const body = `{"user_id":"u","type":"t","${name}":${name === 'value' ? '1e400' : '{"a":[{"b":-1e400}]}'}}`;
    const pointer = name === 'value' ? '/value' : '/properties/a/0/b';
    expectProblem(await post(EVENTS, body), {
      status: 400,
      code: 'invalid_request',
      pointer,
      fault: 'out_of_range',
    });
  });
});

describe('a process that cannot keep up', () => {
  it('refuses new work, says so, and takes it again', async () => {
    const late = await startApp({ worker: false, env: { SHED_LOOP_DELAY_MS: '40' } });
    const status = async (path: string) => (await late.call('GET', path)).status;
    try {
      const end = Date.now() + 4_000;
      while (Date.now() < end) {
        const begun = Date.now();
        while (Date.now() - begun < 700);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      const refused = await late.call('GET', '/api/v1/experiments');
      expectProblem(refused, { status: 503, code: 'overloaded' });
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await status('/health/live')).toBe(200);
      await until('new work', async () => (await status('/api/v1/experiments')) === 200);
    } finally {
      await late.close();
    }
  }, 20_000);
});
