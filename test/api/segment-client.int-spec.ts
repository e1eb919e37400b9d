import { randomUUID } from 'node:crypto';
import { Analytics } from '@segment/analytics-node';
import { startApp, TestApp } from '../support/app';
import { losingProxy } from '../support/losing';
import { OwnRedis } from '../support/redis';
import { until } from '../support/wait';
import { batch, eventsOf, item, storedOf } from './segment-help';
import { aToken } from './tokens-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('the client of Segment for Node', () => {
  function client(
    host: string,
    writeKey: string,
    more: object = {},
  ): { analytics: Analytics; errors: unknown[] } {
    const analytics = new Analytics({ writeKey, host, flushAt: 50, flushInterval: 50, ...more });
    const errors: unknown[] = [];
    analytics.on('error', (error) => errors.push(error));
    return { analytics, errors };
  }

  it('sends everything there is, and nothing is lost', async () => {
    const { secret } = await aToken(app, { scopes: ['events:write'] });
    const { analytics, errors } = client(app.url, secret);
    const user = 'node-ünï';
    analytics.identify({ userId: user, traits: { plan: 'pro', seats: 3, address: { city: 'X' } } });
    analytics.track({ userId: user, event: 'Order Completed', properties: { revenue: 49.9, items: 2 } });
    analytics.page({ userId: user, name: 'Home' });
    analytics.screen({ userId: user, name: 'Cart' });
    analytics.group({ userId: user, groupId: 'acme', traits: { size: 7 } });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const rows = await storedOf(app, user, 4);
    expect(rows.map(({ type }) => type).sort()).toEqual(['Order Completed', 'group', 'page', 'screen']);
    const order = rows.find(({ type }) => type === 'Order Completed');
    expect(order).toMatchObject({ properties: { revenue: 49.9, items: 2 } });
    expect(Number(order?.value)).toBe(49.9);
    expect((await app.call('GET', `/api/v1/users/${encodeURIComponent(user)}`)).body.attributes).toEqual({
      plan: 'pro',
      seats: 3,
    });
  });

  it('sends again what it got no answer to, and it counts once', async () => {
    const proxy = await losingProxy(app.url, 2);
    const { analytics, errors } = client(proxy.url, app.token);
    for (let n = 0; n < 5; n++)
      analytics.track({ userId: 'lost', event: 'buy', properties: { value: 1, n } });
    await analytics.closeAndFlush({ timeout: 20_000 });
    await proxy.close();
    expect(errors).toEqual([]);
    expect(proxy.seen.length).toBeGreaterThanOrEqual(3);
    await storedOf(app, 'lost', 5);
    // Whatever is still on its way is behind this one.
    await batch(app, [item('track', 'after-lost', { event: 'buy' })]);
    await storedOf(app, 'after-lost', 1);
    expect(await eventsOf(app, 'lost')).toHaveLength(5);
  });

  it('keeps what it has while the queue is away, and sends it later', async () => {
    const redis = await (await OwnRedis.create()).start();
    const other = await startApp({ env: { REDIS_URL: redis.url } });
    try {
      const proxy = await losingProxy(other.url, 0);
      const { analytics, errors } = client(proxy.url, other.token);
      const events = async (): Promise<number> =>
        (await other.database.source.query('SELECT count(*)::int AS count FROM events'))[0].count;
      redis.freeze();
      const body = { userId: 'kept', event: 'buy', messageId: randomUUID() };
      const { status, headers } = await other.call('POST', '/v1/track', body);
      expect({ status, retry: Number(headers.get('retry-after')) > 0 }).toEqual({ status: 503, retry: true });
      analytics.track(body);
      const flushed = analytics.closeAndFlush({ timeout: 30_000 });
      await until('a second attempt', async () => proxy.seen.length >= 2);
      redis.thaw();
      await flushed;
      await proxy.close();
      expect(errors).toEqual([]);
      await until('the event', async () => (await events()) === 1);
    } finally {
      redis.thaw();
      await other.close();
      await redis.remove();
    }
  }, 60_000);

  it('learns that its key is wrong, and drops what it has', async () => {
    const { analytics, errors } = client(app.url, 'x'.repeat(40));
    analytics.track({ userId: 'wrong', event: 'buy' });
    await analytics.closeAndFlush();
    expect(errors).toMatchObject([{ code: 'delivery_failure' }]);
    expect(await eventsOf(app, 'wrong')).toEqual([]);
  });

  it('sends 2,500 events in one request', async () => {
    const { analytics, errors } = client(app.url, app.token, { flushAt: 2_500, flushInterval: 60_000, httpRequestTimeout: 20_000 });
    const padding = 'x'.repeat(700);
    for (let n = 0; n < 2_500; n++) analytics.track({ userId: `many-${n % 50}`, event: 'bulk', properties: { n, padding } });
    await analytics.closeAndFlush({ timeout: 25_000 });
    expect(errors).toEqual([]);
    await until('all of them', async () => {
      const [{ count }] = await app.database.source.query(`SELECT count(*)::int AS count FROM events WHERE type = 'bulk'`);
      return count === 2_500;
    });
  }, 60_000); // prettier-ignore
});
