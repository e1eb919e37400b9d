import { addExact, covarianceFromSums, momentsFromSums } from './moments';
import type { Reason } from './reason';
import { welchTest, type WelchTest } from './welch';

/** User-level sums of the metric (post) and of the same users' pre-assignment covariate (pre), exact strings. */
export interface CupedSums {
  n: number;
  sumPost: string;
  sumPostSq: string;
  sumPre: string;
  sumPreSq: string;
  sumPostPre: string;
}

/** Adjusted treatment - control, null with the reasons of `welchTest`; the lift alone also with `zero_baseline`. */
export interface Cuped {
  /** Slope of post on pre over both arms together; 0 when the covariate is constant. */
  theta: number | null;
  adjustedDiff: number | null;
  /** Welch's test on the adjusted values. */
  test: WelchTest;
  adjustedVarianceControl: number | null;
  adjustedVarianceTreatment: number | null;
  /** adjustedDiff over the unadjusted |control mean|, with its delta-method standard error. */
  lift: number | null;
  liftSe: number | null;
  unadjustedDiff: number | null;
  unadjustedSe: number | null;
  /** 1 - (se/unadjusted se)^2 */
  varianceReduction: number | null;
  /** The slope within the arms, for information. */
  thetaPooledWithin: number | null;
  adjustedDiffPooledWithin: number | null;
  reason: Reason | null;
}

/**
 * Variance reduction by a covariate known before assignment. One theta for both arms, from the joint sample. Deng,
 * Xu, Kohavi & Walker 2013 (WSDM). The lift's gradient in the control mean takes the ADJUSTED lift, which gbstats
 * leaves out.
 */
export function cuped(input: { control: CupedSums; treatment: CupedSums; alpha?: number }): Cuped {
  const { alpha = 0.05 } = input;
  const post = {
    control: postOf(input.control),
    treatment: postOf(input.treatment),
    alpha,
  };
  const unadjusted = welchTest(post);
  if (input.control.n < 2 || input.treatment.n < 2) {
    return { ...none, test: unadjusted, reason: unadjusted.reason };
  }
  const c = spreadOf(input.control);
  const t = spreadOf(input.treatment);
  const joint = spreadOf(jointSums(input.control, input.treatment));
  const theta = slope(joint.covariance, joint.pre);
  const within = slope(weigh(c, t, 'covariance'), weigh(c, t, 'pre'));
  const shift = t.preMean - c.preMean;
  const varianceControl = adjustedVariance(c, theta);
  const varianceTreatment = adjustedVariance(t, theta);
  const test = welchTest({
    control: { n: c.n, mean: c.postMean - theta * c.preMean, variance: varianceControl },
    treatment: { n: t.n, mean: t.postMean - theta * t.preMean, variance: varianceTreatment },
    alpha,
  });
  const diff = t.postMean - c.postMean;
  const adjustedDiff = diff - theta * shift;
  return {
    theta,
    adjustedDiff,
    test,
    adjustedVarianceControl: varianceControl,
    adjustedVarianceTreatment: varianceTreatment,
    ...liftOf({ c, t, theta, adjustedDiff }),
    unadjustedDiff: unadjusted.diff,
    unadjustedSe: unadjusted.se,
    varianceReduction: unadjusted.se && test.se !== null ? 1 - (test.se / unadjusted.se) ** 2 : null,
    thetaPooledWithin: within,
    adjustedDiffPooledWithin: diff - within * shift,
    reason: test.reason ?? (c.postMean === 0 ? 'zero_baseline' : null),
  };
}

/** Moments of the metric and its covariate in one sample. */
export interface Spread {
  n: number;
  postMean: number;
  preMean: number;
  post: number;
  pre: number;
  covariance: number;
}

export function postOf({ n, sumPost, sumPostSq }: CupedSums) {
  return momentsFromSums({ n, sum: sumPost, sumSquares: sumPostSq });
}

/** Needs two users, so both moments exist. */
export function spreadOf(sums: CupedSums): Spread {
  const post = postOf(sums);
  const pre = momentsFromSums({ n: sums.n, sum: sums.sumPre, sumSquares: sums.sumPreSq });
  const pair = { n: sums.n, sumX: sums.sumPost, sumY: sums.sumPre, sumXY: sums.sumPostPre };
  return {
    n: sums.n,
    postMean: post.mean!,
    preMean: pre.mean!,
    post: post.variance!,
    pre: pre.variance!,
    covariance: covarianceFromSums(pair),
  };
}

/** Both arms as one sample. */
export function jointSums(a: CupedSums, b: CupedSums): CupedSums {
  return {
    n: a.n + b.n,
    sumPost: addExact(a.sumPost, b.sumPost),
    sumPostSq: addExact(a.sumPostSq, b.sumPostSq),
    sumPre: addExact(a.sumPre, b.sumPre),
    sumPreSq: addExact(a.sumPreSq, b.sumPreSq),
    sumPostPre: addExact(a.sumPostPre, b.sumPostPre),
  };
}

/** Least-squares slope; 0 for a constant covariate. */
export function slope(covariance: number, variance: number): number {
  return variance === 0 ? 0 : covariance / variance;
}

function weigh(c: Spread, t: Spread, field: 'covariance' | 'pre'): number {
  return (c.n - 1) * c[field] + (t.n - 1) * t[field];
}

/** var(post - theta pre). What a perfect covariate leaves is rounding, and would look like endless precision. */
export function adjustedVariance(arm: Spread, theta: number): number {
  const variance = arm.post + theta * theta * arm.pre - 2 * theta * arm.covariance;
  return variance > 1e-14 * arm.post ? variance : 0;
}

function liftOf(input: { c: Spread; t: Spread; theta: number; adjustedDiff: number }) {
  const { c, t, theta, adjustedDiff } = input;
  if (c.postMean === 0) return { lift: null, liftSe: null };
  const base = Math.abs(c.postMean);
  // Gradient in the control mean is -(1 + signed lift)/mean, in the control covariate theta/mean.
  const weight = 1 + adjustedDiff / c.postMean;
  const control = weight * weight * c.post + theta * theta * c.pre - 2 * weight * theta * c.covariance;
  const variance = adjustedVariance(t, theta) / t.n + Math.max(0, control) / c.n;
  return { lift: adjustedDiff / base, liftSe: Math.sqrt(variance) / base };
}

const none = {
  theta: null,
  adjustedDiff: null,
  adjustedVarianceControl: null,
  adjustedVarianceTreatment: null,
  lift: null,
  liftSe: null,
  unadjustedDiff: null,
  unadjustedSe: null,
  varianceReduction: null,
  thetaPooledWithin: null,
  adjustedDiffPooledWithin: null,
};
