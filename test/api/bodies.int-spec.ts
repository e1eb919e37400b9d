import { deflateSync, gzipSync } from 'node:zlib';
import { BODY_LIMITS } from '../../apps/api/src/http/body-limits';
import { Json, startApp, TestApp } from '../support/app';
import { exchange } from '../doors/wire';
import { anExperiment, expectProblem, raw } from './help';
import { problemOf, request } from './wire-help';

let app: TestApp;
let port: number;
beforeAll(async () => {
  app = await startApp({ worker: false });
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
    const declared = request(app, line, { ...json, 'Content-Length': huge });
    const chunked = request(app, line, { ...json, 'Transfer-Encoding': 'chunked' });
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
    const good = request(app, `POST ${EVENTS} HTTP/1.1`, { ...waits, 'Content-Length': event.length }, event);
    expect(await exchange(port, good)).toMatchObject({ status: 202, interim: [100] });
    for (const [headers, status] of [
      [{ ...waits, 'Content-Length': 999_999 }, 413],
      [{ ...waits, 'Content-Length': 10, 'content-type': 'text/plain' }, 415],
      [{ ...waits, 'Content-Length': 10, Authorization: 'Bearer x' }, 401],
    ] as const) {
      const reply = await exchange(port, request(app, `POST ${EVENTS} HTTP/1.1`, headers), {
        untilClosed: true,
      });
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
          // So that no stream is begun.
          const accept = 'application/json';
          const { status } = await app.call(method.toUpperCase(), address, body, { accept });
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
