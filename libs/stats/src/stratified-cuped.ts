import { adjustedVariance, jointSums, postOf, slope, spreadOf, type CupedSums, type Spread } from './cuped';
import { requireAlpha } from './domain';
import type { Lift } from './lift';
import { fiellerOfDifference, liftVariance, type DifferenceEstimate } from './ratio-interval';
import { weighForVariance, type Stratum } from './strata';
import { stratifiedMeans, type StratifiedMeans } from './stratified-means';
import { studentTCritical } from './student-t';

/**
 * Means adjusted by a covariate within strata; null as `StratifiedMeans`. The lift is relative to the UNADJUSTED
 * control mean, as in `cuped`.
 */
export interface StratifiedCuped extends StratifiedMeans {
  /** Delta-method standard error of the lift; null with `zero_baseline` and without an adjusted test. */
  liftSe: number | null;
  /** Slope of each stratum as given, from both its arms together; null with fewer than two users in an arm. */
  theta: (number | null)[];
  /** 1 - (se/unadjusted se)^2 */
  varianceReduction: number | null;
  unadjusted: StratifiedMeans;
}

/**
 * With one stratum the test, lift and liftSe of `cuped`. Each stratum has its own theta: users of another epoch have
 * another covariate. Adjusted means, mean - theta (covariate mean - that of both arms of the stratum), then as
 * `stratifiedMeans`; Deng, Xu, Kohavi & Walker 2013 (WSDM), sec. 3. The lift's limits are Fieller's for a
 * difference correlated with its control mean, so they exclude 0 exactly when the test rejects.
 */
export function stratifiedCuped(input: {
  strata: readonly Stratum<CupedSums>[];
  alpha?: number;
}): StratifiedCuped {
  const { strata, alpha = 0.05 } = input;
  requireAlpha(alpha);
  const plain = strata.map(({ control, treatment }) => ({
    control: postOf(control),
    treatment: postOf(treatment),
  }));
  const unadjusted = stratifiedMeans({ strata: plain, alpha });
  const fits = strata.map((stratum) => (smallest(stratum) < 2 ? null : fitOf(stratum)));
  const theta = fits.map((fit) => fit && fit.theta);
  const adjusted = stratifiedMeans({
    strata: fits.map((fit, i) => (fit ? adjust(fit) : plain[i])),
    alpha,
  });
  const { se } = adjusted;
  return {
    ...adjusted,
    ...liftOf({ adjusted, unadjusted, fits, alpha }),
    theta,
    varianceReduction: se !== null && unadjusted.se ? 1 - (se / unadjusted.se) ** 2 : null,
    unadjusted,
  };
}

interface Fit {
  control: Spread;
  treatment: Spread;
  theta: number;
  /** Mean of the covariate over both arms. */
  centre: number;
}

function fitOf({ control, treatment }: Stratum<CupedSums>): Fit {
  const joint = spreadOf(jointSums(control, treatment));
  const theta = slope(joint.covariance, joint.pre);
  return { control: spreadOf(control), treatment: spreadOf(treatment), theta, centre: joint.preMean };
}

function adjust({ control, treatment, theta, centre }: Fit) {
  const sampleOf = (arm: Spread) => ({
    n: arm.n,
    mean: arm.postMean - theta * (arm.preMean - centre),
    variance: adjustedVariance(arm, theta),
  });
  return { control: sampleOf(control), treatment: sampleOf(treatment) };
}

function liftOf(input: {
  adjusted: StratifiedMeans;
  unadjusted: StratifiedMeans;
  fits: readonly (Fit | null)[];
  alpha: number;
}): { lift: Lift; liftSe: number | null } {
  const { adjusted, unadjusted, fits, alpha } = input;
  const { diff, se, df, reason } = adjusted;
  const baseline = unadjusted.controlMean;
  if (diff === null || se === null || df === null || !baseline) {
    const lift = diff === null || !baseline ? null : diff / Math.abs(baseline);
    return {
      lift: { lift, lower: null, upper: null, reason: reason ?? 'zero_baseline' },
      liftSe: null,
    };
  }
  const present = fits.filter((fit) => fit !== null);
  const { kept } = weighForVariance(present, ({ n }) => n);
  const estimate: DifferenceEstimate = {
    diff: { value: diff, variance: se * se },
    control: { value: baseline, variance: 0 },
    covariance: 0,
  };
  kept.forEach(({ weight, control }, i) => {
    const share = weight ** 2 / control.n;
    estimate.control.variance += share * control.post;
    estimate.covariance += share * (present[i].theta * control.covariance - control.post);
  });
  const { lift, lower, upper, reason: why } = fiellerOfDifference(estimate, studentTCritical(alpha, df));
  return {
    lift: { lift, lower, upper, reason: why },
    liftSe: Math.sqrt(liftVariance(estimate, diff / baseline)) / Math.abs(baseline),
  };
}

function smallest({ control, treatment }: Stratum<CupedSums>): number {
  return Math.min(control.n, treatment.n);
}
