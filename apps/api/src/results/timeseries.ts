import { Experiment, groupBy } from '@app/model';
import { addExact } from '@app/stats';
import type { ArmDay, DayRange, Totals } from '@app/store';
import type { AskedMetric } from './catalogue';
import { differenceOf, effectOf, isRate, liftOf, pairsOf, sequentialOf } from './effect';
import type { Point, PointVariant } from './metric.schema';
import { addDays, addSums, capOf, emptySums, hasMatured, RetentionFrame, sampleOf, UserSums } from './sums';
import { meanInterval, NOT_KEPT, rateOf, whyNull } from './variants';
import { ALPHA } from './verdict';

// Pure: one metric by the day. What a day adds to the sums since the start of the range is kept apart from what happened on the day:
// distinct users of days never add up to those of a range.

export interface SeriesOptions {
  alpha: number;
  range: DayRange;
  frame: RetentionFrame;
  tuningUsers: (treatment: string) => number;
}

/** What happened on one day, or in one hour, in one variant. */
export interface Moment {
  users: number;
  active: number;
  events: number | null;
  valueSum: string | null;
}

/** One arm as a series: what each day added, and what each day was. */
interface ArmSeries {
  arm: number;
  added: Map<string, UserSums>;
  moments: Map<string, Moment>;
}

const BEFORE = '';

export function dailySeries(
  experiment: Experiment,
  totals: Totals,
  metric: AskedMetric,
  options: SeriesOptions,
): Point[] {
  const series = armSeries(experiment, totals, metric, options);
  const days = new Set(series.flatMap(({ added, moments }) => [...added.keys(), ...moments.keys()]));
  days.delete(BEFORE);
  const running = new Map(series.map(({ arm, added }) => [arm, added.get(BEFORE) ?? emptySums(metric)]));
  return [...days].sort().map((day) => {
    for (const { arm, added } of series) {
      const more = added.get(day);
      if (more !== undefined) running.set(arm, addSums(running.get(arm) as UserSums, more));
    }
    const moments = new Map(series.map(({ arm, moments: own }) => [arm, own.get(day)]));
    return { metric: metric.key, day, ...pointOf(experiment, metric, { running, moments }, options) };
  });
}

/** The figures of one day or hour: its own, and everything since the start. */
export function pointOf(
  experiment: Experiment,
  metric: AskedMetric,
  { running, moments }: { running: Map<number, UserSums>; moments: Map<number, Moment | undefined> },
  options: Pick<SeriesOptions, 'alpha' | 'tuningUsers'>,
): Pick<Point, 'variants' | 'comparisons'> {
  const { alpha } = options;
  const variants = experiment.variants.map(({ id, key, isControl }) => {
    const own = experiment.arms.filter((arm) => arm.variantId === id);
    const epochs = own.map((arm) => ({ epoch: arm.epoch, sums: running.get(arm.id) as UserSums }));
    const all = epochs.map(({ sums }) => sums).reduce(addSums, emptySums(metric));
    const moment = addMoments(
      own.flatMap((arm) => moments.get(arm.id) ?? []),
      metric,
    );
    return { key, isControl, epochs, all, moment };
  });
  const control = variants.find(({ isControl }) => isControl);
  // Caps are those of a whole range: of a capped metric there is no mean by the day.
  const isComparable = control !== undefined && capOf(metric.definition) === null;
  return {
    variants: variants.map(({ key, all, moment }) => variantPoint(key, metric, { all, moment, alpha })),
    comparisons: !isComparable
      ? []
      : variants
          .filter((variant) => variant !== control)
          .map((treatment) => {
            const effect = effectOf(metric.kind, pairsOf(control.epochs, treatment.epochs), alpha);
            return {
              variant: treatment.key,
              control: control.key,
              difference: differenceOf(effect),
              lift: liftOf(effect),
              p_value: effect.pValue,
              sequential_p_value: sequentialOf(effect, ALPHA, options.tuningUsers(treatment.key)).pValue,
            };
          }),
  };
}

function variantPoint(
  key: string,
  metric: AskedMetric,
  { all, moment, alpha }: { all: UserSums; moment: Moment; alpha: number },
): PointVariant {
  const keepsMeans = all.events !== null && capOf(metric.definition) === null;
  const sample = keepsMeans ? sampleOf(all) : null;
  const { valueSum } = moment;
  const daily = isSpanned(metric) ? { rate: null } : rateOf(moment.active, all.users, alpha);
  const mean = !keepsMeans || valueSum === null || all.users === 0 ? null : Number(valueSum) / all.users;
  return {
    key,
    users: moment.users,
    ...daily,
    conversions: moment.active,
    events: moment.events,
    value_sum: keepsMeans && valueSum !== null ? Number(valueSum) : null,
    mean_per_user: mean,
    reason: all.users === 0 ? 'no_users' : mean === null ? NOT_KEPT : null,
    cumulative: {
      users: all.users,
      ...rateOf(all.conversions, all.users, alpha),
      mean: sample?.mean ?? null,
      mean_interval: meanInterval(all.users, sample, alpha),
      reason: all.users === 0 || sample === null ? whyNull(all.users, sample) : null,
    },
  };
}

/** Counted by spans of days: what one day was cannot be told from when the span ended. */
function isSpanned({ kind }: AskedMetric): boolean {
  return isRate(kind) && kind !== 'conversion';
}

function armSeries(
  experiment: Experiment,
  totals: Totals,
  metric: AskedMetric,
  { range, frame }: SeriesOptions,
): ArmSeries[] {
  const users = groupBy(totals.users, (row) => row.arm_id);
  const days = groupBy(totals.days, (row) => row.arm_id);
  const spans = groupBy(totals.spans, (row) => row.arm_id);
  const cross = groupBy(totals.cross, (row) => row.arm_id);
  return experiment.arms.map(({ id }) => {
    const series: ArmSeries = { arm: id, added: new Map(), moments: new Map() };
    addUsers(series, metric, users.get(id) ?? [], { range, frame });
    if (isSpanned(metric)) addSpans(series, metric, spans.get(id) ?? []);
    else addDaysOf(series, metric, days.get(id) ?? []);
    const [numerator, denominator] = metric.measureIds;
    for (const row of metric.kind === 'ratio' ? (cross.get(id) ?? []) : []) {
      if (row.numerator_id !== numerator || row.denominator_id !== denominator) continue;
      add(series, metric, row.day, { denominator: { sum: '0', squares: '0', product: row.product } });
    }
    return series;
  });
}

/** Users stand in the count from their anchor on; for retention from the day on which their window closes. */
function addUsers(
  series: ArmSeries,
  metric: AskedMetric,
  rows: Totals['users'],
  { range, frame }: { range: DayRange; frame: RetentionFrame },
): void {
  for (const { day, users } of rows) {
    if (metric.definition?.kind === 'retention') {
      if (!hasMatured(day, metric.definition, frame)) continue;
      const closes = addDays(day, metric.definition.to_day);
      add(series, metric, closes, { users });
      addMoment(series, metric, closes, { users });
    } else if (range.start !== null && day < range.start) {
      add(series, metric, BEFORE, { users });
    } else {
      add(series, metric, day, { users });
      addMoment(series, metric, day, { users });
    }
  }
}

function addSpans(series: ArmSeries, metric: AskedMetric, rows: Totals['spans']): void {
  for (const { measure_id, end_day, users } of rows) {
    const step = metric.measureIds.indexOf(measure_id);
    if (step === -1) continue;
    const isLast = step === metric.measureIds.length - 1;
    const steps = emptySums(metric).steps?.map((zero, index) => (index === step ? users : zero)) ?? null;
    add(series, metric, end_day, { conversions: isLast ? users : 0, steps });
    if (isLast) addMoment(series, metric, end_day, { active: users });
  }
}

function addDaysOf(series: ArmSeries, metric: AskedMetric, rows: ArmDay[]): void {
  const [first, second] = metric.measureIds;
  for (const row of rows) {
    const squares = addExact(row.value_squares, row.products);
    if (row.measure_id === first) {
      const { day, events, new_converters: conversions, value_sum: valueSum } = row;
      add(series, metric, day, { conversions, events, valueSum, valueSquares: squares });
      addMoment(series, metric, day, { active: row.active_users, events, valueSum });
    }
    // Both sides of a ratio may be the same measure.
    if (metric.kind === 'ratio' && row.measure_id === second) {
      add(series, metric, row.day, { denominator: { sum: row.value_sum, squares, product: '0' } });
    }
  }
}

function add({ added }: ArmSeries, metric: AskedMetric, day: string, more: Partial<UserSums>): void {
  const empty = emptySums(metric);
  added.set(day, addSums(added.get(day) ?? empty, { ...empty, ...more }));
}

function addMoment({ moments }: ArmSeries, metric: AskedMetric, day: string, more: Partial<Moment>): void {
  const known = moments.get(day);
  moments.set(day, addMoments([...(known ? [known] : []), { ...noMoment(metric), ...more }], metric));
}

export function noMoment(metric: AskedMetric): Moment {
  const isKept = !isSpanned(metric);
  return { users: 0, active: 0, events: isKept ? 0 : null, valueSum: isKept ? '0' : null };
}

function addMoments(moments: Moment[], metric: AskedMetric): Moment {
  return moments.reduce(
    (sum, { users, active, events, valueSum }) => ({
      users: sum.users + users,
      active: sum.active + active,
      events: sum.events === null || events === null ? null : sum.events + events,
      valueSum: sum.valueSum === null || valueSum === null ? null : addExact(sum.valueSum, valueSum),
    }),
    noMoment(metric),
  );
}
