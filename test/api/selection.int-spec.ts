import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, assignment, expectProblem, newExperiment, sendAndStore } from './help';
import { aMetric, finished, KINDS, metricsAt, selectedIn } from './metrics-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const create = (options: object) => app.call('POST', '/api/v1/experiments', newExperiment(options));
const get = async (id: string) => (await app.call('GET', `/api/v1/experiments/${id}`)).body;
const patch = (id: string, change: object) =>
  app.call('PATCH', `/api/v1/experiments/${id}`, change, { 'if-match': '*' });
const move = (id: string, transition: string) => app.call('POST', `/api/v1/experiments/${id}/${transition}`);
const jobsOf = async (id: string): Promise<number> => {
  const statement = `SELECT count(*)::int AS count FROM jobs WHERE kind = 'recompute' AND experiment_id = $1`;
  return (await app.database.source.query(statement, [id]))[0].count;
};
/** Puts the planned start of a draft into the past, as time does. */
const begin = (id: string) =>
  app.database.source.query(`UPDATE experiments SET starts_at = now() - interval '1 minute' WHERE id = $1`, [
    id,
  ]);
const IN_A_YEAR = new Date(Date.now() + 365 * 86_400_000).toISOString();

describe('selecting metrics', () => {
  it('tells declared metrics from event types, and their roles', async () => {
    const revenue = await aMetric(app, { definition: KINDS.mean });
    const { body } = await create({
      primary_metric: revenue.key,
      metrics: ['visit', { key: 'errors', role: 'guardrail', direction: 'decrease' }],
    });
    const selected = { selected_at: expect.any(String) };
    expect(body.primary_metric).toBe(revenue.key);
    expect(body.metrics).toEqual([
      { key: revenue.key, declared: true, role: 'primary', direction: null, ...selected },
      { key: 'visit', declared: false, role: 'goal', direction: null, ...selected },
      { key: 'errors', declared: false, role: 'guardrail', direction: 'decrease', ...selected },
    ]);
    expect(body.metrics[0].selected_at <= body.started_at).toBe(true);
    expect(await selectedIn(app, body.id)).toMatchObject([{ metric_id: revenue.id, key: revenue.key }]);
  });

  it('works in bulk too', async () => {
    const { key } = await aMetric(app, { definition: KINDS.funnel });
    const experiments = [
      newExperiment({ metrics: [{ key, role: 'primary' }] }),
      newExperiment({ primary_metric: 'a', metrics: [{ key, role: 'primary' }] }),
    ];
    const { results } = (await app.call('POST', '/api/v1/experiments/bulk', { experiments })).body;
    expect(results).toMatchObject([
      { status: 201, experiment: { primary_metric: key, metrics: [{ key, declared: true }] } },
      { status: 422, problem: { errors: [{ pointer: '/primary_metric', code: 'contradiction' }] } },
    ]);
  });

  it.each<[string, object, number, string, string]>([
    ['two primaries', { metrics: [{ key: 'a', role: 'primary' }, { key: 'b', role: 'primary' }] }, 422, '/metrics/1/role', 'several_primaries'],
    ['one key twice', { metrics: ['a', { key: 'a', role: 'guardrail' }] }, 422, '/metrics/1', 'duplicate'],
    ['an unknown role', { metrics: [{ key: 'a', role: 'secondary' }] }, 400, '/metrics/0/role', 'invalid_choice'],
    ['fixed without a horizon', { analysis_mode: 'fixed' }, 422, '/analysis_mode', 'horizon_required'],
    ['a horizon that has passed', { horizon_at: '2020-01-01T00:00:00Z' }, 422, '/horizon_at', 'in_the_past'],
    ['a horizon before the start', { status: 'draft', starts_at: '2190-01-01T00:00:00Z', horizon_at: IN_A_YEAR }, 422, '/horizon_at', 'ends_before_start'],
    ['no users', { planned_users: 0 }, 400, '/planned_users', 'out_of_range'],
  ])('refuses %s', async (_, options, status, pointer, fault) => {
    const code = status === 400 ? 'invalid_request' : 'invalid_experiment';
    expectProblem(await create(options), { status, code, pointer, fault });
    const draft = await anExperiment(app, { status: 'draft' });
    if (!('status' in options)) expectProblem(await patch(draft.id, options), { status, code, pointer, fault });
  }); // prettier-ignore

  it('stores each kind with the measures it needs', async () => {
    const metrics = await Promise.all(Object.values(KINDS).map((definition) => aMetric(app, { definition })));
    const { id } = await anExperiment(app, { metrics: metrics.map(({ key }) => key) });
    const active = await selectedIn(app, id);
    const counts = new Map(active.map((row) => [row.metric_id, row.measure_ids.length]));
    expect(metrics.map((metric) => counts.get(metric.id))).toEqual([1, 1, 1, 2, 1, 2]);
    const measures = await app.database.source.query(
      `SELECT fold, filter::text, counts, value_property, counting_window::text, covariate_window::text, from_day, to_day, step,
         (SELECT array_agg(t.event_type ORDER BY t.event_type) FROM measure_types t WHERE t.measure_id = m.id) AS types
       FROM measures m JOIN experiment_measures s ON s.measure_id = m.id WHERE s.experiment_id = $1
       ORDER BY fold, step, counts, value_property, filter::text NULLS FIRST`,
      [id],
    );
    const none = { filter: null, counts: false, value_property: null, counting_window: null, covariate_window: null, from_day: null, to_day: null, step: null };
    expect(measures).toEqual([
      { ...none, fold: 'days', types: ['buy'], value_property: 'net' },
      { ...none, fold: 'days', types: ['buy'], filter: expect.stringContaining('$."pro"') },
      { ...none, fold: 'days', types: ['buy'], counts: true },
      { ...none, fold: 'days', types: ['view', 'visit'], counts: true, covariate_window: '168:00:00' },
      { ...none, fold: 'funnel', types: ['view'], counting_window: '48:00:00', step: 1 },
      { ...none, fold: 'funnel', types: ['buy'], counting_window: '48:00:00', step: 2 },
      { ...none, fold: 'retention', types: ['visit'], from_day: 1, to_day: 7 },
    ].map((row) => expect.objectContaining(row))); // prettier-ignore
    // The sum of a ratio is the plain measure of its event type, so it has no row of its own here.
    const [ratio] = await app.database.source.query('SELECT * FROM experiment_ratios WHERE experiment_id = $1', [id]);
    const [plain] = await app.database.source.query(`SELECT id FROM measures WHERE event_type = 'buy'`);
    expect(ratio.numerator_id).toBe(plain.id);
  }); // prettier-ignore

  it('shares measures, however many ask for them at once', async () => {
    const definition = { kind: 'count', event_types: ['shared'], window_hours: 5 };
    const metrics = await Promise.all(Array.from({ length: 4 }, () => aMetric(app, { definition })));
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) => anExperiment(app, { metrics: [metrics[index % 4].key] })),
    );
    const active = await Promise.all(made.map(({ id }) => selectedIn(app, id)));
    expect(new Set(active.map(([row]) => row.measure_ids[0])).size).toBe(1);
  });
});

describe('changing the metrics of an experiment', () => {
  it('takes effect at once while nobody is assigned', async () => {
    const { key } = await aMetric(app, { definition: KINDS.ratio });
    const { id } = await anExperiment(app);
    const { body } = await patch(id, { metrics: [key] });
    expect(body).not.toHaveProperty('recompute_job_id');
    expect(await selectedIn(app, id)).toMatchObject([{ key, measures: 1 }]);
    await patch(id, { metrics: [] });
    expect(await selectedIn(app, id)).toEqual([]);
  });

  it('opens a recompute when somebody is, and only when numbers are missing', async () => {
    const metric = await aMetric(app, { definition: KINDS.count });
    const { id } = await anExperiment(app, { primary_metric: 'buy' });
    await assignment(app, id, 'ann');
    await sendAndStore(app, [{ user_id: 'ann', type: 'visit' }]);

    for (const change of [
      { metrics: ['visit', { key: 'x', role: 'guardrail' }] },
      { primary_metric: 'visit' },
    ])
      expect((await patch(id, change)).body).not.toHaveProperty('recompute_job_id');
    const { status, body } = await patch(id, { metrics: [metric.key] });
    expect({ status, body }).toMatchObject({ status: 200, body: { recompute_job_id: expect.any(String) } });
    expect(await finished(app, body.recompute_job_id)).toMatchObject({ state: 'completed' });
    expect(await selectedIn(app, id)).toMatchObject([{ key: metric.key, direction: 'increase' }]);
    const events = await app.database.source.query(
      'SELECT sum(events)::int AS events FROM daily_totals WHERE measure_id = ANY ($1::int[])',
      [(await selectedIn(app, id))[0].measure_ids],
    );
    expect(events).toEqual([{ events: 1 }]);

    // The same numbers under another role and direction.
    const turned = await patch(id, {
      metrics: [{ key: metric.key, role: 'guardrail', direction: 'decrease' }],
    });
    expect(turned.body).not.toHaveProperty('recompute_job_id');
    expect(await selectedIn(app, id)).toMatchObject([{ direction: 'decrease' }]);
    expect(await jobsOf(id)).toBe(1);
    expect(await get(id)).not.toHaveProperty('recompute_job_id');
  });

  it('follows the definition of a metric', async () => {
    const metric = await aMetric(app, { definition: KINDS.count });
    const running = await anExperiment(app, { metrics: [metric.key] });
    const unused = await anExperiment(app, { metrics: [metric.key] });
    const ended = await anExperiment(app, { metrics: [metric.key] });
    for (const { id } of [running, ended]) await assignment(app, id, 'ben');
    await move(ended.id, 'complete');

    const words = await app.call('PATCH', metricsAt(`/${metric.id}`), {
      name: 'Visits',
      direction: 'decrease',
    });
    expect(words.body).toMatchObject({ version: 2, recomputing: [] });
    expect(await selectedIn(app, running.id)).toMatchObject([
      { name: 'Visits', direction: 'decrease', version: 2 },
    ]);

    const definition = { kind: 'count', event_types: ['visit'], window_hours: 2 };
    const { body } = await app.call('PATCH', metricsAt(`/${metric.id}`), { definition });
    expect(body).toMatchObject({ version: 3, recomputing: [{ experiment_id: running.id }] });
    expect(await selectedIn(app, unused.id)).toMatchObject([{ version: 3 }]);
    expect(await finished(app, body.recomputing[0].job_id)).toMatchObject({ state: 'completed' });
    expect(await selectedIn(app, running.id)).toMatchObject([{ version: 3, definition }]);
    const again = await app.call('POST', `/api/v1/experiments/${ended.id}/recompute`);
    expect(await finished(app, again.body.id)).toMatchObject({ state: 'completed' });
    expect(await selectedIn(app, ended.id)).toMatchObject([{ version: 1, definition: KINDS.count }]);
  });
});

describe('the plan of an experiment', () => {
  const planned = (metric: string) => ({
    hypothesis: 'More people buy.',
    metrics: [{ key: 'errors', role: 'guardrail', direction: 'decrease' }, { key: metric, role: 'primary' }],
    analysis_mode: 'fixed',
    planned_users: 1000,
    horizon_at: IN_A_YEAR,
  }); // prettier-ignore

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['by a start', (id) => move(id, 'start')],
    ['by the first change after the planned start', async (id) => {
      await begin(id);
      await patch(id, { hypothesis: 'Fewer people buy.', metrics: [], primary_metric: null });
    }],
    ['by the first transition after the planned start', async (id) => {
      await begin(id);
      await move(id, 'pause');
    }],
    ['by the clock', async (id) => {
      await begin(id);
      await until('the start to be written down', async () => (await get(id)).preregistration, 40_000);
    }],
  ])('is written down %s', async (_, start) => {
    const metric = await aMetric(app, { definition: KINDS.count, direction: 'decrease' });
    const { id, preregistration } = await anExperiment(app, { status: 'draft', ...planned(metric.key) });
    expect(preregistration).toBeNull();
    await start(id);
    const after = await get(id);
    const sealed = after.started_at ?? after.starts_at;
    expect(after.preregistration).toEqual({
      sealed_at: sealed,
      primary: { key: metric.key, metric_id: metric.id, version: 1, direction: 'decrease' },
      metrics: [
        { key: metric.key, metric_id: metric.id, version: 1, direction: 'decrease', role: 'primary' },
        { key: 'errors', metric_id: null, version: null, direction: 'decrease', role: 'guardrail' },
      ],
      analysis_mode: 'fixed',
      planned_users: 1000,
      horizon_at: IN_A_YEAR,
      hypothesis: 'More people buy.',
    });
  }, 60_000); // prettier-ignore

  it('is written down by a creation that starts at once, and stays', async () => {
    const metric = await aMetric(app, { definition: KINDS.count });
    const { id, preregistration, started_at } = await anExperiment(app, planned(metric.key));
    expect(preregistration).toMatchObject({
      sealed_at: started_at,
      planned_users: 1000,
      primary: { version: 1 },
    });
    await patch(id, { metrics: ['other'], primary_metric: 'other', hypothesis: null });
    await app.call('PATCH', metricsAt(`/${metric.id}`), { direction: 'decrease' });
    for (const transition of ['pause', 'resume', 'complete', 'archive']) await move(id, transition);
    expect(await get(id)).toMatchObject({ preregistration, primary_metric: 'other', status: 'archived' });
  });

  it.each([{ analysis_mode: 'sequential' }, { planned_users: 5 }, { horizon_at: null }])(
    'cannot change after the start: %j',
    async (change) => {
      const { id } = await anExperiment(app);
      const [name] = Object.keys(change);
      expectProblem(await patch(id, change), {
        status: 422,
        code: 'experiment_frozen',
        pointer: `/${name}`,
        fault: 'frozen',
      });
    },
  );

  it('can change before, as long as a fixed horizon has an end', async () => {
    const { id } = await anExperiment(app, { status: 'draft', analysis_mode: 'fixed', planned_users: 10 });
    expectProblem(await patch(id, { planned_users: null }), {
      status: 422,
      code: 'invalid_experiment',
      pointer: '/analysis_mode',
      fault: 'horizon_required',
    });
    expect((await patch(id, { planned_users: null, horizon_at: IN_A_YEAR })).status).toBe(200);
    await app.database.source.query('UPDATE experiments SET horizon_at = NULL WHERE id = $1', [id]);
    expectProblem(await move(id, 'start'), {
      status: 422,
      code: 'invalid_experiment',
      pointer: '/analysis_mode',
    });
    expect((await get(id)).status).toBe('draft');
  });
});
