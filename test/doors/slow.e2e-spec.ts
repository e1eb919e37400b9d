import { gzipSync } from 'node:zlib';
import { EVENT } from './events.cases';
import { BATCH, MANY_EMPTY } from './batch.cases';
import { bytesOf, Values } from './cases';
import { Server, startServer } from './server';
import { Bytes, exchange, Reply } from './wire';
import { furnish } from './world';

// What takes a while: clients that are slow on purpose, and bodies that would fill the memory.

const MIB = 1024 * 1024;

let server: Server;
let values: Values;
beforeAll(async () => {
  server = await startServer();
  values = await furnish(server);
}, 60_000);
afterAll(() => server.close());

const codeOf = (reply: Reply | null): unknown =>
  reply === null ? null : (JSON.parse(reply.body.toString()) as { code: unknown }).code;

describe('slow clients', () => {
  const head = (): string => bytesOf(EVENT, values).toString('latin1').split('\r\n\r\n')[0];
  const from = (bytes: string, drip?: string): Promise<[Reply | null, number]> => {
    const began = Date.now();
    const way = { timeoutMs: 30_000, untilClosed: true };
    return exchange(
      server.port,
      bytes,
      drip === undefined ? way : { ...way, drip: { bytes: drip, everyMs: 2_000 } },
    ).then((reply) => [reply, Date.now() - began]);
  };

  it('are sent away in time, all at once, while others are served', async () => {
    const waiting = Promise.all([
      from(`${head().replace(/Content-Length: \d+/, 'Content-Length: 100')}\r\n\r\n{"user_id":`),
      from('GET /api/v1/experiments HTTP/1.1\r\nHost: a\r\n', 'X-Slow: aaaaaaaaaaaaaaaa'),
      from(`${head()}\r\n\r\n`, JSON.stringify(EVENT.body)),
      from(''),
      from('POST /api/v1/events HTTP/1.1\r\n'),
    ]);
    for (let i = 0; i < 5; i++) {
      const reply = await exchange(server.port, bytesOf(EVENT, values));
      expect(reply?.status).toBe(202);
    }
    const [short, slowHead, slowBody, silent, cut] = await waiting;
    // T40 a length larger than the body, T41 a byte of headers every two seconds, T42 a byte of the body, T43 nothing at all
    for (const [reply, ms] of [short, slowHead, slowBody, cut]) {
      expect({ status: reply?.status, code: codeOf(reply) }).toEqual({
        status: 408,
        code: 'request_timeout',
      });
      expect(ms).toBeLessThan(25_000);
    }
    if (silent[0] !== null) expect(codeOf(silent[0])).toBe('request_timeout');
    expect(silent[1]).toBeLessThan(25_000);
    expect(server.isRunning()).toBe(true);
  }, 40_000);
});

describe('bodies without end', () => {
  const headers = { 'Content-Type': 'application/json' };
  const pour = (more: Record<string, string>, part: Buffer): Bytes =>
    function* () {
      yield bytesOf({ method: 'POST', path: BATCH.path, headers: { ...headers, ...more } }, values);
      for (let sent = 0; sent < 8 * MIB; sent += part.length) yield part;
    };
  const chunk = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`);
  const bomb = gzipSync(Buffer.alloc(100 * MIB, ' '), { level: 9 });

  it.each<[string, () => Bytes]>([
    [
      'B28 a length of 50 MB, of which 8 come',
      () => pour({ 'Content-Length': String(50 * MIB) }, Buffer.alloc(0x10000, ' ')),
    ],
    ['B29 chunks', () => pour({ 'Transfer-Encoding': 'chunked' }, chunk)],
    [
      'B31 gzip of 100 MB',
      () =>
        bytesOf(
          {
            method: 'POST',
            path: BATCH.path,
            headers: { ...headers, 'Content-Encoding': 'gzip' },
            body: bomb,
          },
          values,
        ),
    ],
  ])(
    'are refused, cut off, and fill no memory: %s',
    async (_, bytes) => {
      const before = (await server.load()).rss;
      const reply = await exchange(server.port, bytes(), {
        timeoutMs: 20_000,
        untilClosed: _.startsWith('B31') === false,
      });
      expect({ status: reply?.status, code: codeOf(reply) }).toEqual({ status: 413, code: 'body_too_large' });
      const { rss, delayMs, cpuMs } = await server.load();
      expect(rss - before).toBeLessThan(64 * MIB);
      expect(Math.min(delayMs, cpuMs)).toBeLessThan(200);
    },
    30_000,
  );
});

describe('a body of 99 KB with 33,000 empty objects', () => {
  it('is refused for less than 20 ms of CPU and 4 KB', async () => {
    const bytes = bytesOf(MANY_EMPTY, values);
    expect(bytes.length).toBeGreaterThan(99_000);
    // What V8 compiles, it compiles once; what the code does, it does every time.
    for (let i = 0; i < 5; i++) await exchange(server.port, bytes);
    const costs: number[] = [];
    for (let i = 0; i < 3; i++) {
      await server.load();
      const reply = await exchange(server.port, bytes);
      costs.push((await server.load()).cpuMs);
      expect({ status: reply?.status, code: codeOf(reply) }).toEqual({
        status: 413,
        code: 'batch_too_large',
      });
      expect(reply?.body.length).toBeLessThan(4_096);
    }
    expect(Math.min(...costs)).toBeLessThan(20);
  }, 30_000);
});
