import { Static, TSchema, Type } from '@sinclair/typebox';
import { Cursor, Key, Limit, named, Nullable, Page, Text } from '../http/schema';
import { TargetingSchema } from '../http/targeting.schema';

const closed = { additionalProperties: false };
const key = Key('Unique handle: lower-case letters, digits, `_` and `-`. It does not change.');
const words = {
  name: Type.Optional(Text(200, 'For people; the key when absent.')),
  description: Type.Optional(Nullable(Type.String({ format: 'text', maxLength: 10_000 }))),
};
const create = <T extends TSchema>(targeting: T) => Type.Object({ key, ...words, targeting }, closed);
const patch = <T extends TSchema>(targeting: T) =>
  Type.Object({ ...words, targeting: Type.Optional(targeting) }, closed);

/** The condition is looked into by `readTargeting`. */
export const CreateSegment = create(Type.Unknown());
export type CreateSegment = Static<typeof CreateSegment>;
export const CreateSegmentBody = named('CreateSegment', create(TargetingSchema));

export const PatchSegment = patch(Type.Unknown());
export type PatchSegment = Static<typeof PatchSegment>;
export const PatchSegmentBody = named('PatchSegment', patch(TargetingSchema));

export const ListSegments = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  closed,
);

export const SegmentAnswer = named(
  'Segment',
  Type.Object({
    key: Type.String(),
    name: Type.String(),
    description: Nullable(Type.String()),
    targeting: TargetingSchema,
    version: Type.Integer({ description: 'Counts the changes of the condition, from 1.' }),
    created_at: Type.String(),
    updated_at: Type.String(),
  }),
);
export const SegmentPage = named('SegmentPage', Page(SegmentAnswer));
