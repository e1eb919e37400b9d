import { randomBytes, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Json } from '../support/app';
import { freshDatabase, TestDatabase } from '../support/database';
import { Program, runProgram } from '../support/programs';
import { freePort, OwnRedis } from '../support/redis';
import { until } from '../support/wait';
import { formsOf, keysWith, tablesWith } from './canary-places';

// Secrets go in at every place where one may come in, also where it should not. Then each place that keeps or shows something is searched.

const canary = (name: string): string => `canary${name}${randomBytes(18).toString('hex')}`;
const ORIGIN = 'https://shop.example';
const HALVES = ['control', 'treatment'].map((key) => ({ key, allocation_pct: 50 }));

interface Seen {
  request: string;
  status: number;
  text: string;
}

describe.each(['postgres', 'redis'] as const)('a secret, with the queue in %s', (queue) => {
  const own = {
    bearer: canary('bearer'),
    wrong: canary('wrong'),
    database: canary('database'),
    redis: canary('redis'),
  };
  const person = `person-${randomUUID()}`;
  const role = `canary_${randomBytes(4).toString('hex')}`;
  /** With those that the api makes. */
  const secrets = new Map<string, string>(Object.entries(own));
  const programs: Program[] = [];
  const seen: Seen[] = [];
  const issued: Seen[] = [];
  let database: TestDatabase;
  let server: OwnRedis | undefined;
  let redis: Redis | undefined;
  let env: NodeJS.ProcessEnv;
  let url: string;

  beforeAll(async () => {
    database = await freshDatabase();
    await sql(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${own.database}'`);
    if (queue === 'redis') {
      server = await (await OwnRedis.create()).start();
      redis = new Redis(server.url);
      await redis.config('SET', 'requirepass', own.redis);
    }
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    env = {
      PATH: process.env.PATH,
      DATABASE_URL: withPassword(database.url, role, own.database),
      ...(server && { REDIS_URL: withPassword(server.url, '', own.redis) }),
      PORT: String(port),
      BEARER_TOKENS: JSON.stringify([own.bearer]),
      LOG_LEVEL: 'debug',
      ALLOW_RELAXED_DURABILITY: 'true',
      SHUTDOWN_DELAY_MS: '0',
    };
    run('api');
    run('worker');
    await until('the api', async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok ?? false);
  }, 60_000);
  afterAll(async () => {
    await stopAll();
    redis?.disconnect();
    await server?.remove();
    await sql(`DROP ROLE IF EXISTS ${role}`).catch(() => undefined);
    await database.drop();
  });

  const sql = (text: string): Promise<unknown> => database.source.query(text);
  function run(name: 'api' | 'worker', more: NodeJS.ProcessEnv = {}): Program {
    const program = runProgram(`apps/${name}/src/main.js`, { ...env, ...more });
    programs.push(program);
    return program;
  }
  async function stopAll(): Promise<void> {
    for (const { child } of programs) child.kill('SIGTERM');
    await Promise.all(programs.map(({ exited }) => exited));
  }
  const log = (): string => programs.map(({ said }) => said()).join('\n');

  async function ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Json> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${own.bearer}`, ...type, ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const answer = {
      request: `${method} ${path}`,
      status: response.status,
      text: `${JSON.stringify([...response.headers])} ${text}`,
    };
    const json =
      /json/.test(response.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : null;
    const isIssue = typeof json?.secret === 'string';
    (isIssue ? issued : seen).push(answer);
    if (isIssue) secrets.set(`of ${answer.request} ${secrets.size}`, json.secret);
    return json;
  }

  /** Without a header that shows who sends it. */
  async function post(path: string, body: object, headers: Record<string, string>): Promise<void> {
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = `${JSON.stringify([...response.headers])} ${await response.text()}`;
    seen.push({ request: `POST ${path.split('?')[0]}`, status: response.status, text });
  }

  it('goes in wherever it can', async () => {
    // Tokens: made, asked for again by the same key, rotated, listed, used, revoked.
    const retry = { 'idempotency-key': 'make-one' };
    const token = { name: 'Reader', scopes: ['results:read', 'experiments:read'] };
    const { id, secret } = await ask('POST', '/api/v1/tokens', token, retry);
    expect((await ask('POST', '/api/v1/tokens', token, retry)).secret ?? null).toBeNull();
    const rotated = await ask('POST', `/api/v1/tokens/${id}/rotate`, {}, { 'idempotency-key': 'rotate-one' });
    await ask('POST', `/api/v1/tokens/${id}/rotate`, {}, { 'idempotency-key': 'rotate-one' });
    const shop = await ask('POST', '/api/v1/tokens', {
      name: 'Shop',
      kind: 'publishable',
      scopes: ['events:write'],
      allowed_origins: [ORIGIN],
    });
    for (const one of [secret, rotated.secret, own.wrong, `${secret.slice(0, -1)}x`, shop.secret]) {
      const authorization = `Bearer ${one}`;
      await ask('GET', '/api/v1/experiments', undefined, { authorization });
      await ask('POST', '/api/v1/experiments', { key: 'x' }, { authorization, origin: ORIGIN });
      await ask('GET', '/metrics', undefined, {
        authorization: `Basic ${Buffer.from(`me:${one}`).toString('base64')}`,
      });
    }
    await ask('GET', '/api/v1/tokens');
    await ask('GET', `/api/v1/tokens/${id}`);
    await ask(
      'POST',
      '/api/v1/events',
      { user_id: person, type: 'buy' },
      { authorization: `Bearer ${shop.secret}`, origin: ORIGIN },
    );
    await ask('DELETE', `/api/v1/tokens/${id}`);

    // Where it does not belong.
    for (const one of secrets.values()) {
      await ask('GET', `/api/v1/experiments?access_token=${one}`);
      await ask('GET', `/api/v1/events?type=buy&access_token=${one}&access_token=${one}`, undefined, {
        authorization: '',
      });
      await ask('POST', '/api/v1/experiments', { access_token: one, key: 'y' });
      await ask('POST', '/api/v1/events', `{"access_token":"${one}"`);
      await ask('POST', '/api/v1/events', { user_id: 'u', type: 'buy', access_token: one });
      await ask('GET', '/api/v1/jobs', undefined, {
        authorization: `Token ${one}`,
        cookie: `token=${one}`,
        'x-api-key': one,
        'user-agent': one,
      });
    }

    // Where clients of other protocols put it, right or wrong, and where they might.
    for (const one of secrets.values()) {
      const nobody = { authorization: '' };
      const track = { userId: person, event: 'buy', context: { key: one }, integrations: { key: one } };
      const capture = { distinct_id: person, event: 'buy', properties: { token: one, $lib: one } };
      for (const type of ['application/json', 'text/plain']) {
        const headers = { origin: ORIGIN, 'content-type': type };
        await post('/v1/track', { ...track, writeKey: one }, headers);
        await post(
          '/v1/batch',
          { batch: [{ ...track, type: 'track', writeKey: one }], writeKey: one },
          headers,
        );
        await post('/batch/', { batch: [capture], api_key: one }, headers);
        await post('/e/', { ...capture, token: one }, headers);
        await post(`/v1/t?client_key=${one}`, track, headers);
      }
      await ask('POST', '/v1/track', track, { authorization: `Basic ${btoa(`${one}:`)}` });
      await ask(
        'POST',
        '/ofrep/v1/evaluate/flags',
        { context: { targetingKey: person } },
        { ...nobody, 'x-api-key': one },
      );
      await ask('GET', `/api/features/${one}`, undefined, nobody);
    }

    // A life of an experiment, with what may go wrong.
    await ask(
      'POST',
      '/api/v1/experiments',
      { key: 'one', name: 'One', status: 'running', variants: HALVES },
      { 'idempotency-key': 'experiment' },
    );
    await ask('POST', '/api/v1/experiments', { key: 'one', name: 'One', variants: HALVES });
    await ask(
      'POST',
      '/api/v1/experiments',
      { key: 'one', name: 'One', variants: HALVES },
      { 'idempotency-key': 'experiment' },
    );
    await ask('GET', `/api/v1/experiments/one/assignment/${person}?enroll=true`);
    await ask('GET', `/api/v1/experiments/none/assignment/${person}`);
    await ask('PUT', `/api/v1/experiments/one/overrides/${person}`, { variant_key: 'control' });
    await ask('DELETE', `/api/v1/experiments/one/overrides/${person}`);
    await ask('POST', '/api/v1/events/batch', {
      events: [
        { user_id: person, type: 'buy', value: 3, properties: { a: 1 } },
        { user_id: person, type: '' },
      ],
    });
    await ask('POST', '/api/v1/experiments/one/verify');
    for (const path of [
      '/results',
      '/results?format=csv',
      '/balance',
      '/assignments',
      '/results?granularity=second',
    ])
      await ask('GET', `/api/v1/experiments/one${path}`);
    await ask('POST', '/api/v1/dead-letters/replay', {});
    await until('the event', async () => ((await ask('GET', '/api/v1/balance')).total.stored as number) >= 2);
  }, 60_000);

  it('goes with failures of ours too', async () => {
    await sql(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '22P05', DETAIL = NEW::text; END $$`,
    );
    for (const table of ['assignments', 'event_ledger', 'overrides', 'tokens'])
      await sql(
        `CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`,
      );
    const other = `other-${person}`;
    const before = (await ask('GET', '/api/v1/balance')).total.dead as number;
    await ask('GET', `/api/v1/experiments/one/assignment/${other}`);
    await ask('PUT', `/api/v1/experiments/one/overrides/${other}`, { variant_key: 'control' });
    await ask('POST', '/api/v1/tokens', { name: 'never', scopes: ['admin'] });
    await ask('POST', '/api/v1/events', { user_id: other, type: 'buy' });
    await until(
      'the dead letter',
      async () => ((await ask('GET', '/api/v1/balance')).total.dead as number) > before,
    );
    await sql('DROP FUNCTION refuse() CASCADE');
    expect(seen.filter(({ status }) => status === 500).length).toBeGreaterThan(1);

    // Connections that break, and programs that cannot start.
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
    await Promise.all(
      Array.from({ length: 4 }, () => ask('GET', `/api/v1/experiments/one/assignment/${person}`)),
    );
    const wrong = withPassword(env.DATABASE_URL as string, role, own.wrong);
    const failing = [
      run('api', { BEARER_TOKENS: `["${own.bearer}"`, PORT: '0' }),
      run('api', {
        BEARER_TOKENS: `["${own.bearer.slice(0, 9)}"]`,
        REDIS_URL: `http://${own.redis}@x`,
        PORT: '0',
      }),
      run('api', { DATABASE_URL: wrong, PORT: '0' }),
      run('worker', { DATABASE_URL: wrong }),
    ];
    const codes = await Promise.all(failing.slice(0, 2).map(({ exited }) => exited));
    expect(codes).toEqual([78, 78]);
    await until('words about the database', async () =>
      failing.slice(2).every(({ said }) => said().includes('authentication failed')),
    );
    for (const { child } of failing) child.kill('SIGKILL');
  }, 60_000);

  it('is on no page', async () => {
    for (const path of [
      '/metrics',
      '/queues',
      '/queues/api/queues',
      '/queues/api/queues?activeQueue=events&status=latest&page=1',
      '/docs',
      '/openapi.json',
      '/health/ready',
      '/api/v1/audit',
      '/api/v1/jobs',
      '/api/v1/tokens',
    ])
      await ask('GET', path);
    const metrics = seen.filter(({ request }) => request === 'GET /metrics');
    expect(metrics.some(({ status }) => status === 200)).toBe(true);
    for (const { text } of metrics) expect(text).not.toContain(person);
  });

  it('is nowhere afterwards but in the answer that made it', async () => {
    await stopAll();
    const lines = log();
    // What would be found is found: the search itself works.
    expect(lines).toContain('/api/v1/experiments/:id/assignment/:user_id');
    expect(await tablesWith(database.source, formsOf(person))).toEqual(
      expect.arrayContaining(['public.assignments', expect.stringMatching(/public\.events/)]),
    );
    expect(secrets.size).toBeGreaterThanOrEqual(7);

    const found: Record<string, unknown>[] = [];
    if (redis !== undefined) expect(await redis.dbsize()).toBeGreaterThan(0);
    for (const [name, secret] of secrets) {
      const forms = formsOf(secret);
      const has = (text: string): boolean => forms.some((form) => text.includes(form));
      const places = {
        lines: lines.split('\n').filter(has),
        tables: await tablesWith(database.source, forms),
        keys: redis === undefined ? [] : await keysWith(redis, forms),
        answers: seen.filter(({ text }) => has(text)),
      };
      if (Object.values(places).some((list) => list.length > 0)) found.push({ name, ...places });
    }
    expect(found).toEqual([]);
    expect(issued.map(({ request }) => request.replace(/[0-9a-f-]{36}/, ':id'))).toEqual([
      'POST /api/v1/tokens',
      'POST /api/v1/tokens/:id/rotate',
      'POST /api/v1/tokens',
    ]);
    expect(lines.split('\n').filter((line) => formsOf(person).some((form) => line.includes(form)))).toEqual(
      [],
    );
  }, 60_000);
});

function withPassword(url: string, user: string, password: string): string {
  const parsed = new URL(url);
  parsed.username = user;
  parsed.password = password;
  return parsed.href;
}
