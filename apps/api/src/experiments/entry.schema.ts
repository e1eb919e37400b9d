import { Type } from '@sinclair/typebox';
import { Nullable, Pct, Text } from '../http/schema';

const closed = { additionalProperties: false };

/** Looked into by `checkTargeting`. */
export const Condition = Nullable(
  Type.Object(
    {},
    {
      additionalProperties: true,
      description:
        'Who may enter: a condition over what is known of a user, or null for everybody. See docs/targeting.md.',
    },
  ),
);
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
