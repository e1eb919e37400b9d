// A metric turns events into one number per user. Its definition is what people write; its measures are what the totals are kept of.

export const METRIC_KINDS = ['conversion', 'count', 'mean', 'ratio', 'retention', 'funnel'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

export const DIRECTIONS = ['increase', 'decrease'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const METRIC_ROLES = ['primary', 'goal', 'guardrail'] as const;
export type MetricRole = (typeof METRIC_ROLES)[number];

export const OPERATORS = [
  'eq',
  'neq',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'exists',
  'not_exists',
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Scalar = string | number | boolean;

/** One test of one property of an event. A property that is absent, or of another type, fails every test but `not_exists`. */
export interface Condition {
  property: string;
  operator: Operator;
  /** A list for `in` and `not_in`, nothing for `exists` and `not_exists`, a number for the four comparisons. */
  value?: Scalar | Scalar[];
}

/** Which events count: any of the types, and all of the conditions. */
export interface EventSelection {
  event_types: string[];
  filter?: Condition[];
}

/** One side of a ratio: the number of events of each user, or the sum of their values. */
export interface RatioSide extends EventSelection {
  aggregation: 'count' | 'sum';
  value_property?: string;
}

export interface FunnelStep extends EventSelection {
  name?: string;
}

/** Either bound may be given, as a number or as a share of all users (0.99: the 99th percentile, zeros included). */
export interface Cap {
  lower?: number;
  upper?: number;
  lower_percentile?: number;
  upper_percentile?: number;
}

export type MetricDefinition =
  | ({ kind: 'conversion'; window_hours?: number } & EventSelection)
  | ({ kind: 'count'; window_hours?: number; cap?: Cap; covariate_days?: number } & EventSelection)
  | ({
      kind: 'mean';
      value_property?: string;
      window_hours?: number;
      cap?: Cap;
      covariate_days?: number;
    } & EventSelection)
  | { kind: 'ratio'; numerator: RatioSide; denominator: RatioSide; window_hours?: number }
  | ({ kind: 'retention'; from_day: number; to_day: number } & EventSelection)
  | { kind: 'funnel'; steps: FunnelStep[]; window_hours?: number };

export interface Metric {
  id: string;
  key: string;
  name: string;
  description: string | null;
  direction: Direction;
  definition: MetricDefinition;
  /** Counts the changes of the definition, from 1. */
  version: number;
  created_at: string;
  updated_at: string;
}

/** A metric as an experiment selects it; `metric_id` is null for an event type, which is a metric without being declared. */
export interface SelectedMetric {
  key: string;
  metric_id: string | null;
  role: MetricRole;
  /** null: the direction of the metric, `increase` for an event type. */
  direction: Direction | null;
  selected_at: string;
}

/**
 * What totals are kept of: qualifying events of users, added up by hour and day (`days`), or days within which a user comes back
 * (`retention`) or passes the steps of a funnel (`funnel`, one measure per step). Immutable; metrics with equal measures share them.
 */
export interface Measure {
  fold: 'days' | 'retention' | 'funnel';
  event_types: string[];
  filter: Condition[];
  /** Each event has the value 1. */
  counts: boolean;
  value_property: string | null;
  window_hours: number | null;
  covariate_days: number | null;
  from_day: number | null;
  to_day: number | null;
  /** Of a funnel: its steps as one text, and which of them this is, from 1. */
  funnel: string | null;
  step: number | null;
}

/** The measures of a metric: one, or numerator and denominator, or one per step. */
export function measuresOf(definition: MetricDefinition): Measure[] {
  switch (definition.kind) {
    case 'conversion':
      return [measure(definition, { window_hours: definition.window_hours })];
    case 'count':
      return [
        measure(definition, {
          counts: true,
          window_hours: definition.window_hours,
          covariate_days: definition.covariate_days,
        }),
      ];
    case 'mean': {
      const { value_property, window_hours, covariate_days } = definition;
      return [measure(definition, { value_property, window_hours, covariate_days })];
    }
    case 'ratio':
      return [definition.numerator, definition.denominator].map((side) =>
        measure(side, {
          counts: side.aggregation === 'count',
          value_property: side.aggregation === 'sum' ? side.value_property : undefined,
          window_hours: definition.window_hours,
        }),
      );
    case 'retention':
      return [
        measure(definition, { fold: 'retention', from_day: definition.from_day, to_day: definition.to_day }),
      ];
    case 'funnel': {
      const selections = definition.steps.map(({ event_types, filter }) => ({ event_types, filter }));
      const funnel = JSON.stringify([selections.map(selection), definition.window_hours ?? null]);
      return selections.map((step, index) =>
        measure(step, { fold: 'funnel', window_hours: definition.window_hours, funnel, step: index + 1 }),
      );
    }
  }
}

/** Equal texts are equal measures. */
export function fingerprint(of: Measure): string {
  return JSON.stringify(of);
}

/** Whether a measure is the one that every event type has without being declared. */
export function isPlain(of: Measure): boolean {
  const { fold, event_types, filter, counts, value_property, window_hours, covariate_days } = of;
  const restricted = counts || value_property !== null || window_hours !== null || covariate_days !== null;
  return fold === 'days' && event_types.length === 1 && filter.length === 0 && !restricted;
}

type Optional<T> = { [K in keyof T]?: T[K] | undefined };

function measure(events: EventSelection, rest: Optional<Measure>): Measure {
  return {
    fold: rest.fold ?? 'days',
    ...selection(events),
    counts: rest.counts ?? false,
    value_property: rest.value_property ?? null,
    window_hours: rest.window_hours ?? null,
    covariate_days: rest.covariate_days ?? null,
    from_day: rest.from_day ?? null,
    to_day: rest.to_day ?? null,
    funnel: rest.funnel ?? null,
    step: rest.step ?? null,
  };
}

function selection(events: EventSelection): { event_types: string[]; filter: Condition[] } {
  const types = [...new Set(events.event_types)].sort();
  const filter = (events.filter ?? []).map(({ property, operator, value }) => ({
    property,
    operator,
    ...(value === undefined ? {} : { value }),
  }));
  return { event_types: types, filter };
}
