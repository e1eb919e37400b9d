import { requireAlpha, requirePositive } from './domain';
import type { Reason } from './reason';

// Always-valid inference: intervals and p-values that may be read after every event without raising the error.
// Law: the interval excludes 0 exactly when the p-value is below alpha. Likelihood ratios stay logarithms, because
// exp overflows beyond 709.

/** An estimate at one look, and the tuning fixed before the experiment started. */
export interface SequentialInput {
  /** Null when it could not be computed. */
  estimate: number | null;
  /** Standard error of the estimate (unpooled for rates); null when it could not be computed. */
  se: number | null;
  /** Users in the two arms compared. */
  n: number;
  alpha?: number;
  /** N*: the total users at which the interval is tightest. Must not change once data have arrived. */
  tuningN?: number;
}

/** All but `rho` null with `insufficient_data` (no estimate or no users) or `zero_variance`. */
export interface SequentialInterval {
  rho: number;
  halfWidth: number | null;
  lower: number | null;
  upper: number | null;
  /** Natural log of the e-value against "no effect". */
  logEValue: number | null;
  /** Valid at every look; two-sided. */
  pValue: number | null;
  /** For a one-sided limit estimate - h or estimate + h at error alpha; null for alpha of 1/2 or more. */
  oneSidedHalfWidth: number | null;
  reason: Reason | null;
}

/** GrowthBook's default N*. */
export const DEFAULT_TUNING_N = 5000;

/**
 * Asymptotic confidence sequence and its always-valid p-value for an asymptotically normal estimate. Waudby-Smith
 * et al. 2024, Ann Stat (arXiv:2103.06476v7), eq. 9 and, for the p-value, 155; the mixture is Robbins 1970.
 */
export function sequentialInterval(input: SequentialInput): SequentialInterval {
  const { estimate, se, n, alpha = 0.05, tuningN = DEFAULT_TUNING_N } = input;
  requireAlpha(alpha);
  requirePositive(tuningN, 'tuningN');
  const rho = mixtureScale(alpha, tuningN);
  if (estimate === null || se === null || !(n > 0)) return { ...none, rho, reason: 'insufficient_data' };
  if (se === 0) return { ...none, rho, reason: 'zero_variance' };
  const k = n * rho * rho + 1;
  const halfWidth = (se * Math.sqrt(2 * k * Math.log(Math.sqrt(k) / alpha))) / (Math.sqrt(n) * rho);
  const logEValue = (rho * rho * n * (estimate / se) ** 2) / (2 * k) - Math.log(k) / 2;
  return {
    rho,
    halfWidth,
    lower: estimate - halfWidth,
    upper: estimate + halfWidth,
    logEValue,
    pValue: Math.min(1, Math.exp(-logEValue)),
    oneSidedHalfWidth: alpha < 0.5 ? oneSidedHalfWidth(se, n, alpha, tuningN) : null,
    reason: null,
  };
}

/**
 * Running minimum over looks: once significant stays significant. Looks without a p-value are null until the
 * first one and repeat the last minimum after it.
 */
export function runningMinimum(pValues: readonly (number | null)[]): (number | null)[] {
  let smallest: number | null = null;
  return pValues.map((p) => {
    if (p !== null) smallest = smallest === null ? p : Math.min(smallest, p);
    return smallest;
  });
}

/** Mixture sequential probability ratio test, one entry per look. */
export interface Msprt {
  logLikelihoodRatio: (number | null)[];
  /** Running minimum of 1/ratio, at most 1. */
  pValueRunning: (number | null)[];
}

/**
 * Mixture SPRT with effects mixed over N(0, tau^2); tau is fixed before the start. Equals `sequentialInterval`
 * with rho = tau/(se sqrt n). A look with se 0 or none has null and leaves the running p as it was. Johari, Koomen,
 * Pekelis & Walsh 2022, Oper Res 70:1806; Robbins 1970.
 */
export function msprt(input: {
  estimates: readonly (number | null)[];
  standardErrors: readonly (number | null)[];
  tau: number;
}): Msprt {
  const { estimates, standardErrors, tau } = input;
  requirePositive(tau, 'tau');
  if (estimates.length !== standardErrors.length) throw new RangeError('looks differ in length');
  const logLikelihoodRatio = estimates.map((estimate, look) => {
    const se = standardErrors[look] ?? null;
    if (estimate === null || se === null || se === 0) return null;
    const total = se * se + tau * tau;
    return -Math.log1p((tau / se) ** 2) / 2 + ((estimate / se) ** 2 * ((tau * tau) / total)) / 2;
  });
  const pValues = logLikelihoodRatio.map((log) => (log === null ? null : Math.min(1, Math.exp(-log))));
  return { logLikelihoodRatio, pValueRunning: runningMinimum(pValues) };
}

/** Eq. 134, with rho tuned for twice the error. */
function oneSidedHalfWidth(se: number, n: number, alpha: number, tuningN: number): number {
  const rho = mixtureScale(2 * alpha, tuningN);
  const k = n * rho * rho + 1;
  return (se * Math.sqrt(2 * k * Math.log1p(Math.sqrt(k) / (2 * alpha)))) / (Math.sqrt(n) * rho);
}

/** rho that makes the sequence tightest at N* users, eq. 161. */
function mixtureScale(alpha: number, tuningN: number): number {
  const depth = -2 * Math.log(alpha);
  return Math.sqrt((depth + Math.log1p(depth)) / tuningN);
}

const none = {
  halfWidth: null,
  lower: null,
  upper: null,
  logEValue: null,
  pValue: null,
  oneSidedHalfWidth: null,
};
