import type { Experiment } from '@app/model';
import type { ArmAge, HourTotals, Segment, Totals } from '@app/store';
import { decide } from './adjust';
import { breakdownOf, describe } from './breakdown';
import { experimentOf } from './calendar';
import { AskedMetric, broken, DeclaredMetric, Selection, selectionOf } from './catalogue';
import { compareAll, isUnknown } from './compare';
import { Context, contextOf, ReportOptions } from './context';
import { explainOf } from './explanation';
import { flowOf } from './flow';
import { hasHours, hourlySeries } from './hours';
import type { MetricResult, Point } from './metric.schema';
import { noNovelty, noveltyOf } from './novelty';
import { populationOf } from './population';
import { registrationOf } from './preregistration';
import type { Population, ResultsAnswer } from './results.schema';
import { Distribution, MetricSums, sumsOf } from './sums';
import { summaryOf } from './summary';
import { dailySeries } from './timeseries';
import { isShown, variantsOf } from './variants';
import { shownIn, withoutIntervals } from './views';
import { warningsOf } from './warnings';

// Pure: totals in, report out. It never sees an event.

/** What was read for the report; everything but the totals only when it is needed. */
export interface Material {
  totals: Totals;
  /** Selected metrics as they are declared now. */
  declared: readonly DeclaredMetric[];
  /** Of capped metrics, by key. */
  distributions: ReadonlyMap<string, Distribution>;
  hours: HourTotals | null;
  breakdown: { attribute: string; segments: readonly Segment[] } | null;
  /** By metric key; null: not asked for. */
  ages: { horizonDays: number | null; rows: ReadonlyMap<string, ArmAge[]> } | null;
}

const STALE_AFTER_MS = 60_000;

export function report(experiment: Experiment, material: Material, options: ReportOptions): ResultsAnswer {
  const { totals } = material;
  const population = populationOf(experiment, totals);
  const context = contextOf(experiment, totals, population, options);
  const selection = selectionOf(experiment, material, options.metric);
  const decided = metricResults(experiment, material, selection.all, context);
  const shown = selection.all
    .filter(({ key }) => selection.asked.has(key))
    .flatMap((asked) => {
      const metric = decided.find(({ key }) => key === asked.key);
      const extra = { ages: material.ages, alpha: context.compare.alpha };
      return metric === undefined ? [] : [withNovelty(experiment, metric, asked, extra)];
    });
  const frameOfReport = frame(experiment, material, population, options);
  const control = experiment.variants.find(({ isControl }) => isControl)?.key ?? null;
  const answer: ResultsAnswer = {
    ...frameOfReport,
    metrics: shown,
    timeseries: seriesOf(experiment, material, { selection, shown, context, options }),
    flow: showsFlow(options) ? flowOf(totals, options.range) : [],
    breakdown: breakdownFor(experiment, material, decided, { selection, context }),
    summary: summaryOf({
      metrics: decided,
      population,
      control,
      horizonReached: context.judgement.horizonReached,
      mode: experiment.analysisMode,
    }),
    explain: [],
    warnings: warningsOf({
      ...frameOfReport,
      metrics: shown,
      mode: experiment.analysisMode,
      horizonReached: context.judgement.horizonReached,
      hasControl: control !== null,
      unknownMetric: selection.unknown,
    }),
  };
  const view = shownIn(options.view, answer, options.metric !== null);
  const explained = {
    ...view,
    explain: options.explain ? explainOf(experiment, view, selection, { options, frame: context.frame }) : [],
  };
  return options.includeIntervals ? explained : withoutIntervals(explained);
}

/** The totals may lack what was acknowledged a while ago, or nobody knows whether they do. */
export function isStale(queueLagMs: number | null): boolean {
  return queueLagMs === null || queueLagMs > STALE_AFTER_MS;
}

/** The parts that say what is shown, of whom, and how fresh it is. */
function frame(
  experiment: Experiment,
  { totals }: Material,
  population: Population,
  { range, confidenceLevel, now, queueLagMs }: ReportOptions,
) {
  return {
    experiment: experimentOf(experiment, now),
    preregistration: registrationOf(experiment, totals),
    range,
    analysis_population: experiment.analysisPopulation,
    confidence_level: confidenceLevel,
    freshness: {
      as_of: totals.freshness?.as_of ?? null,
      last_event_at: totals.freshness?.last_event_at ?? null,
      queue_lag_ms: queueLagMs,
      stale: isStale(queueLagMs),
      totals_version: totals.freshness?.version ?? 0,
    },
    population,
  };
}

function metricResults(
  experiment: Experiment,
  { totals, distributions }: Material,
  metrics: readonly AskedMetric[],
  { frame: retention, compare, judgement }: Context,
): MetricResult[] {
  const sums = metrics
    .map((metric) => sumsOf(experiment, metric, { rows: totals, frame: retention, distributions }))
    .filter(isShown);
  const decided = decide(
    sums.map((metric) => compareAll(metric, compare)),
    judgement,
  );
  return sums.map((metric: MetricSums, index) => ({
    ...describe(metric.metric),
    variants: isUnknown(metric) ? [] : variantsOf(metric, compare.alpha),
    comparisons: decided[index].comparisons,
  }));
}

function withNovelty(
  experiment: Experiment,
  metric: MetricResult,
  asked: AskedMetric,
  { ages, alpha }: { ages: Material['ages']; alpha: number },
): MetricResult {
  if (ages === null) return metric;
  const { horizonDays } = ages;
  const rows = ages.rows.get(metric.key);
  if (horizonDays === null) return { ...metric, novelty: noNovelty(asked, 'too_young') };
  if (rows === undefined) return { ...metric, novelty: noNovelty(asked, 'not_kept') };
  return { ...metric, novelty: noveltyOf(experiment, asked, { rows, horizonDays, alpha }) };
}

/** Whether the report is made of days at all. */
export function showsDays(options: ReportOptions): boolean {
  return isDaily(options) || showsFlow(options);
}

function isDaily({ granularity, view }: ReportOptions): boolean {
  return granularity === 'day' || view === 'timeseries';
}

function showsFlow({ view }: ReportOptions): boolean {
  return view === 'monitoring';
}

interface SeriesInput {
  selection: Selection;
  shown: readonly MetricResult[];
  context: Context;
  options: ReportOptions;
}

function seriesOf(
  experiment: Experiment,
  { totals, hours }: Material,
  { selection, shown, context, options }: SeriesInput,
): Point[] {
  const keys = new Set(shown.map(({ key }) => key));
  // The series of an event type has the means of its values too; that of the values alone is shown to those who ask for it by name.
  const metrics = selection.all.filter(
    ({ key, ofValues, measureIds }) =>
      keys.has(key) && (key === options.metric || (!ofValues && measureIds.length > 0)),
  );
  const series = { ...context.compare, frame: context.frame, range: context.range };
  if (hours !== null)
    return metrics.filter(hasHours).flatMap((metric) => hourlySeries(experiment, hours, metric, series));
  return isDaily(options) ? metrics.flatMap((metric) => dailySeries(experiment, totals, metric, series)) : [];
}

function breakdownFor(
  experiment: Experiment,
  { breakdown }: Material,
  decided: readonly MetricResult[],
  { selection, context }: { selection: Selection; context: Context },
): ResultsAnswer['breakdown'] {
  if (breakdown === null) return null;
  const keys = new Set(broken(selection).map(({ key }) => key));
  const metrics = selection.all.filter(
    ({ key }) => keys.has(key) && decided.some((metric) => metric.key === key),
  );
  return breakdownOf(experiment, breakdown.segments, {
    ...context.compare,
    attribute: breakdown.attribute,
    frame: context.frame,
    metrics,
  });
}
