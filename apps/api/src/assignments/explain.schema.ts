import { Static, Type } from '@sinclair/typebox';
import { STATUSES, TARGETING_OPERATORS } from '@app/model';
import { literals, named, Nullable } from '../http/schema';
import { AssignmentAnswer, AssignQuery } from './assignments.schema';

export const ExplainQuery = Type.Pick(AssignQuery, ['attributes'], { additionalProperties: false });

export const RULES = ['override', 'stored', 'status', 'targeting', 'holdout', 'layer', 'traffic'] as const;
export type RuleName = (typeof RULES)[number];

export interface ConditionVerdict {
  kind: 'all' | 'any' | 'not' | 'segment' | 'comparison';
  holds: boolean;
  parts?: ConditionVerdict[];
  segment?: string;
  attribute?: string;
  operator?: (typeof TARGETING_OPERATORS)[number];
  value?: unknown;
  is_known?: boolean;
  fact?: unknown;
}

const Verdict = Type.Unsafe<ConditionVerdict>({ $ref: '#/components/schemas/ConditionVerdict' });
export const ConditionVerdictSchema = named(
  'ConditionVerdict',
  Type.Object(
    {
      kind: literals(['all', 'any', 'not', 'segment', 'comparison'] as const),
      holds: Type.Boolean(),
      parts: Type.Optional(Type.Array(Verdict, { description: 'Of `all`, `any`, `not` and a segment.' })),
      segment: Type.Optional(Type.String()),
      attribute: Type.Optional(Type.String()),
      operator: Type.Optional(literals(TARGETING_OPERATORS)),
      value: Type.Optional(Type.Unknown({ description: 'What it is compared with.' })),
      is_known: Type.Optional(Type.Boolean({ description: 'Whether anything is known by that name.' })),
      fact: Type.Optional(Type.Unknown({ description: 'What is known of the user.' })),
    },
    { description: 'A condition, and whether it holds for the user.' },
  ),
);

const Hash = Type.Object(
  {
    algorithm: literals(['fnv1a', 'murmur3'] as const),
    seed: Type.String(),
    input: Type.String({ description: 'Seed and user, as they are hashed.' }),
    bucket: Type.Integer({ description: '0 to 9,999.' }),
    ranges: Type.Array(
      Type.Object({
        name: Type.String(),
        from: Type.Integer(),
        to: Type.Integer({ description: 'Exclusive.' }),
        is_inside: Type.Boolean(),
      }),
    ),
  },
  { description: 'How docs/bucketing.md hashes the user for this rule.' },
);
export type Hash = Static<typeof Hash>;

const Rule = Type.Object({
  rule: literals(RULES),
  passes: Type.Boolean({ description: 'Whether it leaves the decision to the next rule.' }),
  why: Type.String(),
  hash: Nullable(Hash),
  condition: Nullable(Verdict),
});
export type Rule = Static<typeof Rule>;

export const Explanation = named(
  'AssignmentExplanation',
  Type.Object({
    experiment_id: Type.String(),
    experiment_key: Type.String(),
    user_id: Type.String({ description: 'As it was asked.' }),
    hashed_as: Type.String({ description: 'The user whose alias that is; else the same.' }),
    status: literals(STATUSES),
    epoch: Type.Integer({ description: 'The one that takes new users.' }),
    decided_by: Type.Unsafe<RuleName | 'arm'>({
      ...literals([...RULES, 'arm'] as const),
      description: 'The first rule that does not pass; `arm` when all do.',
    }),
    answer: AssignmentAnswer,
    rules: Type.Array(Rule, { description: 'All of them in their order, also those after the one that decides.' }), // prettier-ignore
    excluded: Nullable(
      Type.Unsafe<'override' | 'contaminated'>({
        ...literals(['override', 'contaminated'] as const),
        description:
          'Why the user counts nowhere in the experiment: a variant is forced, or two were found. null: nothing keeps the user out.',
      }),
    ),
    stored: Nullable(
      Type.Object({
        variant: Nullable(Type.String()),
        assigned_at: Type.String(),
        exposed_at: Nullable(Type.String()),
        epoch: Type.Integer(),
        bucket: Nullable(Type.Integer()),
        source: literals(['hash', 'import', 'exposure'] as const),
        attributes: Nullable(Type.Record(Type.String(), Type.String())),
      }),
    ),
  }),
);
export type Explanation = Static<typeof Explanation>;
