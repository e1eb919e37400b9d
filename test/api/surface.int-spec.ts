import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { exchange } from '../doors/wire';
import { anExperiment, expectProblem, raw } from './help';
import { problemOf, request } from './wire-help';

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
      const get = await exchange(port, request(app, `GET ${path} HTTP/1.1`));
      const head = await exchange(port, request(app, `HEAD ${path} HTTP/1.1`), { head: true });
      expect({ path, status: head?.status, body: head?.body.length }).toEqual({ path, status: 200, body: 0 });
      expect(head?.headers.get('content-type')).toEqual(get?.headers.get('content-type'));
      expect(head?.headers.get('etag')).toEqual(get?.headers.get('etag'));
    }
  });

  it('that would change what a request is are ignored', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-original-url': '/metrics', upgrade: 'h2c' };
    const answer = await exchange(
      port,
      request(app, 'GET /health/live HTTP/1.1', { ...headers, Connection: 'upgrade' }),
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
    const answer = await exchange(port, request(app, `${method} ${path} HTTP/1.1`));
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
    const answer = await exchange(port, request(app, 'CONNECT example.org:443 HTTP/1.1'));
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
    ['another transfer coding', `${sent}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 400, 'malformed_request'],
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
    const half = request(app, `POST ${EVENTS} HTTP/1.1`, { ...json, 'Content-Length': 200 }, '{"user_id"');
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
