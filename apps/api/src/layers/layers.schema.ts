import { Static, Type } from '@sinclair/typebox';
import { STATUSES } from '@app/model';
import { Cursor, Key, Limit, literals, named, noId, Nullable, Page, Pct, Text, Uuid } from '../http/schema';

const closed = { additionalProperties: false };
const Description = Nullable(Type.String({ format: 'text', maxLength: 10_000 }));

export const CreateLayer = named(
  'CreateLayer',
  Type.Object(
    {
      key: noId(Key('Unique handle, which never changes: lower-case letters, digits, `_` and `-`.')),
      name: Type.Optional(Text(200, 'For people; the key when absent.')),
      description: Type.Optional(Description),
    },
    closed,
  ),
);
export type CreateLayer = Static<typeof CreateLayer>;

export const PatchLayer = named(
  'PatchLayer',
  Type.Object(
    { name: Type.Optional(Text(200, 'For people.')), description: Type.Optional(Description) },
    closed,
  ),
);
export type PatchLayer = Static<typeof PatchLayer>;

export const ListLayers = Type.Object({ limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }, closed);

const RANGE = { from_pct: Type.Number(), to_pct: Type.Number({ description: 'Exclusive.' }) };

export const LayerAnswer = named(
  'Layer',
  Type.Object({
    id: Uuid('UUIDv7.'),
    key: Type.String(),
    name: Type.String(),
    description: Nullable(Type.String()),
    seed: Type.String({ description: 'Of the hash that puts users into slots. It never changes.' }),
    slots: Type.Array(
      Type.Object({
        experiment_id: Type.String(),
        experiment_key: Type.String(),
        status: literals(STATUSES),
        ...RANGE,
      }),
      { description: 'Of experiments that have not ended, by where they begin.' },
    ),
    free: Type.Array(Type.Object(RANGE), { description: 'What no slot takes.' }),
    created_at: Type.String(),
    updated_at: Type.String(),
  }),
);
export type LayerAnswer = Static<typeof LayerAnswer>;

export const LayerPage = named('LayerPage', Page(LayerAnswer));

export const PutHoldout = named(
  'PutHoldout',
  Type.Object(
    {
      share_pct: Pct('Share of all users kept out of every experiment that is subject to the holdout; at most two decimals.'), // prettier-ignore
      seed: Type.Optional(
        Text(256, 'Another seed holds out other users. Without it the seed stays: a larger share only adds users.'), // prettier-ignore
      ),
    },
    closed,
  ),
);
export type PutHoldout = Static<typeof PutHoldout>;

export const HoldoutAnswer = named(
  'Holdout',
  Type.Object({ share_pct: Type.Number(), seed: Type.String(), updated_at: Type.String() }),
);
export type HoldoutAnswer = Static<typeof HoldoutAnswer>;
