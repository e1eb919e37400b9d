import { startApp, TestApp } from '../support/app';
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

  it('does not know an experiment that is not there', async () => {
    expectProblem(await move('nothing', 'start'), { status: 404, code: 'not_found' });
  });
});

describe('planned times', () => {
  it('take effect at their instant, without anybody writing it down', async () => {
    const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const starts_at = soon(3_000);
    const ends_at = soon(8_000);
    const { id } = await anExperiment(app, { status: 'draft', starts_at, ends_at });
    const read = async () => (await app.call('GET', `/api/v1/experiments/${id}`)).body;
    const assign = async (user: string) =>
      (await app.call('GET', `/api/v1/experiments/${id}/assignment/${user}`)).body;
    expect(await read()).toMatchObject({ status: 'draft' });
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
    expect(await read()).toMatchObject({ status: 'completed', allowed_transitions: ['archive'] });
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
      [1, 2].map(() => open(id, { variants: all('control'), coverage_pct: 50 })),
    );
    const numbers = both.filter(({ status }) => status === 201).map(({ body }) => body.epoch);
    const { body } = await app.call('GET', `/api/v1/experiments/${id}`);
    expect(body.epochs.map(({ number }: { number: number }) => number)).toEqual([
      1,
      ...numbers.sort((a, b) => a - b),
    ]);
    for (const answer of both.filter(({ status }) => status !== 201))
      expectProblem(answer, { status: 412, code: 'precondition_failed' });
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
