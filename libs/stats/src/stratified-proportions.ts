import { requireAlpha } from './domain';
import { liftOfLimits, type Lift } from './lift';
import { squareAndAdd } from './newcombe';
import { normalCritical, normalTwoSidedP } from './normal';
import { bernoulliVariance, requireProportion, type Proportion } from './proportion';
import type { Reason } from './reason';
import { weighStrata, type Stratified, type Stratum, type WeighedStratum } from './strata';
import { wilsonLimits, type WilsonLimits } from './wilson';

/**
 * Conversion rates compared within strata; effects are treatment - control in rate points. All null with `no_users`
 * when no stratum has users in both arms; `z` and `pValue` alone with `zero_variance` when every stratum has no
 * conversions or nothing else.
 */
export interface StratifiedProportions extends Stratified {
  /** Sum of weight times rate over the strata: not conversions over users of the arm. */
  controlRate: number | null;
  treatmentRate: number | null;
  diff: number | null;
  lower: number | null;
  upper: number | null;
  /** Null limits and reasons as `moverLift`. */
  lift: Lift;
  z: number | null;
  /** Two-sided. */
  pValue: number | null;
  /** Standard error of `diff` without assuming equal rates. */
  se: number | null;
  /**
   * Standard error of `diff` under equal rates in each stratum, that of the test. Which of the two the always-valid numbers
   * take says `sequentialSe`: while an arm has no conversions `se` leaves it out and is far too small.
   */
  pooledSe: number | null;
  reason: Reason | null;
}

/**
 * With one stratum exactly `newcombeInterval`, `moverLift` and `twoProportionZTest`. Intervals: square-and-add
 * (Newcombe 1998; Donner & Zou 2012 for the lift) on the stratified Wilson limits of Yan & Su 2010, Stat Biopharm Res
 * 2:329, which both get, so that they exclude 0 together. Test: z = sum w d / sqrt(sum w^2 pq (1/n_c + 1/n_t)) with
 * the rate p of both arms in the stratum, Cochran 1954, Biometrics 10:417 (Mantel-Haenszel without n - 1).
 */
export function stratifiedProportions(input: {
  strata: readonly Stratum<Proportion>[];
  alpha?: number;
}): StratifiedProportions {
  const { strata, alpha = 0.05 } = input;
  requireAlpha(alpha);
  for (const { control, treatment } of strata) [control, treatment].forEach(requireProportion);
  const { kept, used, dropped } = weighStrata(strata, ({ users }) => users, 1);
  if (used === 0) return { ...noUsers, used, dropped };
  const z = normalCritical(alpha);
  const control = stratifiedWilson(kept, 'control', z);
  const treatment = stratifiedWilson(kept, 'treatment', z);
  const interval = squareAndAdd(control, treatment);
  const pooledSe = Math.sqrt(sumOfVariances(kept, pooledVariance));
  const score = pooledSe === 0 ? null : interval.diff / pooledSe;
  return {
    controlRate: control.rate,
    treatmentRate: treatment.rate,
    ...interval,
    lift: liftOfLimits(control, treatment),
    z: score,
    pValue: score === null ? null : normalTwoSidedP(score),
    se: Math.sqrt(
      sumOfVariances(kept, (stratum) => varianceOf(stratum.control) + varianceOf(stratum.treatment)),
    ),
    pooledSe,
    used,
    dropped,
    reason: score === null ? 'zero_variance' : null,
  };
}

type Kept = readonly WeighedStratum<Proportion>[];

/**
 * Limits of sum w p: Wilson's in each stratum with the quantile z sqrt(sum w^2 v)/(sum w sqrt v), Yan & Su 2010. Where
 * every v is 0 the ratio is taken for equal rates, v = 1/n; equal strata then give the limits of one arm of them all.
 */
function stratifiedWilson(kept: Kept, side: 'control' | 'treatment', z: number): WilsonLimits {
  const varies = kept.some((stratum) => varianceOf(stratum[side]) > 0);
  const spread = (arm: Proportion) => (varies ? varianceOf(arm) : 1 / arm.users);
  const joint = Math.sqrt(sumOfVariances(kept, (stratum) => spread(stratum[side])));
  const apart = kept.reduce((sum, stratum) => sum + stratum.weight * Math.sqrt(spread(stratum[side])), 0);
  const limits = { rate: 0, lower: 0, upper: 0 };
  for (const stratum of kept) {
    const own = wilsonLimits(stratum[side], z * (joint / apart));
    limits.rate += stratum.weight * own.rate;
    limits.lower += stratum.weight * own.lower;
    limits.upper += stratum.weight * own.upper;
  }
  // Weights that add up to a hair more than 1 must not lead past it.
  return { rate: Math.min(1, limits.rate), lower: limits.lower, upper: Math.min(1, limits.upper) };
}

function sumOfVariances(kept: Kept, varianceIn: (stratum: Stratum<Proportion>) => number): number {
  return kept.reduce((sum, stratum) => sum + stratum.weight ** 2 * varianceIn(stratum), 0);
}

function varianceOf(arm: Proportion): number {
  return bernoulliVariance(arm) / arm.users;
}

/** Variance of the difference in a stratum when the rates are equal. */
function pooledVariance({ control, treatment }: Stratum<Proportion>): number {
  const both = {
    users: control.users + treatment.users,
    conversions: control.conversions + treatment.conversions,
  };
  return bernoulliVariance(both) * (1 / control.users + 1 / treatment.users);
}

const noUsers = {
  controlRate: null,
  treatmentRate: null,
  diff: null,
  lower: null,
  upper: null,
  lift: { lift: null, lower: null, upper: null, reason: 'no_users' as const },
  z: null,
  pValue: null,
  se: null,
  pooledSe: null,
  reason: 'no_users' as const,
};
