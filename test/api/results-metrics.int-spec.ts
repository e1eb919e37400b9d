import { Json, startApp, TestApp } from '../support/app';
import { anExperiment, sendAndStore } from './help';
import { aMetric, KINDS } from './metrics-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const results = async (id: string, query = ''): Promise<Json> =>
  (await app.call('GET', `/api/v1/experiments/${id}/results${query}`)).body;

/** Ten users in each variant, c-0 to c-9 and t-0 to t-9, from before 2 January; even ones come from Germany. */
async function populated(options: object = {}) {
  const experiment = await anExperiment(app, options);
  const prefix = experiment.key;
  const assignments = ['control', 'treatment'].flatMap((variant_key) =>
    Array.from({ length: 10 }, (_, index) => ({
      user_id: `${prefix}-${variant_key[0]}-${index}`,
      variant_key,
      assigned_at: '2026-01-01T12:00:00Z',
      ...(index < 9 ? { attributes: { country: index % 2 === 0 ? 'DE' : 'FR' } } : {}),
    })),
  );
  await app.call('POST', `/api/v1/experiments/${experiment.id}/assignments/import`, { assignments });
  const event = (user: string, type: string, timestamp: string, more: object = {}) => ({
    user_id: `${prefix}-${user}`, type, timestamp: `2026-01-${timestamp}Z`, ...more,
  }); // prettier-ignore
  return { id: experiment.id as string, event };
}

const metricOf = (body: Json, key: string): Json => body.metrics.find((metric: Json) => metric.key === key);

describe('results of declared metrics', () => {
  it('of every kind are what a person would count', async () => {
    const keys = Object.fromEntries(
      await Promise.all(
        Object.entries(KINDS).map(async ([kind, definition]) => [
          kind,
          (await aMetric(app, { name: kind, definition })).key,
        ]),
      ),
    );
    const { id, event } = await populated({ primary_metric: keys.conversion, metrics: Object.values(keys) });
    await sendAndStore(app, [
      event('c-0', 'visit', '01T00:00:00'), // before the anchor: the covariate
      event('c-0', 'view', '02T10:00:00'),
      event('c-0', 'visit', '02T10:00:00'),
      event('c-0', 'buy', '03T09:00:00', { properties: { pro: true, net: 250 } }),
      event('c-1', 'buy', '02T09:00:00', { value: 40 }),
      event('c-1', 'view', '02T10:00:00'), // after the purchase: no funnel
      event('t-0', 'view', '02T10:00:00'),
      event('t-0', 'buy', '05T10:00:00', { value: 30 }), // more than 48 hours after the anchor
      event('t-1', 'buy', '02T10:00:00', { value: 20, properties: { pro: 'true' } }),
      event('t-1', 'buy', '02T11:00:00', { value: 10 }),
      event('t-1', 'visit', '09T10:00:00'), // day 8
      event('t-2', 'visit', '08T23:00:00'), // day 7
    ]);
    const body = await results(id);
    const [control, treatment] = metricOf(body, keys.conversion).variants;
    expect([control.conversions, treatment.conversions]).toEqual([1, 0]);
    expect(metricOf(body, keys.count).variants).toMatchObject([
      { users: 10, value_sum: 3, events: 3, mean_per_user: 0.3 },
      { value_sum: 3, mean_per_user: 0.3 },
    ]);
    expect(metricOf(body, keys.count).comparisons[0].cuped).toMatchObject({
      difference: { estimate: expect.any(Number) },
    });
    expect(metricOf(body, keys.mean).variants).toMatchObject([
      { value_sum: 140, cap: { lower: null, upper: 100, users_capped: 1 } },
      { value_sum: 60, cap: { upper: 100, users_capped: 0 } },
    ]);
    // `net` is not among the four usual properties, so the purchase of c-0 has no value here.
    expect(metricOf(body, keys.ratio).variants).toMatchObject([
      { ratio: { numerator_sum: 40, denominator_sum: 2, estimate: 20 } },
      { ratio: { numerator_sum: 60, denominator_sum: 3, estimate: 20 } },
    ]);
    expect(metricOf(body, keys.retention).variants).toMatchObject([
      { users: 10, conversions: 1, retention: { from_day: 1, to_day: 7 } },
      { users: 10, conversions: 1, rate: 0.1 },
    ]);
    expect(metricOf(body, keys.funnel).variants).toMatchObject([
      {
        conversions: 1,
        steps: [
          { users: 2, rate: 0.2 },
          { name: 'Bought', users: 1, rate: 0.1, of_previous: 0.5 },
        ],
      },
      { conversions: 0, steps: [{ users: 1 }, { users: 0 }] },
    ]);
    expect(body.metrics.slice(0, 6)).toMatchObject(
      body.metrics.slice(0, 6).map(() => ({ declared: true, version: 1, backfill: 'current' })),
    );
  });

  it('end their series at the numbers of the range', async () => {
    const funnel = (await aMetric(app, { name: 'funnel', definition: KINDS.funnel })).key;
    const ratio = (await aMetric(app, { name: 'ratio', definition: KINDS.ratio })).key;
    const { id, event } = await populated({ metrics: [funnel, ratio] });
    await sendAndStore(app, [
      event('c-0', 'view', '02T10:00:00'),
      event('c-0', 'buy', '02T11:00:00', { value: 5 }),
      event('c-0', 'buy', '03T11:00:00', { value: 7 }),
      event('c-1', 'buy', '03T11:00:00', { value: 1 }),
      event('t-1', 'buy', '03T11:00:00', { value: 9 }),
      event('t-1', 'view', '03T10:00:00'),
      event('t-2', 'buy', '04T11:00:00', { value: 2 }),
    ]);
    const { metrics, timeseries } = await results(id, '?granularity=day');
    for (const key of [funnel, ratio, 'buy']) {
      const last = timeseries.filter((point: Json) => point.metric === key).at(-1);
      const total = metricOf({ metrics }, key);
      const conversions = (variants: Json[]) =>
        variants.map((variant) => (variant.cumulative ?? variant).conversions);
      expect(conversions(last.variants)).toEqual(conversions(total.variants));
      const { difference, lift, p_value, sequential_p_value } = total.comparisons[0];
      expect(last.comparisons[0]).toMatchObject({ difference, lift, p_value, sequential_p_value });
    }
  });

  it('are marked when they were declared after the start', async () => {
    const { id, event } = await populated({ primary_metric: 'buy' });
    await sendAndStore(app, [event('c-0', 'buy', '02T10:00:00')]);
    const { key } = await aMetric(app, { name: 'late', definition: KINDS.conversion });
    const { status } = await app.call(
      'PATCH',
      `/api/v1/experiments/${id}`,
      { metrics: ['buy', key] },
      { 'if-match': '*' },
    );
    expect(status).toBe(200);
    const body = await results(id);
    expect(metricOf(body, key)).toMatchObject({ post_hoc: true });
    expect(metricOf(body, 'buy')).toMatchObject({ post_hoc: false });
    expect(body.warnings.map(({ code }: Json) => code)).toContain('preregistration_changed');
  });
});

describe('results in other shapes', () => {
  async function small() {
    const { id, event } = await populated({ primary_metric: 'buy' });
    await sendAndStore(app, [
      event('c-0', 'buy', '02T10:15:00', { value: 2 }),
      event('c-1', 'buy', '02T11:00:00'),
      event('t-0', 'buy', '02T10:45:00', { value: 3 }),
      event('t-2', 'buy', '03T10:45:00', { value: 3 }),
      event('t-9', 'buy', '03T10:45:00'),
    ]);
    return id;
  }

  it('break down by an attribute, the segments adding up to the whole', async () => {
    const id = await small();
    const { breakdown } = await results(id, '?breakdown=country');
    expect(breakdown).toMatchObject({ attribute: 'country', shown: 3, other_values: 0 });
    const rows = breakdown.segments.map(({ value, users, metrics }: Json) => [
      value, users, metrics[0].key, ...metrics[0].variants.map(({ conversions }: Json) => conversions),
    ]); // prettier-ignore
    expect(rows).toEqual([
      ['DE', 10, 'buy', 1, 2],
      ['FR', 8, 'buy', 1, 0],
      [null, 2, 'buy', 0, 1],
    ]);
    expect(breakdown.segments[0].metrics[0].comparisons[0]).toMatchObject({
      verdict: null,
      adjusted_by: 'benjamini_hochberg',
    });
    expect((await results(id)).breakdown).toBeNull();
  });

  it('go by the hour, everything before them in the count', async () => {
    const id = await small();
    const { timeseries } = await results(
      id,
      '?granularity=hour&metric=buy&start_date=2026-01-02&end_date=2026-01-03',
    );
    const rows = timeseries.map(({ hour, variants }: Json) => [
      hour.slice(0, 13), ...variants.map((own: Json) => [own.events, own.cumulative.users, own.cumulative.conversions]),
    ]); // prettier-ignore
    expect(rows).toEqual([
      ['2026-01-02T10', [1, 10, 1], [1, 10, 1]],
      ['2026-01-02T11', [1, 10, 2], [0, 10, 1]],
    ]);
    for (const query of [
      '?granularity=hour&start_date=2026-01-01&end_date=2026-01-16',
      '?granularity=hour&start_date=2026-01-01',
    ]) {
      expect(await results(id, query)).toMatchObject({ status: 400, errors: [{ pointer: '/granularity' }] });
    }
  });

  it('show the effect by days since users came in', async () => {
    const id = await small();
    const { metrics } = await results(id, '?novelty=true&metric=buy');
    expect(metrics[0].novelty).toMatchObject({ horizon_days: null, reason: 'too_young' });
    await app.database.source.query(`UPDATE experiments SET started_at = '2026-01-01' WHERE id = $1`, [id]);
    const { novelty } = (await results(id, '?novelty=true&metric=buy')).metrics[0];
    expect(novelty.horizon_days).toBe(13);
    const active = novelty.ages.map(({ variants }: Json) =>
      variants.map(({ active_users }: Json) => active_users),
    );
    expect(active.slice(0, 4)).toEqual([[0, 0], [2, 1], [0, 2], [0, 0]]); // prettier-ignore
    expect(novelty.trends).toMatchObject([{ variant: 'treatment' }]);
  });

  it.each(['executive', 'monitoring', 'timeseries'])('of the view %s', async (view) => {
    const body = await results(await small(), `?view=${view}`);
    const sizes = [body.metrics.length, body.timeseries.length, body.flow.length];
    expect(sizes).toEqual({ executive: [1, 0, 0], monitoring: [0, 0, 3], timeseries: [0, 3, 0] }[view]);
    expect(body.summary).toMatchObject({ winner: null, action: 'continue' });
  });

  it('leave intervals out', async () => {
    expect(JSON.stringify(await results(await small(), '?include_ci=false'))).not.toMatch(
      /"(interval|low|high)":/,
    );
  });

  it('are a CSV file when asked for one', async () => {
    const id = await small();
    const path = `/api/v1/experiments/${id}/results`;
    const csv = await app.call('GET', `${path}?format=csv`);
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w-]+-variants\.csv"$/);
    const [header, first] = String(csv.body)
      .split('\r\n')
      .map((line) => line.split(','));
    expect(Object.fromEntries(header.map((name, index) => [name, first[index]]))).toMatchObject({
      metric: 'buy', variant: 'control', users: '10', conversions: '2', rate: '0.2', value_sum: '2',
    }); // prettier-ignore
    const accepted = await app.call('GET', path, undefined, { accept: 'text/csv' });
    expect(accepted.body).toBe(csv.body);
    const etag = csv.headers.get('etag') as string;
    expect((await app.call('GET', `${path}?format=csv`, undefined, { 'if-none-match': etag })).status).toBe(
      304,
    );
    for (const table of ['comparisons', 'timeseries', 'epochs', 'breakdown&breakdown=country']) {
      const { status, body } = await app.call('GET', `${path}?format=csv&table=${table}`);
      expect([status, String(body).split('\r\n').length > 2]).toEqual([200, true]);
    }
    expect((await app.call('GET', `${path}?format=csv&table=breakdown`)).status).toBe(400);
  });
});

describe('results that may be trusted', () => {
  const users = (key: string, variant: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({
      user_id: `${key}-${variant}-${from + index}`, variant_key: variant, assigned_at: '2026-01-01T12:00:00Z',
    })); // prettier-ignore
  async function filled(options: object, control: number, treatment: number, converts: [number, number]) {
    const { id, key } = await anExperiment(app, { primary_metric: 'buy', ...options });
    const assignments = [...users(key, 'control', 0, control), ...users(key, 'treatment', 0, treatment)];
    await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments });
    const buyers = [...users(key, 'control', 0, converts[0]), ...users(key, 'treatment', 0, converts[1])];
    await sendAndStore(app, buyers.map(({ user_id }) => ({ user_id, type: 'buy', timestamp: '2026-01-02T00:00:00Z' }))); // prettier-ignore
    return id as string;
  }

  it('name a winner where there is one, in the direction that is better', async () => {
    const id = await filled({}, 300, 300, [30, 120]);
    const { summary, metrics } = await results(id);
    expect(metrics[0].comparisons[0]).toMatchObject({
      verdict: 'better',
      reason: null,
      decision: { basis: 'sequential' },
    });
    expect(summary).toMatchObject({ winner: 'treatment', action: 'ship' });
    const few = (await results(id, '?min_sample_size=301')).metrics[0];
    expect(few.comparisons[0]).toMatchObject({ verdict: null, reason: 'min_sample_size' });
    expect(few.variants[1].conversions).toBe(120);
    const fewer = await filled(
      { metrics: [{ key: 'buy', role: 'primary', direction: 'decrease' }], primary_metric: undefined },
      300,
      300,
      [30, 120],
    );
    expect((await results(fewer)).summary).toMatchObject({ winner: null, action: 'keep_control' });
  });

  it('wait for the horizon of a fixed plan', async () => {
    const early = await filled({ analysis_mode: 'fixed', planned_users: 601 }, 300, 300, [30, 120]);
    const { metrics, warnings } = await results(early);
    expect(metrics[0].comparisons[0]).toMatchObject({ verdict: null, reason: 'horizon_not_reached' });
    expect(warnings.map(({ code }: Json) => code)).toEqual(
      expect.arrayContaining(['horizon_not_reached', 'peeking']),
    );
    const there = await filled({ analysis_mode: 'fixed', planned_users: 600 }, 300, 300, [30, 120]);
    expect((await results(there)).metrics[0].comparisons[0]).toMatchObject({
      verdict: 'better',
      decision: { basis: 'fixed' },
    });
  });

  it('say nothing where the split is broken', async () => {
    const { population, metrics, summary, warnings } = await results(await filled({}, 400, 200, [40, 80]));
    expect(population.srm.status).toBe('mismatch');
    expect(metrics[0].comparisons[0]).toMatchObject({ verdict: null, reason: 'srm_mismatch' });
    expect(summary.action).toBe('investigate');
    expect(warnings[0].code).toBe('srm_mismatch');
  });
});
