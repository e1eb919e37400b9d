import { Static, Type } from '@sinclair/typebox';
import { ANALYSIS_MODES, MAX_VARIANTS, POPULATIONS, STATUSES } from '@app/model';
import {
  CodeKey,
  Cursor,
  Instant,
  Limit,
  literals,
  named,
  noId,
  Nullable,
  Page,
  Pct,
  shownAs,
  Text,
  Uuid,
} from '../http/schema';
import { Condition, CONDITION_ANSWER, ENTRY, LAYER_ANSWER, SLOT, withCondition } from './entry.schema';
import { AnalysisMode, Metrics, PlannedUsers, Preregistration, SelectedMetrics } from './selection.schema';

const closed = { additionalProperties: false };
const VariantKey = Type.String({
  format: 'identifier',
  minLength: 1,
  maxLength: 64,
  description: 'Unique within the experiment, whatever its case.',
});

const VariantInput = Type.Object(
  {
    key: VariantKey,
    name: Type.Optional(Text(200, 'For people; the key when absent.')),
    allocation_pct: Pct(
      'Share of the users taken in, at most two decimals. All variants together: exactly 100.',
    ),
    is_control: Type.Optional(
      Type.Boolean({
        description: 'What the others are compared with; the first variant when none is marked.',
      }),
    ),
    config: Type.Optional(
      Type.Unknown({ description: 'Any JSON, handed to the application with the variant.' }),
    ),
  },
  closed,
);

export const CreateExperiment = Type.Object(
  {
    key: noId(
      CodeKey('Unique handle: letters, digits, `.`, `_` and `-`, the first a letter or digit. Case counts.'),
    ),
    name: Text(200, 'For people.'),
    description: Type.Optional(Text(10_000, 'What is being tried.')),
    hypothesis: Type.Optional(Text(10_000, 'What is expected, and why.')),
    timezone: Type.Optional(
      Type.String({ format: 'timezone', default: 'UTC', description: 'IANA name; decides what a day is.' }),
    ),
    analysis_population: Type.Optional(literals(POPULATIONS)),
    coverage_pct: Type.Optional(Pct('Share of all users taken in; 100 when absent.')),
    primary_metric: Type.Optional(Text(134, 'Key of the metric that decides; short for its role `primary`.')),
    metrics: Type.Optional(Metrics),
    analysis_mode: Type.Optional(AnalysisMode),
    planned_users: Type.Optional(PlannedUsers),
    horizon_at: Type.Optional(Instant('When the result is read.')),
    starts_at: Type.Optional(Instant('A draft starts by itself at this instant.')),
    ends_at: Type.Optional(Instant('Events from this instant on do not count.')),
    status: Type.Optional(literals(['draft', 'running'] as const)),
    hash: Type.Optional(
      Type.Object(
        {
          algorithm: literals(['fnv1a', 'murmur3'] as const),
          seed: Text(256, 'Seed of the other system.'),
        },
        { ...closed, description: 'Carries on an experiment begun elsewhere. Needs the scope `admin`.' },
      ),
    ),
    ...ENTRY,
    variants: Type.Array(VariantInput, { minItems: 2, maxItems: MAX_VARIANTS }),
  },
  closed,
);
export const CreateExperimentBody = named('CreateExperiment', withCondition(CreateExperiment));
export type CreateExperiment = Static<typeof CreateExperiment>;

export const CreateExperiments = named(
  'CreateExperiments',
  Type.Object(
    {
      experiments: Type.Array(shownAs(CreateExperiment, Type.Unknown()), { minItems: 1, maxItems: 100 }),
    },
    closed,
  ),
);
export type CreateExperiments = Static<typeof CreateExperiments>;

const nullableText = (maxLength: number) => Nullable(Type.String({ format: 'text', maxLength }));

export const PatchExperiment = Type.Object(
  {
    name: Type.Optional(Text(200, 'For people.')),
    description: Type.Optional(nullableText(10_000)),
    hypothesis: Type.Optional(nullableText(10_000)),
    timezone: Type.Optional(Type.String({ format: 'timezone', description: 'Drafts only.' })),
    analysis_population: Type.Optional(literals(POPULATIONS)),
    primary_metric: Type.Optional(nullableText(134)),
    metrics: Type.Optional(Metrics),
    analysis_mode: Type.Optional(AnalysisMode),
    planned_users: Type.Optional(Nullable(PlannedUsers)),
    horizon_at: Type.Optional(Nullable(Instant('Drafts only.'))),
    starts_at: Type.Optional(Nullable(Instant('Drafts only.'))),
    ends_at: Type.Optional(Nullable(Instant('Must lie in the future.'))),
    coverage_pct: Type.Optional(Pct('Drafts only; later through POST /epochs.')),
    ...ENTRY,
    variants: Type.Optional(
      Type.Array(
        Type.Object(
          {
            ...VariantInput.properties,
            allocation_pct: Type.Optional(VariantInput.properties.allocation_pct),
          },
          closed,
        ),
        {
          minItems: 1,
          maxItems: MAX_VARIANTS,
          description:
            'Of a draft: replaces all variants. Later: changes `name` and `config` of the variants named by key.',
        },
      ),
    ),
  },
  closed,
);
export const PatchExperimentBody = named('PatchExperiment', withCondition(PatchExperiment));
export type PatchExperiment = Static<typeof PatchExperiment>;

export const OpenEpoch = Type.Object(
  {
    variants: Type.Array(
      Type.Object({ key: VariantKey, allocation_pct: VariantInput.properties.allocation_pct }, closed),
      { minItems: 2, maxItems: MAX_VARIANTS, description: 'Every variant of the experiment.' },
    ),
    coverage_pct: Pct('Share of all users taken in from now on.'),
    targeting: Type.Optional(Condition),
    layer: Type.Optional(
      Type.Object(SLOT, { ...closed, description: 'The slot may grow where the layer is free.' }),
    ),
    holdout: ENTRY.holdout,
  },
  closed,
);
export const OpenEpochBody = named('OpenEpoch', withCondition(OpenEpoch));
export type OpenEpoch = Static<typeof OpenEpoch>;

export const CompleteExperiment = named(
  'CompleteExperiment',
  Type.Object(
    {
      winner: Type.Optional(
        Type.String({ description: 'Key of the variant that new users get from now on.' }),
      ),
    },
    closed,
  ),
);
export type CompleteExperiment = Static<typeof CompleteExperiment>;

export const ListExperiments = Type.Object(
  {
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
    status: Type.Optional(literals(STATUSES)),
    q: Type.Optional(
      Type.String({ format: 'text', minLength: 1, maxLength: 200, description: 'Part of key or name.' }),
    ),
    sort: Type.Optional(literals(['-created_at', 'created_at'] as const)),
  },
  closed,
);
export type ListExperiments = Static<typeof ListExperiments>;

const Share = Type.Object({ key: Type.String(), allocation_pct: Type.Number() });

export const ExperimentAnswer = named(
  'Experiment',
  Type.Object({
    id: Uuid('UUIDv7.'),
    key: Type.String(),
    name: Type.String(),
    description: Nullable(Type.String()),
    hypothesis: Nullable(Type.String()),
    status: literals(STATUSES),
    allowed_transitions: Type.Array(Type.String()),
    timezone: Type.String(),
    analysis_population: literals(POPULATIONS),
    primary_metric: Nullable(Type.String()),
    metrics: SelectedMetrics,
    analysis_mode: literals(ANALYSIS_MODES),
    planned_users: Nullable(Type.Integer()),
    horizon_at: Nullable(Type.String()),
    preregistration: Nullable(Preregistration),
    recompute_job_id: Type.Optional(
      Type.String({ description: 'After a PATCH: the job at `/jobs/{id}` that works the totals out anew.' }),
    ),
    hash: Type.Object({ algorithm: Type.String(), seed: Type.String() }),
    targeting: CONDITION_ANSWER,
    layer: LAYER_ANSWER,
    holdout: Type.Boolean(),
    starts_at: Nullable(Type.String()),
    ends_at: Nullable(Type.String()),
    started_at: Nullable(Type.String()),
    ended_at: Nullable(Type.String()),
    winner: Nullable(Type.String()),
    coverage_pct: Type.Number(),
    epoch: Type.Integer(),
    variants: Type.Array(
      Type.Object({
        id: Type.String(),
        key: Type.String(),
        name: Type.String(),
        allocation_pct: Type.Number(),
        is_control: Type.Boolean(),
        config: Type.Unknown(),
      }),
    ),
    epochs: Type.Array(
      Type.Object({
        number: Type.Integer(),
        coverage_pct: Type.Number(),
        opened_at: Type.String(),
        variants: Type.Array(Share),
      }),
    ),
    created_at: Type.String(),
    updated_at: Type.String(),
  }),
);
export type ExperimentAnswer = Static<typeof ExperimentAnswer>;

export const ExperimentPage = named('ExperimentPage', Page(ExperimentAnswer));

export const BulkAnswer = named(
  'BulkExperiments',
  Type.Object({
    results: Type.Array(
      Type.Object({
        index: Type.Integer(),
        status: Type.Integer({ description: 'What a single request would have been answered with.' }),
        experiment: Type.Optional(ExperimentAnswer),
        problem: Type.Optional(Type.Unsafe<unknown>({ $ref: '#/components/schemas/Problem' })),
      }),
    ),
  }),
);
