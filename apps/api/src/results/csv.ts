import type { Comparison, Point, VariantResult } from './metric.schema';
import type { ResultsAnswer, Table } from './results.schema';

// Pure: a table of an answer as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP,
// CSV injection); numbers are written as numbers.

type Cell = string | number | boolean | null | undefined;
type Row = Record<string, Cell>;

/** The header is there even when there are no rows. */
export function csvOf(table: Table, answer: ResultsAnswer): string {
  const columns = COLUMNS[table];
  const lines = [
    columns.join(','),
    ...ROWS[table](answer).map((row) => columns.map((name) => cell(row[name])).join(',')),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

export function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Only what every system takes as a file name. */
export function csvName(experimentKey: string, table: Table): string {
  return `${experimentKey.replaceAll(/[^A-Za-z0-9_-]/g, '_')}-${table}.csv`;
}

const VARIANT_COLUMNS = [
  'metric', 'kind', 'role', 'variant', 'is_control', 'users', 'conversions', 'rate', 'rate_low', 'rate_high', 'events', 'value_sum',
  'mean_per_user', 'mean_low', 'mean_high', 'variance', 'numerator_sum', 'denominator_sum', 'ratio', 'ratio_low', 'ratio_high', 'cap_lower',
  'cap_upper', 'users_capped',
] as const; // prettier-ignore
const COMPARISON_COLUMNS = [
  'metric', 'kind', 'role', 'direction', 'variant', 'control', 'difference', 'difference_low', 'difference_high', 'lift', 'lift_low',
  'lift_high', 'p_value', 'p_value_adjusted', 'adjusted_by', 'q_value', 'sequential_p_value', 'sequential_low', 'sequential_high',
  'chance_to_beat_control', 'expected_loss', 'verdict', 'reason', 'low_counts', 'method', 'mde', 'users_needed_per_arm', 'days_left',
  'cuped_difference', 'cuped_low', 'cuped_high', 'cuped_p_value', 'variance_reduction',
] as const; // prettier-ignore

const COLUMNS: Record<Table, readonly string[]> = {
  variants: VARIANT_COLUMNS,
  comparisons: COMPARISON_COLUMNS,
  timeseries: [
    'metric', 'day', 'hour', 'timezone', 'variant', 'users', 'conversions', 'rate', 'rate_low', 'rate_high', 'events', 'value_sum',
    'mean_per_user', 'cumulative_users', 'cumulative_conversions', 'cumulative_rate', 'cumulative_low', 'cumulative_high', 'cumulative_mean',
    'cumulative_mean_low', 'cumulative_mean_high', 'difference', 'difference_low', 'difference_high', 'lift', 'p_value', 'sequential_p_value',
  ],
  breakdown: [
    'attribute', 'value', 'is_other', 'segment_users', ...VARIANT_COLUMNS.filter((name) => !/^(cap|users_capped)/.test(name)),
    'difference', 'difference_low', 'difference_high', 'lift', 'lift_low', 'lift_high', 'p_value', 'p_value_adjusted',
  ],
  epochs: ['epoch', 'opened_at', 'variant', 'users', 'expected', 'p_value', 'sequential_p_value', 'status'],
}; // prettier-ignore

const ROWS: Record<Table, (answer: ResultsAnswer) => Row[]> = {
  variants: ({ metrics }) =>
    metrics.flatMap((metric) =>
      metric.variants.map((variant) => ({ ...named(metric), ...variantRow(variant) })),
    ),
  comparisons: ({ metrics }) =>
    metrics.flatMap((metric) =>
      metric.comparisons.map((own) => ({ ...named(metric), ...comparisonRow(own) })),
    ),
  timeseries: ({ timeseries, experiment }) =>
    timeseries.flatMap((point) =>
      point.variants.map((variant) => ({ ...pointRow(point, variant), timezone: experiment.timezone })),
    ),
  breakdown: ({ breakdown }) =>
    (breakdown?.segments ?? []).flatMap(({ value, is_other, users, metrics }) =>
      metrics.flatMap((metric) =>
        metric.variants.map((variant) => {
          const own = metric.comparisons.find((comparison) => comparison.variant === variant.key);
          return {
            attribute: breakdown?.attribute,
            value: is_other ? '(other)' : value,
            is_other,
            segment_users: users,
            ...named(metric),
            ...(own === undefined ? {} : comparisonRow(own)),
            ...variantRow(variant),
          };
        }),
      ),
    ),
  epochs: ({ population }) =>
    population.srm.epochs.flatMap((epoch) =>
      Object.entries(epoch.by_variant).map(([variant, users]) => ({
        epoch: epoch.epoch,
        opened_at: epoch.opened_at,
        variant,
        users,
        expected: epoch.expected[variant],
        p_value: epoch.p_value,
        sequential_p_value: epoch.sequential_p_value,
        status: epoch.status,
      })),
    ),
};

function named({ key, kind, role, direction }: ResultsAnswer['metrics'][number]): Row {
  return { metric: key, kind, role, direction };
}

function variantRow(variant: VariantResult): Row {
  const { key, is_control, users, conversions, rate, events, value_sum, mean_per_user, variance } = variant;
  const { interval, mean_interval, ratio, cap } = variant;
  return {
    variant: key,
    is_control,
    users,
    conversions,
    rate,
    events,
    value_sum,
    mean_per_user,
    variance,
    rate_low: interval?.low,
    rate_high: interval?.high,
    mean_low: mean_interval?.low,
    mean_high: mean_interval?.high,
    numerator_sum: ratio?.numerator_sum,
    denominator_sum: ratio?.denominator_sum,
    ratio: ratio?.estimate,
    ratio_low: ratio?.interval?.low,
    ratio_high: ratio?.interval?.high,
    cap_lower: cap?.lower,
    cap_upper: cap?.upper,
    users_capped: cap?.users_capped,
  };
}

function comparisonRow(comparison: Comparison): Row {
  const {
    difference,
    lift,
    sequential_interval,
    power,
    cuped,
    decision: _,
    strata: __,
    ...flat
  } = comparison;
  return {
    ...flat,
    ...effectCells('difference', difference),
    ...effectCells('lift', lift),
    sequential_low: sequential_interval?.low,
    sequential_high: sequential_interval?.high,
    mde: power.mde,
    users_needed_per_arm: power.users_needed_per_arm,
    days_left: power.days_left,
    cuped_difference: cuped?.difference.estimate,
    cuped_low: cuped?.difference.low,
    cuped_high: cuped?.difference.high,
    cuped_p_value: cuped?.p_value,
    variance_reduction: cuped?.variance_reduction,
  };
}

function pointRow(point: Point, variant: Point['variants'][number]): Row {
  const { key, users, conversions, rate, interval, events, value_sum, mean_per_user, cumulative } = variant;
  const own = point.comparisons.find((comparison) => comparison.variant === key);
  return {
    metric: point.metric,
    day: point.day,
    hour: point.hour,
    variant: key,
    users,
    conversions,
    rate,
    events,
    value_sum,
    mean_per_user,
    rate_low: interval?.low,
    rate_high: interval?.high,
    cumulative_users: cumulative.users,
    cumulative_conversions: cumulative.conversions,
    cumulative_rate: cumulative.rate,
    cumulative_low: cumulative.interval?.low,
    cumulative_high: cumulative.interval?.high,
    cumulative_mean: cumulative.mean,
    cumulative_mean_low: cumulative.mean_interval?.low,
    cumulative_mean_high: cumulative.mean_interval?.high,
    ...(own === undefined ? {} : effectCells('difference', own.difference)),
    lift: own?.lift.estimate,
    p_value: own?.p_value,
    sequential_p_value: own?.sequential_p_value,
  };
}

function effectCells(name: string, { estimate, low, high }: Comparison['difference']): Row {
  return { [name]: estimate, [`${name}_low`]: low, [`${name}_high`]: high };
}
