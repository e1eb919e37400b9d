import {
  addDecimals,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  wholeDecimal,
} from './decimal';
import { requireCount } from './domain';
import type { Reason } from './reason';

/** n users with the mean and the sample variance (n - 1) of a per-user value. */
export interface Sample {
  n: number;
  /** Null when n = 0. */
  mean: number | null;
  /** Null when n < 2. */
  variance: number | null;
}

/** The two arms of a comparison of means; every effect is treatment - control. */
export interface SampleComparison {
  control: Sample;
  treatment: Sample;
  /** Two-sided error, 0.05 unless told. */
  alpha?: number;
}

/** Exact sums over the users of an arm as decimal strings, the way PostgreSQL prints a numeric. */
export interface ExactSums {
  n: number;
  sum: string;
  sumSquares: string;
}

/**
 * Mean and sample variance from exact sums: (n sumSquares - sum^2) is formed in whole numbers and divided once,
 * so nothing cancels (in doubles the same formula gives -170 for four values near 1e9 with variance 30; Chan,
 * Golub & LeVeque 1983). Null: mean without users (`no_users`), variance below two (`insufficient_data`).
 * Sums that no real values can have (a negative variance) throw a RangeError.
 */
export function momentsFromSums({ n, sum, sumSquares }: ExactSums): Sample & { reason: Reason | null } {
  requireCount(n, 'n');
  if (n === 0) return { n, mean: null, variance: null, reason: 'no_users' };
  const mean = divideDecimals(parseDecimal(sum), wholeDecimal(n));
  if (n === 1) return { n, mean, variance: null, reason: 'insufficient_data' };
  const variance = covarianceFromSums({ n, sumX: sum, sumY: sum, sumXY: sumSquares });
  if (variance < 0) throw new RangeError(`impossible sums: n ${n}, sum ${sum}, sum of squares ${sumSquares}`);
  return { n, mean, variance, reason: null };
}

/** Sample covariance (n - 1) from exact sums, by the same exact difference; needs n >= 2. */
export function covarianceFromSums(sums: { n: number; sumX: string; sumY: string; sumXY: string }): number {
  const n = wholeDecimal(sums.n);
  const products = multiplyDecimals(n, parseDecimal(sums.sumXY));
  const means = multiplyDecimals(parseDecimal(sums.sumX), parseDecimal(sums.sumY));
  return divideDecimals(subtractDecimals(products, means), multiplyDecimals(n, wholeDecimal(sums.n - 1)));
}

/** Sums of two disjoint groups of users, exactly. Not for two days of the same users: squares do not add up. */
export function mergeSums(a: ExactSums, b: ExactSums): ExactSums {
  return { n: a.n + b.n, sum: addExact(a.sum, b.sum), sumSquares: addExact(a.sumSquares, b.sumSquares) };
}

/** Exact sum of two decimal strings. */
export function addExact(a: string, b: string): string {
  return formatDecimal(addDecimals(parseDecimal(a), parseDecimal(b)));
}

/** Centred moments of pairs (x, y): sums of squares and of products around the means. */
export interface CentredMoments {
  n: number;
  meanX: number;
  meanY: number;
  /** sum (x - meanX)^2 */
  m2X: number;
  m2Y: number;
  /** sum (x - meanX)(y - meanY) */
  cXy: number;
}

/** Centred moments of the union of two disjoint groups. Chan, Golub & LeVeque 1979; Pebay 2008 (SAND2008-6212). */
export function mergeMoments(a: CentredMoments, b: CentredMoments): CentredMoments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const stepX = b.meanX - a.meanX;
  const stepY = b.meanY - a.meanY;
  const shareB = b.n / n;
  const between = a.n * shareB;
  return {
    n,
    meanX: a.meanX + stepX * shareB,
    meanY: a.meanY + stepY * shareB,
    m2X: a.m2X + b.m2X + stepX * stepX * between,
    m2Y: a.m2Y + b.m2Y + stepY * stepY * between,
    cXy: a.cXy + b.cXy + stepX * stepY * between,
  };
}
