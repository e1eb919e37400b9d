import type { Experiment, MetricDefinition } from '@app/model';
import { ArmDay, ArmMeasure, Totals } from '@app/store';
import { active, EXPERIMENT, material, NO_TOTALS, OPTIONS, select } from './fixture';
import type { ReportOptions } from './context';
import { csvOf } from './csv';
import type { ResultsAnswer } from './results.schema';
import { Material, report } from './report';

const PURCHASE = 11;
const CLICK = 12;

const measure = (arm_id: number, measure_id: number, converters: number, events: number, value: string): ArmMeasure => ({
  arm_id, measure_id, converters, events, value_sum: value, value_squares: value,
}); // prettier-ignore
const day = (arm_id: number, date: string, events: number, active_users: number, fresh: number, value = '0'): ArmDay => ({
  arm_id, measure_id: PURCHASE, day: date, events, active_users, new_converters: fresh, value_sum: value, value_squares: value, products: '0',
}); // prettier-ignore

const totals: Totals = {
  ...NO_TOTALS,
  freshness: { version: 7, last_event_at: '2026-11-03T10:00:00.000Z', as_of: '2026-11-03T10:00:01.000Z' },
  plain: [
    { measure_id: PURCHASE, event_type: 'purchase' },
    { measure_id: CLICK, event_type: 'click' },
  ],
  users: [
    { arm_id: 1, day: '2026-11-01', users: 60 },
    { arm_id: 2, day: '2026-11-01', users: 40 },
    { arm_id: 3, day: '2026-11-02', users: 30 },
    { arm_id: 4, day: '2026-11-02', users: 70 },
  ],
  measures: [
    measure(1, PURCHASE, 6, 8, '0.1'),
    measure(3, PURCHASE, 3, 3, '0.2'),
    measure(4, PURCHASE, 7, 9, '5'),
    measure(2, CLICK, 1, 1, '0'),
  ],
  days: [
    day(1, '2026-11-01', 5, 4, 4, '0.1'),
    day(1, '2026-11-02', 3, 3, 2, '0.2'),
    day(3, '2026-11-02', 3, 3, 3),
    day(4, '2026-11-03', 9, 7, 7),
  ],
};

const show = (options: Partial<ReportOptions> = {}, more: Partial<Material> = {}) =>
  report(EXPERIMENT, material(totals, more), { ...OPTIONS, ...options });

describe('a report', () => {
  it('adds the arms of all epochs up to variants', () => {
    const { population, metrics } = show();
    expect(population).toMatchObject({ users: 200, by_variant: { a: 90, b: 110 } });
    expect(metrics[0].variants).toMatchObject([
      { key: 'a', users: 90, conversions: 9, events: 11, rate: 0.1 },
      { key: 'b', users: 110, conversions: 7, events: 9, value_sum: 5 },
    ]);
  });

  it('adds values exactly: 0.1 and 0.2 are 0.3', () => {
    expect(show().metrics[0].variants[0].value_sum).toBe(0.3);
  });

  it('expects of each epoch its own split', () => {
    // 100 users half and half, then 100 users 20:80.
    expect(show().population.srm.expected).toEqual({ a: 70, b: 130 });
  });

  it('tests the split of each epoch and of both', () => {
    // Chi-square (60-50)²/50 * 2 = 4 and (30-20)²/20 + (70-80)²/80 = 6.25; 10.25 with 2 degrees of freedom: p = exp(-5.125).
    const { population, warnings } = show();
    expect(population.srm.p_value).toBeCloseTo(Math.exp(-5.125), 10);
    expect(population.srm.status).toBe('warning');
    expect(population.srm.epochs).toMatchObject([
      { epoch: 1, users: 100, by_variant: { a: 60, b: 40 }, expected: { a: 50, b: 50 }, p_value: expect.closeTo(0.0455, 4) },
      { epoch: 2, expected: { a: 20, b: 80 }, p_value: expect.closeTo(0.01242, 5) },
    ]); // prettier-ignore
    expect(warnings[0].code).toBe('srm_warning');
    expect(population.srm.sequential_p_value).toBeGreaterThan(population.srm.p_value as number);
  });

  it('says that epochs were pooled', () => {
    const { metrics, warnings } = show();
    expect(metrics[0].comparisons[0].strata).toMatchObject([{ epoch: 1 }, { epoch: 2 }]);
    expect(warnings.map(({ code }) => code)).toContain('epochs_pooled');
  });

  it('shows the primary metric first, then those selected, then whatever was counted', () => {
    const shown = show().metrics.map(({ key, role, kind }) => [key, role, kind]);
    expect(shown).toEqual([
      ['purchase', 'primary', 'conversion'],
      ['purchase:value', 'goal', 'mean'],
      ['signup', 'goal', 'conversion'],
      ['click', 'other', 'conversion'],
    ]);
    expect(show({ metric: 'click' }).metrics.map(({ key }) => key)).toEqual(['click']);
    expect(show({ metric: 'purchase:value' }).metrics.map(({ key }) => key)).toEqual(['purchase:value']);
  });

  it('corrects over the whole selection, whatever is asked for', () => {
    const all = show().metrics.find(({ key }) => key === 'signup');
    expect(show({ metric: 'signup' }).metrics).toEqual([all]);
  });

  it('answers a word that nobody knows with zeros, and says so', () => {
    const { metrics, warnings } = show({ metric: 'unheard' });
    expect(metrics[0].variants[0]).toMatchObject({ users: 90, conversions: 0, events: 0 });
    expect(warnings.map(({ code }) => code)).toContain('metric_not_found');
  });

  it('says how fresh it is', () => {
    expect(show().freshness).toMatchObject({
      totals_version: 7,
      last_event_at: '2026-11-03T10:00:00.000Z',
      stale: false,
    });
    for (const queueLagMs of [null, 60_001]) {
      const { freshness, warnings } = show({ queueLagMs });
      expect(freshness.stale).toBe(true);
      expect(warnings.at(-1)?.code).toBe('stale');
    }
  });

  it('counts whole days of running, up to the end', () => {
    expect(show().experiment.days_running).toBe(2);
    const ended = { ...EXPERIMENT, endedAt: '2026-11-02T12:00:00.000Z', status: 'completed' as const };
    const answer = report(ended, material(totals), OPTIONS);
    expect(answer.experiment).toMatchObject({ days_running: 1, ended_at: ended.endedAt });
  });

  it('of nothing has zeros, nulls and reasons', () => {
    const draft = { ...EXPERIMENT, status: 'draft' as const, startedAt: null };
    const empty = report(draft, material({}), { ...OPTIONS, granularity: 'day' });
    expect(empty.population).toMatchObject({
      users: 0,
      by_variant: { a: 0, b: 0 },
      srm: { p_value: null, sequential_p_value: null, status: 'insufficient', reason: 'no_users' },
    });
    expect(empty.freshness).toMatchObject({ totals_version: 0, as_of: null, last_event_at: null });
    expect(empty.metrics[0].variants[0]).toMatchObject({ users: 0, conversions: 0, rate: null });
    expect(empty.warnings).toMatchObject([{ code: 'no_users' }]);
    expect(empty.timeseries).toEqual([]);
    expect(JSON.parse(JSON.stringify(empty))).toEqual(empty);
  });
});

describe('the values of an event type', () => {
  const all = (
    metrics: Experiment['metrics'],
    { plain, options = {} }: { plain?: Totals['plain']; options?: Partial<ReportOptions> } = {},
  ) =>
    report(
      { ...EXPERIMENT, metrics },
      material({ ...totals, plain: plain ?? totals.plain }),
      { ...OPTIONS, ...options },
    ).metrics.map(({ key, kind, role, event_types, variants }) => [
      key, kind, role, event_types[0], variants.map((variant) => variant.value_sum),
    ]); // prettier-ignore
  const value = (role: string) => ['purchase:value', 'mean', role, 'purchase', [0.3, 5]];
  const purchase = (role: string) => ['purchase', 'conversion', role, 'purchase', [0.3, 5]];
  const click = ['click', 'conversion', 'other', 'click', [0, 0]];

  it('are selected by the key that they are shown under', () => {
    expect(all([select('purchase:value', 'primary')])).toEqual([value('primary'), click, purchase('other')]);
    expect(all([select('purchase'), select('purchase:value', 'guardrail')])).toEqual([
      purchase('goal'), value('guardrail'), click,
    ]); // prettier-ignore
  });

  it('come with the event type when that is asked for, whatever is selected', () => {
    const asked = (metric: string) => all([select('purchase:value')], { options: { metric } });
    expect(asked('purchase')).toEqual([value('goal'), purchase('other')]);
    expect(asked('purchase:value')).toEqual([value('goal')]);
  });

  it('are zeros when they are named and there are none', () => {
    const none = (key: string, role: string, type: string) => [key, 'mean', role, type, [0, 0]];
    expect(all([select('new:value')])[0]).toEqual(none('new:value', 'goal', 'new'));
    expect(all([], { options: { metric: 'click:value' } })).toEqual([none('click:value', 'other', 'click')]);
    const { warnings } = show({ metric: 'unheard:value' });
    expect(warnings.map(({ code }) => code)).toContain('metric_not_found');
  });

  it('have a key of their own beside an event type that is called so', () => {
    const plain = [
      { measure_id: PURCHASE, event_type: 'a' },
      { measure_id: CLICK, event_type: 'a:value' },
    ];
    expect(all([], { plain })).toEqual([
      ['a', 'conversion', 'other', 'a', [0.3, 5]],
      ['a:value', 'mean', 'other', 'a', [0.3, 5]],
      ['a:value:users', 'conversion', 'other', 'a:value', [0, 0]],
    ]);
    expect(all([select('a:value:users', 'primary')], { plain })[0]).toEqual([
      'a:value:users', 'conversion', 'primary', 'a:value', [0, 0],
    ]); // prettier-ignore
  });

  it('are hidden by a declared metric of their key', () => {
    const experiment = {
      ...EXPERIMENT,
      metrics: [select('purchase'), select('purchase:value', 'goal', 'm')],
    };
    const own = active({ kind: 'count', event_types: ['click'] }, [CLICK], { key: 'purchase:value' });
    const { metrics } = report(experiment, material({ ...totals, active: [own] }), OPTIONS);
    expect(metrics.map(({ key, declared }) => [key, declared])).toEqual([
      ['purchase', false], ['purchase:value', true], ['click', false],
    ]); // prettier-ignore
  });
});

describe('a declared metric', () => {
  const experiment = { ...EXPERIMENT, metrics: [select('purchase', 'primary', 'm')] };
  const of = (held: Partial<Totals>, more: Partial<Material> = {}) =>
    report(experiment, material({ ...totals, ...held }, more), OPTIONS);
  const conversion = { kind: 'conversion' as const, event_types: ['purchase'] };

  it('stands in for the event type of the same name', () => {
    const { metrics } = of({ active: [active(conversion, [PURCHASE], { key: 'purchase', name: 'Bought' })] });
    expect(metrics.map(({ key, name, declared }) => [key, name, declared])).toEqual([
      ['purchase', 'Bought', true],
      ['click', 'click', false],
    ]);
    expect(metrics[0]).toMatchObject({
      version: 1,
      definition: conversion,
      backfill: 'current',
      event_types: ['purchase'],
    });
  });

  it('that the totals do not hold yet has no numbers, rather than zeros', () => {
    const declared = [
      {
        id: 'm',
        key: 'purchase',
        name: 'Bought',
        direction: 'increase' as const,
        version: 1,
        definition: conversion,
      },
    ];
    const { metrics, warnings } = of({}, { declared });
    expect(metrics[0]).toMatchObject({ key: 'purchase', backfill: 'pending', variants: [], comparisons: [] });
    expect(warnings.map(({ code }) => code)).toContain('backfill_pending');
  });

  it('that has changed shows what the totals hold until a recompute has finished', () => {
    const declared = [
      {
        id: 'm',
        key: 'purchase',
        name: 'Bought',
        direction: 'increase' as const,
        version: 2,
        definition: conversion,
      },
    ];
    const { metrics } = of({ active: [active(conversion, [PURCHASE])] }, { declared });
    expect(metrics[0]).toMatchObject({ backfill: 'pending', version: 1, comparisons: [{ verdict: null }] });
    expect(metrics[0].variants[0].conversions).toBe(9);
  });

  it('of a funnel counts every step over the same users', () => {
    const steps = [{ name: 'seen', event_types: ['view'] }, { event_types: ['purchase'] }];
    const span = (arm_id: number, measure_id: number, users: number) => ({
      arm_id,
      measure_id,
      end_day: '2026-11-02',
      users,
    });
    const held = {
      active: [active({ kind: 'funnel', steps }, [21, 22])],
      spans: [span(1, 21, 30), span(1, 22, 6), span(3, 21, 15), span(3, 22, 3)],
    };
    const [control] = of(held).metrics[0].variants;
    expect(control).toMatchObject({ users: 90, conversions: 9, rate: 0.1, events: null, value_sum: null });
    expect(control.steps).toMatchObject([
      { step: 1, name: 'seen', users: 45, rate: 0.5, of_previous: 0.5 },
      { step: 2, name: 'purchase', users: 9, rate: 0.1, of_previous: 0.2 },
    ]);
  });

  it('of retention counts only users whose window has closed', () => {
    // Now is the fourth: a window of days 1 to 2 of those who came on the first closed on the third, of the second it still runs.
    const definition = { kind: 'retention' as const, event_types: ['visit'], from_day: 1, to_day: 2 };
    const held = {
      active: [active(definition, [31])],
      spans: [{ arm_id: 1, measure_id: 31, end_day: '2026-11-03', users: 12 }],
    };
    const [metric] = of(held).metrics;
    expect(metric.variants).toMatchObject([
      { users: 60, conversions: 12, rate: 0.2, retention: { from_day: 1, to_day: 2 } },
      { users: 40, conversions: 0, rate: 0 },
    ]);
  });

  it('that is capped shows the cap, which is that of all variants together, and what it changed', () => {
    const definition = { kind: 'mean' as const, event_types: ['purchase'], cap: { upper_percentile: 0.95 } };
    const distributions = new Map([['purchase', [
      { arm_id: 1, total: '10', users: 20 }, { arm_id: 4, total: '1000', users: 5 }, { arm_id: 2, total: '20', users: 6 },
    ]]]); // prettier-ignore
    const { metrics } = of({ active: [active(definition, [PURCHASE])] }, { distributions });
    // Of 200 users the 95th percentile lies between places 190 and 191 of 200: six have 20 and five 1000, so it is 20.
    expect(metrics[0].variants).toMatchObject([
      {
        value_sum: 200,
        mean_per_user: expect.closeTo(200 / 90, 12),
        cap: { lower: null, upper: 20, users_capped: 0 },
      },
      { value_sum: 220, mean_per_user: 2, cap: { upper: 20, users_capped: 5 } },
    ]);
  });
});

describe('what cannot be computed', () => {
  const ones = (a: number, b: number) => [
    { arm_id: 1, day: '2026-11-01', users: a },
    { arm_id: 2, day: '2026-11-01', users: b },
  ];
  const alike = (a: number, b: number, value: string, more: Partial<Totals> = {}) =>
    report(
      EXPERIMENT,
      material({ ...totals, users: ones(a, b), days: [], measures: [{ ...measure(1, PURCHASE, a, a, value) }], ...more }),
      { ...OPTIONS, metric: 'purchase', granularity: 'day' },
    ); // prettier-ignore
  const none = (reason: string) => ({ low: null, high: null, method: 't', reason });

  it('is null with the reason: without variance a mean has no limits', () => {
    // Four with 2 each, and three with nothing: sums of squares 16 and 0.
    const held = { measures: [{ ...measure(1, PURCHASE, 4, 4, '8'), value_squares: '16' }] };
    const { metrics, timeseries } = alike(4, 3, '8', held);
    expect(metrics[0].variants).toMatchObject([
      { mean_per_user: 2, variance: 0, reason: null, mean_interval: none('zero_variance') },
      { mean_per_user: 0, variance: 0, reason: null, mean_interval: none('zero_variance') },
    ]);
    expect(timeseries[0].variants[1]).toMatchObject({
      reason: null,
      cumulative: { mean: 0, reason: null, mean_interval: none('zero_variance') },
    });
    const csv = csvOf('variants', { metrics } as ResultsAnswer).split('\r\n');
    const at = csv[0].split(',').indexOf('mean_low');
    expect(csv[1].split(',').slice(at - 1, at + 3)).toEqual(['2', '', '', '0']);
  });

  it('is null with the reason: one user has no variance, none have nothing', () => {
    const { metrics, timeseries } = alike(1, 0, '3');
    expect(metrics[0].variants).toMatchObject([
      { mean_per_user: 3, variance: null, reason: 'insufficient_data', mean_interval: none('insufficient_data') },
      { rate: null, interval: { low: null, reason: 'no_users' }, mean_per_user: null, reason: 'no_users', mean_interval: none('no_users') },
    ]); // prettier-ignore
    expect(timeseries[0].variants).toMatchObject([
      { reason: null, cumulative: { reason: null, mean_interval: none('insufficient_data') } },
      { rate: null, reason: 'no_users', cumulative: { rate: null, reason: 'no_users', mean_interval: none('no_users') } },
    ]); // prettier-ignore
  });

  it('is null with the reason: a ratio of users who are all alike has no limits', () => {
    const ratio = {
      kind: 'ratio' as const,
      numerator: { event_types: ['purchase'], aggregation: 'count' as const },
      denominator: { event_types: ['purchase'], aggregation: 'count' as const },
    };
    const held = {
      users: ones(3, 0), days: [], measures: [measure(1, PURCHASE, 3, 3, '3')],
      cross: [{ arm_id: 1, numerator_id: PURCHASE, denominator_id: PURCHASE, day: '2026-11-01', product: '3' }], active: [active(ratio, [PURCHASE, PURCHASE])],
    }; // prettier-ignore
    const experiment = { ...EXPERIMENT, metrics: [select('declared', 'primary', 'm')] };
    const [one] = report(experiment, material({ ...totals, ...held }), OPTIONS).metrics[0].variants;
    expect(one.ratio).toMatchObject({
      estimate: 1,
      interval: { low: null, high: null },
      reason: 'zero_variance',
    });
  });

  it.each<[string, MetricDefinition]>([
    ['a funnel', { kind: 'funnel', steps: [{ event_types: ['view'] }, { event_types: ['purchase'] }] }],
    ['retention', { kind: 'retention', event_types: ['view'], from_day: 0, to_day: 1 }],
    ['a cap', { kind: 'mean', event_types: ['view'], cap: { upper: 5 } }],
    ['a count', { kind: 'count', event_types: ['view'] }],
  ])('is nowhere null without a reason: %s', (_, definition) => {
    const experiment = { ...EXPERIMENT, metrics: [select('declared', 'primary', 'm')] };
    const distributions = new Map([['declared', [{ arm_id: 1, total: '10', users: 2 }]]]);
    for (const [a, b] of [[0, 0], [1, 0], [2, 1], [6, 4]]) {
      const held = material(
        { ...totals, measures: [], days: [], users: ones(a, b).filter(({ users }) => users > 0), active: [active(definition, [21, 22])] },
        { distributions: new Map(a < 2 ? [['declared', []]] : distributions) },
      ); // prettier-ignore
      const { metrics, timeseries } = report(experiment, held, { ...OPTIONS, granularity: 'day' });
      const own = metrics.filter(({ key }) => key === 'declared');
      const points = timeseries.filter(({ metric }) => metric === 'declared');
      expect(own).toHaveLength(1);
      expect(unexplained([own.map(({ variants }) => variants), points.map(({ variants }) => variants)])).toEqual([]);
    }
  }); // prettier-ignore

  /** Objects that have a null and do not say why. A cap that was not asked for is none. */
  function unexplained(part: unknown): unknown[] {
    if (part === null || typeof part !== 'object') return [];
    const entries = Object.entries(part).filter(([name]) => name !== 'cap');
    const isBare =
      entries.some(([name, value]) => name !== 'reason' && value === null) &&
      typeof (part as { reason?: unknown }).reason !== 'string';
    return [...(isBare ? [part] : []), ...entries.flatMap(([, value]) => unexplained(value))];
  }
});

describe('what was registered', () => {
  const sealed = {
    sealed_at: '2026-11-01T12:00:00.000Z', analysis_mode: 'sequential' as const, planned_users: null, horizon_at: null, hypothesis: null,
    primary: { key: 'signup', metric_id: null, version: null, direction: 'increase' as const },
    metrics: [{ key: 'signup', metric_id: null, version: null, direction: 'increase' as const, role: 'primary' as const }],
  }; // prettier-ignore
  const answer = report({ ...EXPERIMENT, preregistration: sealed }, material(totals), OPTIONS);

  it('marks every metric that came later', () => {
    expect(answer.metrics.map(({ key, post_hoc }) => [key, post_hoc])).toEqual([
      ['purchase', true], ['purchase:value', true], ['signup', false], ['click', true],
    ]); // prettier-ignore
  });

  it('lists what has changed', () => {
    expect(answer.preregistration?.changes[0]).toEqual({
      field: 'primary_metric',
      planned: 'signup',
      now: 'purchase',
    });
    expect(answer.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['post_hoc_primary', 'preregistration_changed']),
    );
  });
});

describe('a report day by day', () => {
  const series = (range: ReportOptions['range'], held = totals) =>
    report(EXPERIMENT, material(held), {
      ...OPTIONS,
      granularity: 'day',
      metric: 'purchase',
      range,
    }).timeseries.filter(({ metric }) => metric === 'purchase');

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
    const [metric] = show().metrics;
    expect(last?.variants.map(({ cumulative }) => cumulative.conversions)).toEqual(
      metric.variants.map((v) => v.conversions),
    );
    const { p_value, sequential_p_value, difference } = metric.comparisons[0];
    expect(last?.comparisons[0]).toMatchObject({ variant: 'b', p_value, sequential_p_value, difference });
  });

  it('counts users from before the range on its first day', () => {
    const inRange = { ...totals, days: totals.days.filter((row) => row.day >= '2026-11-03') };
    const [only] = series({ start: '2026-11-03', end: null }, inRange);
    expect(only.day).toBe('2026-11-03');
    expect(only.variants.map(({ cumulative }) => cumulative.users)).toEqual([90, 110]);
  });
});

describe('the views', () => {
  it('show what their readers need', () => {
    const executive = show({ view: 'executive' });
    expect(executive.metrics.map(({ key }) => key)).toEqual(['purchase']);
    expect(executive.summary.headline).not.toBe('');
    const monitoring = show({ view: 'monitoring' });
    expect(monitoring.metrics).toEqual([]);
    expect(monitoring.flow).toEqual([
      { day: '2026-11-01', users: 100, events: { purchase: 5 } },
      { day: '2026-11-02', users: 100, events: { purchase: 6 } },
      { day: '2026-11-03', users: 0, events: { purchase: 9 } },
    ]);
    const hostile = ['constructor', 'toString', '__proto__'];
    const types = hostile.map((event_type, measure_id) => ({ measure_id, event_type }));
    const days = types.map(({ measure_id }) => ({ ...totals.days[0], measure_id, events: 1 }));
    const [{ events }] = report(EXPERIMENT, material({ plain: types, days }), {
      ...OPTIONS,
      view: 'monitoring',
    }).flow;
    expect(Object.entries(events)).toEqual(hostile.map((type) => [type, 1]));
    const timeseries = show({ view: 'timeseries' });
    expect([timeseries.metrics.length, timeseries.timeseries.length > 0]).toEqual([0, true]);
  });

  it('leave intervals out when told to, and nothing else', () => {
    const text = JSON.stringify(show({ includeIntervals: false, granularity: 'day' }));
    expect(text).not.toMatch(/"(interval|mean_interval|sequential_interval|low|high)":/);
    expect(text).toContain('"low_counts"');
  });

  it('explain each table with SQL when asked to', () => {
    expect(show().explain).toEqual([]);
    const pointers = show({ explain: true, metric: 'click' }).explain.map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining(['/population/users', '/metrics/0/variants', '/metrics/0/comparisons']),
    );
  });
});
