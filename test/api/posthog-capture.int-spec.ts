import { randomUUID } from 'node:crypto';
import { PostHog } from 'posthog-node';
import { Json, startApp, TestApp } from '../support/app';
import { losingProxy } from '../support/losing';
import { until } from '../support/wait';
import { anExperiment, assignmentsOf, raw } from './help';
import { aPublishable, aToken } from './tokens-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

async function storedOf(user: string, count: number): Promise<Json[]> {
  const statement = 'SELECT * FROM events WHERE user_id = $1 ORDER BY type';
  return until(`${count} events of ${user}`, async () => {
    const rows = await app.database.source.query(statement, [user]);
    return rows.length >= count ? rows : null;
  });
}

describe('the client of PostHog for Node', () => {
  async function client(host = app.url): Promise<{ posthog: PostHog; secret: string }> {
    const { secret } = await aToken(app, { scopes: ['events:write', 'flags:evaluate'] });
    // Retries of the client cost seconds.
    const posthog = new PostHog(secret, { host, flushAt: 50, flushInterval: 60_000, fetchRetryDelay: 50, fetchRetryCount: 20 });
    return { posthog, secret };
  } // prettier-ignore

  it('sends everything there is', async () => {
    const { posthog, secret } = await client();
    posthog.capture({ distinctId: 'ph-ünï', event: 'purchase', properties: { revenue: 49.9, items: 2 } });
    posthog.identify({ distinctId: 'ph-ünï', properties: { plan: 'pro' } });
    posthog.alias({ distinctId: 'ph-ünï', alias: 'ph-before' });
    posthog.capture({ distinctId: 'ph-before', event: 'look' });
    await posthog.shutdown();
    const rows = await storedOf('ph-ünï', 2);
    expect(rows.map(({ type }) => type)).toEqual(['look', 'purchase']);
    expect(rows[1]).toMatchObject({ properties: { revenue: 49.9, items: 2 } });
    expect(JSON.stringify(rows)).not.toContain(secret);
    const { body } = await app.call('GET', `/api/v1/users/${encodeURIComponent('ph-ünï')}`);
    expect(body.attributes).toMatchObject({ plan: 'pro' });
  });

  it('merges two known users when it says so, and only then', async () => {
    const { posthog } = await client();
    const merge = (event: string) => ({
      distinctId: 'ph-id',
      event,
      properties: { alias: 'ph@example.org' },
    });
    posthog.alias({ distinctId: 'ph@example.org', alias: 'ph-anon' });
    await posthog.flush();
    posthog.capture(merge('$create_alias'));
    posthog.capture({ distinctId: 'ph@example.org', event: 'look' });
    await posthog.flush();
    await storedOf('ph@example.org', 1);
    posthog.capture(merge('$merge_dangerously'));
    posthog.capture({ distinctId: 'ph-anon', event: 'buy' });
    await posthog.shutdown();
    expect((await storedOf('ph-id', 2)).map(({ type }) => type)).toEqual(['buy', 'look']);
  });

  it('sends again what it got no answer to, and it counts once', async () => {
    const proxy = await losingProxy(app.url, 1);
    const { posthog } = await client(proxy.url);
    for (let n = 0; n < 5; n++) posthog.capture({ distinctId: 'ph-lost', event: 'buy' });
    await posthog.shutdown();
    await proxy.close();
    expect(proxy.seen.length).toBeGreaterThanOrEqual(2);
    const after = randomUUID();
    await until('an answer', async () => {
      const body = { event: 'buy', distinct_id: after, uuid: randomUUID() };
      return (await app.call('POST', '/i/v0/e/', body)).status === 200;
    });
    await storedOf(after, 1);
    expect(await storedOf('ph-lost', 5)).toHaveLength(5);
  });

  it('tells by itself that a user has met a variant, and so assigns', async () => {
    const { id, key } = await anExperiment(app);
    const { posthog } = await client();
    const variant = (await posthog.evaluateFlags('ph-viewer')).getFlag(key);
    expect(['control', 'treatment']).toContain(variant);
    expect(await assignmentsOf(app, id)).toBe(0);
    await posthog.shutdown();
    const [row] = await storedOf('ph-viewer', 1);
    expect(row).toMatchObject({ type: 'exposure', experiment_id: id, variant_id: variant });
    const { body } = await app.call('GET', `/api/v1/experiments/${id}/assignment/ph-viewer?refresh=true`);
    expect(body).toMatchObject({ reason: 'assigned', variant: { key: variant }, assigned_at: row.timestamp });
  });

  it('tells of flags that are none, which is no fault and no event', async () => {
    const { body } = await app.call('POST', '/batch/', {
      batch: [
        { event: '$feature_flag_called', distinct_id: 'nobody', properties: { $feature_flag: 'none' } },
        { event: 'buy' },
      ],
    });
    expect(body).toEqual({
      status: 1,
      rejected: [expect.objectContaining({ index: 1, code: 'missing_user' })],
    });
  });
});

describe('an event of PostHog', () => {
  it('may come from a page that is being left', async () => {
    const shop = 'https://shop.example';
    const { secret } = await aPublishable(app, [shop]);
    const body = JSON.stringify({ api_key: secret, event: 'leave', distinct_id: 'ph-beacon', properties: { token: secret } });
    const headers = { 'content-type': 'text/plain', origin: shop };
    await until('an answer', async () => (await raw(app, 'POST', '/e/', headers, body)).status === 200);
    const [row] = await storedOf('ph-beacon', 1);
    expect(JSON.stringify(row)).not.toContain(secret);
  }); // prettier-ignore

  it('is refused with what is wrong', async () => {
    const { status, body } = await app.call('POST', '/e/', { event: 'buy' });
    expect({ status, body }).toMatchObject({ status: 400, body: { type: 'validation_error' } });
  });
});
