import { PostHog } from 'posthog-node';
import { anExperiment, assignmentsOf, raw, variantOf } from '../api/help';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

/** Of what is tested here nothing is told by events. */
const client = (token = app.token): PostHog => {
  const posthog = new PostHog(token, { host: app.url, sendFeatureFlagEvent: false, fetchRetryCount: 0 });
  posthog.on('error', () => undefined);
  return posthog;
};

describe("PostHog's client for Node", () => {
  it('gets the variants of a user and their payloads, and nothing is written', async () => {
    const { id, key } = await anExperiment(app, {
      variants: [
        { key: 'control', allocation_pct: 50, config: { color: 'grey' } },
        { key: 'treatment', allocation_pct: 50, config: { color: 'green' } },
      ],
    });
    const plain = await anExperiment(app);
    const draft = await anExperiment(app, { status: 'draft' });
    const posthog = client();
    await until('the flags', async () => {
      const { featureFlags } = await posthog.getAllFlagsAndPayloads('anybody');
      return featureFlags?.[draft.key] === false;
    });
    const users = ['user-1', 'ünï-2', 'user-3', 'user-4'];
    const got = new Map<string, unknown>();
    for (const user of users) {
      const { featureFlags, featureFlagPayloads } = await posthog.getAllFlagsAndPayloads(user);
      expect(featureFlags).toMatchObject({ [draft.key]: false });
      const variant = featureFlags?.[key];
      expect(featureFlagPayloads?.[key]).toEqual({ color: variant === 'treatment' ? 'green' : 'grey' });
      const only = await posthog.evaluateFlags(user, { flagKeys: [plain.key] });
      expect([only.getFlag(plain.key), only.getFlag(key)]).toEqual([featureFlags?.[plain.key], undefined]);
      got.set(user, variant);
    }
    expect(await assignmentsOf(app, id)).toBe(0);
    for (const user of users) expect(got.get(user)).toBe(await variantOf(app, id, user));
    await posthog.shutdown();
  });

  it('targets by what it says of the person', async () => {
    const targeting = { attribute: 'plan', operator: 'eq', value: 'pro' };
    const { key } = await anExperiment(app, { targeting });
    const posthog = client();
    const of = async (plan: string) =>
      (await posthog.evaluateFlags('user-1', { personProperties: { plan } })).getFlag(key);
    await until('the flag', async () => (await of('free')) === false);
    expect(await of('pro')).toEqual(expect.stringMatching(/^(control|treatment)$/));
    await posthog.shutdown();
  });

  it('has no flags as a stranger', async () => {
    const posthog = client('nobody');
    expect((await posthog.getAllFlagsAndPayloads('user-1')).featureFlags ?? {}).toEqual({});
    await posthog.shutdown();
  });
});

describe('a refusal', () => {
  const ask = async (body: string, headers: Record<string, string> = {}): Promise<unknown> => {
    const answer = await raw(
      app,
      'POST',
      '/flags/?v=2',
      { 'content-type': 'application/json', ...headers },
      body,
    );
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    return { status: answer.status, ...((await answer.json()) as object) };
  };

  it('has the shape that PostHog gives it', async () => {
    const { token } = app;
    expect(await ask(JSON.stringify({ distinct_id: 'u' }))).toMatchObject({
      status: 401,
      type: 'authentication_error',
      code: 'unauthenticated',
    });
    expect(await ask(JSON.stringify({ token }))).toMatchObject({
      status: 400,
      type: 'validation_error',
      attr: '/distinct_id',
    });
    expect(await ask('{', { authorization: `Bearer ${token}` })).toMatchObject({
      status: 400,
      code: 'malformed_body',
      attr: null,
    });
  });
});
