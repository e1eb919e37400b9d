import { requireAlpha, requireProbability } from './domain';
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
import type { Reason } from './reason';

/**
 * `pooled_null` matches the pooled z test that is reported (R power.prop.test(strict = TRUE)); `unpooled` the Wald
 * test; `arcsine` is Cohen's h (statsmodels NormalIndPower). Sizes differ by several percent: do not mix.
 */
export type PowerMethod = 'pooled_null' | 'unpooled' | 'arcsine';

/** Rates as shares in 0..1, whole users per arm. */
export interface ProportionPowerInput {
  controlRate: number;
  treatmentRate: number;
  nControl: number;
  nTreatment: number;
  alpha?: number;
  method?: PowerMethod;
}

/** Chance that the two-sided test of two rates rejects. Fleiss, Tytun & Ury 1980; Cohen 1988, ch. 6. */
export function powerProportions(input: ProportionPowerInput): number {
  const { controlRate, treatmentRate, nControl, nTreatment, alpha = 0.05, method = 'pooled_null' } = input;
  requireProbability(controlRate, 'controlRate');
  requireProbability(treatmentRate, 'treatmentRate');
  requireArmSizes(nControl, nTreatment);
  requireAlpha(alpha);
  return powerAt({ controlRate, treatmentRate, nControl, nTreatment, alpha, method });
}

/** A baseline rate and the absolute effect (treatment - control) that is to be found. */
export interface ProportionSizeInput extends PlanTarget {
  baselineRate: number;
  absoluteEffect: number;
  method?: PowerMethod;
}

/** Users per arm that find the effect with the wanted power. An effect of 0 throws: no size finds it. */
export function sampleSizeProportions(input: ProportionSizeInput): SampleSize {
  const { baselineRate, absoluteEffect, method = 'pooled_null' } = input;
  const { alpha = 0.05, power = 0.8, allocationRatio = 1 } = input;
  const treatmentRate = baselineRate + absoluteEffect;
  requireProbability(baselineRate, 'baselineRate');
  requireProbability(treatmentRate, 'baselineRate + absoluteEffect');
  requireTarget({ alpha, power, allocationRatio });
  if (absoluteEffect === 0) throw new RangeError('absoluteEffect must not be 0');
  const spread = variance(baselineRate) + variance(treatmentRate) / allocationRatio;
  const start = Math.max(1e-3, (planFactor(alpha, power) * spread) / absoluteEffect ** 2);
  const rates = { controlRate: baselineRate, treatmentRate, alpha, method };
  const exact = solveSize(
    (n) => powerAt({ ...rates, nControl: n, nTreatment: n * allocationRatio }),
    power,
    start,
  );
  return roundUp(exact, allocationRatio);
}

/** Smallest detectable rise; null with `insufficient_data` when no rate up to 1 reaches the power. */
export interface MinimumEffect {
  mdeAbsolute: number | null;
  /** Share of the baseline; null too when the baseline is 0 (`zero_baseline`). */
  mdeRelative: number | null;
  reason: Reason | null;
}

/** Minimum detectable positive effect on a rate for given arms. */
export function mdeProportions(input: {
  baselineRate: number;
  nControl: number;
  nTreatment: number;
  alpha?: number;
  power?: number;
  method?: PowerMethod;
}): MinimumEffect {
  const { baselineRate, nControl, nTreatment, alpha = 0.05, power = 0.8, method = 'pooled_null' } = input;
  requireProbability(baselineRate, 'baselineRate');
  requireArmSizes(nControl, nTreatment);
  requireTarget({ alpha, power, allocationRatio: 1 });
  const sizes = { nControl, nTreatment, alpha, method };
  const limit = 1 - baselineRate;
  const unit = 1 / nControl + 1 / nTreatment;
  const start = Math.sqrt(planFactor(alpha, power) * Math.max(variance(baselineRate), 1e-12) * unit);
  const mde =
    limit === 0
      ? null
      : solveEffect(
          (effect) =>
            powerAt({
              ...sizes,
              controlRate: baselineRate,
              treatmentRate: Math.min(1, baselineRate + effect),
            }),
          power,
          start,
          limit,
        );
  if (mde === null) return { mdeAbsolute: null, mdeRelative: null, reason: 'insufficient_data' };
  if (baselineRate === 0) return { mdeAbsolute: mde, mdeRelative: null, reason: 'zero_baseline' };
  return { mdeAbsolute: mde, mdeRelative: mde / baselineRate, reason: null };
}

function powerAt(input: Required<ProportionPowerInput>): number {
  const { controlRate, treatmentRate, nControl, nTreatment, alpha, method } = input;
  if (method === 'arcsine') {
    const shift = 2 * Math.asin(Math.sqrt(treatmentRate)) - 2 * Math.asin(Math.sqrt(controlRate));
    const se = Math.sqrt(1 / nControl + 1 / nTreatment);
    return normalPower({ shift, nullSe: se, se, alpha });
  }
  const shift = treatmentRate - controlRate;
  const se = Math.sqrt(variance(controlRate) / nControl + variance(treatmentRate) / nTreatment);
  if (method === 'unpooled') return normalPower({ shift, nullSe: se, se, alpha });
  const pooledRate = (nControl * controlRate + nTreatment * treatmentRate) / (nControl + nTreatment);
  const nullSe = Math.sqrt(variance(pooledRate) * (1 / nControl + 1 / nTreatment));
  return normalPower({ shift, nullSe, se, alpha });
}

function variance(rate: number): number {
  return rate * (1 - rate);
}
