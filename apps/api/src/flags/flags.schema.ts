import { Static, Type } from '@sinclair/typebox';
import { FLAG_LIMITS, FLAG_STATES, FLAG_TYPES } from '@app/model';
import { CodeKey, Cursor, Limit, literals, named, noId, Nullable, Page, Text } from '../http/schema';
import { Rule, RuleInput } from './rule.schema';

const closed = { additionalProperties: false };
const key = CodeKey(
  'Unique handle: letters, digits, `.`, `_` and `-`, the first a letter or digit. Case counts. Applications ask by it.',
);
const Type_ = literals(FLAG_TYPES, { description: 'Of its values; it never changes.' });
const Value = Type.Unknown({ description: 'Of the type of the flag; up to 64 KB.' });
const variantKey = CodeKey('Unique within the flag.');

const variants = Type.Array(
  Type.Object(
    { key: variantKey, name: Type.Optional(Text(200, 'For people; the key when absent.')), value: Value },
    closed,
  ),
  { minItems: 1, maxItems: FLAG_LIMITS.variants },
);
const changeable = {
  name: Type.Optional(Text(200, 'For people; the key when absent.')),
  description: Type.Optional(Nullable(Type.String({ format: 'text', maxLength: 10_000 }))),
  state: Type.Optional(
    literals(FLAG_STATES, {
      description: 'Rules are asked only while it is enabled; `enabled` when absent.',
    }),
  ),
  variants: Type.Optional(variants),
  default_variant: Type.Optional(CodeKey('For whom no rule has anything; the first variant when absent.')),
  off_variant: Type.Optional(
    Nullable(
      CodeKey('While the flag is not enabled; null leaves it to the default that the application has.'),
    ),
  ),
};
const few = {
  maxItems: FLAG_LIMITS.rules,
  description: 'Asked in this order; the first that has something decides.',
};
/** They are looked into by `readRules`, which knows their kinds. */
const rules = Type.Optional(Type.Array(Type.Unknown(), few));
const rulesAsSent = Type.Optional(Type.Array(RuleInput, few));

const value = Type.Optional(
  Type.Unknown({
    description: 'Instead of `variants`: the flag has one, `default`, until others are added.',
  }),
);
const created = { key: noId(key), type: Type_, value, ...changeable };
export const CreateFlag = Type.Object({ ...created, rules }, closed);
export type CreateFlag = Static<typeof CreateFlag>;
export const CreateFlagBody = named('CreateFlag', Type.Object({ ...created, rules: rulesAsSent }, closed));

export const PatchFlag = Type.Object({ ...changeable, rules }, closed);
export type PatchFlag = Static<typeof PatchFlag>;
export const PatchFlagBody = named('PatchFlag', Type.Object({ ...changeable, rules: rulesAsSent }, closed));

export const ListFlags = Type.Object(
  {
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
    q: Type.Optional(
      Type.String({ format: 'text', minLength: 1, maxLength: 200, description: 'Part of key or name.' }),
    ),
    state: Type.Optional(literals(FLAG_STATES)),
    type: Type.Optional(literals(FLAG_TYPES)),
  },
  closed,
);
export type ListFlags = Static<typeof ListFlags>;

export const ListHistory = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  closed,
);
export type ListHistory = Static<typeof ListHistory>;

export const FlagAnswer = named(
  'Flag',
  Type.Object({
    id: Type.String(),
    key: Type.String(),
    name: Type.String(),
    description: Nullable(Type.String()),
    type: literals(FLAG_TYPES),
    state: literals(FLAG_STATES),
    variants: Type.Array(Type.Object({ key: Type.String(), name: Type.String(), value: Type.Unknown() })),
    default_variant: Type.String(),
    off_variant: Nullable(Type.String()),
    rules: Type.Array(Rule),
    version: Type.Integer({ description: 'Counts the changes, from 1.' }),
    created_at: Type.String(),
    updated_at: Type.String(),
  }),
);
export type FlagAnswer = Static<typeof FlagAnswer>;
export const FlagPage = named('FlagPage', Page(FlagAnswer));

export const FlagHistory = named(
  'FlagHistory',
  Page(
    Type.Object({
      version: Type.Integer(),
      at: Type.String(),
      actor: Type.Object(
        { id: Type.String(), name: Type.String() },
        { description: 'The token that did it.' },
      ),
      request_id: Type.String(),
      changed: Type.Array(Type.String(), {
        description: 'The fields that are not what they were; all that were given in the first.',
      }),
      flag: FlagAnswer,
    }),
  ),
);
export type FlagHistory = Static<typeof FlagHistory>;
