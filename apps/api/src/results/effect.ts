import {
  hasLowCounts,
  Lift,
  sequentialInterval,
  SequentialInterval,
  sequentialSe,
  stratifiedCuped,
  stratifiedMeans,
  stratifiedProportions,
  stratifiedRatios,
  WelchTest,
} from '@app/stats';
import type { Effect, MetricResult } from './metric.schema';
import { sampleOf, UserSums } from './sums';

// Pure: the two arms of a comparison in, epoch by epoch, the effect out. Arms are compared within epochs only.

export interface EpochPair {
  epoch: number;
  control: UserSums;
  treatment: UserSums;
}

export interface EffectFigures {
  estimate: number | null;
  /** Unpooled. */
  se: number | null;
  /** For the always-valid numbers: cautious while an arm is young. */
  sequentialSe: number | null;
  low: number | null;
  high: number | null;
  lift: Lift;
  pValue: number | null;
  reason: string | null;
  /** Users of both arms in the epochs that count. */
  users: number;
  used: number;
  dropped: number;
  method: 'two_proportion_z' | 'welch' | 'delta_welch';
}

type Kind = MetricResult['kind'];

/** A rate: users out of users. Everything else is a value per user, or a ratio of two. */
export function isRate(kind: Kind): boolean {
  return kind === 'conversion' || kind === 'retention' || kind === 'funnel';
}

export function effectOf(kind: Kind, pairs: readonly EpochPair[], alpha: number): EffectFigures {
  const users = usersOfBoth(pairs, isRate(kind) ? 1 : 2);
  if (isRate(kind)) {
    const found = stratifiedProportions({ strata: pairs, alpha });
    const { diff, lower, upper, ...rest } = found;
    const cautious = sequentialSe(found, pairs);
    return {
      ...rest,
      estimate: diff,
      low: lower,
      high: upper,
      sequentialSe: cautious,
      users,
      method: 'two_proportion_z',
    };
  }
  if (kind === 'ratio') {
    const strata = pairs.map((pair) => ({
      control: ratioSums(pair.control),
      treatment: ratioSums(pair.treatment),
    }));
    return { ...fromTest(stratifiedRatios({ strata, alpha })), users, method: 'delta_welch' };
  }
  const strata = pairs.map((pair) => ({
    control: sampleOf(pair.control),
    treatment: sampleOf(pair.treatment),
  }));
  return { ...fromTest(stratifiedMeans({ strata, alpha })), users, method: 'welch' };
}

/** null without a covariate. The lift is that of the adjusted difference over the unadjusted control. */
export function cupedOf(pairs: readonly EpochPair[], alpha: number) {
  if (pairs.length === 0 || pairs.some(({ control }) => control.covariate === null)) return null;
  const strata = pairs.map((pair) => ({
    control: cupedSums(pair.control),
    treatment: cupedSums(pair.treatment),
  }));
  const found = stratifiedCuped({ strata, alpha });
  return {
    ...fromTest(found),
    users: usersOfBoth(pairs, 2),
    method: 'welch' as const,
    theta: found.theta.length === 1 ? (found.theta[0] ?? null) : null,
    varianceReduction: found.varianceReduction,
  };
}

/** The epochs of two variants in which at least one of them has users; when there is none, what there is. */
export function pairsOf(
  control: readonly { epoch: number; sums: UserSums }[],
  treatment: readonly { epoch: number; sums: UserSums }[],
): EpochPair[] {
  const pairs = control.flatMap(({ epoch, sums }) => {
    const other = treatment.find((row) => row.epoch === epoch);
    return other === undefined ? [] : [{ epoch, control: sums, treatment: other.sums }];
  });
  const inhabited = pairs.filter((pair) => pair.control.users + pair.treatment.users > 0);
  return inhabited.length > 0 ? inhabited : pairs.slice(0, 1);
}

/** Shares of the epochs in the pooled difference, as libs/stats weighs them: n_c n_t / (n_c + n_t). */
export function strataOf(kind: Kind, pairs: readonly EpochPair[], alpha: number) {
  const least = isRate(kind) || !pairs.some((pair) => smaller(pair) >= 2) ? 1 : 2;
  const weight = (pair: EpochPair): number =>
    smaller(pair) < least
      ? 0
      : (pair.control.users * pair.treatment.users) / (pair.control.users + pair.treatment.users);
  const total = pairs.reduce((sum, pair) => sum + weight(pair), 0);
  return pairs.map((pair) => ({
    epoch: pair.epoch,
    weight: total === 0 ? 0 : weight(pair) / total,
    difference: effectOf(kind, [pair], alpha).estimate,
  }));
}

export function sequentialOf(
  { estimate, sequentialSe: se, users }: Pick<EffectFigures, 'estimate' | 'sequentialSe' | 'users'>,
  alpha: number,
  tuningUsers: number,
): SequentialInterval {
  return sequentialInterval({ estimate, se, n: users, alpha, tuningN: tuningUsers });
}

/** Fewer than 5 on one side of a rate, or fewer than 5 users who did anything at all, makes every approximation rough. */
export function isLow(kind: Kind, sums: UserSums): boolean {
  return isRate(kind) ? hasLowCounts(sums) : sums.conversions < 5;
}

export const DIFFERENCE_METHODS = {
  two_proportion_z: 'newcombe',
  welch: 'welch',
  delta_welch: 'delta',
} as const;
export const LIFT_METHODS = { two_proportion_z: 'mover', welch: 'fieller', delta_welch: 'fieller' } as const;

export function differenceOf({ estimate, low, high, method, reason }: EffectFigures): Effect {
  const known = estimate === null || low === null ? reason : null;
  return {
    estimate,
    low: finite(low),
    high: finite(high),
    method: DIFFERENCE_METHODS[method],
    reason: known,
  };
}

export function liftOf({ lift, method }: EffectFigures): Effect {
  return {
    estimate: lift.lift,
    low: finite(lift.lower),
    high: finite(lift.upper),
    method: LIFT_METHODS[method],
    reason: lift.reason,
  };
}

/** JSON has no infinity: a limit that does not exist is null. */
export function finite(limit: number | null): number | null {
  return limit !== null && Number.isFinite(limit) ? limit : null;
}

function fromTest(found: WelchTest & { pooledSe: number | null; lift: Lift; used: number; dropped: number }) {
  const { diff, se, lower, upper, lift, pValue, reason, used, dropped } = found;
  const effect = { estimate: diff, se, low: lower, high: upper, lift, pValue, reason, used, dropped };
  return { ...effect, sequentialSe: sequentialSe(found) };
}

function smaller({ control, treatment }: EpochPair): number {
  return Math.min(control.users, treatment.users);
}

function usersOfBoth(pairs: readonly EpochPair[], least: number): number {
  const counted = pairs.filter((pair) => smaller(pair) >= least);
  return counted.reduce((sum, { control, treatment }) => sum + control.users + treatment.users, 0);
}

export function ratioSums({ users, valueSum, valueSquares, denominator }: UserSums) {
  const { sum, squares, product } = denominator ?? { sum: '0', squares: '0', product: '0' };
  return {
    n: users,
    sumNum: valueSum,
    sumNumSq: valueSquares,
    sumDen: sum,
    sumDenSq: squares,
    sumNumDen: product,
  };
}

function cupedSums({ users, valueSum, valueSquares, covariate }: UserSums) {
  const { sum, squares, product } = covariate ?? { sum: '0', squares: '0', product: '0' };
  return {
    n: users,
    sumPost: valueSum,
    sumPostSq: valueSquares,
    sumPre: sum,
    sumPreSq: squares,
    sumPostPre: product,
  };
}
