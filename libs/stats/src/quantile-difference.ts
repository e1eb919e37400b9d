import { requireAlpha, requireCount, requireShare } from './domain';
import { normalCritical } from './normal';
import { deltaRatio } from './ratio-interval';
import type { Reason } from './reason';
import { welchTest, type WelchTest } from './welch';

/** Fixed by the summary: its limits were read at nu -/+ z sqrt(nu(1-nu)/nStar) for 95%, whatever alpha is now. */
const SUMMARY_Z = normalCritical(0.05);
/** Least unit variance for 100 and more events, so that tied values do not look certain (as gbstats). */
const VARIANCE_FLOOR = 1e-5;

/** Order-statistic summary of one arm; quantiles of type 7 (percentile_cont). */
export interface QuantileSummary {
  /** Events (or users) whose quantile is taken. */
  n: number;
  /** Size the limits were computed for; n rounded to a grid. */
  nStar: number;
  /** nu in 0..1, the same in both arms. */
  quantileLevel: number;
  quantile: number;
  quantileLower: number;
  quantileUpper: number;
  /** Given when users have several events: sums over users of s (events at or below the quantile) and m (events). */
  clusters?: ClusterSums | null;
}

export interface ClusterSums {
  nClusters: number;
  /** sum of s */
  mainSum: number;
  mainSumSquares: number;
  /** sum of m */
  denominatorSum: number;
  denominatorSumSquares: number;
  mainDenominatorSumProduct: number;
}

/** Null inference with `insufficient_data` when the summary's limits would leave the sample. */
export interface QuantileDifference {
  unitVarianceControl: number | null;
  unitVarianceTreatment: number | null;
  /** Welch's test on the quantiles. */
  test: WelchTest;
  lift: number | null;
  liftSe: number | null;
  reason: Reason | null;
}

/**
 * Difference of two sample quantiles, cluster-robust if asked. Deng, Knoblich & Lu 2018 (KDD), sec. 4; Yao, Li & Lu
 * 2024 (arXiv:2401.14549), Algorithm 1; same conventions as gbstats.
 */
export function quantileDifference(input: {
  control: QuantileSummary;
  treatment: QuantileSummary;
  alpha?: number;
}): QuantileDifference {
  const { control, treatment, alpha = 0.05 } = input;
  requireAlpha(alpha);
  const controlVariance = unitVariance(control);
  const treatmentVariance = unitVariance(treatment);
  const enough = controlVariance !== null && treatmentVariance !== null;
  const test = welchTest({
    control: { n: control.n, mean: control.n === 0 ? null : control.quantile, variance: controlVariance },
    treatment: {
      n: treatment.n,
      mean: treatment.n === 0 ? null : treatment.quantile,
      variance: treatmentVariance,
    },
    alpha,
  });
  const delta = deltaRatio(
    { value: control.quantile, variance: (controlVariance ?? 0) / control.n },
    { value: treatment.quantile, variance: (treatmentVariance ?? 0) / treatment.n },
    1,
  );
  return {
    unitVarianceControl: controlVariance,
    unitVarianceTreatment: treatmentVariance,
    test,
    lift: test.diff === null ? null : delta.lift,
    liftSe: enough ? delta.se : null,
    reason: test.reason ?? delta.reason,
  };
}

function unitVariance(arm: QuantileSummary): number | null {
  const { n, nStar, quantileLevel: level } = arm;
  requireCount(n, 'n');
  requireShare(level, 'quantileLevel');
  if (n <= SUMMARY_Z ** 2 * Math.max(level / (1 - level), (1 - level) / level)) return null;
  const width = (arm.quantileUpper - arm.quantileLower) / (2 * SUMMARY_Z);
  const independent = (nStar / n) * (n - 1) * width * width;
  const variance = arm.clusters ? independent * designEffect(arm.clusters, n, level) : independent;
  return n >= 100 ? Math.max(VARIANCE_FLOOR, variance) : variance;
}

/** Variance of the share below the quantile with users as clusters, over the one with independent events. */
function designEffect(sums: ClusterSums, n: number, level: number): number {
  const k = sums.nClusters;
  const ratio = sums.mainSum / sums.denominatorSum;
  const spread = (xy: number, x: number, y: number) => (xy - (x * y) / k) / (k - 1);
  const main = spread(sums.mainSumSquares, sums.mainSum, sums.mainSum);
  const cross = spread(sums.mainDenominatorSumProduct, sums.mainSum, sums.denominatorSum);
  const size = spread(sums.denominatorSumSquares, sums.denominatorSum, sums.denominatorSum);
  const meanSize = sums.denominatorSum / k;
  const clustered = (main - 2 * ratio * cross + ratio * ratio * size) / (k * meanSize * meanSize);
  return clustered / ((level * (1 - level)) / n);
}
