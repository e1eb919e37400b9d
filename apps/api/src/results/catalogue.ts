import { Direction, Experiment, MetricDefinition, measuresOf, SelectedMetric } from '@app/model';
import type { Totals } from '@app/store';
import type { MetricResult } from './metric.schema';

// Pure: which metrics the answer is about. Selected ones in the order of their roles, then every event type that was counted besides.

export interface AskedMetric {
  key: string;
  name: string;
  kind: MetricResult['kind'];
  role: MetricResult['role'];
  direction: Direction;
  eventTypes: string[];
  version: number | null;
  postHoc: boolean;
  /** `pending`: the totals do not hold the metric, or not as it is declared now. */
  backfill: MetricResult['backfill'];
  /** null for an event type, which is a metric without being declared. */
  definition: MetricDefinition | null;
  /** In the order of `measuresOf`; empty when nothing was counted. */
  measureIds: number[];
  /** Of the sum of values of an event type: whether there are any decides if it is shown. */
  ofValues: boolean;
}

/** A declared metric as it is declared now. */
export interface DeclaredMetric {
  id: string;
  key: string;
  name: string;
  direction: Direction;
  version: number;
  definition: MetricDefinition;
}

const ROLE_ORDER = ['primary', 'goal', 'guardrail', 'other'] as const;

/** An event type gives two: who did it at all, and what the values of its events add up to. */
export function catalogue(
  experiment: Experiment,
  totals: Totals,
  declared: readonly DeclaredMetric[],
): AskedMetric[] {
  const ordered = [...experiment.metrics].sort(
    (a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role),
  );
  const selected = ordered.flatMap((metric) =>
    metric.metric_id === null
      ? eventTypeMetrics(metric.key, totals, { experiment, selected: metric })
      : declaredMetric(metric, experiment, totals, declared),
  );
  const shadowed = new Set(experiment.metrics.map(({ key }) => key));
  const others = totals.plain
    .map(({ event_type }) => event_type)
    .filter((type) => !shadowed.has(type))
    .sort()
    .flatMap((type) => eventTypeMetrics(type, totals, { experiment, selected: null }));
  return [...selected, ...others];
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
  { totals, declared }: { totals: Totals; declared: readonly DeclaredMetric[] },
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

/** The metric asked for, else the primary one with the values of its events, else the first there is. */
export function broken({ all, asked }: Selection): AskedMetric[] {
  if (asked.size < all.length) return all.filter(({ key }) => asked.has(key));
  const first = all.find(({ role }) => role === 'primary') ?? all[0];
  return first === undefined
    ? []
    : all.filter(({ key }) => key === first.key || key === `${first.key}:value`);
}

/** Those of the catalogue that one word stands for; an event type that was never counted is shown with zeros. */
function metricsNamed(
  word: string,
  all: readonly AskedMetric[],
  experiment: Experiment,
  totals: Totals,
): AskedMetric[] {
  const found = all.filter(({ key, ofValues }) => key === word || (ofValues && key === `${word}:value`));
  return found.length > 0 ? found : eventTypeMetrics(word, totals, { experiment, selected: null });
}

function eventTypeMetrics(
  type: string,
  totals: Totals,
  { experiment, selected }: { experiment: Experiment; selected: SelectedMetric | null },
): AskedMetric[] {
  const measure = totals.plain.find(({ event_type }) => event_type === type);
  const base = {
    direction: selected?.direction ?? 'increase',
    eventTypes: [type],
    version: null,
    postHoc: isPostHoc(experiment, { key: type, metric_id: null, version: null }),
    backfill: 'current' as const,
    definition: null,
    measureIds: measure === undefined ? [] : [measure.measure_id],
  };
  const role = selected?.role ?? 'other';
  return [
    { ...base, key: type, name: type, kind: 'conversion', role, ofValues: false },
    // Only one metric is the primary one: its values are a goal beside it.
    {
      ...base,
      key: `${type}:value`,
      name: `${type} (value)`,
      kind: 'mean',
      role: role === 'primary' ? 'goal' : role,
      ofValues: true,
    },
  ];
}

/** As the totals hold it, which until a recompute commits may be an older version, or nothing. */
function declaredMetric(
  selected: SelectedMetric,
  experiment: Experiment,
  totals: Totals,
  declared: readonly DeclaredMetric[],
): AskedMetric[] {
  const active = totals.active.find(({ metric_id }) => metric_id === selected.metric_id);
  const current = declared.find(({ id }) => id === selected.metric_id);
  const shown = active ?? current;
  if (shown === undefined) return [];
  const isCurrent = active !== undefined && (current === undefined || active.version === current.version);
  const version = active?.version ?? null;
  return [
    {
      key: selected.key,
      name: shown.name,
      kind: shown.definition.kind,
      role: selected.role,
      direction: selected.direction ?? shown.direction,
      eventTypes: eventTypesOf(shown.definition),
      version: shown.version,
      postHoc: isPostHoc(experiment, { key: selected.key, metric_id: selected.metric_id, version }),
      backfill: isCurrent ? 'current' : 'pending',
      definition: shown.definition,
      measureIds: active?.measure_ids ?? [],
      ofValues: false,
    },
  ];
}

/** Not among what was registered at the start, or not in the version that was. Nothing is before there is a registration. */
function isPostHoc(
  { preregistration }: Experiment,
  metric: { key: string; metric_id: string | null; version: number | null },
): boolean {
  if (preregistration === null) return false;
  return !preregistration.metrics.some(
    (planned) =>
      planned.key === metric.key &&
      planned.metric_id === metric.metric_id &&
      (planned.version === null || metric.version === null || planned.version === metric.version),
  );
}

export function eventTypesOf(definition: MetricDefinition): string[] {
  return [...new Set(measuresOf(definition).flatMap(({ event_types }) => event_types))];
}
