import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { JobsStore } from '@app/store';
import { Answer, startApp, TestApp } from '../support/app';
import { untilLocked } from '../support/locks';
import { textOf } from '../support/statements';
import { anExperiment, expectProblem, HALVES, newExperiment } from './help';

jest.setTimeout(40_000);

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const post = (path: string, body: unknown, key: string, headers: object = {}): Promise<Answer> =>
  app.call('POST', `/api/v1/${path}`, body, { 'idempotency-key': key, ...headers });
const sql = (text: string, values: unknown[] = []) => app.database.source.query(text, values);
const count = async (from: string, values: unknown[] = []): Promise<number> =>
  (await sql(`SELECT count(*)::int AS count FROM ${from}`, values))[0].count;
const answerTo = async (path: string, body: unknown, key: string): Promise<string> => {
  const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'application/json', 'idempotency-key': key }; // prettier-ignore
  return (
    await fetch(`${app.url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  ).text();
};
const replayed = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';

/** What each route takes, and how many rows of what it makes. */
const ROUTES: [string, (id: string) => { path: string; body?: object }, string][] = [
  ['an experiment', () => ({ path: 'experiments', body: newExperiment() }), 'experiments'],
  ['many experiments', () => ({ path: 'experiments/bulk', body: { experiments: [newExperiment(), newExperiment(), { key: 'faulty' }] } }), 'experiments'],
  ['an epoch', (id) => ({ path: `experiments/${id}/epochs`, body: { coverage_pct: 50, variants: HALVES } }), 'epochs'],
  ['a metric', () => ({ path: 'metrics', body: { key: `m-${randomUUID()}`, definition: { kind: 'conversion', event_types: ['buy'] } } }), 'metrics'],
  ['assignments', (id) => ({ path: `experiments/${id}/assignments/import`, body: { assignments: [{ user_id: 'u', variant_key: 'control', assigned_at: '2026-01-01T00:00:00Z' }] } }), 'assignments'],
  ['a recompute', (id) => ({ path: `experiments/${id}/recompute` }), 'jobs'],
  ['a verification', (id) => ({ path: `experiments/${id}/verify` }), 'jobs'],
  ['a token', () => ({ path: 'tokens', body: { name: 'nightly', scopes: ['results:read'] } }), 'tokens'],
  ['a replay of dead letters', () => ({ path: 'dead-letters/replay', body: { sqlstate: '22P05' } }), 'dead_events'],
]; // prettier-ignore

describe('an Idempotency-Key', () => {
  it.each(ROUTES)('gives a retry the first answer again, for %s', async (_, request, table) => {
    const { id } = await anExperiment(app);
    const { path, body } = request(id);
    const key = randomUUID();
    const first = await post(path, body, key);
    expect({ ok: first.status < 300, body: first.body }).toMatchObject({ ok: true });
    const rows = await count(table);
    const jobs = await app.api.get(JobsStore).list({ limit: 1, after: null });
    if (table === 'jobs') await sql(`UPDATE jobs SET state = 'completed', finished_at = now() WHERE id = $1`, [jobs[0].id]);
    const again = await post(path, body, key);
    expect(again.status).toBe(first.status);
    expect(again.body).toEqual(table === 'tokens' ? { ...first.body, secret: null } : first.body);
    for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect([first, again].map(replayed)).toEqual([false, true]);
    expect(await count(table)).toBe(rows);
    // Another key is another request.
    if (path.endsWith('verify')) expect((await post(path, body, randomUUID())).body.id).not.toBe(first.body.id);
  }); // prettier-ignore

  it('answers with the same bytes, whatever the order of the members', async () => {
    const [key, { name, ...rest }] = [randomUUID(), newExperiment({ hypothesis: 'é\u2028"' })];
    const first = await answerTo('experiments', { name, ...rest }, key);
    expect(await answerTo('experiments', { ...rest, name }, key)).toBe(first);
    expect(await answerTo('experiments', { name, ...rest }, `"${key}"`)).toBe(first);
  });

  it('refuses another body', async () => {
    const key = randomUUID();
    await post('experiments', newExperiment(), key);
    const refusal = { status: 422, code: 'idempotency_mismatch' };
    expectProblem(await post('experiments', newExperiment(), key), refusal);
    expectProblem(await post('experiments', {}, key), refusal);
  });

  it('belongs to one address and one caller', async () => {
    const key = randomUUID();
    const experiment = newExperiment();
    await post('experiments', experiment, key);
    const { id } = await anExperiment(app);
    expect((await post(`experiments/${id}/verify`, undefined, key)).status).toBe(202);
    const other = await app.call('POST', '/api/v1/tokens', { name: 'other', scopes: ['experiments:write'] });
    expect(other.status).toBe(201);
    const asOther = { authorization: `Bearer ${other.body.secret}` };
    expectProblem(await post('experiments', experiment, key, asOther), { status: 409, code: 'key_taken' });
  });

  it.each([
    ['invalid', { key: 'No' }, 400],
    ['inconsistent', newExperiment({ variants: [HALVES[0], { ...HALVES[1], allocation_pct: 49 }] }), 422],
  ])('is free again after a request that was %s', async (_, body, status) => {
    const key = randomUUID();
    expect((await post('experiments', body, key)).status).toBe(status);
    const mended = await post('experiments', newExperiment(), key);
    expect({ status: mended.status, replayed: replayed(mended) }).toEqual({ status: 201, replayed: false });
  });

  it('is forgotten after a day, and swept away', async () => {
    const key = randomUUID();
    const [old, other] = [newExperiment(), newExperiment()];
    await post('experiments', old, key);
    await sql(`UPDATE idempotency_keys SET created_at = created_at - interval '23 hours 59 minutes' WHERE key = $1`, [key]); // prettier-ignore
    expect(replayed(await post('experiments', old, key))).toBe(true);
    await sql(`UPDATE idempotency_keys SET created_at = created_at - interval '2 minutes' WHERE key = $1`, [key]); // prettier-ignore
    expect((await post('experiments', other, key)).body.key).toBe(other.key);
    expect(replayed(await post('experiments', other, key))).toBe(true);
    await sql(`UPDATE idempotency_keys SET created_at = created_at - interval '25 hours' WHERE key = $1`, [key]); // prettier-ignore
    await app.api.get(JobsStore).prune();
    expect(await count('idempotency_keys WHERE key = $1', [key])).toBe(0);
  });

  it('is not kept for events', async () => {
    const key = randomUUID();
    const event = { event_id: randomUUID(), user_id: 'u', type: 'buy' };
    for (let time = 0; time < 2; time++) expect((await post('events', event, key)).headers.get('idempotent-replayed')).toBeNull(); // prettier-ignore
  });

  it.each(['a b', '', '""', 'x'.repeat(256), 'a, b', 'é'])('may not be %j', async (key) => {
    const answer = await post('experiments', newExperiment(), key);
    expectProblem(answer, { status: 400, code: 'invalid_request', pointer: '/Idempotency-Key' });
  });
});

describe('requests with one Idempotency-Key', () => {
  it('are answered 409 with Retry-After while the first is at work', async () => {
    const [key, body] = [randomUUID(), newExperiment({ key: 'slow' })];
    const blocker = app.database.source.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('LOCK TABLE variants IN SHARE MODE');
    const first = post('experiments', body, key);
    await untilLocked(app.database.db, 1);
    const second = await post('experiments', body, key);
    expectProblem(second, { status: 409, code: 'idempotency_in_progress' });
    expect(second.headers.get('retry-after')).toBe('1');
    expectProblem(await post('experiments', newExperiment(), key), { status: 409, code: 'idempotency_in_progress' });
    await blocker.rollbackTransaction();
    await blocker.release();
    const { status, body: created } = await first;
    expect(status).toBe(201);
    expect((await post('experiments', body, key)).body).toEqual(created);
  }); // prettier-ignore

  it('make one thing, however many come at once', async () => {
    const [key, body] = [randomUUID(), newExperiment({ key: 'once' })];
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('experiments', body, key)));
    const created = answers.filter(({ status }) => status === 201);
    expect(created.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(new Set(created.map((answer) => answer.body.id)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectProblem(answer, { status: 409, code: 'idempotency_in_progress' });
    expect(await count(`experiments WHERE key = 'once'`)).toBe(1);
    expect(await count(`audit_log WHERE details->'asked'->>'key' = 'once'`)).toBe(1);
  });
});

describe('an api that loses its connection', () => {
  /** The connection is gone when this statement of the api has been executed, and before it hears of it. */
  function loseAfter(statement: RegExp): { lost: () => boolean; stop: () => void } {
    const pool = (app.api.get(DataSource).driver as unknown as { master: Pool }).master;
    let lost = false;
    const watch = (client: PoolClient): void => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      const { stream } = (client as unknown as { connection: { stream: { destroy: () => void } } })
        .connection;
      client.query = (async (...args: unknown[]) => {
        const result = await query(...args);
        if (lost || !statement.test(textOf(args[0]))) return result;
        lost = true;
        stream.destroy();
        throw new Error('Connection terminated unexpectedly');
      }) as typeof client.query;
    };
    pool.on('acquire', watch);
    return { lost: () => lost, stop: () => pool.off('acquire', watch) };
  }

  it.each([
    ['before the commit', /INTO audit_log/, false],
    ['after the commit', /^COMMIT$/, true],
  ])('%s makes one thing all the same when it is asked again', async (_, statement, isReplayed) => {
    const [key, body] = [randomUUID(), newExperiment()];
    const { lost, stop } = loseAfter(statement);
    const first = await post('experiments', body, key);
    stop();
    expect(lost()).toBe(true);
    expectProblem(first, { status: 503, code: 'store_unavailable' });
    expect(first.headers.get('location')).toBeNull();
    const [made] = await sql('SELECT id FROM experiments WHERE key = $1', [body.key]);
    expect(made !== undefined).toBe(isReplayed);
    const again = await post('experiments', body, key);
    expect({ status: again.status, replayed: replayed(again) }).toEqual({
      status: 201,
      replayed: isReplayed,
    });
    if (isReplayed) expect(again.body.id).toBe(made.id);
    expect(await count('experiments WHERE key = $1', [body.key])).toBe(1);
    expect(await count('audit_log WHERE target_id = $1', [again.body.id])).toBe(1);
  });

  it('has one transaction for what a request does', async () => {
    const body = newExperiment();
    await post('experiments', body, randomUUID());
    const [{ same }] = await sql(
      `SELECT count(DISTINCT xmin::text) = 1 AS same FROM (
         SELECT xmin FROM idempotency_keys WHERE answer->>'key' = $1
         UNION ALL SELECT xmin FROM audit_log WHERE details->'asked'->>'key' = $1) rows`,
      [body.key],
    );
    expect(same).toBe(true);
  });
});
