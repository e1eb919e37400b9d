import { Type } from '@sinclair/typebox';
import { ANALYSIS_MODES, DIRECTIONS, METRIC_ROLES } from '@app/model';
import { literals, Nullable, Text } from '../http/schema';

const closed = { additionalProperties: false };
const MetricKey = Text(
  134,
  'Key of a declared metric, else an event type, or `<type>:value` for the values of its events.',
);
export const Metrics = Type.Array(
  Type.Union([
    MetricKey,
    Type.Object(
      {
        key: MetricKey,
        role: Type.Optional(literals(METRIC_ROLES)),
        direction: Type.Optional(Nullable(literals(DIRECTIONS))),
      },
      closed,
    ),
  ]),
  {
    maxItems: 50,
    uniqueItems: true,
    description:
      'What results show: keys, or `{key, role, direction}`. The role is `goal` and the direction that of the metric unless told otherwise. ' +
      'At most one is `primary`.',
  },
);
export const AnalysisMode = Type.Unsafe<(typeof ANALYSIS_MODES)[number]>({
  ...literals(ANALYSIS_MODES),
  description:
    '`sequential`: a verdict may be read at any time. `fixed`: only at `horizon_at`, or with `planned_users`.',
});
export const PlannedUsers = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Users at which the result is read, all variants together.',
});

export const SelectedMetrics = Type.Array(
  Type.Object({
    key: Type.String(),
    declared: Type.Boolean({ description: 'false: an event type by itself.' }),
    role: literals(METRIC_ROLES),
    direction: Nullable(literals(DIRECTIONS)),
    selected_at: Type.String(),
  }),
);

const Sealed = {
  key: Type.String(),
  metric_id: Nullable(Type.String()),
  version: Nullable(Type.Integer()),
  direction: literals(DIRECTIONS),
};
export const Preregistration = Type.Object(
  {
    sealed_at: Type.String(),
    primary: Nullable(Type.Object(Sealed)),
    metrics: Type.Array(Type.Object({ ...Sealed, role: literals(METRIC_ROLES) })),
    analysis_mode: literals(ANALYSIS_MODES),
    planned_users: Nullable(Type.Integer()),
    horizon_at: Nullable(Type.String()),
    hypothesis: Nullable(Type.String()),
  },
  { description: 'What was planned when the experiment started. It never changes.' },
);
