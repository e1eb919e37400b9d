import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { Cap, Condition, EventSelection, MetricDefinition, SelectedMetric } from '@app/model';
import { Database, MetricsStore } from '@app/store';

// Metrics as people might declare them over the events of a law, with the limits that make differences: few types, so that events matter in
// several ways at once, short windows, and properties that are often absent or of another type.

export const TYPES = ['purchase', 'view', 'exposure'];
/** Names that need care wherever they are written into a query. */
export const PROPERTIES = ['plan', 'amount', 'we"ird $.x\\', 'on'];
export const TEXTS = ['pro', 'o\'hara \\ "x"', ''];
export const NUMBERS = [0, 1, 2.5, -3, 100];

const property = fc.constantFrom(...PROPERTIES);
const scalar = fc.constantFrom<string | number | boolean>(...TEXTS, ...NUMBERS, true, false);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ property, operator: fc.constantFrom('eq' as const, 'neq' as const), value: scalar }),
  fc.record({
    property,
    operator: fc.constantFrom('in' as const, 'not_in' as const),
    value: fc.oneof(
      fc.uniqueArray(fc.constantFrom(...TEXTS), { minLength: 1 }),
      fc.uniqueArray(fc.constantFrom(...NUMBERS), { minLength: 1 }),
    ),
  }),
  fc.record({
    property,
    operator: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const),
    value: fc.constantFrom(...NUMBERS),
  }),
  fc.record({ property, operator: fc.constantFrom('exists' as const, 'not_exists' as const) }),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const filter = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }) },
);
const selection: fc.Arbitrary<EventSelection> = fc.record({
  event_types: fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 2 }),
  filter,
});
const window_hours = maybe(fc.constantFrom(1, 24, 72, 240));
const value_property = maybe(fc.constantFrom('plan', 'amount'));
const cap: fc.Arbitrary<Cap | undefined> = maybe(
  fc.constantFrom<Cap | undefined>(
    undefined,
    undefined,
    { upper: 40 },
    { lower: -5, upper: 2 },
    { lower: 3 },
    { upper_percentile: 0.9 },
    { lower_percentile: 0.1, upper_percentile: 0.8 },
    { lower: -1000, upper_percentile: 0.95 },
  ),
);
const covariate_days = fc.constantFrom(undefined, 1, 7);
const side = selection.chain((events) =>
  fc.oneof(
    fc.constant({ ...events, aggregation: 'count' as const }),
    value_property.map((named) => ({ ...events, aggregation: 'sum' as const, value_property: named })),
  ),
);

const kinds: fc.Arbitrary<MetricDefinition> = fc.oneof(
  fc.tuple(selection, window_hours).map(([events, hours]) => ({
    kind: 'conversion' as const,
    ...events,
    window_hours: hours,
  })),
  fc.tuple(selection, fc.record({ window_hours, cap, covariate_days })).map(([events, rest]) => ({
    kind: 'count' as const,
    ...events,
    ...rest,
  })),
  fc
    .tuple(selection, fc.record({ window_hours, cap, covariate_days, value_property }))
    .map(([events, rest]) => ({ kind: 'mean' as const, ...events, ...rest })),
  fc
    .record({ numerator: side, denominator: side, window_hours })
    .filter(({ numerator, denominator }) => JSON.stringify(numerator) !== JSON.stringify(denominator))
    .map((ratio) => ({ kind: 'ratio' as const, ...ratio })),
  fc
    .tuple(selection, fc.constantFrom([1, 1], [1, 3], [2, 7], [5, 5]))
    .map(([events, [from_day, to_day]]) => ({
      kind: 'retention' as const,
      ...events,
      from_day,
      to_day,
    })),
  fc
    .record({ steps: fc.array(selection, { minLength: 2, maxLength: 4 }), window_hours })
    .map((funnel) => ({ kind: 'funnel' as const, ...funnel })),
);

/** As JSON carries it: without what is absent. */
export const definition: fc.Arbitrary<MetricDefinition> = kinds.map(
  (metric) => JSON.parse(JSON.stringify(metric)) as MetricDefinition,
);

/** Declares metrics of its own and says how an experiment selects them. */
export async function declare(
  db: Database,
  definitions: readonly MetricDefinition[],
): Promise<SelectedMetric[]> {
  const metrics = new MetricsStore(db);
  const selected: SelectedMetric[] = [];
  for (const definition of definitions) {
    const id = uuidv7();
    const key = `metric-${id.slice(-12)}`;
    await metrics.insert({ id, key, name: key, description: null, direction: 'increase', definition });
    selected.push({
      key,
      metric_id: id,
      role: 'goal',
      direction: null,
      selected_at: new Date().toISOString(),
    });
  }
  return selected;
}
