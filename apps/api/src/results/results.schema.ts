import { Static, Type } from '@sinclair/typebox';
import { ANALYSIS_MODES, DIRECTIONS, METRIC_ROLES } from '@app/model';
import { literals, named, Nullable } from '../http/schema';
import { MetricResult, Point } from './metric.schema';

const closed = { additionalProperties: false };
const Num = Nullable(Type.Number());
const Text = Type.String();
const Reason = Nullable(Type.String({ description: 'Why something here is null.' }));
const Counts = Type.Record(Text, Type.Integer());
const day = (description: string) => Type.Optional(Type.String({ format: 'date', description }));
const identifier = (description: string) =>
  Type.Optional(Type.String({ format: 'identifier', maxLength: 134, description }));

export const VIEWS = ['full', 'executive', 'monitoring', 'timeseries'] as const;
export const TABLES = ['variants', 'comparisons', 'timeseries', 'breakdown', 'epochs'] as const;
export const GRANULARITIES = ['total', 'day', 'hour'] as const;
export type View = (typeof VIEWS)[number];
export type Table = (typeof TABLES)[number];

export const ResultsQuery = Type.Object(
  {
    metric: identifier('Only this metric: a key of a selected metric or an event type.'),
    event_type: identifier('The same as `metric`.'),
    start_date: day('First day, in the timezone of the experiment.'),
    end_date: day('The day after the last one.'),
    granularity: Type.Optional(literals(GRANULARITIES)),
    view: Type.Optional(literals(VIEWS)),
    confidence_level: Type.Optional(
      Type.Number({
        minimum: 0.5,
        maximum: 0.9999,
        description: 'Of the intervals; 0.95 when absent. Verdicts do not depend on it.',
      }),
    ),
    min_sample_size: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000,
        description:
          'Users that both arms of a comparison must have for a verdict; 100 when absent. It hides no count.',
      }),
    ),
    include_ci: Type.Optional(Type.Boolean({ description: '`false` leaves intervals out.' })),
    novelty: Type.Optional(Type.Boolean({ description: '`true` adds the effect by days since the anchor.' })),
    breakdown: Type.Optional(
      Type.String({
        format: 'identifier',
        maxLength: 128,
        description: 'An attribute of the users, fixed at their assignment. Top 20 values and the rest.',
      }),
    ),
    explain: Type.Optional(
      Type.Unsafe<'sql'>({
        type: 'string',
        enum: ['sql'],
        description: '`sql` adds the SQL over raw rows that gives the same figures.',
      }),
    ),
    format: Type.Optional(literals(['json', 'csv'])),
    table: Type.Optional(literals(TABLES)),
  },
  closed,
);
export type ResultsQuery = Static<typeof ResultsQuery>;

const SRM_STATUS = literals(['ok', 'warning', 'mismatch', 'insufficient']);
const sequentialSrm = Nullable(Type.Number({ description: 'May be read at any time.' }));

const Population = Type.Object({
  users: Type.Integer(),
  by_variant: Counts,
  excluded: Type.Object({
    contaminated: Type.Integer({ description: 'Users found in two variants.' }),
    overridden: Type.Integer({ description: 'Users forced into a variant.' }),
    by_variant: Type.Record(Text, Type.Object({ contaminated: Type.Integer(), overridden: Type.Integer() })),
  }),
  srm: Type.Object({
    p_value: Num,
    sequential_p_value: sequentialSrm,
    status: SRM_STATUS,
    expected: Type.Record(Text, Type.Number()),
    reason: Reason,
    epochs: Type.Array(
      Type.Object({
        epoch: Type.Integer(),
        opened_at: Text,
        users: Type.Integer(),
        by_variant: Counts,
        expected: Type.Record(Text, Num),
        p_value: Num,
        sequential_p_value: sequentialSrm,
        status: SRM_STATUS,
      }),
    ),
    leaked: Type.Array(
      Type.String({ description: 'Variants with users in an epoch in which they had no share.' }),
    ),
  }),
});

const sealed = {
  key: Text,
  metric_id: Nullable(Text),
  version: Nullable(Type.Integer()),
  direction: literals(DIRECTIONS),
};
const Preregistration = Type.Object({
  sealed_at: Text,
  primary: Nullable(Type.Object(sealed)),
  metrics: Type.Array(Type.Object({ ...sealed, role: literals(METRIC_ROLES) })),
  analysis_mode: Text,
  planned_users: Nullable(Type.Integer()),
  horizon_at: Nullable(Text),
  hypothesis: Nullable(Text),
  changes: Type.Array(Type.Object({ field: Text, planned: Type.Unknown(), now: Type.Unknown() })),
});

const Breakdown = Type.Object({
  attribute: Text,
  shown: Type.Integer({ description: 'Values that have a segment of their own.' }),
  other_values: Type.Integer({ description: 'Values that are together in the segment `is_other`.' }),
  segments: Type.Array(
    Type.Object({
      value: Nullable(Type.String({ description: 'null: users without the attribute.' })),
      is_other: Type.Boolean(),
      users: Type.Integer(),
      by_variant: Counts,
      metrics: Type.Array(MetricResult),
    }),
  ),
});

export const ACTIONS = ['ship', 'keep_control', 'continue', 'investigate', 'decide_by_hand'] as const;

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
      analysis_mode: literals(ANALYSIS_MODES),
      planned_users: Nullable(Type.Integer()),
      horizon_at: Nullable(Text),
    }),
    preregistration: Nullable(Preregistration),
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
    population: Population,
    metrics: Type.Array(MetricResult),
    timeseries: Type.Array(Point),
    flow: Type.Array(
      Type.Object(
        { day: Text, users: Type.Integer(), events: Counts },
        { description: 'New users and events.' },
      ),
      { description: 'View `monitoring` only.' },
    ),
    breakdown: Nullable(Breakdown),
    summary: Type.Object({
      headline: Text,
      winner: Nullable(Text),
      action: literals(ACTIONS),
      recommendation: Text,
    }),
    explain: Type.Array(
      Type.Object({
        pointer: Type.String({ description: 'JSON pointer (RFC 6901) into this answer.' }),
        sql: Text,
      }),
      { description: 'With `explain=sql` only.' },
    ),
    warnings: Type.Array(
      Type.Object({ code: Text, message: Text, metric: Type.Optional(Text), variant: Type.Optional(Text) }),
    ),
  }),
);
export type ResultsAnswer = Static<typeof ResultsAnswer>;
export type Population = ResultsAnswer['population'];
export type Warning = ResultsAnswer['warnings'][number];
export type Summary = ResultsAnswer['summary'];
export type Breakdown = NonNullable<ResultsAnswer['breakdown']>;
