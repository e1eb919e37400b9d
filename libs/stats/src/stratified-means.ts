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
    ...compareArms(control, treatment, alpha),
    used,
    dropped,
  };
}

/** A standardised statistic of one arm; `parts` of its variance is null when a stratum has no variance. */
export interface ArmEstimate {
  value: number;
  parts: VariancePart[] | null;
}

/** Test and Fieller lift of two arms that have users. */
export function compareArms(
  control: ArmEstimate,
  treatment: ArmEstimate,
  alpha: number,
): WelchTest & { lift: Lift } {
  const diff = treatment.value - control.value;
  const test: WelchTest =
    control.parts && treatment.parts
      ? sumOfPartsTest({ diff, parts: [...control.parts, ...treatment.parts], alpha })
      : { ...untested, diff, reason: 'insufficient_data' };
  if (test.df === null) {
    const point = control.value === 0 ? null : diff / Math.abs(control.value);
    return { ...test, lift: { lift: point, lower: null, upper: null, reason: test.reason } };
  }
  const critical = studentTCritical(alpha, test.df);
  const { lift, lower, upper, reason } = fiellerRatio(estimateOf(control), estimateOf(treatment), critical);
  return { ...test, lift: { lift, lower, upper, reason } };
}

/** What all of these give when no stratum has users in both arms. */
export const withoutUsers = {
  ...untested,
  reason: 'no_users' as const,
  lift: { lift: null, lower: null, upper: null, reason: 'no_users' as const },
};

export function sumOf(parts: readonly VariancePart[]): number {
  return parts.reduce((sum, { variance }) => sum + variance, 0);
}

function estimateOf({ value, parts }: ArmEstimate) {
  return { value, variance: sumOf(parts!) };
}

function armOf(kept: readonly WeighedStratum<Sample>[], side: 'control' | 'treatment'): ArmEstimate {
  const value = standardise(kept, (stratum) => stratum[side].mean!);
  if (kept.some((stratum) => stratum[side].variance === null)) return { value, parts: null };
  return {
    value,
    parts: kept.map(({ weight, [side]: arm }) => ({
      variance: (weight ** 2 * arm.variance!) / arm.n,
      df: arm.n - 1,
    })),
  };
}
