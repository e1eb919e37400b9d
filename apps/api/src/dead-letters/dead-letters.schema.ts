import { Static, Type } from '@sinclair/typebox';
import { LETTER_STATUSES } from '@app/store';
import { Cursor, Instant, Limit, literals, named, Nullable, Page, Text } from '../http/schema';

const SqlState = Type.String({
  pattern: '^[0-9A-Z]{5}$',
  description:
    'SQLSTATE: PostgreSQL’s own, `22000` for what was no event at all, `XX000` for a reason without one.',
});

const letter = {
  id: Type.String({
    description: 'The id of the event; one made of its bytes when its own was no UUID.',
  }),
  status: literals(LETTER_STATUSES),
  sqlstate: SqlState,
  reason: Type.String(),
  job_id: Nullable(Type.String({ description: 'The job that brought it.' })),
  received_at: Type.String({ description: 'When the api accepted the event.' }),
  first_seen_at: Type.String(),
  last_seen_at: Type.String({ description: 'Later than `first_seen_at` when a copy or a replay died too.' }),
  replay_count: Type.Integer(),
  replay_requested_at: Nullable(Type.String()),
  resolved_at: Nullable(Type.String()),
  note: Nullable(Type.String({ description: 'Why it was discarded.' })),
};

export const DeadLetter = named(
  'DeadLetter',
  Type.Object({
    ...letter,
    payload: Type.String({ description: 'The event as its job had it: JSON, as text.' }),
  }),
);
export type DeadLetter = Static<typeof DeadLetter>;

export const DeadLetterPage = named('DeadLetterPage', Page(Type.Object(letter)));

export const ListDeadLetters = Type.Object(
  {
    status: Type.Optional(literals(LETTER_STATUSES)),
    sqlstate: Type.Optional(SqlState),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { additionalProperties: false },
);

export const DeadLetterStats = named(
  'DeadLetterStats',
  Type.Object({
    letters: Type.Array(
      Type.Object({
        status: literals(LETTER_STATUSES),
        sqlstate: SqlState,
        letters: Type.Integer(),
        oldest: Type.String(),
      }),
    ),
    dead_jobs: Type.Integer({ description: 'Whole jobs that ended their workers or were none.' }),
  }),
);

export const Discard = Type.Object(
  { reason: Text(1000, 'Why nobody needs it.') },
  { additionalProperties: false },
);

export const ReplayAll = Type.Object(
  {
    sqlstate: Type.Optional(SqlState),
    since: Type.Optional(Instant('Letters that died at this time or later.')),
  },
  { additionalProperties: false },
);

export const Replayed = named(
  'DeadLettersReplayed',
  Type.Object({
    queued: Type.Integer({ description: 'Letters put on the queue.' }),
    more: Type.Boolean({
      description: 'As many as one request takes, so there may be more: `since` leads on to them.',
    }),
  }),
);
