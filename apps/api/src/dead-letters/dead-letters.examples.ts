import { onePage, Shown } from '../http/examples';
import { PURCHASE, RECEIVED_AT } from '../http/story';
import type { DeadLetter } from './dead-letters.schema';

const id = '01a1fd72-1f6a-7c3e-8d21-5b7a90c4e6f4';
const { user_id, type, timestamp, value } = PURCHASE;

const OPEN: DeadLetter = {
  id,
  status: 'open',
  sqlstate: '22P05',
  reason: 'unsupported Unicode escape sequence',
  job_id: 'e-03f1e25818cc7615c71075a92264d39bcf43bde56ca7000b3bddf5c7ace0c218',
  received_at: RECEIVED_AT,
  first_seen_at: '2026-11-21T09:31:13.056596Z',
  last_seen_at: '2026-11-21T09:31:13.056596Z',
  replay_count: 0,
  replay_requested_at: null,
  resolved_at: null,
  note: null,
  payload: JSON.stringify({ type, value, user_id, event_id: id, timestamp, received_at: RECEIVED_AT }),
};
const ASKED_FOR: DeadLetter = {
  ...OPEN,
  replay_count: 1,
  replay_requested_at: '2026-11-21T10:02:51.563836Z',
};
const REPLAYED: DeadLetter = {
  ...ASKED_FOR,
  status: 'replayed',
  resolved_at: '2026-11-21T10:02:51.599721Z',
};
const DISCARDED: DeadLetter = {
  ...OPEN,
  status: 'discarded',
  resolved_at: '2026-11-21T10:05:01.608297Z',
  note: 'Test traffic.',
};
const { payload: _, ...LISTED } = OPEN;
const { status, sqlstate, first_seen_at: oldest } = OPEN;

export const SHOWN = {
  list: { answerExample: onePage(LISTED) },
  stats: { answerExample: { letters: [{ status, sqlstate, letters: 1, oldest }], dead_jobs: 0 } },
  replayAll: {
    example: { sqlstate, since: '2026-11-21T00:00:00Z' },
    answerExample: { queued: 1, more: false },
  },
  read: { answerExamples: { open: OPEN, replayed: REPLAYED } },
  replay: { answerExample: ASKED_FOR },
  discard: { example: { reason: DISCARDED.note }, answerExample: DISCARDED },
} satisfies Record<string, Shown>;
