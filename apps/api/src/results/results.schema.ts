import { Static, Type } from '@sinclair/typebox';
import { literals, named, Nullable } from '../http/schema';

const closed = { additionalProperties: false };
const Num = Nullable(Type.Number());
const Text = Type.String();
const Reason = Nullable(Type.String({ description: 'Why something here is null.' }));
const day = (description: string) => Type.Optional(Type.String({ format: 'date', description }));
const metric = (description: string) =>
  Type.Optional(Type.String({ format: 'identifier', maxLength: 128, description }));

export const ResultsQuery = Type.Object(
  {
    metric: metric('Only this metric.'),
    event_type: metric('The same as `metric`.'),
    start_date: day('First day, in the timezone of the experiment.'),
    end_date: day('The day after the last one.'),
    granularity: Type.Optional(literals(['total', 'day'])),
    confidence_level: Type.Optional(
      Type.Number({ minimum: 0.5, maximum: 0.9999, description: '0.95 when absent.' }),
    ),
  },
  closed,
);
export type ResultsQuery = Static<typeof ResultsQuery>;

const Interval = Type.Object({ low: Num, high: Num, method: Text });
const Effect = Type.Object({
  estimate: Num,
  low: Num,
  high: Nullable(Type.Number({ description: 'null also stands for no upper limit.' })),
  method: Text,
  reason: Reason,
});

const VariantResult = Type.Object({
  key: Text,
  is_control: Type.Boolean(),
  users: Type.Integer(),
  conversions: Type.Integer({ description: 'Distinct users with at least one event in the range.' }),
  rate: Num,
  interval: Interval,
  events: Type.Integer(),
  value_sum: Num,
  mean_per_user: Num,
  variance: Nullable(Type.Number({ description: 'Across users, those without events as zeros.' })),
});

const Comparison = Type.Object({
  variant: Text,
  control: Text,
  difference: Effect,
  lift: Effect,
  p_value: Num,
  p_value_adjusted: Nullable(Type.Number({ description: 'Holm over the treatments.' })),
  sequential_p_value: Nullable(Type.Number({ description: 'May be read at any time.' })),
  method: Text,
  reason: Reason,
});

const MetricResult = Type.Object({
  key: Text,
  event_type: Text,
  kind: literals(['conversion', 'mean']),
  role: literals(['primary', 'secondary']),
  variants: Type.Array(VariantResult),
  comparisons: Type.Array(Comparison),
});

const DayVariant = Type.Object({
  key: Text,
  users: Type.Integer({ description: 'Users whose anchor lies on this day.' }),
  conversions: Type.Integer({ description: 'Distinct users active on this day.' }),
  events: Type.Integer(),
  value_sum: Type.Number(),
  cumulative: Type.Object({ users: Type.Integer(), conversions: Type.Integer(), rate: Num }),
});

export const ResultsAnswer = named(
  'Results',
  Type.Object({
    experiment: Type.Object({
      id: Text,
      key: Text,
      name: Text,
      status: Text,
      started_at: Nullable(Text),
      ended_at: Nullable(Text),
      days_running: Type.Integer(),
      primary_metric: Nullable(Text),
      timezone: Text,
    }),
    range: Type.Object({ start: Nullable(Text), end: Nullable(Text) }),
    analysis_population: Text,
    confidence_level: Type.Number(),
    freshness: Type.Object({
      as_of: Nullable(Type.String({ description: 'When the totals last changed.' })),
      last_event_at: Nullable(Text),
      queue_lag_ms: Nullable(
        Type.Integer({
          description: 'How long the oldest event has waited; null when the queue does not answer.',
        }),
      ),
      stale: Type.Boolean(),
      totals_version: Type.Integer(),
    }),
    population: Type.Object({
      users: Type.Integer(),
      by_variant: Type.Record(Text, Type.Integer()),
      srm: Type.Object({
        p_value: Num,
        status: literals(['ok', 'warning', 'mismatch', 'insufficient']),
        expected: Type.Record(Text, Type.Number()),
        reason: Reason,
      }),
    }),
    metrics: Type.Array(MetricResult),
    timeseries: Type.Array(Type.Object({ metric: Text, day: Text, variants: Type.Array(DayVariant) })),
    warnings: Type.Array(Type.Object({ code: Text, message: Text })),
  }),
);
export type ResultsAnswer = Static<typeof ResultsAnswer>;
export type MetricResult = Static<typeof MetricResult>;
export type VariantResult = Static<typeof VariantResult>;
export type Comparison = Static<typeof Comparison>;
export type DayVariant = Static<typeof DayVariant>;
