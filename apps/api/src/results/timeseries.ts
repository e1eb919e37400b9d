import { Experiment } from '@app/model';
import { addExact } from '@app/stats';
import { DayRange, Totals } from '@app/store';
import { DayVariant, ResultsAnswer } from './results.schema';

/**
 * One metric day by day. Users anchored before the range stand in the cumulative count from its first day on. Distinct users of a day
 * never add up to those of the range; `cumulative.conversions` counts each user once.
 */
export function timeseries(
  experiment: Experiment,
  totals: Totals,
  type: string,
  range: DayRange,
): ResultsAnswer['timeseries'] {
  const inRange = (day: string): boolean => range.start === null || day >= range.start;
  const rows = totals.days.filter((row) => row.key === type);
  const days = [
    ...new Set([...totals.users.map((row) => row.day).filter(inRange), ...rows.map((row) => row.day)]),
  ].sort();
  const running = experiment.variants.map((variant) => {
    const arms = new Set(experiment.arms.filter((arm) => arm.variantId === variant.id).map((arm) => arm.id));
    const before = totals.users.filter((row) => arms.has(row.arm_id) && !inRange(row.day));
    return { variant, arms, users: before.reduce((sum, row) => sum + row.users, 0), conversions: 0 };
  });
  return days.map((day) => ({
    metric: type,
    day,
    variants: running.map((state): DayVariant => {
      const own = rows.filter((row) => row.day === day && state.arms.has(row.arm_id));
      const users = totals.users.filter((row) => row.day === day && state.arms.has(row.arm_id));
      const anchored = users.reduce((sum, row) => sum + row.users, 0);
      state.users += anchored;
      state.conversions += own.reduce((sum, row) => sum + row.new_converters, 0);
      return {
        key: state.variant.key,
        users: anchored,
        conversions: own.reduce((sum, row) => sum + row.active_users, 0),
        events: own.reduce((sum, row) => sum + row.events, 0),
        value_sum: Number(own.reduce((sum, row) => addExact(sum, row.value_sum), '0')),
        cumulative: {
          users: state.users,
          conversions: state.conversions,
          rate: state.users === 0 ? null : state.conversions / state.users,
        },
      };
    }),
  }));
}
