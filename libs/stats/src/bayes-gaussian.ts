import { requireAlpha } from './domain';
import { estimateOf } from './lift-means';
import type { SampleComparison } from './moments';
import { normalCdf, normalCritical, normalPdf, normalSf } from './normal';
import { deltaRatio } from './ratio-interval';
import type { Reason } from './reason';
import { welchTest } from './welch';

/** Normal prior on the RELATIVE lift. */
export interface LiftPrior {
  mean: number;
  variance: number;
}

/** Relative lift or absolute difference; null with the reasons of `welchTest` and `deltaRatio`. */
export interface GaussianPosterior {
  estimate: number | null;
  se: number | null;
  posteriorMean: number | null;
  posteriorSd: number | null;
  /** P(treatment is better). */
  chanceToWin: number | null;
  lower: number | null;
  upper: number | null;
  /** Expected loss of staying with control, in units of the estimate. */
  riskControl: number | null;
  /** Expected loss of shipping treatment. */
  riskTreatment: number | null;
  reason: Reason | null;
}

/**
 * Normal posterior of the effect, flat or with a prior on the relative lift (scaled by |control mean| for the
 * absolute difference), as GrowthBook documents it (statistics/details, eq. 5-6). `inverse`: lower is better.
 */
export function gaussianPosterior(
  input: SampleComparison & {
    differenceType: 'relative' | 'absolute';
    prior?: LiftPrior | null;
    inverse?: boolean;
  },
): GaussianPosterior {
  const { alpha = 0.05, differenceType, prior = null, inverse = false } = input;
  requireAlpha(alpha);
  if (prior && !(prior.variance > 0)) throw new RangeError('prior variance must be above 0');
  const effect = effectOf(input, differenceType);
  const { estimate, se } = effect;
  if (estimate === null || !se) return { ...none, estimate, se, reason: effect.reason };
  const scale = differenceType === 'absolute' ? Math.abs(input.control.mean ?? NaN) : 1;
  // A prior of the relative lift says nothing about a difference from 0: it would have variance 0.
  if (prior && scale === 0) return { ...none, estimate, se, reason: 'zero_baseline' };
  const priorPrecision = prior ? 1 / (prior.variance * scale * scale) : 0;
  const precision = 1 / (se * se) + priorPrecision;
  const mean = (estimate / (se * se) + (prior?.mean ?? 0) * scale * priorPrecision) / precision;
  const sd = Math.sqrt(1 / precision);
  const margin = normalCritical(alpha) * sd;
  const gain = sd * partialMean(mean / sd);
  const loss = sd * partialMean(-mean / sd);
  return {
    estimate,
    se,
    posteriorMean: mean,
    posteriorSd: sd,
    chanceToWin: normalCdf(inverse ? -mean / sd : mean / sd),
    lower: mean - margin,
    upper: mean + margin,
    riskControl: inverse ? loss : gain,
    riskTreatment: inverse ? gain : loss,
    reason: null,
  };
}

function effectOf(input: SampleComparison, differenceType: 'relative' | 'absolute') {
  const { diff, se, reason } = welchTest(input);
  if (differenceType === 'absolute' || reason === 'no_users' || reason === 'insufficient_data') {
    return { estimate: differenceType === 'absolute' ? diff : null, se, reason };
  }
  const { lift, ...delta } = deltaRatio(estimateOf(input.control), estimateOf(input.treatment), 1);
  return { estimate: lift, se: delta.se, reason: delta.reason };
}

/**
 * E max(Z + r, 0) = phi(r) + r Phi(r) for a standard normal Z. Far below 0 the sum cancels; there it is
 * sf(x)/(x + 2/(x + 3/(x + ...))) with x = -r, from the continued fraction Abramowitz & Stegun 26.2.14.
 */
function partialMean(r: number): number {
  if (r > -3) return normalPdf(r) + r * normalCdf(r);
  let fraction = 0;
  for (let level = 100; level >= 2; level--) fraction = level / (fraction - r);
  return normalSf(-r) / (fraction - r);
}

const none = {
  posteriorMean: null,
  posteriorSd: null,
  chanceToWin: null,
  lower: null,
  upper: null,
  riskControl: null,
  riskTreatment: null,
};
