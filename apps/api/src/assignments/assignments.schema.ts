import { Static, Type } from '@sinclair/typebox';
import { Cursor, Instant, Limit, literals, named, Nullable, Page, shownAs, UserId } from '../http/schema';

const closed = { additionalProperties: false };
const Reference = Type.String({ minLength: 1, maxLength: 64, description: 'Id or key of an experiment.' });

export const AssignmentAnswer = named(
  'Assignment',
  Type.Object({
    experiment_id: Type.String(),
    experiment_key: Type.String(),
    user_id: Type.String(),
    variant: Nullable(
      Type.Object({
        id: Type.String(),
        key: Type.String(),
        name: Type.String(),
        is_control: Type.Boolean(),
        config: Type.Unknown(),
      }),
    ),
    assigned_at: Nullable(Type.String()),
    exposed_at: Nullable(Type.String()),
    epoch: Nullable(Type.Integer({ description: 'Epoch in which the user was assigned.' })),
    bucket: Nullable(
      Type.Integer({ description: '0 to 9,999; null when the variant did not come from the hash.' }),
    ),
    source: Nullable({
      ...literals(['hash', 'import', 'exposure', 'override']),
      description: '`exposure`: a client said what it had shown, and it was right.',
    }),
    attributes: Nullable(
      Type.Record(Type.String(), Type.String(), {
        description: 'What was said of the user when the assignment was made, as texts.',
      }),
    ),
    reason: literals([
      'assigned',
      'override',
      'winner',
      'targeting',
      'holdout',
      'layer',
      'not_in_traffic',
      'unknown_experiment',
      'not_started',
      'paused',
      'completed',
      'archived',
    ]),
  }),
);
export type AssignmentAnswer = Static<typeof AssignmentAnswer>;

const KNOWN = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
  description:
    'What is known of the user: up to 20 names with a text, number or boolean each. Kept with the assignment when it is made, and never changed; results can be broken down by them.',
});
/** Looked into by `readAttributes`. */
const Attributes = Type.Optional(shownAs(KNOWN, Type.Unknown()));

export const AssignQuery = Type.Object(
  {
    enroll: Type.Optional(
      Type.Boolean({ description: 'Also marks the exposure: the user meets the variant now.' }),
    ),
    refresh: Type.Optional(
      Type.Boolean({ description: 'Reads the experiment anew instead of from a cache of one second.' }),
    ),
    attributes: Type.Optional(
      Type.String({
        maxLength: 16_384,
        description: 'A flat JSON object, percent-encoded: `{"country":"DE","age":42}`.',
      }),
    ),
  },
  closed,
);
export type AssignQuery = Static<typeof AssignQuery>;

export const AssignExperiments = named(
  'AssignExperiments',
  Type.Object(
    {
      user_id: UserId,
      experiment_ids: Type.Array(Reference, { minItems: 1, maxItems: 100 }),
      attributes: Attributes,
    },
    closed,
  ),
);
export type AssignExperiments = Static<typeof AssignExperiments>;

export const AssignUsers = named(
  'AssignUsers',
  Type.Object(
    {
      user_ids: Type.Array(
        Type.Union([UserId, Type.Object({ user_id: UserId, attributes: Attributes }, closed)]),
        {
          minItems: 1,
          maxItems: 1000,
        },
      ),
    },
    closed,
  ),
);
export type AssignUsers = Static<typeof AssignUsers>;

export const ImportedAssignment = Type.Object(
  {
    user_id: UserId,
    variant_key: Type.String({ minLength: 1, maxLength: 64 }),
    assigned_at: Instant('When the other system assigned the user.'),
    exposed_at: Type.Optional(Nullable(Instant('When the user first met the variant.'))),
    attributes: Attributes,
  },
  closed,
);
export type ImportedAssignment = Static<typeof ImportedAssignment>;

export const ImportAssignments = named(
  'ImportAssignments',
  Type.Object(
    {
      assignments: Type.Array(shownAs(ImportedAssignment, Type.Unknown()), { minItems: 1, maxItems: 1000 }),
      on_conflict: Type.Optional(literals(['earliest', 'contaminate'])),
    },
    closed,
  ),
);
export type ImportAssignments = Static<typeof ImportAssignments>;

export const ImportAnswer = named(
  'ImportedAssignments',
  Type.Object({
    imported: Type.Integer({ description: 'Users new to the experiment.' }),
    moved: Type.Integer({ description: 'Users whose earlier assignment replaced a later imported one.' }),
    unchanged: Type.Integer(),
    conflicts: Type.Integer({ description: 'Users who have another variant and keep it.' }),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer(),
        user_id: Nullable(Type.String()),
        code: Type.String(),
        message: Type.String(),
      }),
    ),
  }),
);
export type ImportAnswer = Static<typeof ImportAnswer>;

export const PutOverride = named(
  'PutOverride',
  Type.Object({ variant_key: Type.String({ minLength: 1, maxLength: 64 }) }, closed),
);
export type PutOverride = Static<typeof PutOverride>;

export const ListAssignments = Type.Object(
  {
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
    variant: Type.Optional(Type.String({ maxLength: 64, description: 'Key of a variant.' })),
  },
  closed,
);
export type ListAssignments = Static<typeof ListAssignments>;

export const AssignmentPage = named('AssignmentPage', Page(AssignmentAnswer));
export const AssignmentResults = named(
  'AssignmentResults',
  Type.Object({ data: Type.Array(AssignmentAnswer) }),
);
