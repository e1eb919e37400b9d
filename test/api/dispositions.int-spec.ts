import { startApp, TestApp } from '../support/app';
import { anExperiment, sendAndStore } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const EARLY = '2026-01-01T00:00:00Z';
const importUser = (id: string, assignments: object[], more: object = {}) =>
  app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments, ...more });
const dispositionsOf = async (event: string): Promise<{ experiment_id: string; disposition: string }[]> =>
  (await app.call('GET', `/api/v1/events/${event}/disposition`)).body.experiments;

/** What became, in one experiment, of one event of the user `name`, who is in it since EARLY unless `assignments` says otherwise. */
async function become(
  name: string,
  event: object,
  options: { experiment?: object; assignments?: object[]; rule?: object } = {},
) {
  const experiment = await anExperiment(app, options.experiment ?? {});
  const assignments = options.assignments ?? [{ user_id: name, variant_key: 'control', assigned_at: EARLY }];
  if (assignments.length > 0) await importUser(experiment.id, assignments, options.rule);
  const [id] = await sendAndStore(app, [{ user_id: name, type: 'buy', ...event }]);
  const [found] = (await dispositionsOf(id)).filter(({ experiment_id }) => experiment_id === experiment.id);
  const { metrics } = (await app.call('GET', `/api/v1/experiments/${experiment.id}/results?metric=buy`)).body;
  return {
    found,
    counted: metrics[0].variants.reduce(
      (sum: number, variant: { events: number }) => sum + variant.events,
      0,
    ),
  };
}

describe('what became of an event', () => {
  it.each<[string, object, object]>([
    ['after the anchor', { timestamp: '2026-01-01T00:00:00.000001Z' }, {}],
    ['at the anchor itself', { timestamp: EARLY }, {}],
    ['with a variant that is not the user’s', { variant_id: 'treatment' }, {}],
  ])('counted: %s', async (_, event, options) => {
    const { found, counted } = await become(`counted-${_}`, event, options);
    expect(found).toMatchObject({
      disposition: 'counted',
      variant_key: 'control',
      anchor: '2026-01-01T00:00:00.000Z',
    });
    expect(counted).toBe(1);
  });

  it.each<[string, string, object, object]>([
    ['before_anchor', 'a microsecond early', { timestamp: '2025-12-31T23:59:59.999999Z' }, {}],
    ['unassigned', 'not exposed where only the exposed count', {}, { experiment: { analysis_population: 'exposed' } }],
    ['contaminated', 'found in two variants', {}, {
      assignments: ['control', 'treatment'].map((variant_key) => ({ user_id: 'contaminated', variant_key, assigned_at: EARLY })),
      rule: { on_conflict: 'contaminate' },
    }],
  ])('%s: %s', async (disposition, _, event, options) => {
    const { found, counted } = await become(disposition, event, options);
    expect({ found, counted }).toMatchObject({ found: { disposition }, counted: 0 });
  }); // prettier-ignore

  it('unassigned: named by the event, but the user was never assigned', async () => {
    const experiment = await anExperiment(app);
    const [id] = await sendAndStore(app, [
      { user_id: 'stranger', type: 'buy', experiment_id: experiment.id },
    ]);
    expect(await dispositionsOf(id)).toMatchObject([
      { experiment_id: experiment.id, disposition: 'unassigned', anchor: null, variant_key: null },
    ]);
  });

  it('nothing at all: nobody knows the user and nothing is named', async () => {
    const [id] = await sendAndStore(app, [{ user_id: 'nobody', type: 'buy' }]);
    expect(await dispositionsOf(id)).toEqual([]);
  });

  it('other_experiment and counted: an event that names one of two', async () => {
    const [one, other] = [await anExperiment(app), await anExperiment(app)];
    for (const { id } of [one, other])
      await importUser(id, [{ user_id: 'both', variant_key: 'control', assigned_at: EARLY }]);
    const ids = await sendAndStore(app, [
      { user_id: 'both', type: 'buy', experiment_id: one.id.toUpperCase() },
      { user_id: 'both', type: 'buy' },
    ]);
    expect((await dispositionsOf(ids[0])).map(({ disposition }) => disposition)).toEqual([
      'counted',
      'other_experiment',
    ]);
    expect((await dispositionsOf(ids[1])).map(({ disposition }) => disposition)).toEqual([
      'counted',
      'counted',
    ]);
  });

  it('after_end: at the very instant of the end, and counted a microsecond earlier', async () => {
    const { id } = await anExperiment(app);
    await importUser(id, [{ user_id: 'last', variant_key: 'control', assigned_at: EARLY }]);
    const { ended_at } = (await app.call('POST', `/api/v1/experiments/${id}/complete`)).body;
    const before = new Date(Date.parse(ended_at) - 1).toISOString();
    const ids = await sendAndStore(
      app,
      [ended_at, before].map((timestamp) => ({ user_id: 'last', type: 'buy', timestamp })),
    );
    expect((await dispositionsOf(ids[0]))[0].disposition).toBe('after_end');
    expect((await dispositionsOf(ids[1]))[0].disposition).toBe('counted');
    const { metrics } = (await app.call('GET', `/api/v1/experiments/${id}/results`)).body;
    expect(metrics[0].variants[0]).toMatchObject({ events: 1 });
  });

  it('follows the user: an exposure that comes late makes earlier events count', async () => {
    const { id } = await anExperiment(app, { analysis_population: 'exposed', primary_metric: 'buy' });
    await importUser(id, [{ user_id: 'late', variant_key: 'treatment', assigned_at: EARLY }]);
    const [event] = await sendAndStore(app, [
      { user_id: 'late', type: 'buy', timestamp: '2026-01-03T00:00:00Z' },
    ]);
    expect((await dispositionsOf(event))[0].disposition).toBe('unassigned');
    const users = async () =>
      (await app.call('GET', `/api/v1/experiments/${id}/results`)).body.population.by_variant;
    expect(await users()).toEqual({ control: 0, treatment: 0 });
    await sendAndStore(app, [
      { user_id: 'late', type: 'exposure', experiment_id: id, timestamp: '2026-01-02T00:00:00Z' },
    ]);
    expect((await dispositionsOf(event))[0]).toMatchObject({
      disposition: 'counted',
      anchor: '2026-01-02T00:00:00.000Z',
    });
    expect(await users()).toEqual({ control: 0, treatment: 1 });
    const { metrics } = (await app.call('GET', `/api/v1/experiments/${id}/results?metric=buy`)).body;
    expect(metrics[0].variants[1]).toMatchObject({ users: 1, conversions: 1, events: 1 });
  });
});
