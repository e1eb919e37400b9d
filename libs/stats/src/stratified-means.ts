import { requireAlpha } from './domain';
import type { Lift } from './lift';
import type { Sample } from './moments';
import { fiellerRatio } from './ratio-interval';
import { standardise, weighForVariance, type Stratified, type Stratum, type WeighedStratum } from './strata';
import { studentTCritical } from './student-t';
import { sumOfPartsTest, untested, type VariancePart, type WelchTest } from './welch';

/**
 * Means compared within strata; effects are treatment - control in the unit of the values. The means and `diff` are
 * null with `no_users` when no stratum has users in both arms, the rest with `insufficient_data` when none has two in
 * each and with `zero_variance` when nothing varies.
 */
export interface StratifiedMeans extends Stratified, WelchTest {
  /** Sum of weight times mean over the strata: not the mean of all users of the arm. */
  controlMean: number | null;
  treatmentMean: number | null;
  /**
   * Standard error of `diff` if both arms of a stratum were one sample. The always-valid p-value and interval take the
   * larger of it and `se`: a handful of users in an arm may by chance differ little, and `se` is then far too small.
   */
  pooledSe: number | null;
  /** Null limits and reasons as `fiellerMeanLift`. */
  lift: Lift;
}

/**
 * With one stratum exactly `welchTest` and `fiellerMeanLift`. se^2 = sum w^2 (s_c^2/n_c + s_t^2/n_t), degrees of
 * freedom over all arms (Satterthwaite 1946, Biometrics 2:110), Fieller (1954) with the same critical value. A
 * stratum with a single user in an arm has no variance and is dropped when another has more.
 */
export function stratifiedMeans(input: {
  strata: readonly Stratum<Sample>[];
  alpha?: number;
}): StratifiedMeans {
  const { strata, alpha = 0.05 } = input;
  requireAlpha(alpha);
  const { kept, used, dropped } = weighForVariance(strata, ({ n }) => n);
  if (used === 0) return { controlMean: null, treatmentMean: null, ...withoutUsers, used, dropped };
  const control = armOf(kept, 'control');
  const treatment = armOf(kept, 'treatment');
  return {
    controlMean: control.value,
    treatmentMean: treatment.value,
    ...compareArms({ control, treatment, weights: kept.map(({ weight }) => weight), alpha }),
    used,
    dropped,
  };
}

/** A standardised statistic of one arm, and its users by stratum in the unit of the statistic. */
export interface ArmEstimate {
  value: number;
  samples: { n: number; mean: number; variance: number | null }[];
}

/** Tests and Fieller lift of two arms that have users. */
export function compareArms(input: {
  control: ArmEstimate;
  treatment: ArmEstimate;
  weights: readonly number[];
  alpha: number;
}): WelchTest & { pooledSe: number | null; lift: Lift } {
  const { control, treatment, weights, alpha } = input;
  const diff = treatment.value - control.value;
  const parts = { control: partsOf(control, weights), treatment: partsOf(treatment, weights) };
  const varies = [...parts.control, ...parts.treatment].every((part) => !Number.isNaN(part.variance));
  const test: WelchTest = varies
    ? sumOfPartsTest({ diff, parts: [...parts.control, ...parts.treatment], alpha })
    : { ...untested, diff, reason: 'insufficient_data' };
  const pooledSe = varies ? pooledSeOf(control, treatment, weights) : null;
  if (test.df === null) {
    const point = control.value === 0 ? null : diff / Math.abs(control.value);
    return { ...test, pooledSe, lift: { lift: point, lower: null, upper: null, reason: test.reason } };
  }
  const { lift, lower, upper, reason } = fiellerRatio(
    { value: control.value, variance: sumOf(parts.control) },
    { value: treatment.value, variance: sumOf(parts.treatment) },
    studentTCritical(alpha, test.df),
  );
  return { ...test, pooledSe, lift: { lift, lower, upper, reason } };
}

/** What all of these give when no stratum has users in both arms. */
export const withoutUsers = {
  ...untested,
  pooledSe: null,
  reason: 'no_users' as const,
  lift: { lift: null, lower: null, upper: null, reason: 'no_users' as const },
};

function sumOf(parts: readonly VariancePart[]): number {
  return parts.reduce((sum, { variance }) => sum + variance, 0);
}

/** NaN where a single user has no variance. */
function partsOf({ samples }: ArmEstimate, weights: readonly number[]): VariancePart[] {
  return samples.map(({ n, variance }, i) => ({
    variance: (weights[i] ** 2 * (variance ?? NaN)) / n,
    df: n - 1,
  }));
}

/** sum w^2 s^2 (1/n_c + 1/n_t) with the sample variance s^2 of both arms together. */
function pooledSeOf(control: ArmEstimate, treatment: ArmEstimate, weights: readonly number[]): number {
  const variance = weights.reduce((sum, weight, i) => {
    const [c, t] = [control.samples[i], treatment.samples[i]];
    const between = c.n * (t.n / (c.n + t.n)) * (t.mean - c.mean) ** 2;
    const squares = (c.n - 1) * (c.variance ?? 0) + (t.n - 1) * (t.variance ?? 0) + between;
    return sum + weight ** 2 * (squares / (c.n + t.n - 1)) * (1 / c.n + 1 / t.n);
  }, 0);
  return Math.sqrt(variance);
}

function armOf(kept: readonly WeighedStratum<Sample>[], side: 'control' | 'treatment'): ArmEstimate {
  const samples = kept.map(({ [side]: { n, mean, variance } }) => ({ n, mean: mean!, variance }));
  return { value: standardise(kept, (stratum) => stratum[side].mean!), samples };
}
