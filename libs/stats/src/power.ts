import { requireCount, requirePositive, requireShare } from './domain';
import { normalCdf, normalCritical, normalQuantile, normalSf } from './normal';
import { bisect } from './root';

// What the power functions of rates and of means share: the normal power curve, and turning a curve round into a
// sample size or a minimum detectable effect.

/** Users per arm. `exact` solves the power equation; the two counts are rounded up. */
export interface SampleSize {
  nControlExact: number;
  nControl: number;
  nTreatment: number;
}

/** Error and power of a plan, and how many treatment users come to one control user. */
export interface PlanTarget {
  /** Two-sided error, 0.05 unless told. */
  alpha?: number;
  /** Chance to find the effect, above alpha; 0.8 unless told. */
  power?: number;
  /** Treatment users per control user, 1 unless told. */
  allocationRatio?: number;
}

/**
 * Chance that a two-sided z test rejects: `shift` is the expected difference, `nullSe` the standard error the test
 * divides by and `se` the true one. Both rejection tails count. Fleiss, Tytun & Ury 1980.
 */
export function normalPower(input: { shift: number; nullSe: number; se: number; alpha: number }): number {
  const { shift, nullSe, se, alpha } = input;
  const bound = normalCritical(alpha) * nullSe;
  if (se === 0) return Math.abs(shift) > bound ? 1 : 0;
  return normalSf((bound - shift) / se) + normalCdf((-bound - shift) / se);
}

/** (z_{1-alpha/2} + z_power)^2: the start of every search, exact but for the far tail. */
export function planFactor(alpha: number, power: number): number {
  return (normalCritical(alpha) + normalQuantile(power)) ** 2;
}

/**
 * Smallest real n at which a rising power curve reaches the target, searched outwards from `start`. Search on
 * log n, because sizes span many decades.
 */
export function solveSize(powerAt: (n: number) => number, power: number, start: number, least = 0): number {
  if (!(start < 1e300)) throw new RangeError('the effect is too small for any sample size');
  let low = Math.max(start, least);
  while (low > least && low > 1e-9 && powerAt(low) >= power) low = Math.max(least, low / 2);
  if (powerAt(low) >= power) return low;
  let high = Math.max(low, start);
  while (powerAt(high) < power) high *= 2;
  return Math.exp(bisect((u) => powerAt(Math.exp(u)) - power, Math.log(low), Math.log(high)));
}

/** Smallest effect in (0, limit] whose power reaches the target; null when none does. */
export function solveEffect(
  powerAt: (effect: number) => number,
  power: number,
  start: number,
  limit = Infinity,
): number | null {
  let high = Math.min(start / 4, limit);
  while (powerAt(high) < power) {
    if (high >= limit) return null;
    high = Math.min(high * 1.25, limit);
  }
  return bisect((effect) => powerAt(effect) - power, 0, high);
}

export function roundUp(nControlExact: number, allocationRatio: number): SampleSize {
  return {
    nControlExact,
    nControl: Math.ceil(nControlExact),
    nTreatment: Math.ceil(nControlExact * allocationRatio),
  };
}

/** Throws unless 0 < alpha < power < 1: at or below alpha every sample size "reaches" the power. */
export function requireTarget({ alpha, power, allocationRatio }: Required<PlanTarget>): void {
  requireShare(alpha, 'alpha');
  requireShare(power, 'power');
  if (power <= alpha) throw new RangeError(`power ${power} must be above alpha ${alpha}`);
  requirePositive(allocationRatio, 'allocationRatio');
}

export function requireArmSizes(nControl: number, nTreatment: number): void {
  requireCount(nControl, 'nControl');
  requireCount(nTreatment, 'nTreatment');
  if (nControl === 0 || nTreatment === 0) throw new RangeError('both arms need users');
}
