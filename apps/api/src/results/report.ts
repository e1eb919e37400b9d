import { Experiment, instantOfDate, statusAt } from '@app/model';
import type { ArmAge, DayRange, HourTotals, Segment, Totals } from '@app/store';
import { decide } from './adjust';
import { breakdownOf, describe } from './breakdown';
import { dayIn, experimentOf, isOver, maturedBefore } from './calendar';
import { AskedMetric, catalogue, DeclaredMetric, metricsNamed } from './catalogue';
import { compareAll, CompareOptions, isUnknown } from './compare';
import { hasHours, hourlyRange, hourlySeries } from './hours';
import type { MetricResult, Point } from './metric.schema';
import { noNovelty, noveltyOf } from './novelty';
import { populationOf } from './population';
import { daysLeft, tuningUsersOf } from './power';
import { registrationOf } from './preregistration';
import type { Population, ResultsAnswer, View } from './results.schema';
import { Distribution, MetricSums, RetentionFrame, sumsOf } from './sums';
import { summaryOf } from './summary';
import { dailySeries } from './timeseries';
import { explainResults } from './explain';
import { isShown, variantsOf } from './variants';
import { horizonReached, Judgement } from './verdict';
import { shownIn, withoutIntervals } from './views';
import { warningsOf } from './warnings';

// Pure: totals in, report out. It never sees an event.

export interface ReportOptions {
  range: DayRange;
  /** The one metric asked for. */
  metric: string | null;
  granularity: 'total' | 'day' | 'hour';
  view: View;
  confidenceLevel: number;
  minSampleSize: number;
  includeIntervals: boolean;
  /** Whether to say which SQL gives the same figures. */
  explain: boolean;
  now: Date;
  /** null when the queue does not answer. */
  queueLagMs: number | null;
}

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
  const context = contextOf(experiment, material, population, options);
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
    flow: options.view === 'monitoring' ? flowOf(totals, options.range) : [],
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
    explain: options.explain ? explainOf(experiment, view, selection, context, options) : [],
  };
  return options.includeIntervals ? explained : withoutIntervals(explained);
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
      stale: queueLagMs === null || queueLagMs > STALE_AFTER_MS,
      totals_version: totals.freshness?.version ?? 0,
    },
    population,
  };
}

interface Context {
  frame: RetentionFrame;
  compare: CompareOptions;
  judgement: Judgement;
  range: DayRange;
}

function contextOf(
  experiment: Experiment,
  { totals }: Material,
  population: Population,
  options: ReportOptions,
): Context {
  const { range, now } = options;
  const idOf = new Map(experiment.variants.map(({ id, key }) => [key, id]));
  const control = experiment.variants.find(({ isControl }) => isControl);
  const status = statusAt(experiment, instantOfDate(now));
  const coverage = experiment.epochs.at(-1)?.coverageBp ?? 0;
  return {
    range,
    frame: { start: range.start, maturedBefore: maturedBefore(experiment, range, now) },
    compare: {
      alpha: 1 - options.confidenceLevel,
      mode: experiment.analysisMode,
      tuningUsers: (treatment) => tuningUsersOf(experiment, control?.id ?? '', idOf.get(treatment) ?? ''),
      daysLeft: daysLeft({
        users: totals.users,
        today: dayIn(experiment.timezone, now),
        plannedUsers: experiment.plannedUsers,
        takesUsers: status === 'running' && coverage > 0,
      }),
    },
    judgement: {
      mode: experiment.analysisMode,
      srmMismatch: population.srm.status === 'mismatch',
      horizonReached: horizonReached(experiment, population.users, now, isOver(experiment, now)),
      minSampleSize: options.minSampleSize,
    },
  };
}

export interface Selection {
  /** The whole selection: corrections are made over it whatever is asked for. */
  all: AskedMetric[];
  /** Keys to be shown. */
  asked: ReadonlySet<string>;
  unknown: string | null;
}

export function selectionOf(
  experiment: Experiment,
  { totals, declared }: Pick<Material, 'totals' | 'declared'>,
  word: string | null,
): Selection {
  const all = catalogue(experiment, totals, declared);
  if (word === null) return { all, asked: new Set(all.map(({ key }) => key)), unknown: null };
  const named = metricsNamed(word, all, experiment, totals);
  const isNew = !named.some((metric) => all.includes(metric));
  return {
    all: isNew ? [...all, ...named] : all,
    asked: new Set(named.map(({ key }) => key)),
    unknown: isNew ? word : null,
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

/** Of what is shown, in that order: pointers lead into the answer. */
function explainOf(
  experiment: Experiment,
  { metrics, timeseries, confidence_level }: ResultsAnswer,
  { all }: Selection,
  { options, frame: retention }: { options: ReportOptions; frame: RetentionFrame },
): ResultsAnswer['explain'] {
  const { range, granularity, now } = options;
  const drawn = new Set(timeseries.map(({ metric }) => metric));
  const byHour = granularity === 'hour';
  return explainResults({
    experiment,
    range,
    maturedBefore: retention.maturedBefore,
    confidenceLevel: confidence_level,
    metrics: metrics.flatMap(({ key }) => all.filter((asked) => asked.key === key)),
    series: {
      by: byHour ? 'hour' : 'day',
      range: byHour ? hourlyRange(range, dayIn(experiment.timezone, now)) : range,
      metrics: all.filter(({ key }) => drawn.has(key)),
    },
  });
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
  const isDaily = options.granularity === 'day' || options.view === 'timeseries';
  return isDaily ? metrics.flatMap((metric) => dailySeries(experiment, totals, metric, series)) : [];
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

/** The metric asked for, else the primary one with the values of its events, else the first there is. */
export function broken({ all, asked }: Selection): AskedMetric[] {
  if (asked.size < all.length) return all.filter(({ key }) => asked.has(key));
  const first = all.find(({ role }) => role === 'primary') ?? all[0];
  return first === undefined
    ? []
    : all.filter(({ key }) => key === first.key || key === `${first.key}:value`);
}

/** New users and events of each type by the day. */
function flowOf({ users, days, plain }: Totals, { start }: DayRange): ResultsAnswer['flow'] {
  const typeOf = new Map(plain.map(({ measure_id, event_type }) => [measure_id, event_type]));
  const flow = new Map<string, ResultsAnswer['flow'][number]>();
  const at = (day: string) => {
    const known = flow.get(day) ?? { day, users: 0, events: {} };
    flow.set(day, known);
    return known;
  };
  for (const row of users) if (start === null || row.day >= start) at(row.day).users += row.users;
  for (const row of days) {
    const type = typeOf.get(row.measure_id);
    if (type === undefined) continue;
    const { events } = at(row.day);
    events[type] = (events[type] ?? 0) + row.events;
  }
  return [...flow.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}
