import { comparisonsSql } from './comparisons';
import { cupedSql } from './cuped';
import type { Frame } from './people';
import { populationSql } from './population';
import { seriesSql, Unit } from './series';
import type { Explanation } from './statement';
import type { ExplainedMetric } from './user-totals';
import { variantsSql } from './variants';

export type { Explanation } from './statement';
export type { ExplainedKind, ExplainedMetric } from './user-totals';

/** What an answer is about; the order of the metrics is that of the answer. */
export interface ExplainInput extends Frame {
  confidenceLevel: number;
  metrics: readonly ExplainedMetric[];
  /** The metrics that the answer has a series of, and the days of that series. */
  series: { by: Unit; range: Frame['range']; metrics: readonly ExplainedMetric[] };
}

/**
 * Pure. For each table of the answer one statement over raw rows (experiments, epochs, variants, arms, assignments, overrides, events)
 * that gives the same figures under the same names: a second way to them, which shares neither the totals nor the views with the first.
 */
export function explainResults(input: ExplainInput): Explanation[] {
  const { metrics, series, confidenceLevel } = input;
  return [
    ...populationSql(input),
    ...metrics.flatMap((metric, index) => {
      const comparisons = `/metrics/${index}/comparisons`;
      const cuped = cupedSql(input, metric);
      return [
        { pointer: `/metrics/${index}/variants`, sql: variantsSql(input, metric, confidenceLevel) },
        { pointer: comparisons, sql: comparisonsSql(input, metric) },
        ...(cuped === null ? [] : [{ pointer: comparisons, sql: cuped }]),
      ];
    }),
    // The series of all metrics are one list; each statement names its metric in the column of that name.
    ...series.metrics.map((metric) => ({
      pointer: '/timeseries',
      sql: seriesSql({ ...input, range: series.range }, metric, series.by),
    })),
  ];
}
