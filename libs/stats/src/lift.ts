import { requireAlpha } from './domain';
import { normalCritical, normalTwoSidedP } from './normal';
import {
  bernoulliVariance,
  requireProportion,
  type Proportion,
  type ProportionComparison,
} from './proportion';
import {
  deltaRatio,
  fiellerRatio,
  type DeltaRatio,
  type Estimate,
  type FiellerRatio,
} from './ratio-interval';
import type { Reason } from './reason';
import { wilsonLimits, type WilsonLimits } from './wilson';

/** Relative lift treatment/control - 1 with its interval (0.3 = 30% more); limits may be infinite. */
export interface Lift {
  lift: number | null;
  lower: number | null;
  upper: number | null;
  reason: Reason | null;
}

/**
 * The lift to report for conversion rates: MOVER-R on the Wilson limits. It excludes 0 exactly when Newcombe's
 * interval does. With 0 conversions in control the point is null (`zero_baseline`) but the lower limit stands and
 * the upper is Infinity; with 0 in both arms the limits are null too. Donner & Zou 2012, Stat Methods Med Res
 * 21:347-359.
 */
export function moverLift({ control, treatment, alpha = 0.05 }: ProportionComparison): Lift {
  const reason = requireArms({ control, treatment, alpha });
  if (reason) return { lift: null, lower: null, upper: null, reason };
  const z = normalCritical(alpha);
  return liftOfLimits(wilsonLimits(control, z), wilsonLimits(treatment, z));
}

/** MOVER-R for any two rates with their limits, a lower limit being 0 exactly when its rate is. */
export function liftOfLimits(c: WilsonLimits, t: WilsonLimits): Lift {
  const zeroBaseline = c.rate === 0;
  if (zeroBaseline && t.rate === 0) return { lift: null, lower: null, upper: null, reason: 'zero_baseline' };
  const product = t.rate * c.rate;
  const lowerTerm = t.lower * (2 * t.rate - t.lower);
  const lowerRoot = product ** 2 - lowerTerm * (c.upper * (2 * c.rate - c.upper));
  const upperTerm = c.lower * (2 * c.rate - c.lower);
  const upperRoot = product ** 2 - t.upper * (2 * t.rate - t.upper) * upperTerm;
  return {
    lift: zeroBaseline ? null : t.rate / c.rate - 1,
    // The quotient turned over: the usual form is 0/0 when control has no conversions.
    lower: lowerTerm === 0 ? -1 : lowerTerm / (product + Math.sqrt(Math.max(0, lowerRoot))) - 1,
    upper: c.lower === 0 ? Infinity : (product + Math.sqrt(Math.max(0, upperRoot))) / upperTerm - 1,
    reason: zeroBaseline ? 'zero_baseline' : null,
  };
}

/** Lift with the standard error of log(rate ratio). */
export interface KatzLift extends Lift {
  logRatio: number | null;
  seLog: number | null;
}

/**
 * Interval from the log rate ratio, Katz et al. 1978, Biometrics 34:469, method C. Everything but a lift of -1 is
 * null with `zero_count` when an arm has no conversions: no half conversion is added in silence.
 */
export function katzLift({ control, treatment, alpha = 0.05 }: ProportionComparison): KatzLift {
  const none = { lift: null, lower: null, upper: null, logRatio: null, seLog: null };
  const reason = requireArms({ control, treatment, alpha });
  if (reason) return { ...none, reason };
  if (control.conversions === 0) return { ...none, reason: 'zero_count' };
  if (treatment.conversions === 0) return { ...none, lift: -1, reason: 'zero_count' };
  const ratio = treatment.conversions / treatment.users / (control.conversions / control.users);
  const logRatio = Math.log(ratio);
  const seLog = Math.sqrt(logVariance(treatment) + logVariance(control));
  const margin = normalCritical(alpha) * seLog;
  return {
    lift: ratio - 1,
    logRatio,
    seLog,
    lower: Math.expm1(logRatio - margin),
    upper: Math.expm1(logRatio + margin),
    reason: null,
  };
}

/** Lift with a test of the lift itself. */
export interface DeltaLift extends DeltaRatio {
  /** lift/se: not the test of the difference, and lopsided at low counts. */
  z: number | null;
  pValue: number | null;
}

/**
 * Delta-method interval with a normal critical value, as GrowthBook and Eppo report it; offered for comparison
 * (it covers .71 to .93 at low counts). Null with `zero_baseline` or, limits and test only, `zero_variance`.
 * Deng, Knoblich & Lu 2018 (KDD).
 */
export function deltaLift({ control, treatment, alpha = 0.05 }: ProportionComparison): DeltaLift {
  const reason = requireArms({ control, treatment, alpha });
  if (reason) return { lift: null, se: null, lower: null, upper: null, z: null, pValue: null, reason };
  const delta = deltaRatio(rateEstimate(control), rateEstimate(treatment), normalCritical(alpha));
  const z = delta.lift === null || !delta.se ? null : delta.lift / delta.se;
  return { ...delta, z, pValue: z === null ? null : normalTwoSidedP(z) };
}

/** Fieller's interval of the lift of conversion rates with a normal critical value; see `fiellerRatio`. */
export function fiellerLift({ control, treatment, alpha = 0.05 }: ProportionComparison): FiellerRatio {
  const reason = requireArms({ control, treatment, alpha });
  if (reason) return { lift: null, g: null, kind: 'undefined', lower: null, upper: null, reason };
  return fiellerRatio(rateEstimate(control), rateEstimate(treatment), normalCritical(alpha));
}

function requireArms({ control, treatment, alpha }: Required<ProportionComparison>): Reason | null {
  requireProportion(control);
  requireProportion(treatment);
  requireAlpha(alpha);
  return control.users === 0 || treatment.users === 0 ? 'no_users' : null;
}

function rateEstimate(arm: Proportion): Estimate {
  return { value: arm.conversions / arm.users, variance: bernoulliVariance(arm) / arm.users };
}

/** 1/x - 1/n without cancellation. */
function logVariance({ users, conversions }: Proportion): number {
  return (users - conversions) / (users * conversions);
}
