import { getQueueToken } from '@nestjs/bullmq';
import { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { EVENTS_QUEUE, JOB_OPTIONS } from '@app/queue';
import { Json, startApp, TestApp } from '../support/app';
import { anEvent } from '../support/builders';
import { until } from '../support/wait';
import { anExperiment, assignment, expectProblem, sendAndStore, stored } from './help';
import { aMetric, finished, KINDS } from './metrics-help';

jest.setTimeout(60_000);

/** An id that needs care in JSON, in SQL and in addresses, and of which no part is in any other text. */
const CANARY = 'kanari"enö\\gel/%41';
const EARLY = '2026-11-01T10:00:00Z';

let app: TestApp;
let worker: INestApplicationContext;
beforeAll(async () => {
  app = await startApp({ worker: false });
  worker = await app.startWorker();
});
afterAll(() => app.close());

const get = async (path: string) => (await app.call('GET', `/api/v1/${path}`)).body;
const sql = <T = Json>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.database.source.query(text, values);
const address = (user: string, rest = '') => `/api/v1/users/${encodeURIComponent(user)}${rest}`;

async function erased(user: string): Promise<Json> {
  const { status, body, headers } = await app.call('DELETE', address(user));
  expect({ status, body }).toMatchObject({ status: 202, body: { kind: 'erase', experiment_id: null } });
  expect(JSON.stringify(body)).not.toContain('user_id');
  expect(headers.get('location')).toBe(`/api/v1/jobs/${body.id}`);
  return finished(app, body.id);
}

async function exported(user: string, url = app.url): Promise<Json[]> {
  const headers = { authorization: `Bearer ${app.token}` };
  const answer = await fetch(url + address(user, '/export'), { headers });
  expect({ status: answer.status, ...Object.fromEntries(answer.headers) }).toMatchObject({
    status: 200,
    'content-type': 'application/x-ndjson',
    'content-disposition': 'attachment; filename="user-export.ndjson"',
    'cache-control': 'no-store',
  });
  const lines = (await answer.text()).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

/** Columns of any kind of text in which the user is mentioned, as they are or as JSON writes them. */
async function mentions(user: string): Promise<string[]> {
  const columns = await sql<{ name: string; column_name: string }>(`
    SELECT DISTINCT format('%I.%I', table_schema, table_name) AS name, column_name FROM information_schema.columns
    JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
      AND (data_type IN ('text', 'json', 'jsonb', 'character varying', 'ARRAY', 'bytea', 'USER-DEFINED'))`);
  expect(columns.length).toBeGreaterThan(60);
  const found: string[] = [];
  for (const { name, column_name } of columns) {
    const text = `"${column_name}"::text`;
    const [{ rows }] = await sql(
      `SELECT count(*)::int AS rows FROM ${name} WHERE position($1 IN ${text}) > 0 OR position($2 IN ${text}) > 0`,
      [user, JSON.stringify(user).slice(1, -1)],
    );
    if (rows > 0) found.push(`${name}.${column_name}`);
  }
  return found.sort();
}

/** Everything that results say, in words that do not depend on the experiment. */
async function said(experiment: Json, query = ''): Promise<Json> {
  const answer = await get(`experiments/${experiment.id}/results${query}`);
  const names = [experiment.id, experiment.key, ...experiment.variants.map(({ id }: { id: string }) => id)];
  const text = names.reduce((all: string, name: string, index: number) => all.replaceAll(name, `name-${index}`), JSON.stringify(answer)); // prettier-ignore
  return JSON.parse(text, (key, value) =>
    ['generated_at', 'computed_at', 'version', 'name', 'data_version', 'as_of', 'started_at', 'selected_at', 'activated_at', 'totals_changed_at', 'totals_version', 'opened_at', 'sealed_at'].includes(key) ? undefined : value); // prettier-ignore
}

describe('a person who is erased', () => {
  it('is in no total, no row and no export, and nobody else is missed', async () => {
    const metrics: string[] = [];
    for (const kind of ['mean', 'ratio', 'funnel', 'retention', 'count']) metrics.push((await aMetric(app, { name: kind, definition: KINDS[kind] })).key);
    const worlds: { own: Json; twin: Json; population: string }[] = [];
    for (const population of ['assigned', 'exposed']) {
      const make = () => anExperiment(app, { analysis_population: population, timezone: 'America/New_York', primary_metric: 'buy', metrics });
      worlds.push({ own: await make(), twin: await make(), population });
    }
    const others = ['ann', 'ben', 'cleo', 'dora', 'emil', 'flo'];
    const member = (user_id: string, index: number) => ({
      user_id, variant_key: index % 2 === 0 ? 'control' : 'treatment', assigned_at: EARLY,
      exposed_at: '2026-11-02T10:00:00Z', attributes: { plan: index % 3 === 0 ? 'pro' : 'free' },
    });
    for (const { own, twin } of worlds) {
      const all = others.map(member);
      for (const [x, assignments] of [[own, [...all, member(CANARY, 1)]], [twin, all]] as [Json, Json[]][]) {
        const { status } = await app.call('POST', `/api/v1/experiments/${x.id}/assignments/import`, { assignments });
        expect(status).toBe(200);
      }
    }
    const forced = await anExperiment(app);
    await app.call('PUT', `/api/v1/experiments/${forced.id}/overrides/${encodeURIComponent(CANARY)}`, { variant_key: 'control' });
    await assignment(app, (await anExperiment(app)).id, CANARY, '?enroll=true');

    const lifeOf = (user_id: string, index: number) =>
      ['visit', 'view', 'buy', 'visit', 'buy', 'view', 'buy'].map((type, step) => ({
        user_id, type, value: index + step, timestamp: `2026-11-0${1 + step}T${12 + index}:00:00Z`,
        properties: { net: 2 * index + step, pro: true, friend: user_id === 'ann' ? 'ben' : 'ann' },
      }));
    const before = { user_id: CANARY, type: 'buy', value: 7, timestamp: '2026-10-31T10:00:00Z' };
    await sendAndStore(app, others.flatMap(lifeOf));
    const untouched = await Promise.all(worlds.map(({ twin }) => said(twin)));
    const ids = await sendAndStore(app, [
      ...lifeOf(CANARY, 9), before, { ...before, type: 'last', timestamp: '2026-11-19T10:00:00Z' },
      { user_id: CANARY, type: 'exposure', experiment_id: worlds[1].own.id, timestamp: '2026-11-01T12:00:00Z' },
      { user_id: CANARY, type: 'buy', experiment_id: worlds[0].twin.id },
    ]);
    const inWorld = await said(worlds[0].own);
    expect(inWorld).not.toEqual(await said(worlds[0].twin));
    const etag = (await app.call('GET', `/api/v1/experiments/${worlds[0].own.id}/results`)).headers.get('etag');

    // A dead letter of each; a job that died and one that waits, both of two people; an answer and a result about two.
    await sql(`ALTER TABLE events ADD CONSTRAINT refuse CHECK (type <> 'odd') NOT VALID`);
    const odd = { event_id: uuidv7(), user_id: CANARY, type: 'odd' };
    await app.call('POST', '/api/v1/events/batch', { events: [odd, { ...odd, event_id: uuidv7(), user_id: 'ann' }] });
    await until('two dead letters', async () => (await get('dead-letters?status=open')).data.length === 2);
    await sql('ALTER TABLE events DROP CONSTRAINT refuse');
    const jobOf = (...users: string[]) => JSON.stringify({ v: 1, received_at: new Date().toISOString(), events: users.map((user_id) => anEvent({ user_id, type: 'late' })) });
    await sql(`INSERT INTO inbox (batch_key, payload, retry_at) VALUES ('both', $1, 'infinity'), ('one', $2, 'infinity')`, [jobOf('ann', CANARY), jobOf(CANARY)]);
    await sql(`INSERT INTO dead_jobs (job_id, status, reason, payload, died_at) VALUES ('both', 'dead', 'x', $1, now()), ('one', 'dead', 'x', $2, now())`, [jobOf('ann', CANARY), JSON.stringify(CANARY)]);
    await sql(`INSERT INTO idempotency_keys (caller, key, request_hash, status, answer) VALUES ('c', 'k', 'h', 200, $1), ('c', 'l', 'h', 200, $2)`,
      [JSON.stringify({ data: [{ user_id: 'ann' }, { user_id: CANARY }] }), JSON.stringify({ user_id: CANARY })]);
    const [verified] = await sql(`INSERT INTO jobs (id, kind, state, result) VALUES (gen_random_uuid(), 'verify', 'completed', $1) RETURNING id`,
      [JSON.stringify({ drift: 2, tables: [{ rows: [{ key: { user_id: CANARY } }, { key: { user_id: 'ann' } }] }] })]);
    await sql(`INSERT INTO experiment_balances (experiment_id, day, received, dispositions) SELECT $1, (now() AT TIME ZONE 'America/New_York')::date, 1, '{}'`, [worlds[0].own.id]);

    await app.call('PUT', address(CANARY), { attributes: { plan: 'pro', name: CANARY } });
    await app.call('PUT', address('ann'), { attributes: { plan: 'free' } });
    const things = await exported(CANARY);
    const kinds = (kind: string) => things.filter((thing) => thing.kind === kind);
    expect(kinds('user')).toMatchObject([{ user_id: CANARY, attributes: { plan: 'pro', name: CANARY } }]);
    expect(kinds('assignment')).toHaveLength(3);
    expect(kinds('assignment')).toContainEqual(expect.objectContaining({ experiment_key: worlds[0].own.key, user_id: CANARY, variant_key: 'treatment', attributes: { plan: 'free' }, source: 'import' }));
    expect(kinds('override')).toMatchObject([{ experiment_key: forced.key, variant_key: 'control' }]);
    expect(kinds('event').map(({ event_id }): string => event_id).toSorted()).toEqual(ids.toSorted());
    expect(kinds('event')).toContainEqual(expect.objectContaining({ type: 'buy', value: 7, user_id: CANARY, timestamp: '2026-10-31T10:00:00.000Z' }));
    expect(kinds('dead_letter')).toMatchObject([{ id: odd.event_id, status: 'open', sqlstate: '23514', payload: { type: 'odd' } }]);
    expect(things).toHaveLength(1 + 3 + 1 + ids.length + 1);
    expect((await mentions(CANARY)).length).toBeGreaterThan(8);

    const job = await erased(CANARY);
    expect(job).toMatchObject({ state: 'completed', error: null, result: { experiments: 3, assignments: 3, overrides: 1, events: ids.length, dead_letters: 1 } });
    expect(JSON.stringify(job)).not.toContain('kanari');

    expect(await mentions(CANARY)).toEqual([]);
    expect(await exported(CANARY)).toEqual([]);
    for (const [index, { own, twin }] of worlds.entries()) {
      expect(await said(twin)).toEqual(untouched[index]);
      for (const query of ['', '?breakdown=plan', '?granularity=day', '?granularity=hour&start_date=2026-11-03&end_date=2026-11-05', '?novelty=true'])
        expect(await said(own, query)).toEqual(await said(twin, query));
      const { body } = await app.call('POST', `/api/v1/experiments/${own.id}/verify`);
      expect((await finished(app, body.id)).result).toMatchObject({ drift: 0 });
    }
    const now = await app.call('GET', `/api/v1/experiments/${worlds[0].own.id}/results`);
    expect(now.headers.get('etag')).not.toBe(etag);
    expect(await sql('SELECT FROM experiment_balances')).toEqual([]);

    expect((await app.call('GET', address(CANARY))).status).toBe(404);
    expect(await get('users/ann')).toMatchObject({ attributes: { plan: 'free' } });
    // What the others left behind is there, whole.
    const kept = await sql(`SELECT batch_key AS id, payload FROM inbox UNION ALL SELECT job_id, payload FROM dead_jobs`);
    expect(kept.map(({ id }) => id)).toEqual(['both', 'both']);
    for (const { payload } of kept) expect(JSON.parse(payload).events).toMatchObject([{ user_id: 'ann', type: 'late' }]);
    expect((await get('dead-letters?status=open')).data).toHaveLength(1);
    expect(await sql('SELECT key, answer FROM idempotency_keys')).toEqual([{ key: 'k', answer: { data: [{ user_id: 'ann' }] } }]);
    expect((await get(`jobs/${verified.id}`)).result).toEqual({ drift: 2, tables: [{ rows: [{ key: { user_id: 'ann' } }] }] });
    // Four ids were never stored: the dead letter, two in the inbox, and one in the dead job.
    const { total } = await get('balance?recount=true');
    expect(total).toMatchObject({ balanced: true, erased: 4, dead: 1, rows: { drift: 0 } });

    // Every event of this person that comes again, as it was, is known.
    await app.call('POST', '/api/v1/events/batch', { events: [odd, ...ids.map((event_id) => ({ event_id, user_id: CANARY, type: 'buy' }))] });
    await until('duplicates', async () => (await get('balance')).total.duplicate >= total.duplicate + ids.length + 1);
    expect(await mentions(CANARY)).toEqual([]);
  }); // prettier-ignore

  it('does not come back with what was on its way, and is a new user afterwards', async () => {
    const x = await anExperiment(app);
    const queue = worker.get<Queue>(getQueueToken(EVENTS_QUEUE));
    await assignment(app, x.id, 'zoe');
    await sendAndStore(app, [{ user_id: 'zoe', type: 'buy' }]);
    const late = [anEvent({ user_id: 'zoe' }), anEvent({ user_id: 'yara' })];
    await erased('zoe');
    const job = {
      v: 1,
      received_at: late[0].received_at,
      events: late.map(({ received_at: _, ...event }) => event),
    };
    await queue.add('ingest', job, JOB_OPTIONS);
    await stored(app, late.map(({ event_id }) => event_id)); // prettier-ignore
    expect((await get('events?user_id=zoe')).data).toEqual([]);
    expect((await get('events?user_id=yara')).data).toHaveLength(1);

    const again = (await assignment(app, x.id, 'zoe')).body;
    expect(again).toMatchObject({ reason: 'assigned', source: 'hash' });
    await sendAndStore(app, [{ user_id: 'zoe', type: 'buy' }]);
    expect(await get(`experiments/${x.id}/balance`)).toMatchObject({ total: { counted: 1, received: 1 } });
    expect((await get('balance?recount=true')).total).toMatchObject({ balanced: true, rows: { drift: 0 } });
  });

  it('is handed out whole, over many pages, or the answer breaks off', async () => {
    // Most of them at the same instant, so that only the id tells one page from the next.
    const events = Array.from({ length: 1_000 }, (_, index) => ({ user_id: 'much', type: 'x', timestamp: index % 10 === 0 ? undefined : EARLY })); // prettier-ignore
    const ids = [...(await sendAndStore(app, events)), ...(await sendAndStore(app, events.slice(0, 201)))];
    const things = await exported('much');
    expect(things.map(({ event_id }): string => event_id).toSorted()).toEqual(ids.toSorted());
    await sql('ALTER TABLE dead_events RENAME TO away');
    await expect(exported('much', app.direct)).rejects.toThrow('terminated');
    expectProblem(await app.call('GET', address('nobody', '/export')), { status: 500, code: 'internal' });
    await sql('ALTER TABLE away RENAME TO dead_events');
  });

  it('may be somebody whom nobody knows, and is forgotten by no worker', async () => {
    expect(await erased('nobody')).toMatchObject({
      state: 'completed',
      result: { experiments: 0, events: 0 },
    });
    expect(await exported('nobody')).toEqual([]);
    // The queue never got the first, and lost the second after a worker had begun it.
    const lost = await sql<{ id: string }>(
      `INSERT INTO jobs (id, kind, user_id, state, created_at, started_at)
       VALUES (gen_random_uuid(), 'erase', 'lost', 'waiting', now() - interval '2 minutes', NULL),
         (gen_random_uuid(), 'erase', 'lost', 'active', now() - interval '1 hour', now() - interval '11 minutes') RETURNING id`,
    );
    for (const { id } of lost) expect(await finished(app, id)).toMatchObject({ state: 'completed' });
    expect(await sql('SELECT FROM jobs WHERE user_id IS NOT NULL')).toEqual([]);
  });

  it('is named by an id such as any other, and only by an admin', async () => {
    for (const path of ['/api/v1/users/%00', `/api/v1/users/${'x'.repeat(257)}`, '/api/v1/users/%20/export']) {
      const method = path.endsWith('export') ? 'GET' : 'DELETE';
      expectProblem(await app.call(method, path), { status: 400, code: 'invalid_request', pointer: '/user_id' });
    }
    for (const [method, path] of [['DELETE', address('x')], ['GET', address('x', '/export')]] as const)
      expect((await fetch(app.url + path, { method })).status).toBe(401);
  }); // prettier-ignore
});
