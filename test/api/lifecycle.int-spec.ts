import { Answer, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, expectProblem, variantOf } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const WAY: Record<string, string[]> = {
  draft: [],
  running: ['start'],
  paused: ['start', 'pause'],
  completed: ['start', 'complete'],
  archived: ['start', 'complete', 'archive'],
};
const ALLOWED: Record<string, Record<string, string>> = {
  draft: { start: 'running' },
  running: { pause: 'paused', complete: 'completed' },
  paused: { resume: 'running', complete: 'completed' },
  completed: { archive: 'archived' },
  archived: {},
};
const TRANSITIONS = ['start', 'pause', 'resume', 'complete', 'archive'];

const move = (id: string, transition: string, body?: object) =>
  app.call('POST', `/api/v1/experiments/${id}/${transition}`, body);

const read = async (id: string) => (await app.call('GET', `/api/v1/experiments/${id}`)).body;
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Asks while somebody else has changed the experiment and not committed it yet; the answer comes after the commit. */
async function overtaken(id: string, ask: () => Promise<Answer>): Promise<Answer & { at: string }> {
  const other = app.database.source.createQueryRunner();
  await other.startTransaction();
  await other.query('UPDATE experiments SET version = version + 1, name = $2 WHERE id = $1', [id, 'Other']);
  const answer = ask();
  await until('the request to wait', async () => {
    const [{ waiting }] = await app.database.source.query(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting > 0;
  });
  const at = soon(0);
  await other.commitTransaction();
  await other.release();
  return { ...(await answer), at };
}

async function auditOf(id: string, action: string): Promise<object[]> {
  const statement = 'SELECT details FROM audit_log WHERE target_id = $1 AND action = $2 ORDER BY id';
  return app.database.source.query(statement, [id, action]);
}

async function inState(state: string, options: object = {}): Promise<string> {
  const { id } = await anExperiment(app, { status: 'draft', ...options });
  for (const transition of WAY[state]) expect((await move(id, transition)).status).toBe(200);
  return id;
}

describe('the life of an experiment', () => {
  it.each(Object.keys(WAY).flatMap((state) => TRANSITIONS.map((transition) => [state, transition] as const)))(
    '%s and %s',
    async (state, transition) => {
      const id = await inState(state);
      const answer = await move(id, transition);
      const target = ALLOWED[state][transition];
      if (target === undefined) {
        expectProblem(answer, { status: 409, code: 'invalid_transition' });
        expect(answer.body.allowed_transitions).toEqual(Object.keys(ALLOWED[state]));
      } else {
        expect(answer).toMatchObject({
          status: 200,
          body: { status: target, allowed_transitions: Object.keys(ALLOWED[target]) },
        });
      }
      const { body } = await app.call('GET', `/api/v1/experiments/${id}`);
      expect(body.status).toBe(target ?? state);
    },
  );

  it('starts once, however many ask at once', async () => {
    const id = await inState('draft');
    const answers = await Promise.all(Array.from({ length: 20 }, () => move(id, 'start')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  it('writes down when it started and ended, once', async () => {
    const id = await inState('paused');
    const before = (await app.call('GET', `/api/v1/experiments/${id}`)).body;
    await move(id, 'resume');
    const { body } = await move(id, 'complete');
    expect(body.started_at).toBe(before.started_at);
    expect(body.ended_at >= body.started_at).toBe(true);
    expect((await move(id, 'archive')).body.ended_at).toBe(body.ended_at);
  });

  it('completes with a winner that exists', async () => {
    const id = await inState('running');
    const answer = await move(id, 'complete', { winner: 'nobody' });
    expectProblem(answer, {
      status: 422,
      code: 'invalid_experiment',
      pointer: '/winner',
      fault: 'unknown_variant',
    });
    expect((await move(id, 'complete', { winner: 'treatment' })).body).toMatchObject({
      status: 'completed',
      winner: 'treatment',
    });
  });

  it('moves although somebody else changes something else at that moment', async () => {
    const draft = await inState('draft');
    expect(await overtaken(draft, () => move(draft, 'start'))).toMatchObject({
      status: 200,
      body: { status: 'running', name: 'Other' },
    });
    const running = await inState('running');
    expect(await overtaken(running, () => move(running, 'complete', { winner: 'control' }))).toMatchObject({
      status: 200,
      body: { status: 'completed', winner: 'control', name: 'Other' },
    });
  });

  it('takes a winner after the end, once', async () => {
    const id = await inState('running', { ends_at: soon(1_500) });
    const user = `/api/v1/experiments/${id}/assignment/late`;
    await until('the end', async () => (await read(id)).status === 'completed');
    expect((await app.call('GET', user)).body).toMatchObject({ variant: null, reason: 'completed' });
    expectProblem(await move(id, 'complete'), { status: 409, code: 'invalid_transition' });
    expectProblem(await move(id, 'complete', { winner: 'nobody' }), {
      status: 422,
      code: 'invalid_experiment',
      pointer: '/winner',
    });
    const declared = await move(id, 'complete', { winner: 'treatment' });
    const { ends_at } = declared.body;
    const body = { status: 'completed', winner: 'treatment', ended_at: ends_at };
    expect(declared).toMatchObject({ status: 200, body });
    const told = { reason: 'winner', variant: { key: 'treatment' } };
    expect((await app.call('GET', user)).body).toMatchObject(told);
    expect((await move(id, 'complete', { winner: 'treatment' })).body).toEqual(declared.body);
    const other = await move(id, 'complete', { winner: 'control' });
    expectProblem(other, { status: 409, code: 'invalid_transition' });
    expect(other.body.detail).toMatch(/treatment already/);
    expect(await auditOf(id, 'experiment.complete')).toEqual([
      { details: { asked: { winner: 'treatment' } } },
    ]);
    await move(id, 'archive');
    const late = await move(id, 'complete', { winner: 'treatment' });
    expectProblem(late, { status: 409, code: 'invalid_transition' });
    expect(late.body.detail).toMatch(/^An archived experiment/);
  });

  it('takes a winner of one that was completed by hand without', async () => {
    const id = await inState('completed');
    const { ended_at } = await read(id);
    expect((await move(id, 'complete', { winner: 'control' })).body).toMatchObject({
      winner: 'control',
      ended_at,
    });
  });

  it.each(['start', 'pause', 'resume', 'archive', 'recompute', 'verify'])(
    'takes nothing in the body of %s',
    async (transition) => {
      const states: Record<string, string> = { start: 'draft', resume: 'paused', archive: 'completed' };
      const id = await inState(states[transition] ?? 'running');
      const before = await read(id);
      for (const [body, pointer, fault] of [
        [{ reason: 'x' }, '/reason', 'unknown_property'],
        [[], '', 'invalid_type'],
        [5, '', 'invalid_type'],
      ] as const) {
        const path = `/api/v1/experiments/${id}/${transition}`;
        expectProblem(await app.call('POST', path, body), {
          status: 400,
          code: 'invalid_request',
          pointer,
          fault,
        });
      }
      expect(await read(id)).toEqual(before);
      // Sent by clients that always send something; the document knows no body, so a proxy that holds to it is passed by.
      const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' };
      const path = `/api/v1/experiments/${id}/${transition}`;
      const answer = await fetch(new URL(path, app.direct), { method: 'POST', headers, body: '{}' });
      expect(answer.status).toBeLessThan(300);
    },
  );

  it('does not know an experiment that is not there', async () => {
    expectProblem(await move('nothing', 'start'), { status: 404, code: 'not_found' });
  });
});

describe('planned times', () => {
  it('are overtaken by a start by hand', async () => {
    const id = await inState('draft', { starts_at: soon(86_400_000), ends_at: soon(2 * 86_400_000) });
    const before = soon(0);
    const { body } = await move(id, 'start');
    expect(body.started_at >= before && body.started_at <= soon(0)).toBe(true);
    expect(body.preregistration.sealed_at).toBe(body.started_at);
    const sooner = await app.call('PATCH', `/api/v1/experiments/${id}`, { ends_at: soon(3_600_000) }, { 'if-match': '*' }); // prettier-ignore
    expect(sooner.status).toBe(200);
    const { started_at, ended_at } = (await move(id, 'complete')).body;
    expect(started_at).toBe(body.started_at);
    expect(ended_at >= started_at).toBe(true);
  });

  it('do not let one start that would be over', async () => {
    const id = await inState('draft', { ends_at: soon(300) });
    const { ends_at } = await read(id);
    await until('the end', () => Promise.resolve(Date.now() > Date.parse(ends_at) + 50));
    expectProblem(await move(id, 'start'), {
      status: 422,
      code: 'invalid_experiment',
      pointer: '/ends_at',
      fault: 'in_the_past',
    });
    expect(await read(id)).toMatchObject({ status: 'draft', started_at: null });
  });

  it('take effect at their instant, without anybody writing it down', async () => {
    const starts_at = soon(3_000);
    const ends_at = soon(8_000);
    const { id } = await anExperiment(app, { status: 'draft', starts_at, ends_at });
    const assign = async (user: string) =>
      (await app.call('GET', `/api/v1/experiments/${id}/assignment/${user}`)).body;
    expect(await read(id)).toMatchObject({ status: 'draft' });
    expect(await assign('early')).toMatchObject({ variant: null, reason: 'not_started' });
    const first = await until('the start', async () => {
      const answer = await assign('first');
      return answer.variant === null ? null : answer;
    });
    expect(first.assigned_at >= starts_at && first.assigned_at < ends_at).toBe(true);
    const late = await until('the end', async () => {
      const answer = await assign(`user-${Math.random()}`);
      return answer.reason === 'completed' ? answer : null;
    });
    expect(late.variant).toBeNull();
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(ends_at));
    expect(await read(id)).toMatchObject({
      status: 'completed',
      allowed_transitions: ['archive'],
      started_at: starts_at,
      ended_at: ends_at,
    });
    expect(await assign('first')).toMatchObject({ reason: 'assigned' });
    expect((await move(id, 'archive')).body).toMatchObject({
      status: 'archived',
      started_at: starts_at,
      ended_at: ends_at,
    });
  });
});

describe('opening an epoch', () => {
  const all = (key: string) => [
    { key: 'control', allocation_pct: key === 'control' ? 100 : 0 },
    { key: 'treatment', allocation_pct: key === 'treatment' ? 100 : 0 },
  ];
  const open = (id: string, body: object) => app.call('POST', `/api/v1/experiments/${id}/epochs`, body);

  it('moves nobody and splits new users anew', async () => {
    const id = await inState('running');
    const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    const before = await Promise.all(users.map((user) => variantOf(app, id, user)));
    expect(new Set(before)).toEqual(new Set(['control', 'treatment']));
    const { status, body } = await open(id, { variants: all('treatment'), coverage_pct: 100 });
    expect({ status, body }).toMatchObject({ status: 201, body: { epoch: 2, coverage_pct: 100 } });
    expect(body.epochs).toMatchObject([{ number: 1, coverage_pct: 100 }, { number: 2 }]); // prettier-ignore
    expect(await Promise.all(users.map((user) => variantOf(app, id, user)))).toEqual(before);
    const later = await Promise.all(users.map((user) => variantOf(app, id, `new-${user}`)));
    expect(new Set(later)).toEqual(new Set(['treatment']));
    const one = await app.call('GET', `/api/v1/experiments/${id}/assignment/new-user-0`);
    expect(one.body).toMatchObject({ epoch: 2, reason: 'assigned' });
  });

  it('lets nobody in at coverage 0 and keeps those who are in', async () => {
    const id = await inState('running');
    const before = await variantOf(app, id, 'old');
    await open(id, { variants: all('control'), coverage_pct: 0 });
    expect(await variantOf(app, id, 'old')).toBe(before);
    expect(await variantOf(app, id, 'new')).toBeNull();
  });

  it('counts epochs one by one, also when two come at once', async () => {
    const id = await inState('running');
    const both = await Promise.all(
      [50, 60].map((coverage_pct) => open(id, { variants: all('control'), coverage_pct })),
    );
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    const { epochs } = await read(id);
    expect(epochs.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3]);
  });

  it('opens none when nothing would be other than it is', async () => {
    const targeting = { attribute: 'country', operator: 'eq', value: 'DE' };
    const id = await inState('running', { targeting });
    const halves = [
      { key: 'treatment', allocation_pct: 50 },
      { key: 'control', allocation_pct: 50 },
    ];
    const before = await app.call('GET', `/api/v1/experiments/${id}`);
    for (const entry of [{}, { targeting, holdout: true }]) {
      const same = await open(id, { variants: halves, coverage_pct: 100, ...entry });
      expect(same).toMatchObject({ status: 200, body: before.body });
      expect(same.headers.get('etag')).toBe(before.headers.get('etag'));
    }
    expect(await auditOf(id, 'experiment.open_epoch')).toEqual([]);
    for (const entry of [{ targeting: null }, { holdout: false }, { coverage_pct: 99 }])
      expect((await open(id, { variants: halves, coverage_pct: 100, ...entry })).status).toBe(201);
    expect((await read(id)).epoch).toBe(4);
  });

  it('opens one although somebody else changes something else at that moment', async () => {
    const id = await inState('running');
    const answer = await overtaken(id, () => open(id, { variants: all('control'), coverage_pct: 50 }));
    expect(answer).toMatchObject({ status: 201, body: { epoch: 2, name: 'Other' } });
  });

  it('dates it when it takes effect', async () => {
    const id = await inState('running');
    const { body, at } = await overtaken(id, () => open(id, { variants: all('control'), coverage_pct: 50 }));
    expect(body.epochs[1].opened_at >= at).toBe(true);
    const started = await anExperiment(app, { status: 'running' });
    expect(started.epochs[0].opened_at).toBe(started.started_at);
  });

  it.each<[string, object, number, string, string]>([
    ['of shares that are not 100', { variants: [{ key: 'control', allocation_pct: 1 }, { key: 'treatment', allocation_pct: 1 }], coverage_pct: 100 }, 422, '/variants', 'allocations_not_100'],
    ['without one of the variants', { variants: [{ key: 'control', allocation_pct: 50 }, { key: 'other', allocation_pct: 50 }], coverage_pct: 100 }, 422, '/variants', 'missing_variant'],
    ['of an unknown variant', { variants: [{ key: 'control', allocation_pct: 50 }, { key: 'other', allocation_pct: 50 }], coverage_pct: 100 }, 422, '/variants/1/key', 'unknown_variant'],
    ['without coverage', { variants: all('control') }, 400, '/coverage_pct', 'required'],
    ['of coverage 101', { variants: all('control'), coverage_pct: 101 }, 400, '/coverage_pct', 'out_of_range'],
    ['of three decimals', { variants: all('control'), coverage_pct: 0.001 }, 422, '/coverage_pct', 'invalid_allocation'],
  ])('is refused %s', async (_, body, status, pointer, fault) => {
    const id = await inState('running');
    expectProblem(await open(id, body), { status, code: status === 400 ? 'invalid_request' : 'invalid_experiment', pointer, fault });
  }); // prettier-ignore

  it.each(['draft', 'completed', 'archived'])(
    'needs an experiment that goes on; a %s one does not',
    async (state) => {
      const id = await inState(state);
      expectProblem(await open(id, { variants: all('control'), coverage_pct: 1 }), {
        status: 409,
        code: 'invalid_transition',
      });
    },
  );
});
