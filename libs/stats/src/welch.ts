import { requireAlpha } from './domain';
import type { SampleComparison } from './moments';
import type { Reason } from './reason';
import { studentTCritical, studentTTwoSidedP } from './student-t';

/**
 * Difference of means, treatment - control. `diff` is null with `no_users` when an arm is empty; the rest is null
 * with `insufficient_data` when an arm has one user, with `zero_variance` when nothing varies in either arm.
 */
export interface WelchTest {
  diff: number | null;
  se: number | null;
  t: number | null;
  /** Welch-Satterthwaite degrees of freedom. */
  df: number | null;
  /** Two-sided. */
  pValue: number | null;
  lower: number | null;
  upper: number | null;
  reason: Reason | null;
}

/** Welch's two-sample t test and interval from moments. Welch 1947, Biometrika 34:28; Satterthwaite 1946. */
export function welchTest({ control, treatment, alpha = 0.05 }: SampleComparison): WelchTest {
  requireAlpha(alpha);
  if (control.mean === null || treatment.mean === null) return { ...untested, reason: 'no_users' };
  const diff = treatment.mean - control.mean;
  if (control.variance === null || treatment.variance === null || control.n < 2 || treatment.n < 2) {
    return { ...untested, diff, reason: 'insufficient_data' };
  }
  const parts = [control, treatment].map(({ n, variance }) => ({ variance: variance! / n, df: n - 1 }));
  return sumOfPartsTest({ diff, parts, alpha });
}

/** An independent part of the variance of a difference, and the degrees of freedom it was estimated with. */
export interface VariancePart {
  variance: number;
  df: number;
}

/** t test of a difference whose variance is the sum of its parts; null with `zero_variance`. Satterthwaite 1946. */
export function sumOfPartsTest(input: {
  diff: number;
  parts: readonly VariancePart[];
  alpha: number;
}): WelchTest {
  const { diff, parts, alpha } = input;
  const total = parts.reduce((sum, { variance }) => sum + variance, 0);
  const se = Math.sqrt(total);
  if (se === 0) return { ...untested, diff, se, reason: 'zero_variance' };
  // Satterthwaite's ratio in shares of the variance, so that se^4 cannot underflow.
  const df = 1 / parts.reduce((sum, part) => sum + (part.variance / total) ** 2 / part.df, 0);
  const margin = studentTCritical(alpha, df) * se;
  const pValue = studentTTwoSidedP(diff / se, df);
  return { diff, se, t: diff / se, df, pValue, lower: diff - margin, upper: diff + margin, reason: null };
}

export const untested = { diff: null, se: null, t: null, df: null, pValue: null, lower: null, upper: null };
