import { Experiment, invalid } from '@app/model';
import type { DayRange, HourTotals } from '@app/store';
import type { AskedMetric } from './catalogue';
import type { Point } from './metric.schema';
import { addDays, addSums, emptySums, UserSums } from './sums';
import { whyNull } from './variants';
import { Moment, noMoment, pointOf, SeriesOptions } from './timeseries';

// Pure: one metric by the hour. Hours keep who was active for the first time in the experiment, so the cumulative figures are those since
// its start, not since the start of the range; squares are not kept by the hour, so means have no interval.

export const MOST_HOURLY_DAYS = 14;
const DEFAULT_HOURLY_DAYS = 3;

/**
 * The days that are shown by the hour: those asked for, the last three when no start is given.
 * @throws AssayError invalid_request over 14 days
 */
export function hourlyRange(range: DayRange, today: string): DayRange {
  const end = range.end ?? addDays(today, 1);
  const start = range.start ?? addDays(end, -DEFAULT_HOURLY_DAYS);
  if (addDays(start, MOST_HOURLY_DAYS) < end) {
    const message = `granularity=hour takes at most ${MOST_HOURLY_DAYS} days; give a start_date and an end_date closer together.`;
    throw invalid('/granularity', 'out_of_range', message);
  }
  return { start, end };
}

/** Retention and funnels are counted by days, and of a ratio there are no products by the hour. */
export function hasHours({ kind }: AskedMetric): boolean {
  return kind === 'conversion' || kind === 'count' || kind === 'mean';
}

export function hourlySeries(
  experiment: Experiment,
  totals: HourTotals,
  metric: AskedMetric,
  options: Pick<SeriesOptions, 'alpha' | 'tuningUsers'>,
): Point[] {
  const [measure] = metric.measureIds;
  const rows = totals.measures.filter(({ measure_id }) => measure_id === measure);
  const hours = [...new Set([...totals.users, ...rows].map(({ hour }) => hour))].sort();
  const running = new Map(experiment.arms.map(({ id }) => [id, sumsBefore(totals, metric, id)]));
  return hours.map((hour) => {
    const moments = new Map<number, Moment>();
    for (const { id } of experiment.arms) {
      const users = totals.users.filter((row) => row.arm_id === id && row.hour === hour);
      const own = rows.filter((row) => row.arm_id === id && row.hour === hour);
      const anchored = users.reduce((sum, row) => sum + row.users, 0);
      const converters = own.reduce((sum, row) => sum + row.converters, 0);
      const more = { ...emptySums(metric), users: anchored, conversions: converters };
      running.set(id, addSums(running.get(id) as UserSums, more));
      moments.set(id, {
        ...noMoment(metric),
        users: anchored,
        active: own.reduce((sum, row) => sum + row.active_users, 0),
        events: own.reduce((sum, row) => sum + row.events, 0),
        valueSum: own[0]?.value_sum ?? '0',
      });
    }
    const { variants, comparisons } = pointOf(experiment, metric, { running, moments }, options);
    return {
      metric: metric.key,
      hour,
      variants: variants.map((variant) => ({ ...variant, cumulative: withoutMean(variant.cumulative) })),
      comparisons: metric.kind === 'conversion' ? comparisons : [],
    };
  });
}

function sumsBefore(totals: HourTotals, metric: AskedMetric, arm: number): UserSums {
  const [measure] = metric.measureIds;
  const users = totals.usersBefore.filter((row) => row.arm_id === arm);
  const converted = totals.convertersBefore.filter((row) => row.arm_id === arm && row.measure_id === measure);
  return {
    ...emptySums(metric),
    users: users.reduce((sum, row) => sum + row.users, 0),
    conversions: converted.reduce((sum, row) => sum + row.converters, 0),
  };
}

function withoutMean(cumulative: Point['variants'][number]['cumulative']) {
  const reason = whyNull(cumulative.users, null);
  return { ...cumulative, mean: null, mean_interval: { low: null, high: null, method: 't', reason }, reason };
}
