import { srmChiSquare } from '@app/stats';
import type { MetricResult } from './metric.schema';
import type { Population, ResultsAnswer, Warning } from './results.schema';
import { ALPHA } from './verdict';

// Pure: what a reader must know before using the numbers, in plain language, the gravest first.

export interface WarningsInput {
  population: Population;
  metrics: readonly MetricResult[];
  freshness: ResultsAnswer['freshness'];
  preregistration: ResultsAnswer['preregistration'];
  range: ResultsAnswer['range'];
  mode: 'sequential' | 'fixed';
  horizonReached: boolean;
  hasControl: boolean;
  /** The word that was asked for, when neither a metric nor an event of this experiment has that name. */
  unknownMetric: string | null;
}

export function warningsOf(input: WarningsInput): Warning[] {
  const { population, metrics, preregistration } = input;
  const asked = unknown(input);
  if (population.users === 0) {
    const message = 'No user has been counted in this range yet.';
    return [{ code: 'no_users', message }, ...asked, ...stale(input), ...excludedUsers(population)];
  }
  return [
    ...srm(population),
    ...leaked(population),
    ...excludedUsers(population),
    ...plan(preregistration, metrics),
    ...horizon(input),
    ...metrics.flatMap(ofMetric),
    ...epochs(metrics),
    ...(input.hasControl
      ? []
      : [{ code: 'no_control', message: 'There is no control, so nothing can be compared.' }]),
    ...partialRange(input),
    ...asked,
    ...stale(input),
  ];
}

function srm({ srm: { status, p_value, sequential_p_value } }: Population): Warning[] {
  if (status === 'mismatch' || status === 'warning') {
    const strength = status === 'mismatch' ? 'Do not trust the comparisons' : 'Look into it';
    const message = `The users are not split as configured (sample ratio mismatch, p = ${p_value?.toPrecision(3)}). ${strength}.`;
    return [{ code: `srm_${status}`, message }];
  }
  if (sequential_p_value === null || sequential_p_value >= 0.001) return [];
  const message = `At some time the users were not split as configured (always-valid p = ${sequential_p_value.toPrecision(3)}). Look into it.`;
  return [{ code: 'srm_sequential', message }];
}

function leaked({ srm: { leaked: variants } }: Population): Warning[] {
  return variants.map((variant) => ({
    code: 'zero_weight_arm_users',
    variant,
    message: `There are users in ${variant} from a time when it had no share of the traffic. Assignment or import is at fault.`,
  }));
}

/** Whoever is left out must be left out of all variants alike, or those who stay are no longer comparable. */
function excludedUsers({ excluded, by_variant }: Population): Warning[] {
  const warnings: Warning[] = [];
  const { contaminated, overridden, by_variant: lost } = excluded;
  if (contaminated > 0) {
    const keys = Object.keys(by_variant);
    const counts = keys.map((key) => lost[key]?.contaminated ?? 0);
    const weights = keys.map((key) => by_variant[key] + (lost[key]?.contaminated ?? 0));
    const uneven = keys.length > 1 && srmChiSquare({ users: counts, weights }).mismatch;
    const where = keys.map((key, index) => `${key} ${counts[index]}`).join(', ');
    const more = uneven
      ? ' They are not spread like the other users, so leaving them out biases the comparison.'
      : '';
    const code = uneven ? 'contaminated_users_uneven' : 'contaminated_users';
    warnings.push({
      code,
      message: `${contaminated} users were found in two variants and do not count (${where}).${more}`,
    });
  }
  if (overridden > 0) {
    warnings.push({
      code: 'overridden_users',
      message: `${overridden} users were forced into a variant and do not count.`,
    });
  }
  return warnings;
}

function plan(registration: ResultsAnswer['preregistration'], metrics: readonly MetricResult[]): Warning[] {
  const warnings: Warning[] = [];
  const primary = metrics.find(({ role }) => role === 'primary');
  if (primary?.post_hoc === true) {
    const message = `${primary.name} became the primary metric after the start, or was changed since; it cannot make a winner.`;
    warnings.push({ code: 'post_hoc_primary', metric: primary.key, message });
  }
  if (registration !== null && registration.changes.length > 0) {
    const fields = registration.changes.map(({ field }) => field).join(', ');
    warnings.push({
      code: 'preregistration_changed',
      message: `What was planned before the start has changed since: ${fields}.`,
    });
  }
  return warnings;
}

function horizon({ mode, horizonReached, metrics }: WarningsInput): Warning[] {
  if (mode !== 'fixed' || horizonReached) return [];
  const early = metrics.filter(
    ({ role, comparisons }) =>
      role === 'primary' && comparisons.some(({ p_value_adjusted: p }) => p !== null && p < ALPHA),
  );
  return [
    {
      code: 'horizon_not_reached',
      message: 'The planned end is not reached; until then there is no verdict.',
    },
    ...early.map(({ key, name }) => ({
      code: 'peeking',
      metric: key,
      message: `${name} has a p-value below ${ALPHA} before the planned end. Whoever looks every day sees that in one of four experiments without any effect; wait.`,
    })),
  ];
}

function ofMetric({ key, name, role, backfill, comparisons, novelty }: MetricResult): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string): void => void warnings.push({ code, metric: key, message });
  if (backfill === 'pending') {
    warn('backfill_pending', `${name} is not counted as it is declared now until a recompute has finished.`);
  }
  if (role !== 'other' && comparisons.some(({ low_counts, reason }) => low_counts && reason !== 'no_users')) {
    warn('low_counts', `${name} has a variant with fewer than 5 users on one side; its figures are rough.`);
  }
  if (comparisons.some(({ lift }) => lift.reason === 'unstable_baseline')) {
    warn(
      'unstable_baseline',
      `The control of ${name} is not clearly apart from 0, so its lift has no interval; read the difference.`,
    );
  }
  for (const { variant, changes } of novelty?.trends ?? []) {
    if (changes !== true) continue;
    warn(
      'novelty',
      `The effect of ${variant} on ${name} changes with the days since users came in; the average of now may not last.`,
    );
  }
  return warnings;
}

function epochs(metrics: readonly MetricResult[]): Warning[] {
  const strata = metrics.flatMap(({ comparisons }) =>
    comparisons.map((comparison) => comparison.strata ?? []),
  );
  const count = Math.max(0, ...strata.map((rows) => rows.length));
  if (count < 2) return [];
  const dropped = [
    ...new Set(
      strata
        .flat()
        .filter(({ weight }) => weight === 0)
        .map(({ epoch }) => epoch),
    ),
  ].sort((a, b) => a - b);
  return [
    {
      code: 'epochs_pooled',
      message: `The allocation changed: variants are compared within each of ${count} epochs and then pooled, so a difference is not that of the rates shown.`,
    },
    ...dropped.map((epoch) => ({
      code: 'epoch_dropped',
      message: `Epoch ${epoch} has a comparison without enough users on one side; it adds nothing there.`,
    })),
  ];
}

function partialRange({ range }: WarningsInput): Warning[] {
  if (range.start === null && range.end === null) return [];
  return [
    {
      code: 'partial_range',
      message: 'Only a part of the experiment is shown; choosing the part by its result proves nothing.',
    },
  ];
}

function unknown({ unknownMetric }: WarningsInput): Warning[] {
  if (unknownMetric === null) return [];
  const message = `${unknownMetric} is no metric of this experiment, and no such event has counted in it; the zeros say so.`;
  return [{ code: 'metric_not_found', metric: unknownMetric, message }];
}

function stale({ freshness }: WarningsInput): Warning[] {
  if (!freshness.stale) return [];
  const message =
    freshness.queue_lag_ms === null
      ? 'The queue does not answer, so it is not known how fresh the numbers are.'
      : `Events have been waiting for ${Math.round(freshness.queue_lag_ms / 1000)} seconds; the numbers lag behind.`;
  return [{ code: 'stale', message }];
}
