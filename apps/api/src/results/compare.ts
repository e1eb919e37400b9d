import {
  fiellerMeanLift,
  holm,
  momentsFromSums,
  moverLift,
  newcombeInterval,
  Sample,
  sequentialInterval,
  twoProportionZTest,
  welchTest,
  wilsonInterval,
} from '@app/stats';
import { Comparison, MetricResult, VariantResult } from './results.schema';

// Pure: the sums of one metric in, its figures out. Everything is computed across users.

/** One metric in one variant, all epochs together. */
export interface VariantSums {
  key: string;
  isControl: boolean;
  users: number;
  conversions: number;
  events: number;
  /** Exact decimals. */
  valueSum: string;
  valueSquares: string;
}

export interface MetricSums {
  eventType: string;
  role: MetricResult['role'];
  variants: VariantSums[];
}

/** An event type is a conversion metric; one whose events carry values is a mean metric as well. */
export function metricResults(metric: MetricSums, alpha: number): MetricResult[] {
  const variants = metric.variants.map((variant) => describe(variant, alpha));
  const hasValues = metric.variants.some((variant) => Number(variant.valueSquares) > 0);
  const base = { event_type: metric.eventType, role: metric.role, variants };
  const conversion = { ...base, key: metric.eventType, kind: 'conversion' as const };
  const mean = { ...base, key: `${metric.eventType}:value`, kind: 'mean' as const };
  return [
    { ...conversion, comparisons: compareAll(metric.variants, alpha, compareRates) },
    ...(hasValues ? [{ ...mean, comparisons: compareAll(metric.variants, alpha, compareMeans) }] : []),
  ];
}

function describe(variant: VariantSums, alpha: number): VariantResult {
  const { rate, lower, upper } = wilsonInterval(variant, alpha);
  const { mean, variance } = sample(variant);
  return {
    key: variant.key,
    is_control: variant.isControl,
    users: variant.users,
    conversions: variant.conversions,
    rate,
    interval: { low: lower, high: upper, method: 'wilson' },
    events: variant.events,
    value_sum: Number(variant.valueSum),
    mean_per_user: mean,
    variance,
  };
}

function sample(variant: VariantSums): Sample {
  return momentsFromSums({ n: variant.users, sum: variant.valueSum, sumSquares: variant.valueSquares });
}

type Compare = (
  control: VariantSums,
  treatment: VariantSums,
  alpha: number,
) => Omit<Comparison, 'p_value_adjusted'>;

function compareAll(variants: VariantSums[], alpha: number, compare: Compare): Comparison[] {
  const control = variants.find((variant) => variant.isControl);
  if (control === undefined) return [];
  const comparisons = variants
    .filter((variant) => variant !== control)
    .map((variant) => compare(control, variant, alpha));
  const adjusted = holm(comparisons.map((comparison) => comparison.p_value));
  return comparisons.map((comparison, index) => ({
    ...comparison,
    p_value_adjusted: adjusted[index] ?? null,
  }));
}

function compareRates(
  control: VariantSums,
  treatment: VariantSums,
  alpha: number,
): Omit<Comparison, 'p_value_adjusted'> {
  const arms = { control, treatment, alpha };
  const difference = newcombeInterval(arms);
  const lift = moverLift(arms);
  const test = twoProportionZTest(arms);
  return {
    variant: treatment.key,
    control: control.key,
    difference: effect(difference.diff, difference, 'newcombe'),
    lift: effect(lift.lift, lift, 'mover'),
    p_value: test.pooled.pValue,
    sequential_p_value: sequentialP(difference.diff, test.unpooled.se, arms),
    method: 'two_proportion_z',
    reason: test.reason,
  };
}

function compareMeans(
  control: VariantSums,
  treatment: VariantSums,
  alpha: number,
): Omit<Comparison, 'p_value_adjusted'> {
  const arms = { control: sample(control), treatment: sample(treatment), alpha };
  const test = welchTest(arms);
  const lift = fiellerMeanLift(arms);
  return {
    variant: treatment.key,
    control: control.key,
    difference: effect(test.diff, test, 'welch'),
    lift: effect(lift.lift, lift, 'fieller'),
    p_value: test.pValue,
    sequential_p_value: sequentialP(test.diff, test.se, { control, treatment, alpha }),
    method: 'welch',
    reason: test.reason,
  };
}

function sequentialP(
  estimate: number | null,
  se: number | null,
  { control, treatment, alpha }: { control: VariantSums; treatment: VariantSums; alpha: number },
): number | null {
  return sequentialInterval({ estimate, se, n: control.users + treatment.users, alpha }).pValue;
}

function effect(
  estimate: number | null,
  limits: { lower: number | null; upper: number | null; reason: string | null },
  method: string,
): Comparison['difference'] {
  return { estimate, low: finite(limits.lower), high: finite(limits.upper), method, reason: limits.reason };
}

/** JSON has no infinity: a limit that does not exist is null. */
function finite(limit: number | null): number | null {
  return limit !== null && Number.isFinite(limit) ? limit : null;
}
