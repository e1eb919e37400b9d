import { Static, TProperties, Type } from '@sinclair/typebox';
import { PURCHASE } from '../../http/story';
import { named } from '../../http/schema';

// Open everywhere: what clients send along, context and integrations, is their own affair.

/** Segment's own limit. */
export const MAX_BATCH = 2_500;

const open = { additionalProperties: true };
const WriteKey = Type.Optional(
  Type.Unknown({
    description: 'The token, where no header can be sent. In a `text/plain` body a publishable one.',
  }),
);
const SentAt = Type.Optional(
  Type.Unknown({
    description: 'Client clock at sending (RFC 3339): corrects the timestamps of a wrong clock.',
  }),
);

export const SegmentQuery = Type.Object({
  client_key: Type.Optional(
    Type.String({ description: 'A publishable token, where it can stand nowhere else.' }),
  ),
});

const ITEM: TProperties = {
  messageId: Type.Optional(
    Type.Unknown({ description: 'The same message counts once, however often it is sent.' }),
  ),
  userId: Type.Optional(Type.Unknown({ description: 'The user; needed unless there is an `anonymousId`.' })),
  anonymousId: Type.Optional(Type.Unknown({ description: 'The user before the login.' })),
  timestamp: Type.Optional(Type.Unknown({ description: 'RFC 3339; the time of receipt when absent.' })),
  sentAt: SentAt,
  event: Type.Optional(Type.Unknown({ description: 'Of `track`: the type of the event.' })),
  properties: Type.Optional(Type.Unknown()),
  traits: Type.Optional(Type.Unknown({ description: 'Of `identify`: what is known of the user.' })),
  previousId: Type.Optional(
    Type.Unknown({ description: 'Of `alias`: the id that belongs to the user as well.' }),
  ),
};

export const SegmentCall = named('SegmentCall', Type.Object({ writeKey: WriteKey, ...ITEM }, open));

export const SegmentBatch = named(
  'SegmentBatch',
  Type.Object(
    {
      writeKey: WriteKey,
      sentAt: SentAt,
      batch: Type.Array(Type.Unknown({ description: 'A `SegmentCall` with its `type`.' })),
    },
    open,
  ),
);
export type SegmentBatch = Static<typeof SegmentBatch>;

export const SegmentTaken = named(
  'SegmentTaken',
  Type.Object({
    success: Type.Literal(true),
    rejected: Type.Optional(
      Type.Array(Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String() }), {
        description: 'Items of the batch that were not taken, and why; to send them again is of no use.',
      }),
    ),
  }),
);
export type SegmentTaken = Static<typeof SegmentTaken>;

export const SegmentRefusal = named(
  'SegmentRefusal',
  Type.Object({
    success: Type.Literal(false),
    code: Type.String({ description: 'As in the problems of the api.' }),
    message: Type.String(),
    request_id: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String(), code: Type.String(), message: Type.String() })),
    ),
  }),
);
export type SegmentRefusal = Static<typeof SegmentRefusal>;

export const REFUSALS = Object.fromEntries(
  [400, 401, 403, 404, 413, 415, 429, 500, 503].map((status) => [status, SegmentRefusal]),
);

export const TRACK_EXAMPLE = {
  messageId: `node-1795253472250-${PURCHASE.event_id}`,
  userId: PURCHASE.user_id,
  event: 'Order Completed',
  properties: { revenue: PURCHASE.value, currency: PURCHASE.properties.currency },
  timestamp: PURCHASE.timestamp,
};

export const TAKEN: SegmentTaken = { success: true };
export const TAKEN_SOME: SegmentTaken = {
  ...TAKEN,
  rejected: [{ index: 1, code: 'missing_user', message: 'There must be a userId or an anonymousId.' }],
};
