import { Static, Type } from '@sinclair/typebox';
import { DISPOSITIONS, MAX_VALUE } from '@app/model';
import {
  Cursor,
  Instant,
  Limit,
  literals,
  named,
  Nullable,
  Page,
  shownAs,
  Text,
  UserId,
  Uuid,
} from '../http/schema';

const closed = { additionalProperties: false };
const Identifier = (description: string) =>
  Type.String({ format: 'identifier', maxLength: 256, description });

export const MAX_BATCH = 1_000;

export const EventInput = named(
  'Event',
  Type.Object(
    {
      event_id: Type.Optional(
        Uuid('Any UUID, best a UUIDv7. Counts once, for ever; without one a retry is a new event.'),
      ),
      user_id: UserId,
      type: Type.String({
        format: 'identifier',
        minLength: 1,
        maxLength: 128,
        description: 'Every type is a metric. `exposure` marks a first meeting.',
      }),
      timestamp: Type.Optional(Instant('When it happened; the time of receipt when absent.')),
      value: Type.Optional(
        Nullable(
          Type.Number({ minimum: -MAX_VALUE, maximum: MAX_VALUE, description: 'Money or another amount.' }),
        ),
      ),
      properties: Type.Optional(
        Nullable(
          Type.Record(Type.String(), Type.Unknown(), {
            maxProperties: 256,
            description: 'Any JSON, at most 64 KB.',
          }),
        ),
      ),
      experiment_id: Type.Optional(
        Nullable(Uuid('Counts in this experiment only; in all of the user’s when absent.')),
      ),
      variant_id: Type.Optional(
        Nullable(Identifier('Stored, never believed: the stored assignment decides.')),
      ),
      session_id: Type.Optional(Nullable(Identifier('Stored.'))),
      request_id: Type.Optional(Nullable(Identifier('Stored.'))),
    },
    closed,
  ),
);
export type EventInput = Static<typeof EventInput>;

export const BatchInput = named(
  'EventBatch',
  Type.Object(
    {
      events: Type.Array(shownAs(EventInput, Type.Unknown()), { minItems: 1 }),
      sent_at: Type.Optional(
        Nullable(Text(40, 'Client clock at sending (RFC 3339): corrects the timestamps of a wrong clock.')),
      ),
    },
    closed,
  ),
);
export type BatchInput = Static<typeof BatchInput>;

const receipt = {
  durability: literals(['durable', 'relaxed', 'unknown'], {
    description:
      '`durable`: a crash of any server loses nothing. `relaxed`: it may, by settings that were allowed. `unknown`: a store does not tell.',
  }),
  queued_in: Type.Optional(
    literals(['inbox'], { description: 'The queue did not answer; the events wait in the database.' }),
  ),
};

export const Accepted = named(
  'AcceptedEvent',
  Type.Object({ event_id: Type.String(), status: literals(['accepted']), ...receipt }),
);
export type Accepted = Static<typeof Accepted>;

export const BatchAccepted = named(
  'AcceptedEvents',
  Type.Object({
    accepted: Type.Integer(),
    duplicates: Type.Integer({ description: 'Events whose id stands earlier in the same request.' }),
    rejected: Type.Array(
      Type.Object({
        index: Type.Integer(),
        event_id: Nullable(Type.String()),
        code: Type.String(),
        message: Type.String(),
      }),
    ),
    event_ids: Type.Array(Type.String(), { description: 'Of the accepted events, in order.' }),
    ...receipt,
  }),
);
export type BatchAccepted = Static<typeof BatchAccepted>;

export const StoredEvent = named(
  'StoredEvent',
  Type.Object({
    event_id: Type.String(),
    received_at: Type.String(),
    user_id: Type.String(),
    type: Type.String(),
    timestamp: Type.String(),
    original_timestamp: Nullable(Type.String()),
    value: Nullable(Type.Number()),
    properties: Nullable(Type.Record(Type.String(), Type.Unknown())),
    experiment_id: Nullable(Type.String()),
    variant_id: Nullable(Type.String()),
    session_id: Nullable(Type.String()),
    request_id: Nullable(Type.String()),
    alias_id: Nullable(
      Type.String({ description: 'What it was sent with, when that is an alias of `user_id`.' }),
    ),
  }),
);
export type StoredEvent = Static<typeof StoredEvent>;

export const EventPage = named('EventPage', Page(StoredEvent));

export const DispositionAnswer = named(
  'EventDisposition',
  Type.Object({
    event_id: Type.String(),
    experiments: Type.Array(
      Type.Object({
        experiment_id: Type.String(),
        experiment_key: Type.String(),
        disposition: literals(DISPOSITIONS),
        variant_key: Nullable(Type.String()),
        anchor: Nullable(Type.String({ description: 'From when the events of the user count.' })),
        day: Nullable(Type.String({ description: 'Calendar day in the timezone of the experiment.' })),
        metrics: Type.Array(
          Type.Object({
            key: Type.String(),
            disposition: literals(['counted', 'out_of_window', 'filtered']),
          }),
          {
            description:
              'The declared metrics of this event type, when the event counts in the experiment: in a ratio or funnel, one side or step is enough.',
          },
        ),
      }),
    ),
  }),
);

export const ListEvents = Type.Object(
  {
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
    user_id: Type.Optional(UserId),
    type: Type.Optional(Type.String({ format: 'identifier', maxLength: 128 })),
  },
  closed,
);
export type ListEvents = Static<typeof ListEvents>;
