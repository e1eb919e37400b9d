import { OFREPProvider } from '@openfeature/ofrep-provider';
import { Client, OpenFeature } from '@openfeature/server-sdk';
import { anExperiment, assignmentsOf, variantOf } from '../api/help';
import { startApp, TestApp } from '../support/app';

// With OpenFeature's own SDK and provider for Node: what an application sees that knows nothing of us.

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(async () => {
  await OpenFeature.close();
  await app.close();
});

let domains = 0;

/** A client as an application makes it. */
async function clientOf(headers: Record<string, string>, server = app): Promise<Client> {
  const domain = `test-${++domains}`;
  const provider = new OFREPProvider({ baseUrl: server.url, headers: Object.entries(headers) });
  await OpenFeature.setProviderAndWait(domain, provider);
  return OpenFeature.getClient(domain);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const values = (control: unknown, treatment: unknown) => [
  { key: 'control', allocation_pct: 50, config: control },
  { key: 'treatment', allocation_pct: 50, config: treatment },
];

describe('the SDK for servers', () => {
  it('gets objects, and everything about them', async () => {
    const variants = values({ color: 'grey' }, { color: 'green' });
    const { id, key } = await anExperiment(app, { variants });
    const client = await clientOf(bearer(app.token));
    for (const targetingKey of ['user-1', 'ünï-€-😀', 'user-3']) {
      const details = await client.getObjectDetails(key, { color: 'none' }, { targetingKey });
      const variant = await variantOf(app, id, targetingKey);
      expect(details).toMatchObject({
        flagKey: key,
        value: variants.find((one) => one.key === variant)?.config,
        variant,
        reason: 'SPLIT',
        flagMetadata: { experimentId: id, experimentKey: key, bucketed: true },
      });
      expect(details.errorCode).toBeUndefined();
    }
    expect(await assignmentsOf(app, id)).toBe(3);
  });

  it('gets the key of the variant where nothing else says what the value is', async () => {
    const { id, key } = await anExperiment(app);
    const client = await clientOf(bearer(app.token));
    const value = await client.getStringValue(key, 'none', { targetingKey: 'user-1' });
    expect(value).toBe(await variantOf(app, id, 'user-1'));
  });

  it('is wrong of the type for all variants or for none, so that its hooks lose no arm', async () => {
    const { key } = await anExperiment(app, { variants: values(undefined, { color: 'green' }) });
    const client = await clientOf(bearer(app.token));
    const seen: (string | undefined)[] = [];
    client.addHooks({ after: (_, { variant }) => void seen.push(variant) });
    const asked = Array.from({ length: 40 }, (_, n) => ({ targetingKey: `mixed-${n}` }));
    for (const user of asked)
      expect(await client.getObjectDetails(key, {}, user)).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
    expect(seen).toEqual([]);
    for (const user of asked) await client.getStringDetails(key, 'none', user);
    expect(seen).toHaveLength(40);
    expect(new Set(seen)).toEqual(new Set(['control', 'treatment']));
  });

  it('gets flags of every type', async () => {
    const flags: [string, unknown][] = [
      ['boolean', true],
      ['number', 0.25],
      ['string', 'blå'],
      ['json', { list: [1, 'a'], deep: { a: null } }],
    ];
    for (const [type, value] of flags) {
      const variants = [{ key: 'only', value }];
      const body = { key: `a-${type}`, type, variants, default_variant: 'only' };
      const answer = await app.call('POST', '/api/v1/flags', body);
      expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 201 });
    }
    const client = await clientOf(bearer(app.token));
    const user = { targetingKey: 'user-1' };
    const got = [
      await client.getBooleanDetails('a-boolean', false, user),
      await client.getNumberDetails('a-number', 0, user),
      await client.getStringDetails('a-string', 'none', user),
      await client.getObjectDetails('a-json', {}, user),
    ];
    expect(got.map(({ value, reason, variant }) => ({ value, reason, variant }))).toEqual(
      flags.map(([, value]) => ({ value, reason: 'STATIC', variant: 'only' })),
    );
  });

  it('gets its default where there is nothing, and is told why', async () => {
    const { key } = await anExperiment(app);
    const client = await clientOf(bearer(app.token));
    const user = { targetingKey: 'user-1' };
    expect(await client.getStringDetails('nobody-knows-me', 'none', user)).toMatchObject({
      value: 'none',
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
    });
    for (const [strange, errorCode] of [
      ['50%off', 'PARSE_ERROR'],
      ['x/y', 'FLAG_NOT_FOUND'],
    ])
      expect(await client.getStringDetails(strange, 'none', user)).toMatchObject({
        value: 'none',
        errorCode,
      });
    expect(await client.getStringDetails(key, 'none', {})).toMatchObject({
      value: 'none',
      errorCode: 'TARGETING_KEY_MISSING',
    });
    expect(await client.getStringDetails(key, 'none', { targetingKey: 'x'.repeat(300) })).toMatchObject({
      value: 'none',
      errorCode: 'INVALID_CONTEXT',
    });
    expect(await client.getBooleanDetails(key, true, user)).toMatchObject({
      value: true,
      errorCode: 'TYPE_MISMATCH',
    });
  });

  it('may come with an API key, and as a stranger gets defaults', async () => {
    const { key } = await anExperiment(app);
    const user = { targetingKey: 'user-1' };
    const known = await clientOf({ 'X-API-Key': app.token });
    expect(await known.getStringDetails(key, 'none', user)).toMatchObject({ reason: 'SPLIT' });
    const stranger = await clientOf(bearer('nobody'));
    expect(await stranger.getStringDetails(key, 'none', user)).toMatchObject({
      value: 'none',
      reason: 'ERROR',
    });
  });

  it('stays away as long as it is told, when it asks too often', async () => {
    const env = { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_ASSIGNMENTS: '1' };
    const strict = await startApp({ worker: false, env });
    try {
      const { key } = await anExperiment(strict);
      const client = await clientOf(bearer(strict.token), strict);
      const ask = () => client.getStringDetails(key, 'none', { targetingKey: 'user-1' });
      expect(await ask()).toMatchObject({ reason: 'SPLIT' });
      expect((await ask()).errorMessage).toMatch(/rate limit exceeded, try again after/);
      expect((await ask()).errorMessage).toMatch(/paused due to TooManyRequests until/);
    } finally {
      await strict.close();
    }
  });
});
