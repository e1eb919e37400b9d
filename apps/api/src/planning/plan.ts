import {
  hasLowCounts,
  mdeMeans,
  mdeProportions,
  normalCritical,
  powerMeans,
  powerProportions,
  sampleSizeMeans,
  sampleSizeProportions,
} from '@app/stats';
import {
  AlwaysValid,
  alwaysValidEffect,
  alwaysValidPower,
  alwaysValidSize,
  criticalValue,
} from './always-valid';

// Pure: a design in, users or power or effects out. Every treatment is compared with the control; the hardest comparison decides.

/** Nothing smaller is planned from: it is no rate or spread of anything, and its square is no double. */
export const LEAST = 1e-9;

export type Baseline =
  | { kind: 'conversion'; rate: number }
  /** `mean` only turns effects into lifts; the test needs the standard deviation alone. */
  | { kind: 'mean'; mean: number | null; sd: number };

export interface Design {
  baseline: Baseline;
  mode: 'fixed' | 'sequential';
  /** Two-sided error of one comparison, after correction. */
  alpha: number;
  tuningUsers: number | null;
}

/** Control first. Weights in any unit. */
export interface PlannedArm {
  name: string;
  weight: number;
}

export interface ArmUsers extends PlannedArm {
  users: number;
}

export interface ComparisonPower {
  arm: string;
  power: number;
  critical_value: number;
  tuning_users: number | null;
}

export interface DetectableEffect {
  absolute: number | null;
  relative: number | null;
  treatment_value: number | null;
  reason: 'unreachable' | 'no_baseline' | 'baseline_not_positive' | null;
}

export const METHODS = ['pooled_null', 'normal', 'always_valid_normal'] as const;

/** The name of the computation, as the answers give it. */
export function methodOf({ mode, baseline }: Design): (typeof METHODS)[number] {
  if (mode === 'sequential') return 'always_valid_normal';
  return baseline.kind === 'conversion' ? 'pooled_null' : 'normal';
}

/** Least users for every arm, rounded up, so that each comparison has the wanted power. */
export function planSize(design: Design, arms: PlannedArm[], effect: number, power: number): ArmUsers[] {
  const [control, ...treatments] = arms;
  const ratios = new Set(treatments.map(({ weight }) => weight / control.weight));
  const exact = Math.max(...[...ratios].map((ratio) => controlUsers(design, effect, power, ratio)));
  return arms.map((arm) => ({ ...arm, users: Math.ceil(exact * (arm.weight / control.weight)) }));
}

/** Power of each comparison at given users, were the effect real. */
export function planPower(design: Design, arms: ArmUsers[], effect: number): ComparisonPower[] {
  const [control, ...treatments] = arms;
  return treatments.map(({ name, users }) => ({
    arm: name,
    power: powerAt(design, effect, control.users, users),
    ...look(design, control.users + users),
  }));
}

export interface ComparisonMde extends Omit<ComparisonPower, 'power'> {
  increase: DetectableEffect;
  decrease: DetectableEffect;
}

/** Smallest rise and smallest fall that each comparison finds with the wanted power. They differ for rates. */
export function planMde(design: Design, arms: ArmUsers[], power: number): ComparisonMde[] {
  const [control, ...treatments] = arms;
  return treatments.map(({ name, users }) => {
    const effect = (direction: 1 | -1): DetectableEffect =>
      detectable(design.baseline, direction, smallest(design, direction, power, control.users, users));
    return {
      arm: name,
      increase: effect(1),
      decrease: effect(-1),
      ...look(design, control.users + users),
    };
  });
}

/** Why the normal approximation behind every plan deserves less trust here. */
export function planWarnings(
  { baseline }: Design,
  arms: ArmUsers[],
  effect: number,
): { code: string; message: string }[] {
  const [control, ...treatments] = arms;
  if (baseline.kind === 'mean') {
    if (arms.every(({ users }) => users >= 30)) return [];
    const message =
      'An arm has fewer than 30 users; the t test that is reported needs about one more in each.';
    return [{ code: 'small_sample', message }];
  }
  const isLow = ({ users }: ArmUsers, rate: number): boolean =>
    hasLowCounts({ users, conversions: users * rate });
  if (!isLow(control, baseline.rate) && !treatments.some((arm) => isLow(arm, baseline.rate + effect)))
    return [];
  const message =
    'An arm has fewer than 5 expected conversions, or users without one; the normal approximation is rough.';
  return [{ code: 'low_counts', message }];
}

function look(design: Design, users: number): Pick<ComparisonPower, 'critical_value' | 'tuning_users'> {
  if (design.mode === 'fixed') return { critical_value: normalCritical(design.alpha), tuning_users: null };
  return { critical_value: criticalValue(design, users), tuning_users: design.tuningUsers ?? users };
}

function controlUsers(
  design: Design,
  absoluteEffect: number,
  power: number,
  allocationRatio: number,
): number {
  const { baseline, alpha, mode } = design;
  if (mode === 'sequential')
    return alwaysValidSize(alwaysValid(design), absoluteEffect, power, allocationRatio);
  const target = { alpha, power, allocationRatio };
  if (baseline.kind === 'conversion') {
    return sampleSizeProportions({ ...target, baselineRate: baseline.rate, absoluteEffect }).nControlExact;
  }
  const spread = { sdControl: baseline.sd, sdTreatment: baseline.sd };
  return sampleSizeMeans({ ...target, ...spread, effect: absoluteEffect }).nControlExact;
}

function powerAt(design: Design, effect: number, nControl: number, nTreatment: number): number {
  const { baseline, alpha, mode } = design;
  if (mode === 'sequential') return alwaysValidPower(alwaysValid(design), effect, nControl, nTreatment);
  const sizes = { nControl, nTreatment, alpha };
  if (baseline.kind === 'conversion') {
    const { rate } = baseline;
    return powerProportions({ ...sizes, controlRate: rate, treatmentRate: rate + effect });
  }
  return powerMeans({ ...sizes, sdControl: baseline.sd, sdTreatment: baseline.sd, effect });
}

function smallest(
  design: Design,
  direction: 1 | -1,
  power: number,
  nControl: number,
  nTreatment: number,
): number | null {
  const { baseline, alpha, mode } = design;
  const sizes = { nControl, nTreatment, alpha, power };
  if (mode === 'sequential') {
    const limit = baseline.kind === 'mean' ? Infinity : room(baseline.rate, direction);
    return alwaysValidEffect(alwaysValid(design), { direction, limit, power, nControl, nTreatment });
  }
  if (baseline.kind === 'mean')
    return mdeMeans({ ...sizes, sdControl: baseline.sd, sdTreatment: baseline.sd });
  // A fall of the rate is a rise of the share without conversion; the test is the same.
  const baselineRate = direction === 1 ? baseline.rate : 1 - baseline.rate;
  return mdeProportions({ ...sizes, baselineRate }).mdeAbsolute;
}

function room(rate: number, direction: 1 | -1): number {
  return direction === 1 ? 1 - rate : rate;
}

function alwaysValid({ baseline, alpha, tuningUsers }: Design): AlwaysValid {
  const variances = (effect: number): { control: number; treatment: number } =>
    baseline.kind === 'mean'
      ? { control: baseline.sd ** 2, treatment: baseline.sd ** 2 }
      : { control: variance(baseline.rate), treatment: variance(baseline.rate + effect) };
  return { alpha, tuningUsers, variances };
}

/** Never below 0, where rate and effect add up to 1 and a last bit. */
function variance(rate: number): number {
  return Math.max(0, rate * (1 - rate));
}

function detectable(baseline: Baseline, direction: 1 | -1, size: number | null): DetectableEffect {
  if (size === null) return { absolute: null, relative: null, treatment_value: null, reason: 'unreachable' };
  const absolute = direction * size;
  const value = baseline.kind === 'conversion' ? baseline.rate : baseline.mean;
  if (value === null) return { absolute, relative: null, treatment_value: null, reason: 'no_baseline' };
  const treatment_value = value + absolute;
  if (value < LEAST) return { absolute, relative: null, treatment_value, reason: 'baseline_not_positive' };
  return { absolute, relative: absolute / value, treatment_value, reason: null };
}
