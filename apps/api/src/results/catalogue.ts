import {
  Direction,
  Experiment,
  impliedMetric,
  MetricDefinition,
  measuresOf,
  SelectedMetric,
  usersKey,
  valueKey,
} from '@app/model';
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
  /** The values of an event type that nobody named by this key: whether there are any decides if they are shown. */
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

/** An event type gives two: who did it at all, and what the values of its events add up to. No key is there twice. */
export function catalogue(
  experiment: Experiment,
  totals: Totals,
  declared: readonly DeclaredMetric[],
): AskedMetric[] {
  const ordered = [...experiment.metrics].sort(
    (a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role),
  );
  const taken = new Set(experiment.metrics.map(({ key }) => key));
  const selected = ordered.flatMap((metric) =>
    metric.metric_id === null
      ? selectedImplied(metric, taken, experiment, totals)
      : declaredMetric(metric, experiment, totals, declared),
  );
  const others = totals.plain
    .map(({ event_type }) => event_type)
    .filter((type) => !taken.has(usersKey(type)))
    .sort()
    .flatMap((type) => [usersKey(type), valueKey(type)])
    .filter((key) => !taken.has(key))
    .map((key) => impliedBy(key, totals, { experiment }));
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
  const known = catalogue(experiment, totals, declared);
  if (word === null) return { all: known, asked: new Set(known.map(({ key }) => key)), unknown: null };
  const keys = keysNamed(word, known);
  const all = known.map((metric) => (metric.key === word ? { ...metric, ofValues: false } : metric));
  const missing = keys
    .filter((key) => !all.some((metric) => metric.key === key))
    .map((key) => impliedBy(key, totals, { experiment, named: word }));
  const unknown = missing.some(({ key }) => key === word) ? word : null;
  return { all: [...all, ...missing], asked: new Set(keys), unknown };
}

/** The metric asked for, else the primary one with the values of its events, else the first there is. */
export function broken({ all, asked }: Selection): AskedMetric[] {
  if (asked.size < all.length) return all.filter(({ key }) => asked.has(key));
  const first = all.find(({ role }) => role === 'primary') ?? all[0];
  const keys = first === undefined ? [] : keysNamed(first.key, all);
  return all.filter(({ key }) => keys.includes(key));
}

/** An event type stands for itself and its values; every other key for one metric. What was never counted is shown with zeros. */
function keysNamed(word: string, all: readonly AskedMetric[]): string[] {
  const isDeclared = all.some(({ key, definition }) => key === word && definition !== null);
  const { eventType, ofValues } = impliedMetric(word);
  if (isDeclared || ofValues) return [word];
  const values = all.find(({ key }) => key === valueKey(eventType));
  return values !== undefined && values.definition !== null ? [word] : [word, valueKey(eventType)];
}

/** With the values of an event type that was selected, unless something else was selected by their key. */
function selectedImplied(
  selected: SelectedMetric,
  taken: ReadonlySet<string>,
  experiment: Experiment,
  totals: Totals,
): AskedMetric[] {
  const { eventType, ofValues } = impliedMetric(selected.key);
  const values = valueKey(eventType);
  return [
    impliedBy(selected.key, totals, { experiment, selected, named: selected.key }),
    ...(ofValues || taken.has(values) ? [] : [impliedBy(values, totals, { experiment, selected })]),
  ];
}

/**
 * @param selected what was selected: the key itself, or the event type whose values these are
 * @param named a key that is shown even without values
 */
function impliedBy(
  key: string,
  totals: Totals,
  { experiment, selected, named }: { experiment: Experiment; selected?: SelectedMetric; named?: string },
): AskedMetric {
  const { eventType, ofValues } = impliedMetric(key);
  const measure = totals.plain.find(({ event_type }) => event_type === eventType);
  const role = selected?.role ?? 'other';
  // Values that come with their event type were planned with it.
  const planned = selected?.key === key ? [key] : [key, usersKey(eventType)];
  return {
    key,
    name: ofValues ? `${eventType} (value)` : eventType,
    kind: ofValues ? 'mean' : 'conversion',
    // Only one metric is the primary one: the values that come with it are a goal beside it.
    role: role === 'primary' && selected?.key !== key ? 'goal' : role,
    direction: selected?.direction ?? 'increase',
    eventTypes: [eventType],
    version: null,
    postHoc: planned.every((one) => isPostHoc(experiment, { key: one, metric_id: null, version: null })),
    backfill: 'current',
    definition: null,
    measureIds: measure === undefined ? [] : [measure.measure_id],
    ofValues: ofValues && key !== named,
  };
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
