import type { Reason } from './reason';

// Relative lift of any statistic that comes as a value with the variance of that value: a rate, a mean, a ratio
// metric. Three methods, each for a given critical value (normal or Student's t).

/** A statistic of one arm and the variance of the statistic itself (not of the users). */
export interface Estimate {
  value: number;
  variance: number;
}

/** (treatment - control)/|control| with the delta-method standard error. */
export interface DeltaRatio {
  lift: number | null;
  se: number | null;
  lower: number | null;
  upper: number | null;
  reason: Reason | null;
}

/**
 * Delta-method interval of the lift. The divisor is |control|, so the sign is that of the change. All null with
 * `zero_baseline`; limits null with `zero_variance` when the standard error is 0. Deng, Knoblich & Lu 2018 (KDD).
 */
export function deltaRatio(control: Estimate, treatment: Estimate, critical: number): DeltaRatio {
  if (control.value === 0) return { lift: null, se: null, lower: null, upper: null, reason: 'zero_baseline' };
  const lift = (treatment.value - control.value) / Math.abs(control.value);
  const ratio = treatment.value / control.value;
  const se = Math.sqrt(treatment.variance + ratio * ratio * control.variance) / Math.abs(control.value);
  if (se === 0) return { lift, se, lower: null, upper: null, reason: 'zero_variance' };
  return { lift, se, lower: lift - critical * se, upper: lift + critical * se, reason: null };
}

/** Lift by the logarithm of the ratio. */
export interface LogRatio {
  logRatio: number | null;
  seLog: number | null;
  lower: number | null;
  upper: number | null;
  reason: Reason | null;
}

/** Interval of the lift from log(treatment/control), both of which must be above 0. */
export function logRatio(control: Estimate, treatment: Estimate, critical: number): LogRatio {
  const none = { logRatio: null, seLog: null, lower: null, upper: null };
  if (control.value === 0) return { ...none, reason: 'zero_baseline' };
  if (control.value < 0) return { ...none, reason: 'negative_baseline' };
  if (treatment.value <= 0) return { ...none, reason: 'zero_count' };
  const log = Math.log(treatment.value / control.value);
  const seLog = Math.sqrt(control.variance / control.value ** 2 + treatment.variance / treatment.value ** 2);
  const lower = Math.expm1(log - critical * seLog);
  return { logRatio: log, seLog, lower, upper: Math.expm1(log + critical * seLog), reason: null };
}

/**
 * Fieller's set of lifts. `bounded` is an interval; `unbounded_complement` is everything outside two limits
 * (limits null); `unbounded_all` is the whole line (infinite limits); `undefined` has no baseline.
 */
export interface FiellerRatio {
  lift: number | null;
  /** critical^2 variance/value^2 of control; the interval is bounded below 1. */
  g: number | null;
  kind: 'bounded' | 'unbounded_complement' | 'unbounded_all' | 'undefined';
  lower: number | null;
  upper: number | null;
  reason: Reason | null;
}

/**
 * Fieller's interval of the lift. It excludes 0 exactly when the unpooled (or Welch, with its critical value)
 * test of the difference rejects. Null: `zero_baseline`; `unstable_baseline` when g >= 1 (limits);
 * `negative_baseline` (limits), where a ratio has no useful sign. Fieller 1954, JRSS B 16:175.
 */
export function fiellerRatio(control: Estimate, treatment: Estimate, critical: number): FiellerRatio {
  const none = { lift: null, g: null, kind: 'undefined' as const, lower: null, upper: null };
  if (control.value === 0) return { ...none, reason: 'zero_baseline' };
  const lift = (treatment.value - control.value) / Math.abs(control.value);
  const g = (critical / control.value) ** 2 * control.variance;
  if (control.value < 0) return { ...none, lift, g, reason: 'negative_baseline' };
  const ratio = treatment.value / control.value;
  const discriminant = treatment.variance * (1 - g) + ratio * ratio * control.variance;
  if (g >= 1) {
    const reason = 'unstable_baseline';
    if (discriminant >= 0) return { lift, g, kind: 'unbounded_complement', lower: null, upper: null, reason };
    return { lift, g, kind: 'unbounded_all', lower: -Infinity, upper: Infinity, reason };
  }
  const half = (critical / control.value) * Math.sqrt(discriminant);
  const lower = (ratio - half) / (1 - g) - 1;
  return { lift, g, kind: 'bounded', lower, upper: (ratio + half) / (1 - g) - 1, reason: null };
}

/** A difference from control, both as estimates, with their covariance (minus the control variance for plain arms). */
export interface DifferenceEstimate {
  diff: Estimate;
  control: Estimate;
  covariance: number;
}

/**
 * `fiellerRatio` for a difference that is not the plain one of two independent arms, such as a covariate-adjusted one:
 * all lifts l with (diff - l control)^2 <= critical^2 var(diff - l control). Same kinds, reasons and coherence.
 */
export function fiellerOfDifference(estimate: DifferenceEstimate, critical: number): FiellerRatio {
  const { diff, control, covariance } = estimate;
  const none = { lift: null, g: null, kind: 'undefined' as const, lower: null, upper: null };
  if (control.value === 0) return { ...none, reason: 'zero_baseline' };
  const lift = diff.value / Math.abs(control.value);
  const scale = (critical / control.value) ** 2;
  const g = scale * control.variance;
  if (control.value < 0) return { ...none, lift, g, reason: 'negative_baseline' };
  const determinant = control.variance * diff.variance - covariance ** 2;
  const discriminant = scale * (liftVariance(estimate, lift) - scale * determinant);
  if (g >= 1) {
    const reason = 'unstable_baseline';
    if (discriminant >= 0) return { lift, g, kind: 'unbounded_complement', lower: null, upper: null, reason };
    return { lift, g, kind: 'unbounded_all', lower: -Infinity, upper: Infinity, reason };
  }
  const middle = lift - scale * covariance;
  const half = Math.sqrt(Math.max(0, discriminant));
  return {
    lift,
    g,
    kind: 'bounded',
    lower: (middle - half) / (1 - g),
    upper: (middle + half) / (1 - g),
    reason: null,
  };
}

/** var(diff - l control) for the signed lift l; over control^2 the delta-method variance of the lift. */
export function liftVariance({ diff, control, covariance }: DifferenceEstimate, lift: number): number {
  return Math.max(0, diff.variance - 2 * lift * covariance + lift * lift * control.variance);
}
