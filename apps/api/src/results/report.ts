import { endOf, Experiment, instantOfDate, intendedWeights, parseInstant, statusAt } from '@app/model';
import { addExact, srmAcrossEpochs, srmStatus } from '@app/stats';
import { ArmTotals, DayRange, Totals } from '@app/store';
import { MetricSums, metricResults, VariantSums } from './compare';
import { ResultsAnswer } from './results.schema';
import { timeseries } from './timeseries';

// Pure: totals in, report out. It never sees an event.

export interface ReportOptions {
  range: DayRange;
  /** The one metric asked for. */
  metric: string | null;
  daily: boolean;
  confidenceLevel: number;
  now: Date;
  /** null when the queue does not answer. */
  queueLagMs: number | null;
}

const DAY_MS = 86_400_000;
const STALE_AFTER_MS = 60_000;

export function report(experiment: Experiment, totals: Totals, options: ReportOptions): ResultsAnswer {
  const population = populationOf(experiment, totals);
  const types = metricTypes(experiment, totals, options.metric);
  const sums = types.map((type) => sumsOf(experiment, totals, type, population.by_variant));
  const alpha = 1 - options.confidenceLevel;
  return {
    experiment: describe(experiment, options.now),
    range: options.range,
    analysis_population: experiment.analysisPopulation,
    confidence_level: options.confidenceLevel,
    freshness: {
      as_of: totals.freshness?.as_of ?? null,
      last_event_at: totals.freshness?.last_event_at ?? null,
      queue_lag_ms: options.queueLagMs,
      stale: options.queueLagMs === null || options.queueLagMs > STALE_AFTER_MS,
      totals_version: totals.freshness?.version ?? 0,
    },
    population,
    metrics: sums.flatMap((metric) => metricResults(metric, alpha)),
    timeseries: options.daily
      ? types.flatMap((type) => timeseries(experiment, totals, type, options.range))
      : [],
    warnings: warningsOf(population),
  };
}

function describe(experiment: Experiment, now: Date): ResultsAnswer['experiment'] {
  const nowUs = instantOfDate(now);
  const end = endOf(experiment);
  const over = end !== null && (parseInstant(end) ?? Infinity) <= nowUs;
  const startedAt =
    experiment.startedAt ?? (statusAt(experiment, nowUs) === 'draft' ? null : experiment.startsAt);
  const runMs = startedAt === null ? 0 : Date.parse(over ? end : now.toISOString()) - Date.parse(startedAt);
  return {
    id: experiment.id,
    key: experiment.key,
    name: experiment.name,
    status: statusAt(experiment, nowUs),
    started_at: startedAt,
    ended_at: over ? end : null,
    days_running: Math.max(0, Math.floor(runMs / DAY_MS)),
    primary_metric: experiment.primaryMetric,
    timezone: experiment.timezone,
  };
}

/** Users anchored before the end of the range, and whether the split is the one that was configured in each epoch. */
function populationOf(experiment: Experiment, totals: Totals): ResultsAnswer['population'] {
  const usersOf = new Map<number, number>();
  for (const { arm_id, users } of totals.users) usersOf.set(arm_id, (usersOf.get(arm_id) ?? 0) + users);
  const byVariant = Object.fromEntries(experiment.variants.map((variant) => [variant.key, 0]));
  const expected = { ...byVariant };
  const keyOf = new Map(experiment.variants.map((variant) => [variant.id, variant.key]));
  const epochs = experiment.epochs.map((epoch) => {
    const arms = experiment.arms.filter((arm) => arm.epoch === epoch.number);
    const all = arms.reduce((sum, arm) => sum + (usersOf.get(arm.id) ?? 0), 0);
    const weights = intendedWeights(arms.map((arm) => arm.weightBp));
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    return arms.map((arm, index) => {
      const key = keyOf.get(arm.variantId) as string;
      const users = usersOf.get(arm.id) ?? 0;
      byVariant[key] += users;
      expected[key] += (all * weights[index]) / whole;
      return { users, weight: weights[index] };
    });
  });
  const users = Object.values(byVariant).reduce((sum, count) => sum + count, 0);
  const srm = srmAcrossEpochs(epochs);
  return {
    users,
    by_variant: byVariant,
    srm: { p_value: srm.pValue, status: srmStatus(srm.pValue, users), expected, reason: srm.reason },
  };
}

/** The primary metric first, then those the experiment names, then whatever else was counted. */
function metricTypes(experiment: Experiment, totals: Totals, only: string | null): string[] {
  if (only !== null) return [only];
  const named = [
    ...(experiment.primaryMetric === null ? [] : [experiment.primaryMetric]),
    ...experiment.metrics.map(({ key }) => key),
  ];
  return [...new Set([...named, ...totals.metrics.map((row) => row.key)])];
}

function sumsOf(
  experiment: Experiment,
  totals: Totals,
  type: string,
  users: Record<string, number>,
): MetricSums {
  const rows = totals.metrics.filter((row) => row.key === type);
  return {
    eventType: type,
    role: type === experiment.primaryMetric ? 'primary' : 'secondary',
    variants: experiment.variants.map((variant): VariantSums => {
      const arms = new Set(
        experiment.arms.filter((arm) => arm.variantId === variant.id).map((arm) => arm.id),
      );
      const own = rows.filter((row) => arms.has(row.arm_id));
      const count = (pick: (row: ArmTotals) => number): number =>
        own.reduce((sum, row) => sum + pick(row), 0);
      const exact = (pick: (row: ArmTotals) => string): string =>
        own.reduce((sum, row) => addExact(sum, pick(row)), '0');
      return {
        key: variant.key,
        isControl: variant.isControl,
        users: users[variant.key],
        conversions: count((row) => row.converters),
        events: count((row) => row.events),
        valueSum: exact((row) => row.value_sum),
        valueSquares: exact((row) => row.value_squares),
      };
    }),
  };
}

function warningsOf({ users, srm }: ResultsAnswer['population']): ResultsAnswer['warnings'] {
  if (users === 0) return [{ code: 'no_users', message: 'No user has been counted in this range yet.' }];
  if (srm.status !== 'mismatch' && srm.status !== 'warning') return [];
  const strength = srm.status === 'mismatch' ? 'Do not trust the comparisons' : 'Look into it';
  const message = `The users are not split as configured (sample ratio mismatch, p = ${srm.p_value?.toPrecision(3)}). ${strength}.`;
  return [{ code: `srm_${srm.status}`, message }];
}
