import { randomBytes, randomUUID } from 'node:crypto';
import { AuditStore } from '@app/store';
import { Answer, Json, startApp, TestApp } from '../support/app';
import { untilLocked } from '../support/locks';
import { anExperiment, expectProblem, HALVES, newExperiment } from './help';

jest.setTimeout(40_000);

const USER = 'ann@example.org';
const SECRET_TEXT = 'hunter2hunter2';

let app: TestApp;
let actor: { id: string; token: string };
beforeAll(async () => {
  app = await startApp({ worker: false });
  const scopes = ['experiments:read', 'experiments:write', 'assignments:write', 'results:read', 'admin'];
  const { body } = await app.call('POST', '/api/v1/tokens', { name: 'Ops of the shop', scopes });
  actor = { id: body.id, token: body.secret };
});
afterAll(() => app.close());

const sql = (text: string, values: unknown[] = []) => app.database.source.query(text, values);
const rows = (): Promise<Json[]> => sql('SELECT * FROM audit_log ORDER BY id');
const breaks = async () => (await sql('SELECT id::int FROM audit_breaks()')).map(({ id }: Json) => id);
const call = (method: string, path: string, body?: object, headers: object = {}): Promise<Answer> =>
  app.call(method, `/api/v1/${path}`, body, { authorization: `Bearer ${actor.token}`, ...headers });

/** The rows that the request has added. */
async function writtenBy(request: () => Promise<Answer>): Promise<{ answer: Answer; added: Json[] }> {
  const before = (await rows()).length;
  const answer = await request();
  return { answer, added: (await rows()).slice(before) };
}

async function aDeadLetter(): Promise<string> {
  const id = randomUUID();
  await sql(
    `INSERT INTO dead_events (event_id, received_at, payload, sqlstate, reason) VALUES ($1, now(), $2, '22P05', 'it was refused')`,
    [id, JSON.stringify({ event_id: id, user_id: USER, type: 'buy' })],
  );
  return id;
}

interface Made {
  id: string;
  draft: string;
  metric: string;
  letter: string;
}

/** Every action, the request that does it, and what its row is about. */
const ACTIONS: [string, (made: Made) => [string, string, object?], (made: Made, answer: Json) => object][] = [
  ['experiment.create', () => ['POST', 'experiments', newExperiment({ name: 'New' })], (_, x) => ({ target_id: x.id, details: { asked: { key: x.key, name: 'New' } } })],
  ['experiment.update', ({ draft }) => ['PATCH', `experiments/${draft}`, { name: 'After', description: null }], ({ draft }) => ({ target_id: draft, details: { changed: { name: { from: 'Before', to: 'After' } } } })],
  ['experiment.update', ({ draft }) => ['PATCH', `experiments/${draft}`, { metrics: ['buy'], primary_metric: 'buy' }], ({ draft }) => ({ target_id: draft, details: { changed: { primary_metric: { from: null, to: 'buy' } } } })],
  ['experiment.start', ({ draft }) => ['POST', `experiments/${draft}/start`], ({ draft }) => ({ target_id: draft, details: {} })],
  ['experiment.delete', ({ draft }) => ['DELETE', `experiments/${draft}`], ({ draft }) => ({ target_id: draft, details: { key: expect.any(String) } })],
  ['experiment.pause', ({ id }) => ['POST', `experiments/${id}/pause`], ({ id }) => ({ target_id: id })],
  ['experiment.complete', ({ id }) => ['POST', `experiments/${id}/complete`, { winner: 'control' }], ({ id }) => ({ target_id: id, details: { asked: { winner: 'control' } } })],
  ['experiment.open_epoch', ({ id }) => ['POST', `experiments/${id}/epochs`, { coverage_pct: 50, variants: HALVES }], ({ id }) => ({ target_id: id, details: { asked: { coverage_pct: 50 } } })],
  ['experiment.override', ({ id }) => ['PUT', `experiments/${id}/overrides/${USER}`, { variant_key: 'treatment' }], ({ id }) => ({ target_id: id, details: { variant_key: 'treatment', user_ref: expect.stringMatching(/^[0-9a-f]{32}$/) } })],
  ['experiment.import', ({ id }) => ['POST', `experiments/${id}/assignments/import`, { assignments: [{ user_id: USER, variant_key: 'control', assigned_at: '2026-01-01T00:00:00Z' }, { user_id: USER }] }], ({ id }) => ({ target_id: id, details: { imported: 1, moved: 0, unchanged: 0, conflicts: 0, rejected: 1 } })],
  ['experiment.recompute', ({ id }) => ['POST', `experiments/${id}/recompute`], ({ id }, job) => ({ target_id: id, details: { job_id: job.id } })],
  ['metric.create', () => ['POST', 'metrics', { key: `m-${randomUUID()}`, definition: { kind: 'conversion', event_types: ['buy'] } }], (_, metric) => ({ target_id: metric.id })],
  ['metric.update', ({ metric }) => ['PATCH', `metrics/${metric}`, { direction: 'decrease' }], ({ metric }) => ({ target_id: metric, details: { changed: { direction: { from: 'increase', to: 'decrease' } } } })],
  ['metric.delete', ({ metric }) => ['DELETE', `metrics/${metric}`], ({ metric }) => ({ target_id: metric })],
  ['dead_letter.replay', ({ letter }) => ['POST', `dead-letters/${letter}/replay`], ({ letter }) => ({ target_id: letter })],
  ['dead_letter.replay_all', () => ['POST', 'dead-letters/replay', { sqlstate: '22P05' }], () => ({ target_id: null, details: { asked: { sqlstate: '22P05' }, more: false } })],
  ['dead_letter.discard', ({ letter }) => ['POST', `dead-letters/${letter}/discard`, { reason: 'Test traffic.' }], ({ letter }) => ({ target_id: letter, details: { asked: { reason: 'Test traffic.' } } })],
  ['token.create', () => ['POST', 'tokens', { name: 'nightly', scopes: ['results:read'] }], (_, token) => ({ target_id: token.id })],
]; // prettier-ignore

async function something(): Promise<Made> {
  const { id } = await anExperiment(app);
  const { id: draft } = await anExperiment(app, { status: 'draft', name: 'Before' });
  const definition = { kind: 'conversion', event_types: ['buy'] };
  const { body: metric } = await app.call('POST', '/api/v1/metrics', {
    key: `m-${randomUUID()}`,
    definition,
  });
  return { id, draft, metric: metric.id, letter: await aDeadLetter() };
}

describe('the audit log', () => {
  it.each(ACTIONS)('has one row of each %s', async (action, request, expected) => {
    const made = await something();
    const { answer, added } = await writtenBy(() => call(...request(made)));
    expect({ ok: answer.status < 300, body: answer.body }).toMatchObject({ ok: true });
    expect(added).toHaveLength(1);
    expect(added[0]).toMatchObject({
      action,
      actor_id: actor.id,
      actor_name: 'Ops of the shop',
      request_id: answer.headers.get('x-request-id'),
      target_type: action.split('.')[0],
      ...expected(made, answer.body),
    });
  });

  it('has a row of each experiment that was created with others', async () => {
    const experiments = [newExperiment(), { key: 'faulty' }, newExperiment({ timezone: 'Mars/Olympus' }), newExperiment()]; // prettier-ignore
    const { answer, added } = await writtenBy(() => call('POST', 'experiments/bulk', { experiments }));
    expect(answer.body.results.map(({ status }: Json) => status)).toEqual([
      201,
      400,
      expect.any(Number),
      201,
    ]);
    const created = answer.body.results.filter(({ status }: Json) => status === 201);
    expect(added.map(({ target_id }) => target_id)).toEqual(
      created.map(({ experiment }: Json) => experiment.id),
    );
    expect(added.map(({ details }) => details.asked.key)).toEqual([experiments[0].key, experiments[3].key]);
  });

  it('has no row of what was refused, changed nothing, only looked, or was answered a second time', async () => {
    const { id, draft, metric, letter } = await something();
    await call('POST', `dead-letters/${letter}/discard`, { reason: 'done' });
    const taken = newExperiment();
    const key = { 'idempotency-key': randomUUID() };
    expect((await call('POST', 'experiments', taken, key)).status).toBe(201);
    const requests: [number, string, string, object?, object?][] = [
      [201, 'POST', 'experiments', taken, key],
      [409, 'POST', 'experiments', taken],
      [400, 'POST', 'experiments', {}],
      [404, 'POST', 'experiments/none/start'],
      [409, 'POST', `experiments/${id}/start`],
      [200, 'PATCH', `experiments/${draft}`, {}],
      [200, 'PATCH', `experiments/${draft}`, { name: 'Before' }],
      [200, 'PATCH', `metrics/${metric}`, {}],
      [200, 'PATCH', `metrics/${metric}`, { direction: 'increase' }],
      [404, 'DELETE', `experiments/${id}/overrides/${USER}`],
      [202, 'POST', `dead-letters/${letter}/replay`],
      [200, 'POST', `dead-letters/${letter}/discard`, { reason: 'again' }],
      [202, 'POST', 'dead-letters/replay', { since: '2190-01-01T00:00:00Z' }],
      [200, 'GET', `experiments/${id}`],
      [200, 'GET', `experiments/${id}/assignment/${USER}`],
      [202, 'POST', `experiments/${id}/verify`],
    ];
    const { added } = await writtenBy(async () => {
      for (const [status, method, path, body, headers] of requests) {
        const answer = await call(method, path, body, headers);
        expect([method, path, answer.status]).toEqual([method, path, status]);
      }
      return call('GET', 'audit');
    });
    expect(added).toEqual([]);
  });

  it('is written with what it tells of, or neither is', async () => {
    // Nobody can write into it now, so nothing can be done.
    await sql(`ALTER TABLE audit_log ADD CONSTRAINT full_up CHECK (action <> 'experiment.create') NOT VALID`);
    const experiment = newExperiment();
    const key = { 'idempotency-key': randomUUID() };
    expect((await call('POST', 'experiments', experiment, key)).status).toBe(500);
    expect((await call('GET', `experiments/${experiment.key}`)).status).toBe(404);
    await sql('ALTER TABLE audit_log DROP CONSTRAINT full_up');
    expect((await call('POST', 'experiments', experiment, key)).status).toBe(201);
  });

  it('names no user and no secret', async () => {
    const { id } = await something();
    const path = `experiments/${id}/overrides/${USER}`;
    await call('PUT', path, { variant_key: 'control' });
    await call('DELETE', path);
    const config = { api_token: SECRET_TEXT, nested: [{ client_secret: SECRET_TEXT, user_id: USER }] };
    const [control, treatment] = HALVES;
    await call('POST', 'experiments', newExperiment({ variants: [{ ...control, config }, treatment] }));
    const { body: token } = await call('POST', 'tokens', { name: 'x', scopes: ['results:read'] });
    const text = JSON.stringify(await rows());
    for (const hidden of [USER, SECRET_TEXT, token.secret, actor.token]) expect(text).not.toContain(hidden);
    const written = (await rows()).filter(({ target_id }) => target_id === id);
    expect(written.map(({ action }) => action)).toEqual(['experiment.create', 'experiment.override', 'experiment.lift_override']); // prettier-ignore
    const [{ ref, other }] = await sql(`SELECT user_ref($1) AS ref, user_ref('bob') AS other`, [USER]);
    expect(written.slice(1).map(({ details }) => details.user_ref)).toEqual([ref, ref]);
    expect(other).not.toBe(ref);
  });

  it('is listed newest first, page by page, and by what is looked for', async () => {
    const all = (await rows()).toReversed();
    const seen: Json[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await call('GET', `audit?limit=7${cursor && `&cursor=${cursor}`}`);
      // Whatever is added meanwhile changes no page.
      await anExperiment(app);
      seen.push(...body.data);
      cursor = body.next_cursor;
    }
    expect(seen.map(({ id, hash }) => [id, hash])).toEqual(all.map(({ id, hash }) => [Number(id), hash]));
    const { action, target_id, actor_id, at } = seen.find((row) => row.action === 'metric.delete');
    const found = async (query: string): Promise<Json[]> => (await call('GET', `audit?limit=100&${query}`)).body.data; // prettier-ignore
    expect(await found(`action=${action}&target_id=${target_id}`)).toHaveLength(1);
    expect((await found(`target_id=${target_id}`)).map((row) => row.action)).toEqual(['metric.delete', 'metric.create']); // prettier-ignore
    for (const row of await found(`actor_id=${actor_id}`)) expect(row.actor_name).toBe('Ops of the shop');
    expect((await found(`from=${at}`)).every((row) => row.at >= at)).toBe(true);
    expect((await found(`to=${at}`)).every((row) => row.at < at)).toBe(true);
    for (const query of ['cursor=x', 'limit=0', 'from=yesterday', 'what=ever'])
      expectProblem(await call('GET', `audit?${query}`), { status: 400, code: 'invalid_request' });
  });

  it('is for administrators, and for nobody to write', async () => {
    const { body } = await app.call('POST', '/api/v1/tokens', { name: 'r', scopes: ['results:read'] });
    const asReader = { authorization: `Bearer ${body.secret}` };
    expectProblem(await app.call('GET', '/api/v1/audit', undefined, asReader), { status: 403, code: 'insufficient_scope' }); // prettier-ignore
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      for (const path of ['audit', 'audit/1'])
        expect([404, 405]).toContain((await call(method, path)).status);
  });

  it('has no gaps and no forks, however many write at once', async () => {
    const answers = await Promise.all(Array.from({ length: 25 }, (_, index) => call('POST', 'experiments', newExperiment({ status: index % 2 ? 'draft' : 'running' })))); // prettier-ignore
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const ids = (await rows()).map(({ id }) => Number(id));
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    expect(await breaks()).toEqual([]);
    const [{ ordered }] = await sql('SELECT bool_and(at >= before) AS ordered FROM (SELECT at, lag(at) OVER (ORDER BY id) AS before FROM audit_log) x'); // prettier-ignore
    expect(ordered).toBe(true);
  });

  it('takes neither id, time nor hash from whoever writes', async () => {
    await sql(
      `INSERT INTO audit_log (id, at, request_id, actor_id, actor_name, action, target_type, details, previous, hash)
       VALUES (1, '2001-01-01', 'r', 'a', 'n', 'x.y', 'x', '{}', 'p', 'h')`,
    );
    const last = (await rows()).at(-1);
    expect(Number(last.id)).toBe((await rows()).length);
    expect(Date.parse(last.at)).toBeGreaterThan(Date.now() - 60_000);
    expect(await breaks()).toEqual([]);
  });

  it('is changed by nobody', async () => {
    const tester = `audit_tester_${randomBytes(4).toString('hex')}`;
    await sql(`CREATE ROLE ${tester}`);
    await sql(`GRANT USAGE ON SCHEMA public TO ${tester}`);
    await sql(`GRANT ALL ON audit_log TO ${tester}`);
    const attempts = [
      `UPDATE audit_log SET action = 'nothing'`,
      'UPDATE audit_log SET id = id WHERE false',
      'DELETE FROM audit_log',
      'TRUNCATE audit_log',
      'INSERT INTO audit_log SELECT * FROM audit_log LIMIT 1 ON CONFLICT (id) DO UPDATE SET hash = excluded.hash',
    ];
    for (const role of [tester, 'NONE']) {
      for (const attempt of attempts) {
        const refused = app.database.db.transaction(async (tx) => {
          await tx.rows(`SET LOCAL ROLE ${role}`);
          // Not even where replication would skip triggers.
          if (role === 'NONE') await tx.rows('SET LOCAL session_replication_role = replica');
          await tx.rows(attempt);
        });
        await expect(refused).rejects.toMatchObject({ code: '42501' });
      }
    }
    await sql(`DROP OWNED BY ${tester}; DROP ROLE ${tester}`);
    expect(await breaks()).toEqual([]);
  });

  it.each([
    ['changed', `UPDATE audit_log SET actor_name = 'somebody else' WHERE id = 5`, [5]],
    ['changed in its details', `UPDATE audit_log SET details = details || '{"a": 1}' WHERE id = 6`, [6]],
    ['changed together with its hash', `UPDATE audit_log a SET action = 'x.y', hash = (SELECT audit_hash(b) FROM audit_log b WHERE id = 1) WHERE id = 7`, [7, 8]],
    ['taken out', 'DELETE FROM audit_log WHERE id = 9', [10]],
    ['taken out, and those after it made to fit', `DELETE FROM audit_log WHERE id = 9; UPDATE audit_log SET previous = (SELECT hash FROM audit_log WHERE id = 8) WHERE id = 10; UPDATE audit_log a SET hash = audit_hash(a) WHERE id = 10; DELETE FROM audit_log WHERE id > 10`, [10]],
    ['taken from the start', 'DELETE FROM audit_log WHERE id = 1', [2]],
  ])('shows when a row was %s behind its back', async (_, tampering, expected) => {
    const undo = new Error('undo');
    const tampered = app.database.db.transaction(async (tx) => {
      await tx.rows('ALTER TABLE audit_log DISABLE TRIGGER USER');
      await tx.rows(tampering);
      const found = await tx.rows<{ id: number }>('SELECT id FROM audit_breaks()');
      expect(found.map(({ id }) => id)).toEqual(expected);
      throw undo;
    });
    await expect(tampered).rejects.toBe(undo);
    expect(await breaks()).toEqual([]);
  }); // prettier-ignore

  it('waits for a writer before it, and goes on when that one gives up', async () => {
    const log = app.api.get(AuditStore);
    const entry = { action: 'x.y', targetType: 'x', targetId: null, userId: null, details: {} };
    const by = { requestId: 'r', id: 'a', name: 'n' };
    const before = (await rows()).length;
    const failing = app.database.db.transaction(async (tx) => {
      await tx.rows(`INSERT INTO audit_log (request_id, actor_id, actor_name, action, target_type, details) VALUES ('r', 'a', 'n', 'x.y', 'x', '{}')`); // prettier-ignore
      const second = log.write(by, [entry, entry]);
      await untilLocked(app.database.db, 1);
      throw Object.assign(new Error('gave up'), { second });
    });
    const { second } = await failing.catch((error: Json) => error);
    const written = await second;
    expect(written.map(({ id }: Json) => id)).toEqual([before + 1, before + 2]);
    expect(await breaks()).toEqual([]);
  });
});
