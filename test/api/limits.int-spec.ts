import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Answer, QueueKind, startApp, TestApp, urlOf } from '../support/app';
import { OwnRedis } from '../support/redis';
import { until } from '../support/wait';
import { anExperiment, expectProblem } from './help';

jest.setTimeout(60_000);

const aToken = () => randomBytes(24).toString('base64url');
const someEvents = (count: number) =>
  Array.from({ length: count }, () => ({ event_id: randomUUID(), user_id: 'u', type: 'buy' }));

let apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps) await app.close();
  apps = [];
});

async function limited(queue: QueueKind, env: NodeJS.ProcessEnv): Promise<TestApp> {
  const app = await startApp({ queue, worker: false, env: { RATE_LIMIT_ENABLED: 'true', ...env } });
  apps.push(app);
  return app;
}

const list = (app: TestApp, token = app.token): Promise<Answer> =>
  app.call('GET', '/api/v1/experiments?limit=1', undefined, { authorization: `Bearer ${token}` });
const quotaOf = ({ headers }: Answer) =>
  /^"(\w+)";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '')?.slice(1) ?? [];
const countOf = (answers: Answer[], status: number) => answers.filter((one) => one.status === status).length;
const flood = (count: number, ask: () => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, ask));

describe.each<QueueKind>(['postgres', 'redis'])('a limit, with the queue in %s', (queue) => {
  it('is told with every answer, and a refusal says when to come back', async () => {
    const app = await limited(queue, { RATE_LIMIT_REQUESTS: '5', RATE_LIMIT_PERIOD: '600' });
    const first = await list(app);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=5;w=600');
    expect(quotaOf(first)).toEqual(['requests', '4', '120']);
    const answers = await flood(10, () => list(app));
    expect(countOf(answers, 200)).toBeGreaterThanOrEqual(4);
    // What they share may answer too late on a busy machine; then the process decides alone, once.
    expect(countOf(answers, 200)).toBeLessThanOrEqual(6);
    const refused = answers.find(({ status }) => status === 429) as Answer;
    expectProblem(refused, { status: 429, code: 'rate_limited' });
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(refused.body.retry_after).toBe(Number(refused.headers.get('retry-after')));
    expect(quotaOf(refused).slice(0, 2)).toEqual(['requests', '0']);
  });

  it('lets in again after the time it named', async () => {
    const app = await limited(queue, { RATE_LIMIT_REQUESTS: '2', RATE_LIMIT_PERIOD: '12' });
    const refused = (await flood(5, () => list(app))).find(({ status }) => status === 429) as Answer;
    await setTimeout(refused.body.retry_after * 1000);
    expect((await list(app)).status).toBe(200);
    expect((await list(app)).status).toBe(429);
  });

  it('counts the events of a batch, before it looks at them', async () => {
    const app = await limited(queue, { RATE_LIMIT_EVENTS: '100', RATE_LIMIT_PERIOD: '600' });
    const batch = (events: object[]) => app.call('POST', '/api/v1/events/batch', { events });
    const first = await batch(someEvents(60));
    expect(first.status).toBe(202);
    expect(quotaOf(first).slice(0, 2)).toEqual(['events', '40']);
    expectProblem(await batch(someEvents(60)), { status: 429, code: 'rate_limited' });
    // Each refusal has cost the 1 that is taken before the body is read.
    const rubbish = Array.from({ length: 30 }, () => ({ no: 'event' }));
    expectProblem(await batch(rubbish), { status: 400, code: 'nothing_accepted' });
    expectProblem(await batch(rubbish), { status: 429, code: 'rate_limited' });
    const single = await app.call('POST', '/api/v1/events', someEvents(1)[0]);
    expect(single.status).toBe(202);
    expect(quotaOf(single).slice(0, 2)).toEqual(['events', '7']);
  });

  it('says so when a request alone costs more than all of it', async () => {
    const app = await limited(queue, { RATE_LIMIT_EVENTS: '10', RATE_LIMIT_PERIOD: '60' });
    const answer = await app.call('POST', '/api/v1/events/batch', { events: someEvents(11) });
    expectProblem(answer, { status: 413, code: 'batch_too_large' });
    expect(answer.body.detail).toMatch(/alone costs more than the limit of 10 events in 60 seconds/);
    // Clients of protocols send what is answered 429 again, and wait with everything else.
    expect(answer.headers.get('retry-after')).toBeNull();
    const eleven = (item: object) => Array.from({ length: 11 }, () => item);
    for (const [path, body] of [
      ['/v1/batch', { batch: eleven({ type: 'track', userId: 'u', event: 'e' }) }],
      ['/v1/b', { batch: eleven({ type: 'track', userId: 'u', event: 'e' }) }],
      ['/batch/', { batch: eleven({ event: 'e', distinct_id: 'u' }) }],
    ] as const) {
      const { status, body: said } = await app.call('POST', path, body);
      expect({ path, status, code: said.code }).toEqual({ path, status: 413, code: 'batch_too_large' });
    }
    expect((await app.call('POST', '/api/v1/events/batch', { events: someEvents(5) })).status).toBe(202);
  });

  it('refuses without reading the body whoever is over it already', async () => {
    const app = await limited(queue, { RATE_LIMIT_EVENTS: '1', RATE_LIMIT_PERIOD: '600' });
    expect((await app.call('POST', '/api/v1/events', someEvents(1)[0])).status).toBe(202);
    const response = await fetch(new URL('/api/v1/events', app.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' },
      body: '{ this is no JSON',
    });
    expect(response.status).toBe(429);
    await response.body?.cancel();
  });

  it('counts users and experiments of assignments, apart from events and other requests', async () => {
    const app = await limited(queue, { RATE_LIMIT_ASSIGNMENTS: '20', RATE_LIMIT_PERIOD: '600' });
    const { id, key } = await anExperiment(app);
    const one = await app.call('GET', `/api/v1/experiments/${id}/assignment/u`);
    expect(one.headers.get('ratelimit-policy')).toBe('"assignments";q=20;w=600');
    const users = await app.call('POST', `/api/v1/experiments/${id}/assignments/bulk`, {
      user_ids: Array.from({ length: 12 }, (_, index) => `u-${index}`),
    });
    expect([users.status, quotaOf(users)[1]]).toEqual([200, '7']);
    const some = { user_id: 'u', experiment_ids: [key, 'no-such', 'none', 'other', 'fifth'] };
    const experiments = await app.call('POST', '/api/v1/assignments/bulk', some);
    expect([experiments.status, quotaOf(experiments)[1]]).toEqual([200, '2']);
    expect((await app.call('POST', '/api/v1/assignments/bulk', some)).status).toBe(429);
    expect((await list(app)).status).toBe(200);
    expect((await app.call('POST', '/api/v1/events', someEvents(1)[0])).status).toBe(202);
  });

  it('is each token’s own, is not for health, and is counted', async () => {
    const tokens = [aToken(), aToken()];
    const env = { RATE_LIMIT_REQUESTS: '3', RATE_LIMIT_PERIOD: '600', BEARER_TOKENS: JSON.stringify(tokens) };
    const app = await limited(queue, env);
    expect(countOf(await flood(8, () => list(app, tokens[0])), 429)).toBe(5);
    expect((await list(app, tokens[1])).status).toBe(200);
    const health = await flood(8, () => app.call('GET', '/health/live', undefined, { authorization: '' }));
    expect(countOf(health, 200)).toBe(8);
    expect(health[0].headers.get('ratelimit')).toBeNull();
    const metrics = await app.call('GET', '/metrics', undefined, { authorization: `Bearer ${tokens[1]}` });
    expect(metrics.body).toMatch(/^assay_rate_limited_total\{class="requests"\} 5$/m);
  });

  it('can be a token’s own in size as well', async () => {
    const app = await limited(queue, { RATE_LIMIT_PERIOD: '600' });
    const { status, body } = await app.call('POST', '/api/v1/tokens', {
      name: 'small',
      scopes: ['experiments:read'],
      limits: { requests: 2 },
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    const answers = await flood(4, () => list(app, body.secret));
    expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([2, 2]);
    expect(answers[0].headers.get('ratelimit-policy')).toBe('"requests";q=2;w=600');
    expect((await list(app)).status).toBe(200);
  });

  it('counts every request once, whatever its method, and those for nothing as well', async () => {
    const app = await limited(queue, { RATE_LIMIT_REQUESTS: '10', RATE_LIMIT_PERIOD: '600' });
    expect(quotaOf(await app.call('HEAD', '/api/v1/experiments'))[1]).toBe('9');
    expect(quotaOf(await app.call('GET', '/api/v1/nothing/here'))[1]).toBe('8');
    expect(quotaOf(await app.call('GET', '/openapi.json'))[1]).toBe('7');
    expect(quotaOf(await app.call('POST', '/api/v1/planning/mde', {}))[1]).toBe('6');
    expect(quotaOf(await app.call('DELETE', '/api/v1/experiments'))[1]).toBe('5');
  });

  it('is none when limits are off', async () => {
    const app = await limited(queue, { RATE_LIMIT_ENABLED: 'false', RATE_LIMIT_REQUESTS: '1' });
    const answers = await flood(5, () => list(app));
    expect(countOf(answers, 200)).toBe(5);
    expect(answers[0].headers.get('ratelimit')).toBeNull();
  });

  it('of failed authentication holds an address back, and nobody whose token is known', async () => {
    const app = await limited(queue, { RATE_LIMIT_FAILED_AUTH: '5' });
    const strangers = [];
    for (let i = 0; i < 8; i += 1) strangers.push(await list(app, aToken()));
    expect(strangers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expectProblem(strangers[7], { status: 429, code: 'rate_limited' });
    expect(Number(strangers[7].headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await list(app)).status).toBe(200);
  });
});

const TOGETHER = { RATE_LIMIT_ASSIGNMENTS: '400', RATE_LIMIT_PERIOD: '60' };

/** How often a process had to decide alone: on a busy machine what they share may answer too late. */
async function decidedAlone(app: TestApp, urls: string[], token: string): Promise<number> {
  const pages = await Promise.all(
    urls.map((url) => app.call('GET', `${url}/metrics`, undefined, { authorization: `Bearer ${token}` })),
  );
  return pages
    .map(({ body }) => Number(/^assay_rate_limits_alone_total (\d+)$/m.exec(body)?.[1]))
    .reduce((sum, count) => sum + count);
}

/** Holds as long as what they share answers: a token with which one of them had to decide alone shows nothing, and the next is tried. */
async function stayTogether(app: TestApp, urls: string[], tokens: string[]): Promise<void> {
  for (const token of tokens) {
    const before = await decidedAlone(app, urls, token);
    const { allowed, max, most } = await askAll(app, urls, token);
    if ((await decidedAlone(app, urls, token)) > before) continue;
    expect(allowed).toBeLessThanOrEqual(most + max * 0.01);
    expect(allowed).toBeGreaterThanOrEqual(max);
    return;
  }
  throw new Error('a process had to decide alone, each time');
}

/** Asks both until they have refused a hundred times, and counts how often one of them has answered. */
async function askAll(app: TestApp, urls: string[], token: string) {
  const [max, periodMs] = [
    Number(TOGETHER.RATE_LIMIT_ASSIGNMENTS),
    Number(TOGETHER.RATE_LIMIT_PERIOD) * 1000,
  ];
  let [allowed, refused] = [0, 0];
  const began = performance.now();
  const client = async (url: string): Promise<void> => {
    while (refused < 100) {
      // Nothing is asked for, so that whoever is let in is answered soon.
      const nothing = { user_id: 'u', experiment_ids: [] };
      const { status } = await app.call('POST', `${url}/api/v1/assignments/bulk`, nothing, {
        authorization: `Bearer ${token}`,
      });
      expect([200, 400, 429]).toContain(status);
      if (status === 429) refused += 1;
      else allowed += 1;
    }
  };
  await Promise.all(urls.flatMap((url) => Array.from({ length: 8 }, () => client(url))));
  const most = max * (1 + (performance.now() - began) / periodMs);
  return { allowed, max, most };
}

describe('processes without Redis', () => {
  it('stay together within 1 % of the limit, through PostgreSQL', async () => {
    const tokens = [aToken(), aToken(), aToken()];
    const app = await limited('postgres', { ...TOGETHER, BEARER_TOKENS: JSON.stringify(tokens) });
    await stayTogether(app, [app.url, await urlOf(await app.startBeside())], tokens);
  });

  it('go on limiting each for itself while PostgreSQL has nothing to share it in', async () => {
    const app = await limited('postgres', { RATE_LIMIT_REQUESTS: '20', RATE_LIMIT_PERIOD: '600' });
    await app.database.source.query('ALTER TABLE rate_limits RENAME TO gone');
    const answers = await flood(60, () => list(app));
    expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
    expect(countOf(answers, 200)).toBe(20);
    await app.database.source.query('ALTER TABLE gone RENAME TO rate_limits');
    await until('the shared limit', async () => (await list(app)).status === 200);
  });
});

describe('processes that share Redis', () => {
  let redis: OwnRedis;
  beforeEach(async () => {
    redis = await (await OwnRedis.create()).start();
  });
  afterEach(async () => {
    redis.thaw();
    for (const app of apps) await app.close();
    apps = [];
    await redis.remove();
  });

  const two = async (env: NodeJS.ProcessEnv): Promise<[TestApp, TestApp]> => {
    const together = {
      REDIS_URL: redis.url,
      QUEUE_PREFIX: 'limits',
      BEARER_TOKENS: JSON.stringify([aToken()]),
      ...env,
    };
    return [await limited('redis', together), await limited('redis', together)];
  };
  const tokenOf = (env: string): string => (JSON.parse(env) as string[])[0];

  it('stay together within 1 % of the limit', async () => {
    const tokens = [aToken(), aToken(), aToken()];
    const [one, other] = await two({ ...TOGETHER, BEARER_TOKENS: JSON.stringify(tokens) });
    await stayTogether(one, [one.url, other.url], tokens);
  });

  it.each(['killed', 'frozen'])('go on limiting each for itself while it is %s', async (how) => {
    const token = JSON.stringify([aToken()]);
    const [app] = await two({ RATE_LIMIT_REQUESTS: '20', RATE_LIMIT_PERIOD: '600', BEARER_TOKENS: token });
    const ask = async (): Promise<Answer & { ms: number }> => {
      const since = performance.now();
      return { ...(await list(app, tokenOf(token))), ms: performance.now() - since };
    };
    expect((await ask()).status).toBe(200);
    if (how === 'killed') await redis.kill();
    else redis.freeze();
    const answers = [];
    for (let i = 0; i < 60; i += 1) answers.push(await ask());
    expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([]);
    expect(countOf(answers, 200)).toBe(20);
    // Some may have had to find out; most must not wait, whatever else the machine does.
    const [median] = answers.map(({ ms }) => ms).sort((a, b) => a - b).slice(30); // prettier-ignore
    expect(median).toBeLessThan(90);
    if (how === 'killed') await redis.start();
    else redis.thaw();
    await until('the shared limit', async () => (await ask()).status === 200);
  });
});
