import type { AnalysisMode, Direction, Experiment } from '@app/model';
import {
  DEFAULT_TUNING_N,
  mdeMeans,
  mdeProportions,
  normalCritical,
  normalQuantile,
  sampleSizeMeans,
  sampleSizeProportions,
  sequentialInterval,
} from '@app/stats';
import type { Power } from './metric.schema';

// Pure: what the experiment can see, from the spread of the control and the number of users. Never from the effect that was observed:
// "observed power" is the p-value once more.

export const POWER = 0.8;
const POWER_Z = normalQuantile(POWER);
/** The lift that `users_needed_per_arm` is about: one tenth is what experiments are often planned for. */
export const TYPICAL_LIFT = 0.1;

/** Value of one user of the control, and its spread; of a rate both follow from the rate. */
export interface Baseline {
  isRate: boolean;
  value: number | null;
  /** Standard deviation across users. */
  sd: number | null;
}

export interface PowerInput {
  baseline: Baseline;
  nControl: number;
  nTreatment: number;
  direction: Direction;
  mode: AnalysisMode;
  /** Of this comparison: that of the experiment, divided by the number of treatments. */
  alpha: number;
  tuningUsers: number;
  /** Standard error of the effect pooled over several epochs; null when there is one, and the users say it all. */
  pooledSe: number | null;
}

type Sizes = Pick<Power, 'mde' | 'mde_relative' | 'users_needed_per_arm' | 'for_lift' | 'reason'>;

export function powerOf(input: PowerInput): Sizes {
  const { baseline, nControl, nTreatment } = input;
  const nothing = { mde: null, mde_relative: null, users_needed_per_arm: null, for_lift: TYPICAL_LIFT };
  if (nControl === 0 || nTreatment === 0) return { ...nothing, reason: 'no_users' };
  const { value, sd } = baseline;
  if (value === null || sd === null) return { ...nothing, reason: 'insufficient_data' };
  if (sd === 0) return { ...nothing, reason: 'zero_variance' };
  const mde = smallestEffect(input, value, sd);
  if (value <= 0) {
    const reason = value === 0 ? 'zero_baseline' : 'negative_baseline';
    return { ...nothing, mde, reason };
  }
  const needed = usersNeeded(input, value, sd);
  const reason = mde === null || needed === null ? 'unreachable' : null;
  return {
    ...nothing,
    mde,
    mde_relative: mde === null ? null : mde / value,
    users_needed_per_arm: needed,
    reason,
  };
}

/** Size of the effect in the direction that is better; null when no effect that large is possible. */
function smallestEffect(input: PowerInput, value: number, sd: number): number | null {
  const { baseline, nControl, nTreatment, direction, mode, alpha } = input;
  const room = direction === 'increase' ? 1 - value : value;
  if (mode === 'sequential' || input.pooledSe !== null) {
    const se = input.pooledSe ?? sd * Math.sqrt(1 / nControl + 1 / nTreatment);
    const mde = standardErrorsNeeded(input, nControl + nTreatment) * se;
    return baseline.isRate && mde > room ? null : mde;
  }
  const arms = { nControl, nTreatment, alpha, power: POWER };
  if (!baseline.isRate) return mdeMeans({ ...arms, sdControl: sd, sdTreatment: sd });
  // A fall of the rate is a rise of the share without conversion; the test is the same.
  return mdeProportions({ ...arms, baselineRate: direction === 'increase' ? value : 1 - value }).mdeAbsolute;
}

function usersNeeded(input: PowerInput, value: number, sd: number): number | null {
  const { baseline, direction, mode, alpha } = input;
  const effect = (direction === 'increase' ? 1 : -1) * TYPICAL_LIFT * value;
  if (baseline.isRate && value + effect > 1) return null;
  if (mode === 'sequential') return usersWhenSequential(input, Math.abs(effect) / sd);
  const target = { alpha, power: POWER };
  const size = baseline.isRate
    ? sampleSizeProportions({ ...target, baselineRate: value, absoluteEffect: effect })
    : sampleSizeMeans({ ...target, effect, sdControl: sd, sdTreatment: sd });
  return size.nControl;
}

/** The estimate must lie so many standard errors from 0 to be found with the wanted power. */
function standardErrorsNeeded({ alpha, mode, tuningUsers }: PowerInput, users: number): number {
  if (mode === 'fixed') return normalCritical(alpha) + POWER_Z;
  const interval = sequentialInterval({ estimate: 0, se: 1, n: users, alpha, tuningN: tuningUsers });
  return (interval.halfWidth as number) + POWER_Z;
}

/** Smallest whole number of users in each of two equal arms, by halving: the bound grows more slowly than the root of the users. */
function usersWhenSequential(input: PowerInput, effectInDeviations: number): number | null {
  const suffices = (n: number): boolean =>
    effectInDeviations * Math.sqrt(n / 2) >= standardErrorsNeeded(input, 2 * n);
  let high = 1;
  while (!suffices(high)) {
    high *= 2;
    if (high > Number.MAX_SAFE_INTEGER) return null;
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (suffices(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** N*: the users of the two arms as they were planned, by the split of the first epoch; 5000 without a plan. */
export function tuningUsersOf(experiment: Experiment, controlId: string, treatmentId: string): number {
  const planned = experiment.preregistration?.planned_users ?? experiment.plannedUsers;
  if (planned === null || planned === undefined) return DEFAULT_TUNING_N;
  const first = experiment.arms.filter((arm) => arm.epoch === experiment.epochs[0]?.number);
  const whole = first.reduce((sum, arm) => sum + arm.weightBp, 0);
  const own = first.filter((arm) => arm.variantId === controlId || arm.variantId === treatmentId);
  const share = own.reduce((sum, arm) => sum + arm.weightBp, 0) / (whole || 1);
  return share === 0 ? DEFAULT_TUNING_N : planned * share;
}

export interface TrafficInput {
  users: readonly { day: string; users: number }[];
  today: string;
  plannedUsers: number | null;
  takesUsers: boolean;
}

/** Whole days only: the day that still runs would make every forecast too long. */
export function daysLeft({ users, today, plannedUsers, takesUsers }: TrafficInput): {
  days: number | null;
  reason: string | null;
} {
  if (plannedUsers === null) return { days: null, reason: 'no_planned_users' };
  const missing = plannedUsers - users.reduce((sum, row) => sum + row.users, 0);
  if (missing <= 0) return { days: 0, reason: null };
  if (!takesUsers) return { days: null, reason: 'not_taking_users' };
  const first = users
    .filter((row) => row.users > 0)
    .map((row) => row.day)
    .sort()[0];
  if (first === undefined) return { days: null, reason: 'no_traffic' };
  const days = Math.round((Date.parse(today) - Date.parse(first)) / DAY_MS);
  if (days <= 0) return { days: null, reason: 'no_complete_day' };
  const came = users.reduce((sum, row) => sum + (row.day < today ? row.users : 0), 0);
  return came === 0
    ? { days: null, reason: 'no_traffic' }
    : { days: Math.ceil((missing * days) / came), reason: null };
}

const DAY_MS = 86_400_000;
