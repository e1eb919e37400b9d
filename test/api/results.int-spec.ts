import { startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem, sendAndStore } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const results = (id: string, query = '', headers: Record<string, string> = {}) =>
  app.call('GET', `/api/v1/experiments/${id}/results${query}`, undefined, headers);

/** Four users in each variant from before `since`; c-0 to c-3 in control, t-0 to t-3 in treatment. */
async function populated(options: object = {}, since = '2026-01-01T00:00:00Z') {
  const experiment = await anExperiment(app, options);
  const prefix = experiment.key;
  const assignments = ['control', 'treatment'].flatMap((variant_key) =>
    [0, 1, 2, 3].map((index) => ({
      user_id: `${prefix}-${variant_key[0]}-${index}`,
      variant_key,
      assigned_at: since,
    })),
  );
  await app.call('POST', `/api/v1/experiments/${experiment.id}/assignments/import`, { assignments });
  const event = (user: string, timestamp: string, more: object = {}) => ({
    user_id: `${prefix}-${user}`,
    type: 'buy',
    timestamp,
    ...more,
  });
  return { id: experiment.id as string, event };
}

describe('results', () => {
  it('count users, distinct converters, events and exact sums', async () => {
    const { id, event } = await populated({ primary_metric: 'buy' });
    await sendAndStore(app, [
      event('c-0', '2026-01-02T10:00:00Z', { value: 0.1 }),
      event('c-0', '2026-01-03T10:00:00Z', { value: 0.2 }),
      event('t-0', '2026-01-02T10:00:00Z', { properties: { revenue: 5 } }),
      event('t-1', '2026-01-04T10:00:00Z', { properties: { price: 7 } }),
      event('t-1', '2026-01-04T11:00:00Z', { type: 'click' }),
    ]);
    const { status, body } = await results(id);
    expect(status).toBe(200);
    expect(body.population).toMatchObject({ users: 8, by_variant: { control: 4, treatment: 4 } });
    expect(body.metrics.map(({ key, role }: { key: string; role: string }) => [key, role])).toEqual([
      ['buy', 'primary'], ['buy:value', 'goal'], ['click', 'other'],
    ]); // prettier-ignore
    const [control, treatment] = body.metrics[0].variants;
    expect(control).toMatchObject({
      key: 'control',
      is_control: true,
      users: 4,
      conversions: 1,
      rate: 0.25,
      events: 2,
      value_sum: 0.3,
      mean_per_user: 0.075,
    });
    expect(treatment).toMatchObject({ users: 4, conversions: 2, rate: 0.5, events: 2, value_sum: 12 });
    // Users with 0.3, 0, 0, 0: variance (0.09 - 0.3² / 4) / 3.
    expect(control.variance).toBeCloseTo(0.0225, 12);
    expect(body.metrics[0].comparisons[0]).toMatchObject({
      variant: 'treatment',
      control: 'control',
      lift: { estimate: 1 },
    });
    expect(body.freshness).toMatchObject({ last_event_at: '2026-01-04T11:00:00.000Z', stale: false });
  });

  it('take the key of the values of an event type as they show it', async () => {
    const { id, event } = await populated({ primary_metric: 'buy:value' });
    await sendAndStore(app, [
      event('c-0', '2026-01-02T10:00:00Z', { value: 49.9 }),
      event('c-0', '2026-01-02T11:00:00Z', { value: 10 }),
      event('t-0', '2026-01-02T10:00:00Z', { type: 'buy:value' }),
    ]);
    interface Shown {
      key: string;
      kind: string;
      role: string;
      variants: { events: number }[];
    }
    const shown = async (query = ''): Promise<unknown[]> => {
      const { metrics } = (await results(id, query)).body as { metrics: Shown[] };
      return metrics.map(({ key, kind, role, variants }) => [key, kind, role, ...variants.map((one) => one.events)]);
    }; // prettier-ignore
    expect(await shown()).toEqual([
      ['buy:value', 'mean', 'primary', 2, 0],
      ['buy', 'conversion', 'other', 2, 0],
      ['buy:value:users', 'conversion', 'other', 0, 1],
    ]);
    expect(await shown('?metric=buy%3Avalue')).toEqual([['buy:value', 'mean', 'primary', 2, 0]]);
  });

  it('take ranges closed at the start and open at the end', async () => {
    const { id, event } = await populated();
    await sendAndStore(app, ['01', '02', '03', '04'].flatMap((day) => [event('c-0', `2026-01-${day}T00:00:00Z`), event(`t-${Number(day) - 1}`, `2026-01-${day}T23:59:59.999999Z`)])); // prettier-ignore
    const counted = async (query: string) => {
      const { metrics } = (await results(id, query)).body;
      return metrics[0]?.variants.map(({ events, conversions }: Record<string, number>) => [
        events,
        conversions,
      ]);
    };
    expect(await counted('')).toEqual([[4, 1], [4, 4]]); // prettier-ignore
    expect(await counted('?start_date=2026-01-02&end_date=2026-01-04')).toEqual([[2, 1], [2, 2]]); // prettier-ignore
    expect(await counted('?start_date=2026-01-02&end_date=2026-01-03')).toEqual([[1, 1], [1, 1]]); // prettier-ignore
    expect(await counted('?end_date=2026-01-02')).toEqual([[1, 1], [1, 1]]); // prettier-ignore
    expect(await counted('?start_date=2026-01-05')).toEqual([[0, 0], [0, 0]]); // prettier-ignore
    expect((await results(id, '?end_date=2026-01-01')).body.population.users).toBe(0);
    expect((await results(id, '?end_date=2026-01-02')).body.population.users).toBe(8);
  });

  it('add up over the days, users of each day standing for themselves', async () => {
    const { id, event } = await populated();
    await sendAndStore(app, [
      ...['02', '03', '05'].map((day) => event('c-0', `2026-01-${day}T12:00:00Z`, { value: 1.5 })),
      event('c-1', '2026-01-03T12:00:00Z'),
      event('t-0', '2026-01-05T12:00:00Z', { value: 2 }),
    ]);
    const { metrics, timeseries } = (await results(id, '?granularity=day')).body;
    expect(timeseries.map(({ day }: { day: string }) => day)).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-01-03',
      '2026-01-05',
    ]);
    expect(new Set(timeseries.map(({ metric }: { metric: string }) => metric))).toEqual(new Set(['buy']));
    const controls = timeseries.map(({ variants }: { variants: object[] }) => variants[0]);
    expect(controls).toMatchObject([
      { users: 4, conversions: 0, cumulative: { users: 4, conversions: 0, rate: 0 } },
      { users: 0, conversions: 1, cumulative: { users: 4, conversions: 1 } },
      { users: 0, conversions: 2, cumulative: { users: 4, conversions: 2 } },
      { users: 0, conversions: 1, cumulative: { users: 4, conversions: 2, rate: 0.5 } },
    ]);
    const sum = (name: 'events' | 'value_sum') =>
      controls.reduce((total: number, day: Record<string, number>) => total + day[name], 0);
    expect([sum('events'), sum('value_sum')]).toEqual([
      metrics[0].variants[0].events,
      metrics[0].variants[0].value_sum,
    ]);
    const range = (await results(id, '?granularity=day&start_date=2026-01-03&end_date=2026-01-05')).body
      .timeseries;
    expect(range).toMatchObject([
      {
        day: '2026-01-03',
        variants: [{ cumulative: { users: 4, conversions: 2 } }, { cumulative: { conversions: 0 } }],
      },
    ]);
  });

  it('call a day what the calendar of the experiment calls it, also when clocks change', async () => {
    const { id, event } = await populated({ timezone: 'America/New_York' });
    await sendAndStore(app, [
      event('c-0', '2026-03-08T04:59:59.999Z'), // 7 March, 23:59 in winter time
      event('c-0', '2026-03-08T05:00:00Z'), // 8 March begins, a day of 23 hours
      event('c-1', '2026-03-09T03:30:00Z'), // 8 March, 23:30 in summer time
      event('c-2', '2026-03-09T04:00:00Z'), // 9 March begins
    ]);
    const { timeseries, range } = (
      await results(id, '?granularity=day&start_date=2026-03-07&end_date=2026-03-10')
    ).body;
    expect(range).toEqual({ start: '2026-03-07', end: '2026-03-10' });
    const days = timeseries.map(({ day, variants }: { day: string; variants: { events: number }[] }) => [
      day,
      variants[0].events,
    ]);
    expect(days).toEqual([['2026-03-07', 1], ['2026-03-08', 2], ['2026-03-09', 1]]); // prettier-ignore
  });

  it('show one metric when asked for it, by either name', async () => {
    const { id, event } = await populated();
    await sendAndStore(app, [
      event('c-0', '2026-01-02T00:00:00Z'),
      event('c-0', '2026-01-02T00:00:00Z', { type: 'a/b c' }),
    ]);
    for (const query of [
      '?metric=a%2Fb%20c',
      '?event_type=a%2Fb%20c',
      '?metric=a%2Fb%20c&event_type=a%2Fb%20c',
    ]) {
      expect((await results(id, query)).body.metrics.map(({ key }: { key: string }) => key)).toEqual([
        'a/b c',
      ]);
    }
    expect((await results(id, '?metric=unheard')).body.metrics[0].variants[0]).toMatchObject({
      events: 0,
      conversions: 0,
    });
  });

  it('follow the confidence level', async () => {
    const { id, event } = await populated();
    await sendAndStore(app, [event('c-0', '2026-01-02T00:00:00Z')]);
    const widthAt = async (level: number) => {
      const { interval } = (await results(id, `?confidence_level=${level}`)).body.metrics[0].variants[0];
      return interval.high - interval.low;
    };
    expect(await widthAt(0.99)).toBeGreaterThan(await widthAt(0.8));
  });

  it('of an experiment with nobody in it are zeros and reasons, never NaN', async () => {
    const { id } = await anExperiment(app, { status: 'draft', primary_metric: 'buy' });
    const { status, body } = await results(id, '?granularity=day');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      experiment: { status: 'draft', started_at: null, days_running: 0 },
      population: { users: 0, by_variant: { control: 0, treatment: 0 }, srm: { p_value: null, status: 'insufficient' } },
      freshness: { last_event_at: null }, timeseries: [], warnings: [{ code: 'no_users' }],
    }); // prettier-ignore
    expect(body.metrics[0].variants[0]).toMatchObject({ users: 0, conversions: 0, rate: null, events: 0 });
    expect(body.metrics[0].comparisons[0]).toMatchObject({ p_value: null, reason: expect.any(String) });
  });

  it('count from the exposure where only the exposed count', async () => {
    const { id, event } = await populated({ analysis_population: 'exposed' });
    const exposure = (user: string, timestamp: string) =>
      event(user, timestamp, { type: 'exposure', experiment_id: id });
    await sendAndStore(app, [
      event('c-0', '2026-01-02T00:00:00Z'),
      event('c-0', '2026-01-04T00:00:00Z'),
      event('c-1', '2026-01-04T00:00:00Z'),
      exposure('c-0', '2026-01-05T00:00:00Z'),
      exposure('c-0', '2026-01-03T00:00:00Z'),
    ]);
    const { body } = await results(id, '?metric=buy');
    expect(body.analysis_population).toBe('exposed');
    expect(body.population.by_variant).toEqual({ control: 1, treatment: 0 });
    expect(body.metrics[0].variants[0]).toMatchObject({ users: 1, events: 1, conversions: 1 });
  });

  it('have an ETag that answers 304 until an event counts', async () => {
    const { id, event } = await populated();
    const first = await results(id);
    const etag = first.headers.get('etag') as string;
    expect(await results(id, '', { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
    await sendAndStore(app, [event('c-0', '2025-01-01T00:00:00Z')]);
    expect((await results(id, '', { 'if-none-match': etag })).status).toBe(304);
    await sendAndStore(app, [event('c-0', '2026-01-02T00:00:00Z')]);
    const after = await results(id, '', { 'if-none-match': etag });
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(etag);
    expect(after.body.freshness.totals_version).toBeGreaterThan(first.body.freshness.totals_version);
  });

  it.each([
    'start_date=2026-01-02&end_date=2026-01-02', 'start_date=2026-01-03&end_date=2026-01-02', 'start_date=2026-02-30', 'end_date=yesterday',
    'start_date=2026-01-01T00:00:00Z', 'start_date=', 'granularity=second', 'min_sample_size=-1', 'include_ci=yes', 'explain=json', 'format=xml', 'table=all', 'breakdown=', 'confidence_level=1', 'confidence_level=0.4', 'confidence_level=1e-1',
    'confidence_level=0.9&confidence_level=0.9', 'metric=a&event_type=b', 'metric=%00', 'metric=', 'view=all', 'timezone=UTC', 'metric[]=a',
  ])('refuse %s', async (query) => {
    const { id } = await anExperiment(app);
    expectProblem(await results(id, `?${query}`), { status: 400, code: 'invalid_request' });
  }); // prettier-ignore

  it('are there for experiments that are there', async () => {
    expectProblem(await results('nothing'), { status: 404, code: 'not_found' });
  });
});
