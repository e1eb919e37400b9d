import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Analytics } from '@segment/analytics-node';
import { Json, startApp, TestApp } from '../support/app';
import { losingProxy } from '../support/losing';
import { OwnRedis } from '../support/redis';
import { until } from '../support/wait';
import { anExperiment, assignment, raw, variantOf } from './help';
import { aPublishable, aToken } from './tokens-help';

const SHOP = 'https://shop.example';
const HOUR_MS = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

interface StoredRow {
  user_id: string;
  type: string;
  timestamp: string;
  value: string | null;
  properties: Json;
  experiment_id: string | null;
}

const basic = (token: string): string => `Basic ${Buffer.from(`${token}:`).toString('base64')}`;

function eventsOf(user: string): Promise<StoredRow[]> {
  return app.database.source.query('SELECT * FROM events WHERE user_id = $1 ORDER BY timestamp, type', [
    user,
  ]);
}

async function storedOf(user: string, count: number): Promise<StoredRow[]> {
  return until(`${count} events of ${user}`, async () => {
    const rows = await eventsOf(user);
    return rows.length >= count ? rows : null;
  });
}

/** Asks again while the queue is too slow to answer. */
function patiently<T extends { status: number }>(ask: () => Promise<T>): Promise<T> {
  return until('an answer of the queue', async () => {
    const answer = await ask();
    return answer.status === 503 ? null : answer;
  });
}

/** Sends items in one batch. */
async function batch(items: object[], more: object = {}): Promise<Json> {
  const { status, body } = await patiently(() => app.call('POST', '/v1/batch', { batch: items, ...more }));
  expect({ status, body }).toMatchObject({ status: 200, body: { success: true } });
  return body;
}

function item(type: string, userId: string, more: object = {}): object {
  return { type, userId, messageId: randomUUID(), ...more };
}

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
    const rows = await storedOf(user, 4);
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
    await storedOf('lost', 5);
    // Whatever is still on its way is behind this one.
    await batch([item('track', 'after-lost', { event: 'buy' })]);
    await storedOf('after-lost', 1);
    expect(await eventsOf('lost')).toHaveLength(5);
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
    expect(await eventsOf('wrong')).toEqual([]);
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

describe('a batch', () => {
  it('names what is wrong with its items, and takes the others', async () => {
    const body = await batch([
      item('track', 'mixed', { event: 'buy' }),
      { type: 'track', event: 'buy' },
      item('track', 'mixed', { event: 'x'.repeat(129) }),
      item('track', 'mixed', { event: 'Experiment Viewed', properties: { experiment_id: 'none' } }),
      item('track', 'mixed', { event: 'buy', timestamp: 'yesterday' }),
    ]);
    expect(body.rejected.map(({ index, code }: Json) => [index, code])).toEqual([
      [1, 'missing_user'],
      [2, 'too_long'],
      [3, 'unknown_experiment'],
      [4, 'invalid_format'],
    ]);
    expect(await storedOf('mixed', 1)).toHaveLength(1);
  });

  it('counts the same message once', async () => {
    const one = { ...item('track', 'once', { event: 'buy' }), messageId: 'ajs-next-1763717472250-once' };
    await batch([one, one]);
    await batch([one]);
    await batch([item('track', 'after-once', { event: 'buy' })]);
    await storedOf('after-once', 1);
    expect(await eventsOf('once')).toHaveLength(1);
  });

  it('is corrected by the clock of its client', async () => {
    const now = Date.now();
    const late = (ms: number): string => new Date(now - 5 * HOUR_MS + ms).toISOString();
    await batch([item('track', 'slow', { event: 'buy', timestamp: late(-60_000) })], { sentAt: late(0) });
    const [{ timestamp }] = await storedOf('slow', 1);
    expect(Math.abs(Date.parse(timestamp) - (now - 60_000))).toBeLessThan(20_000);
  });

  it.each<[string, object, number, string]>([
    ['is no list', { batch: {} }, 400, 'invalid_request'],
    ['is not there', {}, 400, 'invalid_request'],
    ['is too long', { batch: Array.from({ length: 2_501 }, () => ({})) }, 413, 'batch_too_large'],
  ])('that %s is refused', async (_, body, status, code) => {
    const answer = await app.call('POST', '/v1/batch', body);
    expect(answer).toMatchObject({ status, body: { success: false, code } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe('a single call', () => {
  it('goes by its short name, as text of a page that is being left', async () => {
    const { secret } = await aPublishable(app, [SHOP]);
    const body = { userId: 'beacon', event: 'leave', messageId: randomUUID(), writeKey: secret };
    const headers = { 'content-type': 'text/plain;charset=UTF-8' };
    const send = (origin: string): Promise<Response> =>
      patiently(() => raw(app, 'POST', '/v1/t', { ...headers, origin }, JSON.stringify(body)));
    const answer = await send(SHOP);
    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 200,
      body: { success: true },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect((await send('https://evil.example')).status).toBe(403);
    const [row] = await storedOf('beacon', 1);
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it('is told what is wrong with it', async () => {
    const { status, body } = await app.call('POST', '/v1/track', { event: 'buy' });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { success: false, code: 'invalid_request', errors: [{ code: 'missing_user' }] },
    });
    expect((await app.call('POST', '/v1/video', { event: 'buy' })).status).toBe(404);
  });

  it('may be compressed', async () => {
    const packed = gzipSync(JSON.stringify(item('track', 'packed', { event: 'buy' })));
    const headers = {
      authorization: basic(app.token),
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    };
    expect((await patiently(() => raw(app, 'POST', '/v1/track', headers, packed))).status).toBe(200);
    await storedOf('packed', 1);
  });
});

describe('who somebody is', () => {
  it('joins what they did before and after the login', async () => {
    await batch([{ type: 'track', anonymousId: 'anon-1', event: 'look', messageId: randomUUID() }]);
    await storedOf('anon-1', 1);
    await batch([{ ...item('identify', 'known-1', { traits: { plan: 'pro' } }), anonymousId: 'anon-1' }]);
    await batch([{ type: 'track', anonymousId: 'anon-1', event: 'buy', messageId: randomUUID() }]);
    expect((await storedOf('known-1', 2)).map(({ type }) => type).sort()).toEqual(['buy', 'look']);
    await batch([item('alias', 'known-1', { previousId: 'older-1' })]);
    await batch([item('track', 'older-1', { event: 'return' })]);
    await storedOf('known-1', 3);
  });

  it('cannot be two', async () => {
    await batch([item('alias', 'known-2', { previousId: 'shared' })]);
    const { rejected } = await batch([item('alias', 'known-3', { previousId: 'shared' })]);
    expect(rejected).toMatchObject([{ index: 0, code: 'taken' }]);
  });
});

describe('an experiment that was viewed', () => {
  const viewed = (user: string, key: string, variant: string | undefined, more: object = {}): object =>
    item('track', user, {
      event: 'Experiment Viewed',
      properties: { experiment_id: key, ...(variant && { variation_id: variant }) },
      ...more,
    });

  /** Which variant the hash gives, without writing it down. */
  async function rightFor(key: string, user: string): Promise<string> {
    const { body } = await app.call('POST', '/ofrep/v1/evaluate/flags', { context: { targetingKey: user } });
    return body.flags.find((flag: Json) => flag.key === key).variant;
  }

  it('assigns its user as of then, when the variant is the right one', async () => {
    const { id, key } = await anExperiment(app);
    await begunYesterday(id);
    const right = await rightFor(key, 'viewer');
    const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
    const [before, after] = [15, 5].map((minutes) => ({
      ...item('track', 'viewer', { event: 'buy', timestamp: at(minutes) }),
      messageId: randomUUID(),
    }));
    await batch([viewed('viewer', key, right, { timestamp: at(10) }), before, after]);
    await storedOf('viewer', 3);
    expect((await assignment(app, id, 'viewer')).body).toMatchObject({
      reason: 'assigned',
      variant: { key: right },
    });
    expect([await became(before), await became(after)]).toEqual(['before_anchor', 'counted']);

    // Told later, but earlier.
    await batch([viewed('viewer', id, right, { timestamp: at(20) })]);
    await until('the anchor to move', async () => (await became(before)) === 'counted');
  });

  /** What became of an event. */
  async function became({ messageId }: { messageId: string }): Promise<string> {
    const { body } = await app.call('GET', `/api/v1/events/${messageId}/disposition`);
    return body.experiments[0]?.disposition;
  }

  async function begunYesterday(id: string): Promise<void> {
    const yesterday = `now() - interval '1 day'`;
    await app.database.source.query(`UPDATE experiments SET started_at = ${yesterday} WHERE id = $1`, [id]);
    await app.database.source.query(`UPDATE epochs SET opened_at = ${yesterday} WHERE experiment_id = $1`, [
      id,
    ]);
    await app.call('GET', `/api/v1/experiments/${id}/assignment/nobody?refresh=true`);
  }

  it('assigns nobody to a variant that is not theirs', async () => {
    const { id, key } = await anExperiment(app);
    const right = await rightFor(key, 'liar');
    const wrong = right === 'control' ? 'treatment' : 'control';
    await batch([viewed('liar', key, wrong), viewed('liar', key, undefined), viewed('liar', key, 'none')]);
    await storedOf('liar', 3);
    const [{ count }] = await app.database.source.query(
      'SELECT count(*)::int AS count FROM assignments WHERE experiment_id = $1',
      [id],
    );
    expect(count).toBe(0);
  });

  it('leaves alone whoever is assigned already, and marks the exposure', async () => {
    const { id, key } = await anExperiment(app);
    const variant = (await variantOf(app, id, 'asked')) as string;
    await batch([viewed('asked', key, variant)]);
    await until('the exposure', async () => {
      const { body } = await assignment(app, id, 'asked', '?refresh=true');
      return body.exposed_at !== null;
    });
  });
});
