import './short-locks';
import { randomUUID } from 'node:crypto';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';

// The way of a batch over Redis, with the connection broken at the first thing that api or worker say to it, then at the second, and
// so on until a batch comes through untouched: before it arrives, and when its answer is on the way.

type Moment = 'before' | 'after';
interface Proxy {
  port: number;
  hasBroken: boolean;
  breakAt: (n: number, moment: Moment) => void;
  close: () => Promise<void>;
}
const { Proxy } = jest.requireActual<{ Proxy: { to: (target: () => number) => Promise<Proxy> } }>(
  '../../tools/chaos/proxy.mjs',
);

describe('a connection to Redis that breaks at any command', () => {
  let proxy: Proxy;
  let app: TestApp;
  beforeAll(async () => {
    const redis = new URL(process.env.TEST_REDIS_URL as string);
    const port = Number(redis.port);
    proxy = await Proxy.to(() => port);
    redis.port = String(proxy.port);
    process.env.TEST_REDIS_URL = redis.href;
    app = await startApp({ queue: 'redis' });
  }, 30_000);
  afterAll(async () => {
    await app.close();
    await proxy.close();
  });

  it.each<Moment>(['before', 'after'])(
    'loses nothing and counts nothing twice: %s it was executed',
    async (moment) => {
      let n = 0;
      do {
        n += 1;
        const ids = Array.from({ length: 3 }, () => randomUUID());
        proxy.breakAt(n, moment);
        const events = ids.map((event_id) => ({ event_id, user_id: 'u', type: 'view' }));
        await until('an acknowledgement', () => send(events));
        await until(`events of a connection broken at ${n}`, async () => (await storedOf(ids)) >= 3, 20_000);
        // Delivered once more, as a client does that never heard of its acknowledgement.
        await until('an acknowledgement', () => send(events));
        expect({ n, stored: await storedOf(ids) }).toEqual({ n, stored: 3 });
      } while (proxy.hasBroken);
      expect(n).toBeGreaterThan(5);
      const [{ rows, ids }] = await app.database.source.query(
        'SELECT count(*)::int AS rows, count(DISTINCT event_id)::int AS ids FROM events',
      );
      expect(rows).toBe(ids);
    },
    120_000,
  );

  async function send(events: object[]): Promise<boolean> {
    const answer = await app.call('POST', '/api/v1/events/batch', { events }).catch(() => null);
    expect([202, 503, undefined]).toContain(answer?.status);
    return answer?.status === 202;
  }

  async function storedOf(ids: string[]): Promise<number> {
    const [{ count }] = await app.database.source.query(
      'SELECT count(*)::int AS count FROM events WHERE event_id = ANY ($1::uuid[])',
      [ids],
    );
    return count;
  }
});
