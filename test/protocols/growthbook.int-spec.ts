import { configureCache, GrowthBookClient } from '@growthbook/growthbook';
import type { Evaluation, Subject } from '@app/model';
import { FlagsService } from '../../apps/api/src/flags/flags.service';
import { anExperiment, assignmentsOf, raw, variantOf } from '../api/help';
import { Answer, Json, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { aWorld, people } from './growthbook-world';

// GrowthBook's own client, which evaluates where it runs, against the server.

jest.setTimeout(180_000);
configureCache({ disableCache: true });

const TOGETHER = 50;
const ORIGIN = 'https://shop.example';
let app: TestApp;
let publishable: string;
beforeAll(async () => {
  app = await startApp({ worker: false });
  const token = { name: 'shop', kind: 'publishable', scopes: ['flags:evaluate'], allowed_origins: [ORIGIN] };
  publishable = (await app.call('POST', '/api/v1/tokens', token)).body.secret;
});
afterAll(() => app.close());

async function connected(options: object = {}): Promise<GrowthBookClient> {
  const client = new GrowthBookClient({
    apiHost: app.url,
    clientKey: 'server',
    apiHostRequestHeaders: { authorization: `Bearer ${app.token}` },
    ...options,
  });
  const { success, error } = await client.init({ timeout: 10_000 });
  expect({ success, error }).toEqual({ success: true, error: undefined });
  return client;
}

const features = (headers: Record<string, string> = {}): Promise<Answer> =>
  app.call('GET', '/api/features/server', undefined, headers);
const attributesOf = ({ userId, facts }: Subject) => ({ ...facts, id: userId });

describe('10,000 users, half of them with names beyond ASCII', () => {
  const users = people(10_000, 20_261_121);
  let client: GrowthBookClient;
  beforeAll(async () => {
    await aWorld(app);
    client = await connected();
  });

  it('get from the client what they get from the server, every one of them, of everything', async () => {
    expect(users.filter(({ userId }) => Buffer.byteLength(userId) > userId.length)).toHaveLength(5_000);
    const server = app.api.get(FlagsService, { strict: false });
    const given = new Map<string, Set<string>>();
    const differences: object[] = [];
    const compare = (user: Subject, evaluations: readonly Evaluation[]): void => {
      for (const { key, value, reason, experiment } of evaluations) {
        const local = client.evalFeature(key, { attributes: attributesOf(user) });
        const theirs = { value: local.value, variant: local.experimentResult?.key ?? null };
        // Theirs names the variant of an experiment that runs, and not of one that is over.
        const variant = reason === 'SPLIT' ? (experiment?.variant ?? null) : null;
        const ours = { value: value ?? null, variant };
        given.set(key, (given.get(key) ?? new Set()).add(JSON.stringify(theirs)));
        if (JSON.stringify(theirs) !== JSON.stringify(ours)) differences.push({ key, user, theirs, ours });
      }
    };
    for (let at = 0; at < users.length; at += TOGETHER) {
      const some = users.slice(at, at + TOGETHER);
      const evaluated = await Promise.all(some.map((user) => server.evaluateAll(user)));
      some.forEach((user, index) => compare(user, evaluated[index]));
    }
    expect(differences.slice(0, 3)).toEqual([]);
    // All of it is asked about, and users get different things.
    const { body } = await features();
    expect([...given.keys()]).toEqual(Object.keys(body.features));
    expect(Object.fromEntries([...given].map(([key, values]) => [key, values.size]))).toEqual({
      draft: 1, greeting: 5, hidden: 1, 'left-half': 3, lost: 1, names: 3, 'new-search': 2, newcomers: 3, old: 1, 'page-size': 5, partial: 4, paused: 1,
      'right-half': 3, 'sent-out': 1, shipped: 1, shut: 1, targeted: 3, theme: 1, thirds: 3, won: 1,
    }); // prettier-ignore
    expect(body.left_out).toEqual([]);
    const [{ rows }] = await app.database.source.query('SELECT count(*)::int AS rows FROM assignments');
    expect(rows).toBe(0);
  });

  it('get it over HTTP as well', async () => {
    for (const user of users.slice(0, 100)) {
      const context = { ...user.facts, targetingKey: user.userId };
      const { body } = await app.call('POST', '/ofrep/v1/evaluate/flags', { context });
      const theirs = body.flags.map(({ key }: Evaluation) => client.evalFeature(key, { attributes: attributesOf(user) }).value); // prettier-ignore
      expect({ user, theirs }).toEqual({
        user,
        theirs: body.flags.map(({ value = null }: Evaluation) => value),
      });
    }
  });

  it('and keep it when they are assigned', async () => {
    const { body: x } = await app.call('GET', '/api/v1/experiments/thirds');
    for (const { userId } of users.slice(0, 50)) {
      const local = client.evalFeature('thirds', { attributes: { id: userId } });
      expect(await variantOf(app, x.id, userId)).toBe(local.experimentResult?.key ?? null);
    }
    expect(await assignmentsOf(app, x.id)).toBe(50);
  });
});

describe('what the client tells', () => {
  it('is the experiment and the variant by their keys', async () => {
    const told: Json[] = [];
    const client = await connected({ trackingCallback: (experiment: Json, result: Json) => told.push([experiment.key, result.key, experiment.phase]) }); // prettier-ignore
    const { experimentResult } = client.evalFeature('thirds', { attributes: { id: 'tilda' } });
    client.evalFeature('new-search', { attributes: { id: 'tilda', plan: 'pro' } });
    expect(told).toEqual([['thirds', experimentResult?.key, '1']]);
  });
});

describe('the features', () => {
  it('have another version exactly when they have another content', async () => {
    const first = await features();
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const again = await features();
    expect([again.headers.get('etag'), again.body.dateUpdated]).toEqual([etag, first.body.dateUpdated]);
    const known = await features({ 'if-none-match': etag });
    expect({ status: known.status, body: known.body }).toEqual({ status: 304, body: '' });

    const versions = [first.body.dateUpdated];
    const change = async (what: () => Promise<unknown>) => {
      await what();
      const { body } = await until('another version', async () => {
        const answer = await features({ 'if-none-match': etag });
        return answer.status === 200 && !versions.includes(answer.body.dateUpdated) ? answer : null;
      });
      expect(body.dateUpdated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/);
      versions.push(body.dateUpdated);
      return body;
    };
    const extra = await change(() => app.call('POST', '/api/v1/flags', { key: 'extra', type: 'boolean' }));
    expect(extra.features.extra).toEqual({ defaultValue: expect.any(Boolean), rules: [] });
    await change(() => app.call('POST', '/api/v1/segments', { key: 'nobody', targeting: { attribute: 'x', operator: 'exists' } }).then(() => app.call('PATCH', '/api/v1/segments/customers', { targeting: { attribute: 'plan', operator: 'exists' } }))); // prettier-ignore
    await change(() => app.call('PUT', '/api/v1/holdout', { share_pct: 8 }));
    // Nobody changes it: it is time.
    const soon = new Date(Date.now() + 6_000).toISOString();
    const later = await change(() => anExperiment(app, { key: 'later', status: 'draft', starts_at: soon }));
    expect(later.features.later.rules).toBeUndefined();
    const begun = await change(() => Promise.resolve());
    expect(begun.features.later.rules).toHaveLength(1);
    await change(() => anExperiment(app, { key: 'dropped', status: 'draft' }));
    await change(() => app.call('DELETE', '/api/v1/experiments/dropped'));
    // Whoever reads a time of it never sees it go back.
    expect(versions).toEqual(versions.toSorted((a, b) => Date.parse(a) - Date.parse(b)));
  });

  it('are the same in every process', async () => {
    const other = await app.startBeside();
    const url = `${(await other.getUrl()).replace('[::1]', '127.0.0.1')}/api/features/x`;
    await until('the same answer', async () => {
      const [one, two] = await Promise.all([
        features(),
        fetch(url, { headers: { authorization: `Bearer ${app.token}` } }),
      ]);
      return (await two.text()) === JSON.stringify(one.body) && two.headers.get('etag') === one.headers.get('etag'); // prettier-ignore
    });
  });

  it('leave out what no client can evaluate as the server does, by name', async () => {
    const hash = { algorithm: 'murmur3', seed: 'elsewhere' };
    await anExperiment(app, { key: 'murmured', hash });
    await anExperiment(app, { key: 'nested', targeting: { attribute: 'address.city', operator: 'eq', value: 'Bonn' } }); // prettier-ignore
    await app.call('POST', '/api/v1/flags', {
      key: 'by-murmur',
      type: 'string',
      variants: [{ key: 'a', value: 'A' }],
      rules: [{ kind: 'experiment', experiment: 'murmured', variants: null }],
    });
    const { left_out } = await until('what is left out', async () => {
      const { body } = await features();
      return body.left_out.length === 3 ? body : null;
    });
    expect(left_out).toEqual(['by-murmur', 'murmured', 'nested']);
    expect((await features()).body.features).not.toHaveProperty('murmured');
  });
});

describe('who may read the features', () => {
  const ask = (key: string, headers: Record<string, string> = {}) =>
    raw(app, 'GET', `/api/features/${key}`, headers);

  it('is a publishable token in the path, from its origins', async () => {
    const answer = await ask(publishable, { origin: ORIGIN });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'cache-control': 'public, no-cache',
      'content-type': 'application/json; charset=utf-8',
      vary: expect.stringContaining('Origin'),
    });
    const client = await connected({ clientKey: publishable, apiHostRequestHeaders: { origin: ORIGIN } });
    expect(client.evalFeature('shut', { attributes: { id: 'x' } }).value).toBe(false);
    const elsewhere = await ask(publishable, { origin: 'https://other.example' });
    expect({ status: elsewhere.status, allowed: elsewhere.headers.get('access-control-allow-origin') }).toEqual({ status: 403, allowed: null }); // prettier-ignore
    expect((await ask(publishable)).status).toBe(403);
  });

  it('is no secret token in the path, and nobody without', async () => {
    for (const answer of [
      await ask(app.token),
      await ask('x'),
      await ask(`${publishable}?x=1`, { origin: ORIGIN }),
    ]) {
      expect([400, 401]).toContain(answer.status);
      const body = (await answer.json()) as Json;
      expect(body).toEqual({ status: answer.status, error: expect.any(String) });
    }
  });
});
