import type { Cap, MetricDefinition } from '@app/model';
import { Outcome, outcomesOf, Person, Range, Study } from './results-oracle';
import {
  compareMeans,
  compareRates,
  Effect,
  exactSample,
  newcombe,
  Pair,
  percentile,
  Sample,
  sampleOf,
  sum,
  weights,
  wilson,
} from './results-statistics';

// What the answer must say of one metric, in the words of the answer. Whole numbers must be met exactly, the others (`Near`) to 1e-9.

/** A figure of floating point; `scale` is the size of what it was computed from when that is larger than itself. */
export class Near {
  constructor(
    readonly value: number,
    readonly scale = 0,
  ) {}
}

export type Figure =
  number | string | null | undefined | Near | boolean | Figure[] | { [key: string]: Figure };

const UNIT = 1e9;
const Z95 = 1.959963984540054;

export function near(value: number | null, scale?: number): Near | null {
  return value === null || !Number.isFinite(value) ? null : new Near(value, scale);
}

export function expectedMetric(
  study: Study,
  people: readonly Person[],
  metric: MetricDefinition,
  range: Range,
): { variants: Figure[]; comparisons: Figure[] } {
  const outcomes = outcomesOf(study, people, metric, range);
  const cap = capsIn(metric, outcomes);
  const of = (variant: number, epoch: number): Outcome[] =>
    outcomes.filter(({ person }) => person.variant === variant && person.epoch === epoch);
  const treatments = Array.from({ length: study.variants - 1 }, (_, i) => i + 1);
  return {
    variants: expectedVariants(study, people, metric, range),
    comparisons: treatments.map((treatment) => {
      const strata = study.epochs.map((_, epoch): Pair<Outcome[]> => [of(0, epoch), of(treatment, epoch)]);
      return expectedComparison(metric, strata, cap);
    }),
  };
}

export function expectedVariants(
  study: Study,
  people: readonly Person[],
  metric: MetricDefinition,
  range: Range,
): Figure[] {
  const outcomes = outcomesOf(study, people, metric, range);
  const cap = capsIn(metric, outcomes);
  return Array.from({ length: study.variants }, (_, variant) =>
    expectedVariant(
      metric,
      outcomes.filter(({ person }) => person.variant === variant),
      cap,
    ),
  );
}

function capsIn(metric: MetricDefinition, outcomes: Outcome[]): Caps | null {
  return 'cap' in metric && metric.cap !== undefined ? capsOf(metric.cap, outcomes) : null;
}

function expectedVariant(metric: MetricDefinition, outcomes: Outcome[], cap: Caps | null): Figure {
  const users = outcomes.length;
  const conversions = outcomes.filter(({ converted }) => converted).length;
  const counted = { users, conversions, ...expectedRate(conversions, users) };
  if (metric.kind === 'retention')
    return { ...counted, events: null, value_sum: null, mean_per_user: null, variance: null };
  if (metric.kind === 'funnel') {
    const came = metric.steps.map((_, i) => outcomes.filter(({ steps }) => steps > i).length);
    const steps = came.map((own, i) => ({
      step: i + 1,
      users: own,
      ...expectedRate(own, users),
      of_previous: near(own / (i === 0 ? users : came[i - 1])),
    }));
    return { ...counted, events: null, value_sum: null, variance: null, steps };
  }
  const totals = outcomes.map((outcome) => capped(outcome, cap));
  const size = sum(totals.map(Math.abs));
  const sample = cap === null ? exactSample(outcomes.map(({ total }) => total)) : sampleOf(totals);
  return {
    ...counted,
    events: sum(outcomes.map(({ events }) => events)),
    value_sum: near(
      cap === null ? Number(bigSum(outcomes.map(({ total }) => total))) / UNIT : sum(totals),
      size,
    ),
    mean_per_user: near(sample.mean, size / users),
    variance: near(sample.variance, cap === null ? 0 : sum(totals.map((total) => total ** 2)) / users),
    ...(metric.kind === 'ratio' ? { ratio: expectedRatio(outcomes) } : {}),
    ...(cap === null ? {} : { cap: expectedCap(outcomes, cap) }),
  };
}

function expectedRate(conversions: number, users: number): { rate: Figure; interval: Figure } {
  if (users === 0) return { rate: null, interval: { low: null, high: null } };
  const { low, high } = wilson(conversions, users, Z95);
  return { rate: near(conversions / users), interval: { low: near(low, 1), high: near(high, 1) } };
}

function expectedRatio(outcomes: Outcome[]): Figure {
  const numerator = bigSum(outcomes.map(({ total }) => total));
  const denominator = bigSum(outcomes.map((outcome) => outcome.denominator));
  return {
    numerator_sum: near(Number(numerator) / UNIT),
    denominator_sum: near(Number(denominator) / UNIT),
    estimate: denominator === 0n ? null : near(Number(numerator) / Number(denominator)),
  };
}

function expectedComparison(metric: MetricDefinition, strata: Pair<Outcome[]>[], cap: Caps | null): Figure {
  const all = strata.flat(2).map((outcome) => Math.abs(capped(outcome, cap)));
  const scale = isRate(metric) ? 1 : Math.max(0, ...all);
  const { difference, lift, p, ratioScale } = effectOf(metric, strata, cap);
  return {
    difference: { estimate: near(difference, ratioScale ?? scale), ...expectedLimits(metric, strata) },
    lift: { estimate: near(lift, 1) },
    p_value: near(p, 1e-3),
    ...expectedCuped(metric, strata, cap),
  };
}

/** Of rates in an experiment with one epoch. */
function expectedLimits(metric: MetricDefinition, strata: Pair<Outcome[]>[]): { [key: string]: Figure } {
  const [pair] = strata;
  if (!isRate(metric) || strata.length > 1 || pair.some((outcomes) => outcomes.length === 0)) return {};
  const { low, high } = newcombe([rateOf(pair[0]), rateOf(pair[1])], Z95);
  return { low: near(low, 1), high: near(high, 1) };
}

function rateOf(outcomes: Outcome[]): { users: number; conversions: number } {
  return { users: outcomes.length, conversions: outcomes.filter(({ converted }) => converted).length };
}

function effectOf(
  metric: MetricDefinition,
  strata: Pair<Outcome[]>[],
  cap: Caps | null,
): Effect & { ratioScale?: number } {
  if (isRate(metric)) return compareRates(strata.map(([c, t]) => [rateOf(c), rateOf(t)]));
  if (metric.kind === 'ratio') return compareRatios(strata);
  const sample = (outcomes: Outcome[]): Sample =>
    cap === null
      ? exactSample(outcomes.map(({ total }) => total))
      : sampleOf(outcomes.map((outcome) => capped(outcome, cap)));
  return compareMeans(strata.map(([c, t]) => [sample(c), sample(t)]));
}

/**
 * The ratio of an arm is that of its standardised means. By the delta method its variance is that of what is left of each user's numerator
 * after the ratio times the denominator, in units of the arm's denominator: so it is a comparison of such means, shifted by the ratios.
 */
function compareRatios(strata: Pair<Outcome[]>[]): Effect & { ratioScale?: number } {
  const sizes = strata.map(([c, t]): Pair<number> => [c.length, t.length]);
  const two = weights(sizes, 2);
  const w = sum(two) > 0 ? two : weights(sizes, 1);
  const none = { difference: null, lift: null, p: null };
  if (sum(w) === 0) return none;
  const mean = (side: 0 | 1, of: 'total' | 'denominator'): number =>
    sum(
      strata.map((pair, i) => (w[i] === 0 ? 0 : w[i] * exactSample(pair[side].map((one) => one[of])).mean)),
    );
  const denominators = [mean(0, 'denominator'), mean(1, 'denominator')];
  if (denominators.includes(0)) return none;
  const ratios = [mean(0, 'total') / denominators[0], mean(1, 'total') / denominators[1]];
  const left = (side: 0 | 1, outcomes: Outcome[]): Sample => {
    const values = outcomes.map(({ total, denominator }) => [
      Number(total) / UNIT,
      Number(denominator) / UNIT,
    ]);
    const rest = sampleOf(values.map(([n, d]) => (n - ratios[side] * d) / denominators[side]));
    const size = sum(values.map(([n, d]) => (n ** 2 + (ratios[side] * d) ** 2) / denominators[side] ** 2));
    // Nothing is left but rounding.
    return { ...rest, variance: rest.variance !== null && rest.variance < 1e-24 * size ? 0 : rest.variance };
  };
  const samples = strata.map(([c, t], i): Pair<Sample> => [
    { ...left(0, c), mean: w[i] === 0 ? 0 : ratios[0] },
    { ...left(1, t), mean: w[i] === 0 ? 0 : ratios[1] },
  ]);
  const effect = compareMeans(samples);
  return {
    ...effect,
    lift: effect.p === null ? null : effect.lift,
    ratioScale: Math.max(...ratios.map(Math.abs)),
  };
}

/** One slope per epoch, over both its arms together; the difference is then that of what the covariate does not explain. */
function expectedCuped(
  metric: MetricDefinition,
  strata: Pair<Outcome[]>[],
  cap: Caps | null,
): { cuped?: Figure } {
  if (!('covariate_days' in metric) || metric.covariate_days === undefined || cap !== null) return {};
  const inhabited = strata.filter(([c, t]) => c.length + t.length > 0);
  const w = weights(
    inhabited.map(([c, t]): Pair<number> => [c.length, t.length]),
    2,
  );
  if (sum(w) === 0) return {};
  const scale = Math.max(...inhabited.flat(2).map(({ total }) => Math.abs(Number(total)) / UNIT));
  const thetas = inhabited.map(([c, t]) => slope([...c, ...t]));
  const meanOf = (outcomes: Outcome[], of: 'total' | 'covariate'): number =>
    exactSample(outcomes.map((outcome) => outcome[of])).mean;
  const parts = inhabited.map(([c, t], i) =>
    w[i] === 0
      ? 0
      : w[i] *
        (meanOf(t, 'total') -
          meanOf(c, 'total') -
          thetas[i] * (meanOf(t, 'covariate') - meanOf(c, 'covariate'))),
  );
  const theta = inhabited.length === 1 ? { theta: near(thetas[0], 1e-6) } : {};
  return { cuped: { ...theta, difference: { estimate: near(sum(parts), scale) } } };
}

/** Least squares over users, from whole numbers. */
function slope(outcomes: Outcome[]): number {
  const n = BigInt(outcomes.length);
  const x = outcomes.map(({ covariate }) => covariate);
  const y = outcomes.map(({ total }) => total);
  const spread = n * bigSum(x.map((one) => one * one)) - bigSum(x) ** 2n;
  const together = n * bigSum(x.map((one, i) => one * y[i])) - bigSum(x) * bigSum(y);
  return spread === 0n ? 0 : Number(together) / Number(spread);
}

interface Caps {
  lower: number | null;
  upper: number | null;
}

/** Percentiles are those of all users of all arms, the idle ones included. */
function capsOf(cap: Cap, outcomes: Outcome[]): Caps {
  const totals = outcomes.map(({ total }) => Number(total) / UNIT);
  const bound = (fixed?: number, share?: number): number | null =>
    fixed ?? (share === undefined || totals.length === 0 ? null : percentile(totals, share));
  return {
    lower: bound(cap.lower, cap.lower_percentile),
    upper: bound(cap.upper, cap.upper_percentile),
  };
}

function capped({ total }: Outcome, cap: Caps | null): number {
  const value = Number(total) / UNIT;
  return Math.min(cap?.upper ?? Infinity, Math.max(cap?.lower ?? -Infinity, value));
}

function expectedCap(outcomes: Outcome[], cap: Caps): Figure {
  const changed = outcomes.filter((outcome) => capped(outcome, cap) !== Number(outcome.total) / UNIT);
  return { lower: near(cap.lower, 1e-6), upper: near(cap.upper, 1e-6), users_capped: changed.length };
}

export function isRate({ kind }: MetricDefinition): boolean {
  return kind === 'conversion' || kind === 'retention' || kind === 'funnel';
}

function bigSum(numbers: readonly bigint[]): bigint {
  return numbers.reduce((total, number) => total + number, 0n);
}

/** Every place where an answer is not what was expected; where nothing is expected it may be anything. */
export function differences(expected: Figure, actual: unknown, path = ''): string[] {
  if (expected === undefined) return [];
  if (expected instanceof Near) {
    const { value, scale } = expected;
    const isClose =
      typeof actual === 'number' &&
      Math.abs(actual - value) <= 1e-9 * Math.max(Math.abs(value), scale) + 1e-15;
    return isClose ? [] : [`${path}: expected ${value}, got ${String(actual)}`];
  }
  if (expected === null || typeof expected !== 'object') {
    return Object.is(expected, actual)
      ? []
      : [`${path}: expected ${String(expected)}, got ${JSON.stringify(actual)}`];
  }
  if (actual === null || typeof actual !== 'object')
    return [`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`];
  const lengths =
    Array.isArray(expected) && expected.length !== (actual as unknown[]).length
      ? [`${path}: expected ${expected.length}, got ${(actual as unknown[]).length} of them`]
      : [];
  return [
    ...lengths,
    ...Object.entries(expected).flatMap(([key, own]) =>
      differences(own, (actual as Record<string, unknown>)[key], `${path}/${key}`),
    ),
  ];
}
