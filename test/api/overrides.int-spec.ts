import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, assignment, assignmentsOf, expectProblem, results, sendAndStore } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const assign = (experiment: string, user: string, query?: string) => assignment(app, experiment, user, query);
const rowsOf = (experiment: string) => assignmentsOf(app, experiment);
const resultsOf = (experiment: string) => results(app, experiment);

describe('an override', () => {
  const override = (id: string, user: string, variant_key: string) =>
    app.call('PUT', `/api/v1/experiments/${id}/overrides/${encodeURIComponent(user)}`, { variant_key });
  const lift = (id: string, user: string) =>
    app.call('DELETE', `/api/v1/experiments/${id}/overrides/${encodeURIComponent(user)}`);
  const countedOf = async (id: string) => {
    const { population, metrics } = await resultsOf(id);
    return [
      population.users,
      metrics[0]?.variants.reduce((sum: number, variant: { events: number }) => sum + variant.events, 0) ?? 0,
    ];
  };

  it('forces a variant and counts nowhere, until it is lifted', async () => {
    const { id } = await anExperiment(app, { primary_metric: 'buy' });
    const { body: before } = await assign(id, 'qa/1');
    await sendAndStore(app, [{ user_id: 'qa/1', type: 'buy' }]);
    await until('the event to count', async () => (await countedOf(id))[1] === 1);
    const forced = before.variant.key === 'control' ? 'treatment' : 'control';
    expect((await override(id, 'qa/1', forced)).status).toBe(204);
    expect((await assign(id, 'qa/1')).body).toMatchObject({
      variant: { key: forced },
      source: 'override',
      reason: 'override',
    });
    expect(await countedOf(id)).toEqual([0, 0]);
    const [event] = await sendAndStore(app, [{ user_id: 'qa/1', type: 'buy' }]);
    const told = await app.call('GET', `/api/v1/events/${event}/disposition`);
    expect(told.body.experiments).toMatchObject([{ experiment_id: id, disposition: 'override' }]);
    expect(await countedOf(id)).toEqual([0, 0]);
    expect((await lift(id, 'qa/1')).status).toBe(204);
    expect((await assign(id, 'qa/1')).body).toEqual(before);
    expect(await countedOf(id)).toEqual([1, 2]);
  });

  it('of somebody new leaves no assignment', async () => {
    const { id } = await anExperiment(app);
    await override(id, 'qa', 'treatment');
    expect((await assign(id, 'qa')).body).toMatchObject({ variant: { key: 'treatment' }, assigned_at: null });
    expect(await rowsOf(id)).toBe(0);
    expect((await resultsOf(id)).population.users).toBe(0);
  });

  it('can be replaced, and lifted once', async () => {
    const { id } = await anExperiment(app);
    for (const key of ['control', 'treatment', 'treatment'])
      expect((await override(id, 'qa', key)).status).toBe(204);
    expect((await assign(id, 'qa')).body.variant.key).toBe('treatment');
    expect((await lift(id, 'qa')).status).toBe(204);
    expectProblem(await lift(id, 'qa'), { status: 404, code: 'not_found' });
  });

  it('needs a variant that exists', async () => {
    const { id } = await anExperiment(app);
    expectProblem(await override(id, 'qa', 'nobody'), { status: 404, code: 'not_found' });
    expectProblem(await override(id, '\u0000', 'control'), {
      status: 400,
      code: 'invalid_request',
      pointer: '/user_id',
    });
  });
});

describe('listing assignments', () => {
  it('pages newest first, by variant', async () => {
    const { id } = await anExperiment(app);
    const users = Array.from({ length: 25 }, (_, index) => `user-${index}`);
    const { body: made } = await app.call('POST', `/api/v1/experiments/${id}/assignments/bulk`, {
      user_ids: users,
    });
    const seen: { user_id: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `limit=4&variant=control${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const list = `/api/v1/experiments/${id}/assignments?${query}`;
      const page = await app.call<{ data: { user_id: string }[]; next_cursor: string | null }>('GET', list);
      seen.push(...page.body.data);
      cursor = page.body.next_cursor;
    }
    const controls = made.data.filter(
      (answer: { variant: { key: string } }) => answer.variant.key === 'control',
    );
    const byUser = (list: { user_id: string }[]) =>
      [...list].sort((a, b) => (a.user_id < b.user_id ? -1 : 1));
    expect(byUser(seen)).toEqual(byUser(controls));
  });

  it.each(['limit=0', 'cursor=x', 'cursor=WyIyMDI2IiwieCJd', 'variant=a&variant=b', 'other=1'])(
    'refuses %s',
    async (query) => {
      const { id } = await anExperiment(app);
      expectProblem(await app.call('GET', `/api/v1/experiments/${id}/assignments?${query}`), {
        status: 400,
        code: 'invalid_request',
      });
    },
  );

  it('knows only its own variants', async () => {
    const { id } = await anExperiment(app);
    expectProblem(await app.call('GET', `/api/v1/experiments/${id}/assignments?variant=other`), {
      status: 404,
      code: 'not_found',
    });
  });
});
