import { Experiment, MetricDefinition } from '@app/model';
import { ArmMeasure, Totals } from '@app/store';
import { figuresOf } from './experiment-figures';

const now = new Date('2026-11-05T03:00:00Z');

/** Epoch 1 splits 50:50:0 into arms 1, 2 and 3, epoch 2 splits 20:40:40 into arms 4, 5 and 6. The control is declared last. */
const experiment = {
  id: 'e', key: 'key', status: 'running', startsAt: null, endsAt: null, timezone: 'America/New_York', primaryMetric: 'buy',
  variants: [
    { id: 'v-b', key: 'b', name: 'B', isControl: false, config: null },
    { id: 'v-c', key: 'c', name: 'C', isControl: false, config: null },
    { id: 'v-a', key: 'a', name: 'A', isControl: true, config: null },
  ],
  epochs: [
    { number: 1, coverageBp: 10_000, openedAt: '2026-11-01T12:00:00.000Z' },
    { number: 2, coverageBp: 5000, openedAt: '2026-11-03T12:00:00.000Z' },
  ],
  arms: [
    { id: 1, epoch: 1, variantId: 'v-a', weightBp: 5000 },
    { id: 2, epoch: 1, variantId: 'v-b', weightBp: 5000 },
    { id: 3, epoch: 1, variantId: 'v-c', weightBp: 0 },
    { id: 5, epoch: 2, variantId: 'v-b', weightBp: 4000 },
    { id: 6, epoch: 2, variantId: 'v-c', weightBp: 4000 },
    { id: 4, epoch: 2, variantId: 'v-a', weightBp: 2000 },
  ],
} as unknown as Experiment; // prettier-ignore

const measure = (arm_id: number, measure_id: number, converters: number, sum: string, squares: string): ArmMeasure => ({
  arm_id, measure_id, converters, events: converters, value_sum: sum, value_squares: squares,
}); // prettier-ignore
const declared = (key: string, kind: MetricDefinition['kind'], measure_ids: number[]) => ({
  metric_id: `m-${key}`,
  key,
  name: key,
  direction: 'increase' as const,
  version: 1,
  definition: { kind } as MetricDefinition,
  measure_ids,
});

const totals: Totals = {
  freshness: null,
  active: [declared('revenue', 'mean', [8]), declared('ctr', 'ratio', [9, 10])],
  plain: [{ measure_id: 7, event_type: 'buy' }, { measure_id: 9, event_type: 'revenue' }],
  users: [
    { arm_id: 1, day: '2026-11-01', users: 3 },
    { arm_id: 2, day: '2026-11-01', users: 5 },
    { arm_id: 4, day: '2026-11-04', users: 1 },
    { arm_id: 6, day: '2026-11-04', users: 2 },
  ],
  measures: [
    measure(1, 7, 1, '0.1', '0.01'),
    measure(2, 7, 5, '99', '9999'),
    measure(4, 7, 1, '0.2', '0.04'),
    measure(1, 8, 2, '6', '20'),
    measure(1, 9, 3, '777', '777777'),
  ],
  days: [], cross: [], spans: [], covariates: [], excluded: [],
}; // prettier-ignore

const figures = (metric: string | null, change: object = {}) =>
  figuresOf({ ...experiment, ...change }, totals, metric, now);

describe('the figures of an experiment', () => {
  it('put the control first, with the shares of the latest epoch and the users of all', () => {
    expect(figures('buy').arms).toEqual([
      { name: 'a', weight: 2000, users: 4 },
      { name: 'b', weight: 4000, users: 5 },
      { name: 'c', weight: 4000, users: 2 },
    ]);
  });

  it('take the control over all epochs, and values exactly', () => {
    const { control, plannable } = figures('buy');
    expect(control).toMatchObject({ users: 4, rate: 0.5, mean: 0.075 });
    // 0.1, 0.2, 0 and 0: (0.05 - 0.3² / 4) / 3.
    expect(control.sd).toBeCloseTo(Math.sqrt(0.0275 / 3), 12);
    expect(plannable).toBe('both');
    expect(figures('buy:value')).toMatchObject({ plannable: 'mean', control });
  });

  it('know a declared metric before an event type of the same name', () => {
    expect(figures('revenue')).toMatchObject({ plannable: 'mean', control: { mean: 1.5, rate: 0.5 } });
    expect(figures('ctr').plannable).toBeNull();
  });

  it('are zeros for what nobody did, and nothing where nobody is', () => {
    expect(figures('unheard').control).toEqual({ users: 4, rate: 0, mean: 0, sd: 0 });
    const empty = figuresOf(experiment, { ...totals, users: [], measures: [] }, 'buy', now);
    expect(empty.control).toEqual({ users: 0, rate: null, mean: null, sd: null });
  });

  it('name the day in the time zone of the experiment', () =>
    expect(figures('buy').today).toBe('2026-11-04'));

  it.each<[string, object, boolean]>([
    ['running', {}, true],
    ['paused', { status: 'paused' }, false],
    ['over since an instant ago', { endsAt: '2026-11-05T02:59:59Z' }, false],
    ['without coverage', { epochs: [{ number: 2, coverageBp: 0, openedAt: '2026-11-03T12:00:00Z' }] }, false],
  ])('know whether new users come: %s', (_, change, isOpen) => {
    expect(figures('buy', change).isOpen).toBe(isOpen);
  });

  it('leave out arms that get nobody', () => {
    const epochs = experiment.epochs.slice(0, 1);
    expect(figures('buy', { epochs }).arms.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
