import { TProperties, Type } from '@sinclair/typebox';
import {
  AssayError,
  checkMetric,
  METRIC_KINDS,
  METRIC_LIMITS,
  MetricDefinition,
  MetricKind,
  OPERATORS,
} from '@app/model';
import { validator } from '@app/platform';
import { FORMATS, literals, named } from '../http/schema';

// One schema for each kind. A definition is checked against the one of its kind, because a union of six would list the faults of all.

const closed = { additionalProperties: false };
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

const Condition = named(
  'MetricCondition',
  Type.Object(
    {
      property: Type.String({ description: 'Name of a property of the event; nested ones have no name.' }),
      operator: literals(OPERATORS),
      value: Type.Optional(
        Type.Union([Scalar, Type.Array(Scalar)], {
          description:
            'A list for `in` and `not_in`, a number for `gt`, `gte`, `lt` and `lte`, nothing for `exists` and `not_exists`.',
        }),
      ),
    },
    {
      ...closed,
      description: 'A property that is absent, null or of another type fails every test but `not_exists`.',
    },
  ),
);

const selection = {
  event_types: Type.Array(Type.String(), {
    minItems: 1,
    maxItems: METRIC_LIMITS.eventTypes,
    description: 'An event of any of these types counts.',
  }),
  filter: Type.Optional(
    Type.Array(Condition, { maxItems: METRIC_LIMITS.conditions, description: 'All must hold.' }),
  ),
};

const whole = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }));
const window_hours = whole(
  1,
  METRIC_LIMITS.windowHours,
  'Only events less than so many hours after the anchor count.',
);
const covariate_days = whole(
  1,
  METRIC_LIMITS.covariateDays,
  'Keeps what each user did in so many times 24 hours before the anchor, to take out what has nothing to do with the experiment (CUPED).',
);
const valueProperty = Type.Optional(
  Type.String({
    description: 'Property that holds the value of an event without `value`; the usual four when absent.',
  }),
);
const share = Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }));
const cap = Type.Optional(
  Type.Object(
    {
      lower: Type.Optional(Type.Number()),
      upper: Type.Optional(Type.Number()),
      lower_percentile: share,
      upper_percentile: share,
    },
    {
      ...closed,
      description:
        'Totals of users beyond a bound count as the bound. Percentiles are over the users of all variants.',
    },
  ),
);
const Side = Type.Object(
  {
    ...selection,
    aggregation: Type.Unsafe<'count' | 'sum'>({
      ...literals(['count', 'sum']),
      description: 'Events, or their values.',
    }),
    value_property: valueProperty,
  },
  closed,
);
const Step = Type.Object(
  { name: Type.Optional(Type.String({ format: 'text', maxLength: 200 })), ...selection },
  closed,
);

const kind = <K extends MetricKind, P extends TProperties>(name: K, properties: P) =>
  Type.Object({ kind: Type.Literal(name), ...properties }, closed);

const DEFINITIONS = {
  conversion: kind('conversion', { ...selection, window_hours }),
  count: kind('count', { ...selection, window_hours, cap, covariate_days }),
  mean: kind('mean', { ...selection, value_property: valueProperty, window_hours, cap, covariate_days }),
  ratio: kind('ratio', { numerator: Side, denominator: Side, window_hours }),
  retention: kind('retention', {
    ...selection,
    from_day: Type.Integer({
      minimum: 1,
      maximum: METRIC_LIMITS.retentionDay,
      description: 'Days after the day of the anchor.',
    }),
    to_day: Type.Integer({
      minimum: 1,
      maximum: METRIC_LIMITS.retentionDay,
      description: 'This day included.',
    }),
  }),
  funnel: kind('funnel', {
    steps: Type.Array(Step, {
      minItems: 2,
      maxItems: METRIC_LIMITS.steps,
      description: 'In the order in which users take them.',
    }),
    window_hours,
  }),
};

export const Definition = named(
  'MetricDefinition',
  Type.Unsafe<MetricDefinition>({ oneOf: Object.values(DEFINITIONS) }),
);

const Kind = Type.Object({ kind: literals(METRIC_KINDS) });
const checkKind = validator(Kind, FORMATS);
const CHECKS = Object.fromEntries(
  Object.entries(DEFINITIONS).map(([name, schema]) => [name, validator(schema, FORMATS)]),
) as Record<MetricKind, ReturnType<typeof validator>>;

/** @throws AssayError invalid_request, invalid_metric */
export function readDefinition(input: unknown): MetricDefinition {
  const told = checkKind(input);
  const checked = told.ok ? CHECKS[told.value.kind](input) : told;
  if (!checked.ok) {
    const errors = checked.findings.map((finding) => ({
      ...finding,
      pointer: `/definition${finding.pointer}`,
    }));
    throw new AssayError('invalid_request', 'The definition does not have the right shape.', { errors });
  }
  const definition = checked.value as MetricDefinition;
  const errors = checkMetric(definition);
  if (errors.length > 0) throw new AssayError('invalid_metric', errors[0].message, { errors });
  return definition;
}
