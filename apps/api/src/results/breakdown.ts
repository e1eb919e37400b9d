import { Experiment } from '@app/model';
import { benjaminiHochberg } from '@app/stats';
import type { Segment } from '@app/store';
import { CompareOptions, compareAll } from './compare';
import type { AskedMetric } from './catalogue';
import type { MetricResult } from './metric.schema';
import type { Breakdown } from './results.schema';
import { ArmRows, capOf, RetentionFrame, sumsOf } from './sums';
import { isShown, variantsOf, whyNull } from './variants';

// Pure: the same figures for the users of each value of an attribute. It looks in many places at once, so it gives no verdicts, and its
// p-values are corrected over all segments.

export const SEGMENTS_SHOWN = 20;

interface BreakdownOptions extends CompareOptions {
  attribute: string;
  frame: RetentionFrame;
  metrics: readonly AskedMetric[];
}

/** @param segments largest first */
export function breakdownOf(
  experiment: Experiment,
  segments: readonly Segment[],
  options: BreakdownOptions,
): Breakdown {
  const shown = segments.slice(0, SEGMENTS_SHOWN);
  const others = segments.slice(SEGMENTS_SHOWN);
  const parts = [
    ...shown.map((segment) => ({ value: segment.value, is_other: false, rows: segment as ArmRows })),
    ...(others.length === 0 ? [] : [{ value: null, is_other: true, rows: together(others) }]),
  ].map(({ rows, ...segment }) => ({
    ...segment,
    ...usersOf(experiment, rows),
    metrics: options.metrics.flatMap((metric) => metricOf(experiment, metric, rows, options)),
  }));
  return {
    attribute: options.attribute,
    shown: shown.length,
    other_values: others.length,
    segments: corrected(parts),
  };
}

function together(segments: readonly Segment[]): ArmRows {
  return {
    users: segments.flatMap(({ users }) => users),
    measures: segments.flatMap(({ measures }) => measures),
    cross: segments.flatMap(({ cross }) => cross),
    spans: segments.flatMap(({ spans }) => spans),
    covariates: segments.flatMap(({ covariates }) => covariates),
  };
}

function usersOf(
  experiment: Experiment,
  rows: ArmRows,
): { users: number; by_variant: Record<string, number> } {
  const byVariant = experiment.variants.map(({ id, key }) => {
    const arms = new Set(experiment.arms.filter((arm) => arm.variantId === id).map((arm) => arm.id));
    return [key, rows.users.reduce((sum, row) => sum + (arms.has(row.arm_id) ? row.users : 0), 0)] as const;
  });
  return {
    users: byVariant.reduce((sum, [, users]) => sum + users, 0),
    by_variant: Object.fromEntries(byVariant),
  };
}

function metricOf(
  experiment: Experiment,
  metric: AskedMetric,
  rows: ArmRows,
  options: BreakdownOptions,
): MetricResult[] {
  const sums = sumsOf(experiment, metric, { rows, frame: options.frame });
  if (!isShown(sums)) return [];
  // The caps of a metric are those of all users; what the users of a segment add up to is known before the cap only.
  const isCapped = capOf(metric.definition) !== null;
  const variants = variantsOf(sums, options.alpha);
  const uncapped = { value_sum: null, mean_per_user: null, mean_interval: undefined, variance: null };
  const { comparisons } = isCapped ? { comparisons: [] } : compareAll(sums, options);
  return [
    {
      ...describe(metric),
      variants: isCapped
        ? variants.map((variant) => ({ ...variant, ...uncapped, reason: whyNull(variant.users, null) }))
        : variants,
      comparisons: comparisons.map((comparison) => ({
        ...comparison,
        reason: comparison.reason ?? 'exploratory',
      })),
    },
  ];
}

function corrected(segments: Breakdown['segments']): Breakdown['segments'] {
  const all = segments.flatMap(({ metrics }) => metrics.flatMap(({ comparisons }) => comparisons));
  const q = new Map(
    benjaminiHochberg(all.map(({ p_value }) => p_value)).map((value, index) => [all[index], value]),
  );
  return segments.map((segment) => ({
    ...segment,
    metrics: segment.metrics.map((metric) => ({
      ...metric,
      comparisons: metric.comparisons.map((comparison) => ({
        ...comparison,
        p_value_adjusted: q.get(comparison) ?? null,
        adjusted_by: comparison.p_value === null ? null : 'benjamini_hochberg',
      })),
    })),
  }));
}

export function describe(metric: AskedMetric): Omit<MetricResult, 'variants' | 'comparisons'> {
  const { key, name, kind, role, direction, eventTypes, version, postHoc, backfill, definition } = metric;
  return {
    key,
    name,
    kind,
    role,
    direction,
    event_types: eventTypes,
    declared: definition !== null,
    version,
    post_hoc: postHoc,
    backfill,
    ...(definition === null ? {} : { definition }),
  };
}
