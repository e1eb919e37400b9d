import { Static, Type } from '@sinclair/typebox';
import { DIRECTIONS, METRIC_KINDS } from '@app/model';
import { Cursor, Key, Limit, literals, named, noId, Nullable, Page, Text } from '../http/schema';
import { Definition } from './definition.schema';

const closed = { additionalProperties: false };
const nullableText = Nullable(Type.String({ format: 'text', maxLength: 10_000 }));
const Direction = Type.Unsafe<(typeof DIRECTIONS)[number]>({
  ...literals(DIRECTIONS),
  description: 'Which way is better; `increase` when absent.',
});

/** The definition is looked into by `readDefinition`, which knows its kind. */
const properties = {
  name: Type.Optional(Text(200, 'For people; the key when absent.')),
  description: Type.Optional(nullableText),
  direction: Type.Optional(Direction),
};
const key = noId(Key('Unique handle: lower-case letters, digits, `_` and `-`.'));
const Unread = Type.Unknown();

export const CreateMetric = Type.Object({ key, ...properties, definition: Unread }, closed);
export type CreateMetric = Static<typeof CreateMetric>;
export const CreateMetricBody = named(
  'CreateMetric',
  Type.Object({ key, ...properties, definition: Definition }, closed),
);

export const PatchMetric = Type.Object({ ...properties, definition: Type.Optional(Unread) }, closed);
export type PatchMetric = Static<typeof PatchMetric>;
export const PatchMetricBody = named(
  'PatchMetric',
  Type.Object({ ...properties, definition: Type.Optional(Definition) }, closed),
);

export const ListMetrics = Type.Object(
  {
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
    q: Type.Optional(
      Type.String({ format: 'text', minLength: 1, maxLength: 200, description: 'Part of key or name.' }),
    ),
    kind: Type.Optional(literals(METRIC_KINDS)),
  },
  closed,
);
export type ListMetrics = Static<typeof ListMetrics>;

const metric = {
  id: Type.String(),
  key: Type.String(),
  name: Type.String(),
  description: Nullable(Type.String()),
  kind: literals(METRIC_KINDS),
  direction: literals(DIRECTIONS),
  definition: Definition,
  version: Type.Integer({ description: 'Counts the changes of definition and direction, from 1.' }),
  created_at: Type.String(),
  updated_at: Type.String(),
};
export const MetricAnswer = named('Metric', Type.Object(metric));
export type MetricAnswer = Static<typeof MetricAnswer>;

export const PatchedMetric = named(
  'PatchedMetric',
  Type.Object({
    ...metric,
    recomputing: Type.Array(Type.Object({ experiment_id: Type.String(), job_id: Type.String() }), {
      description:
        'Experiments whose totals are worked out anew; their results show the old numbers until then.',
    }),
  }),
);
export type PatchedMetric = Static<typeof PatchedMetric>;

export const MetricPage = named('MetricPage', Page(MetricAnswer));
