import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parseInstant } from '@app/model';
import { addToLedger } from './balance.store';
import { Database } from './database';
import { isUuid } from './event-id';
import { shareErasures } from './locks';
import { areErased, keepIds } from './tombstones';

export const LETTER_STATUSES = ['open', 'replayed', 'discarded'] as const;
export type LetterStatus = (typeof LETTER_STATUSES)[number];

export interface DeadLetterRow {
  event_id: string;
  status: LetterStatus;
  sqlstate: string;
  reason: string;
  job_id: string | null;
  received_at: string;
  died_at: string;
  last_seen_at: string;
  replay_count: number;
  replay_requested_at: string | null;
  resolved_at: string | null;
  /** Why it was discarded. */
  note: string | null;
  /** The event as the job had it: JSON. */
  payload: string;
}

export interface LetterPage {
  limit: number;
  status: LetterStatus | null;
  sqlstate: string | null;
  after: { diedAt: string; eventId: string } | null;
}

/** An event as a job had it; a job made by hand may hold anything. */
export interface Unstorable {
  event_id?: unknown;
  received_at?: unknown;
  user_id?: unknown;
}

/** A duplicate is stored or buried already; the user of an erased one was erased after it was received. */
export type Burial = 'dead' | 'duplicate' | 'erased';

const LONGEST_REASON = 1000;

// A copy of an event that is stored, or dead already, is a duplicate; an open letter takes the newest reason.
const BURY = `
  INSERT INTO dead_events (event_id, received_at, payload, sqlstate, reason, job_id)
  SELECT $1::uuid, coalesce($2::timestamptz, now()), $3, $4, $5, $6
  WHERE NOT EXISTS (SELECT FROM event_ledger WHERE event_id = $1::uuid)
  ON CONFLICT (event_id) DO UPDATE SET
    sqlstate = CASE dead_events.status WHEN 'open' THEN excluded.sqlstate ELSE dead_events.sqlstate END,
    reason = CASE dead_events.status WHEN 'open' THEN excluded.reason ELSE dead_events.reason END,
    last_seen_at = clock_timestamp()
  RETURNING received_at, xmax = 0 AS fresh`;

/** Events that PostgreSQL refuses. Their ids are in no ledger: a copy that can be stored may still come, and settles the letter. */
@Injectable()
export class DeadLettersStore {
  constructor(private readonly db: Database) {}

  /** Keeps an event whole, with the reason. */
  bury(
    event: Unstorable,
    cause: { sqlstate: string; reason: string; jobId: string | null },
  ): Promise<Burial> {
    const payload = JSON.stringify(event);
    const received =
      typeof event.received_at === 'string' && parseInstant(event.received_at) !== null
        ? event.received_at
        : null;
    return this.db.transaction(async (tx) => {
      await shareErasures(tx);
      const [isErased] = await areErased(tx, [event]);
      if (isErased) {
        const gone = {
          event_id: letterId(event, payload),
          received_at: received ?? new Date().toISOString(),
        };
        await addToLedger(tx, await keepIds(tx, [gone], 'received'));
        return 'erased';
      }
      const row = await tx.row<{ received_at: string; fresh: boolean }>(BURY, [
        letterId(event, payload),
        received,
        payload,
        cause.sqlstate,
        // A reason may quote the event, and a NUL in it would be refused like the event itself.
        cause.reason.replaceAll('\u0000', '\uFFFD').slice(0, LONGEST_REASON),
        cause.jobId,
      ]);
      const fresh = row?.fresh ?? false;
      const received_at = row?.received_at ?? received ?? new Date().toISOString();
      await addToLedger(tx, [
        { received_at, received: 1, stored: 0, duplicate: fresh ? 0 : 1, dead: fresh ? 1 : 0, erased: 0 },
      ]);
      return fresh ? 'dead' : 'duplicate';
    });
  }

  find(id: string): Promise<DeadLetterRow | null> {
    return this.db.row<DeadLetterRow & Record<string, unknown>>(
      'SELECT * FROM dead_events WHERE event_id = $1',
      [id],
    );
  }

  /** Those that died last come first. */
  list(page: LetterPage): Promise<DeadLetterRow[]> {
    return this.db.rows<DeadLetterRow & Record<string, unknown>>(
      `SELECT * FROM dead_events
       WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR sqlstate = $2)
         AND ($3::timestamptz IS NULL OR (died_at, event_id) < ($3, $4::uuid))
       ORDER BY died_at DESC, event_id DESC
       LIMIT $5`,
      [page.status, page.sqlstate, page.after?.diedAt ?? null, page.after?.eventId ?? null, page.limit],
    );
  }

  /** How many there are, by status and reason. */
  stats(): Promise<{ status: LetterStatus; sqlstate: string; letters: number; oldest: string }[]> {
    return this.db.rows(
      `SELECT status, sqlstate, count(*) AS letters, min(died_at) AS oldest
       FROM dead_events GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`,
    );
  }

  /**
   * Marks open letters as on their way back. One that is on its way already is returned as well, because the queue may have lost it, but
   * counts no second replay. @param which either one letter, or all of a kind
   */
  requestReplay(which: {
    id: string | null;
    sqlstate: string | null;
    since: string | null;
    limit: number;
  }): Promise<DeadLetterRow[]> {
    return this.db.rows<DeadLetterRow & Record<string, unknown>>(
      `WITH chosen AS (
         SELECT event_id FROM dead_events
         WHERE status = 'open' AND ($1::uuid IS NULL OR event_id = $1)
           AND ($2::text IS NULL OR sqlstate = $2) AND ($3::timestamptz IS NULL OR died_at >= $3)
         ORDER BY died_at, event_id LIMIT $4 FOR UPDATE
       )
       UPDATE dead_events d SET
         replay_count = replay_count + CASE WHEN replay_requested_at > last_seen_at THEN 0 ELSE 1 END,
         replay_requested_at = clock_timestamp()
       FROM chosen WHERE d.event_id = chosen.event_id
       RETURNING d.*`,
      [which.id, which.sqlstate, which.since, which.limit],
    );
  }

  /** Settles an open letter; any other stays as it is. @returns whether it was open */
  async discard(id: string, note: string): Promise<boolean> {
    const settled = await this.db.rows(
      `UPDATE dead_events SET status = 'discarded', note = $2, resolved_at = clock_timestamp()
       WHERE event_id = $1 AND status = 'open' RETURNING event_id`,
      [id, note],
    );
    return settled.length > 0;
  }
}

/** The id of the event; one made of its bytes when it has none that PostgreSQL would take. The same event has the same id for ever. */
export function letterId(event: Unstorable, payload: string): string {
  if (isUuid(event.event_id)) return event.event_id.toLowerCase();
  // Version 8: a UUID of our own making.
  const hex = createHash('sha256').update(payload).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-'); // prettier-ignore
}
