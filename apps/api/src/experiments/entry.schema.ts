import { TObject, Type } from '@sinclair/typebox';
import type { Targeting } from '@app/model';
import { Nullable, Pct, Text } from '../http/schema';

const closed = { additionalProperties: false };

/** Looked into by `checkTargeting`, whose faults are better than those of a schema that nests. */
export const Condition = Type.Unknown();

const WORDS = 'Who may enter: a condition over what is known of a user, or null for everybody.';
export const CONDITION_ANSWER = Type.Unsafe<Targeting | null>({
  ...Nullable(Type.Unsafe<Targeting>({ $ref: '#/components/schemas/Targeting' })),
  description: WORDS,
});

/** A body with the condition in full, for the documentation. */
export function withCondition<T extends TObject>(schema: T): TObject {
  const properties = { ...schema.properties, targeting: Type.Optional(CONDITION_ANSWER) };
  return Type.Object(properties, closed);
}

export const SLOT = {
  from_pct: Pct('Where the slot begins; at most two decimals.'),
  to_pct: Pct('Where it ends, exclusive.'),
};
export const ENTRY = {
  targeting: Type.Optional(Condition),
  layer: Type.Optional(
    Nullable(
      Type.Object(
        {
          key: Text(64, 'Key or id of the layer.'),
          ...SLOT,
        },
        { ...closed, description: 'A slot of a layer: no user is in two experiments of one layer.' },
      ),
    ),
  ),
  holdout: Type.Optional(
    Type.Boolean({ description: 'Whether the global holdout keeps users out; true unless told otherwise.' }),
  ),
};

export const LAYER_ANSWER = Nullable(
  Type.Object({
    id: Type.String(),
    key: Type.String(),
    from_pct: Type.Number(),
    to_pct: Type.Number(),
  }),
);
