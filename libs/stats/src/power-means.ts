import { requireAlpha, requirePositive } from './domain';
import { noncentralTPower } from './noncentral-t';
import {
  normalPower,
  planFactor,
  requireArmSizes,
  requireTarget,
  roundUp,
  solveEffect,
  solveSize,
  type PlanTarget,
  type SampleSize,
} from './power';

/**
 * `z` takes the standard deviations as known and may differ; `t` is the equal-variance t test by the noncentral t
 * distribution (uses `sdControl`; matters below about 30 users an arm).
 */
export type MeanPowerMethod = 'z' | 't';

/** Standard deviations of the users' values; effects in the same unit. */
interface Spread {
  sdControl: number;
  sdTreatment: number;
  alpha?: number;
  method?: MeanPowerMethod;
}

/** The true difference treatment - control and whole users per arm. */
export interface MeanPowerInput extends Spread {
  effect: number;
  nControl: number;
  nTreatment: number;
}

/** Chance that the two-sided test of two means rejects. Cohen 1988, ch. 2; R power.t.test(strict = TRUE). */
export function powerMeans(input: MeanPowerInput): number {
  const { alpha = 0.05, method = 'z' } = input;
  requireSpread(input);
  requireArmSizes(input.nControl, input.nTreatment);
  requireAlpha(alpha);
  if (method === 't' && input.nControl + input.nTreatment <= 2) throw new RangeError('t needs over 2 users');
  return powerAt({ ...input, alpha, method });
}

/** Users per arm that find the effect with the wanted power. An effect of 0 throws: no size finds it. */
export function sampleSizeMeans(input: Spread & PlanTarget & { effect: number }): SampleSize {
  const {
    effect,
    sdControl,
    sdTreatment,
    alpha = 0.05,
    power = 0.8,
    allocationRatio = 1,
    method = 'z',
  } = input;
  requireSpread(input);
  requireTarget({ alpha, power, allocationRatio });
  if (effect === 0) throw new RangeError('effect must not be 0');
  const start =
    (planFactor(alpha, power) * (sdControl ** 2 + sdTreatment ** 2 / allocationRatio)) / effect ** 2;
  // The t curve exists only where some degree of freedom is left.
  const least = method === 't' ? 2.01 / (1 + allocationRatio) : 0;
  const spread = { effect, sdControl, sdTreatment, alpha, method };
  const exact = solveSize(
    (n) => powerAt({ ...spread, nControl: n, nTreatment: n * allocationRatio }),
    power,
    start,
    least,
  );
  return roundUp(exact, allocationRatio);
}

/** Smallest positive difference of means that given arms find with the wanted power. */
export function mdeMeans(input: Spread & { nControl: number; nTreatment: number; power?: number }): number {
  const { sdControl, sdTreatment, nControl, nTreatment, alpha = 0.05, power = 0.8, method = 'z' } = input;
  requireSpread(input);
  requireArmSizes(nControl, nTreatment);
  requireTarget({ alpha, power, allocationRatio: 1 });
  const start = Math.sqrt(
    planFactor(alpha, power) * (sdControl ** 2 / nControl + sdTreatment ** 2 / nTreatment),
  );
  const arms = { sdControl, sdTreatment, nControl, nTreatment, alpha, method };
  // Without a limit an effect that is large enough always exists.
  return solveEffect((effect) => powerAt({ ...arms, effect }), power, start)!;
}

function powerAt(input: Required<MeanPowerInput>): number {
  const { effect, sdControl, sdTreatment, nControl, nTreatment, alpha, method } = input;
  if (method === 't') {
    const shift = (effect / sdControl) * Math.sqrt((nControl * nTreatment) / (nControl + nTreatment));
    return noncentralTPower(shift, nControl + nTreatment - 2, alpha);
  }
  const se = Math.sqrt(sdControl ** 2 / nControl + sdTreatment ** 2 / nTreatment);
  return normalPower({ shift: effect, nullSe: se, se, alpha });
}

function requireSpread({ sdControl, sdTreatment, method }: Spread): void {
  requirePositive(sdControl, 'sdControl');
  requirePositive(sdTreatment, 'sdTreatment');
  if (method === 't' && sdControl !== sdTreatment) throw new RangeError('method t needs equal sds');
}
