import { Experiment } from '@app/model';
import { ArmDay, ArmTotals, Totals } from '@app/store';
import { report, ReportOptions } from './report';

/** Epoch 1 splits 50:50 into arms 1 and 2, epoch 2 splits 20:80 into arms 3 and 4. */
const experiment: Experiment = {
  id: 'e', key: 'key', name: 'n', description: null, hypothesis: null, status: 'running', timezone: 'UTC',
  analysisPopulation: 'assigned', primaryMetric: 'purchase', metrics: ['signup'], hashAlgorithm: 'fnv1a', hashSeed: 'e',
  startsAt: null, endsAt: null, startedAt: '2026-11-01T12:00:00.000Z', endedAt: null, winner: null, version: 3,
  createdAt: '2026-11-01T00:00:00.000Z', updatedAt: '2026-11-01T00:00:00.000Z',
  variants: [
    { id: 'v-a', key: 'a', name: 'A', isControl: true, config: null },
    { id: 'v-b', key: 'b', name: 'B', isControl: false, config: null },
  ],
  epochs: [
    { number: 1, coverageBp: 10_000, openedAt: '2026-11-01T12:00:00.000Z' },
    { number: 2, coverageBp: 10_000, openedAt: '2026-11-02T12:00:00.000Z' },
  ],
  arms: [
    { id: 1, epoch: 1, variantId: 'v-a', weightBp: 5000 },
    { id: 2, epoch: 1, variantId: 'v-b', weightBp: 5000 },
    { id: 3, epoch: 2, variantId: 'v-a', weightBp: 2000 },
    { id: 4, epoch: 2, variantId: 'v-b', weightBp: 8000 },
  ],
}; // prettier-ignore

const metric = (arm_id: number, key: string, converters: number, events: number, value: string): ArmTotals => ({
  arm_id, metric_id: 1, key, converters, events, value_sum: value, value_squares: value,
}); // prettier-ignore
const day = (arm_id: number, date: string, events: number, active: number, fresh: number, value = '0'): ArmDay => ({
  arm_id, key: 'purchase', day: date, events, active_users: active, new_converters: fresh, value_sum: value,
}); // prettier-ignore

const totals: Totals = {
  freshness: { version: 7, last_event_at: '2026-11-03T10:00:00.000Z', as_of: '2026-11-03T10:00:01.000Z' },
  users: [
    { arm_id: 1, day: '2026-11-01', users: 60 },
    { arm_id: 2, day: '2026-11-01', users: 40 },
    { arm_id: 3, day: '2026-11-02', users: 30 },
    { arm_id: 4, day: '2026-11-02', users: 70 },
  ],
  metrics: [
    metric(1, 'purchase', 6, 8, '0.1'),
    metric(3, 'purchase', 3, 3, '0.2'),
    metric(4, 'purchase', 7, 9, '5'),
    metric(2, 'click', 1, 1, '0'),
  ],
  days: [
    day(1, '2026-11-01', 5, 4, 4, '0.1'),
    day(1, '2026-11-02', 3, 3, 2, '0.2'),
    day(3, '2026-11-02', 3, 3, 3),
    day(4, '2026-11-03', 9, 7, 7),
  ],
};

const options: ReportOptions = {
  range: { start: null, end: null },
  metric: null,
  daily: false,
  confidenceLevel: 0.95,
  now: new Date('2026-11-04T11:00:00Z'),
  queueLagMs: 0,
};

describe('a report', () => {
  it('adds the arms of all epochs up to variants', () => {
    const { population, metrics } = report(experiment, totals, options);
    expect(population).toMatchObject({ users: 200, by_variant: { a: 90, b: 110 } });
    expect(metrics[0].variants).toMatchObject([
      { key: 'a', users: 90, conversions: 9, events: 11, rate: 0.1 },
      { key: 'b', users: 110, conversions: 7, events: 9, value_sum: 5 },
    ]);
  });

  it('adds values exactly: 0.1 and 0.2 are 0.3', () => {
    expect(report(experiment, totals, options).metrics[0].variants[0].value_sum).toBe(0.3);
  });

  it('expects of each epoch its own split', () => {
    // 100 users half and half, then 100 users 20:80.
    expect(report(experiment, totals, options).population.srm.expected).toEqual({ a: 70, b: 130 });
  });

  it('warns of a split that is not the configured one', () => {
    // Chi-square (60-50)²/50 * 2 = 4 and (30-20)²/20 + (70-80)²/80 = 6.25; 10.25 with 2 degrees of freedom: p = exp(-5.125).
    const { population, warnings } = report(experiment, totals, options);
    expect(population.srm.p_value).toBeCloseTo(Math.exp(-5.125), 10);
    expect(population.srm.status).toBe('warning');
    expect(warnings.map(({ code }) => code)).toEqual(['srm_warning']);
  });

  it('shows the primary metric first, then those named, then whatever was counted', () => {
    const keys = report(experiment, totals, options).metrics.map(({ key }) => key);
    expect(keys).toEqual(['purchase', 'purchase:value', 'signup', 'click']);
    expect(report(experiment, totals, { ...options, metric: 'click' }).metrics.map(({ key }) => key)).toEqual(
      ['click'],
    );
  });

  it('says how fresh it is', () => {
    const { freshness } = report(experiment, totals, options);
    expect(freshness).toMatchObject({
      totals_version: 7,
      last_event_at: '2026-11-03T10:00:00.000Z',
      stale: false,
    });
    expect(report(experiment, totals, { ...options, queueLagMs: null }).freshness.stale).toBe(true);
    expect(report(experiment, totals, { ...options, queueLagMs: 60_001 }).freshness.stale).toBe(true);
  });

  it('counts whole days of running, up to the end', () => {
    expect(report(experiment, totals, options).experiment.days_running).toBe(2);
    const ended = { ...experiment, endedAt: '2026-11-02T12:00:00.000Z', status: 'completed' as const };
    expect(report(ended, totals, options).experiment).toMatchObject({
      days_running: 1,
      ended_at: ended.endedAt,
    });
  });

  it('of nothing has zeros, nulls and reasons', () => {
    const nothing: Totals = { freshness: null, users: [], metrics: [], days: [] };
    const empty = report({ ...experiment, status: 'draft', startedAt: null }, nothing, {
      ...options,
      daily: true,
    });
    expect(empty.population).toMatchObject({
      users: 0,
      by_variant: { a: 0, b: 0 },
      srm: { p_value: null, status: 'insufficient' },
    });
    expect(empty.freshness).toMatchObject({ totals_version: 0, as_of: null, last_event_at: null });
    expect(empty.metrics[0].variants[0]).toMatchObject({ users: 0, conversions: 0, rate: null });
    expect(empty.warnings).toMatchObject([{ code: 'no_users' }]);
    expect(empty.timeseries).toEqual([]);
    expect(JSON.parse(JSON.stringify(empty))).toEqual(empty);
  });
});

describe('a report day by day', () => {
  const series = (range: ReportOptions['range']) =>
    report(experiment, totals, { ...options, daily: true, metric: 'purchase', range }).timeseries;

  it('shows each day and what had come together by then', () => {
    const days = series({ start: null, end: null });
    expect(days.map(({ day: date }) => date)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
    const [first, second, third] = days.map(({ variants }) => variants);
    expect(first[0]).toMatchObject({
      key: 'a',
      users: 60,
      conversions: 4,
      events: 5,
      cumulative: { users: 60, conversions: 4 },
    });
    expect(second[0]).toMatchObject({
      users: 30,
      conversions: 6,
      events: 6,
      value_sum: 0.2,
      cumulative: { users: 90, conversions: 9, rate: 0.1 },
    });
    expect(third[1]).toMatchObject({
      key: 'b',
      users: 0,
      conversions: 7,
      cumulative: { users: 110, conversions: 7 },
    });
  });

  it('ends at the numbers of the whole range', () => {
    const last = series({ start: null, end: null }).at(-1);
    const { metrics } = report(experiment, totals, options);
    expect(last?.variants.map(({ cumulative }) => cumulative.conversions)).toEqual(
      metrics[0].variants.map((v) => v.conversions),
    );
  });

  it('counts users from before the range on its first day', () => {
    const inRange = { ...totals, days: totals.days.filter((row) => row.day >= '2026-11-03') };
    const range = { start: '2026-11-03', end: null };
    const [only] = report(experiment, inRange, {
      ...options,
      daily: true,
      metric: 'purchase',
      range,
    }).timeseries;
    expect(only.day).toBe('2026-11-03');
    expect(only.variants.map(({ cumulative }) => cumulative.users)).toEqual([90, 110]);
  });
});
