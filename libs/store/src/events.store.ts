import { Injectable } from '@nestjs/common';
import { Disposition } from '@app/model';
import { Database } from './database';

export interface EventRow {
  event_id: string;
  received_at: string;
  user_id: string;
  type: string;
  timestamp: string;
  original_timestamp: string | null;
  value: string | null;
  properties: Record<string, unknown> | null;
  experiment_id: string | null;
  variant_id: string | null;
  session_id: string | null;
  request_id: string | null;
}

export interface DispositionRow {
  experiment_id: string;
  experiment_key: string;
  variant_key: string | null;
  disposition: Disposition;
  anchor: string | null;
  day: string | null;
}

export interface EventPage {
  limit: number;
  userId: string | null;
  type: string | null;
  after: { receivedAt: string; eventId: string } | null;
}

const EVENT = `
  e.event_id, e.received_at, e.user_id, e.type, e.timestamp, e.original_timestamp, e.value, e.properties,
  e.experiment_id, e.variant_id, e.session_id, e.request_id`;

// The ledger knows when an id was received, and the index on received_at leads to the few events of that moment.
const BY_ID =
  'FROM event_ledger l JOIN events e ON e.received_at = l.received_at AND e.event_id = l.event_id WHERE l.event_id = $1';

@Injectable()
export class EventsStore {
  constructor(private readonly db: Database) {}

  find(eventId: string): Promise<EventRow | null> {
    return this.db.row<EventRow & Record<string, unknown>>(`SELECT ${EVENT} ${BY_ID}`, [eventId]);
  }

  /** Most recently received first. */
  list(page: EventPage): Promise<EventRow[]> {
    return this.db.rows<EventRow & Record<string, unknown>>(
      `SELECT ${EVENT} FROM events e
       WHERE ($1::text IS NULL OR e.user_id = $1)
         AND ($2::text IS NULL OR e.type = $2)
         AND ($3::timestamptz IS NULL OR (e.received_at, e.event_id) < ($3, $4::uuid))
       ORDER BY e.received_at DESC, e.event_id DESC
       LIMIT $5`,
      [page.userId, page.type, page.after?.receivedAt ?? null, page.after?.eventId ?? null, page.limit],
    );
  }

  /** Which of these ids are stored already. */
  async known(eventIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.db.rows<{ event_id: string }>(
      'SELECT event_id FROM event_ledger WHERE event_id = ANY ($1::uuid[])',
      [eventIds],
    );
    return new Set(rows.map((row) => row.event_id));
  }

  /** What became of an event in every experiment that knows its user or that it names: the first counting rule that fails. */
  dispositions(eventId: string): Promise<DispositionRow[]> {
    return this.db.rows<DispositionRow & Record<string, unknown>>(
      `WITH event AS (SELECT e.* ${BY_ID})
       SELECT x.id AS experiment_id, x.key AS experiment_key, v.key AS variant_key, anchor.at AS anchor,
         CASE
           WHEN o.user_id IS NOT NULL THEN 'override'
           WHEN anchor.at IS NULL THEN 'unassigned'
           WHEN a.contaminated THEN 'contaminated'
           WHEN event.timestamp < anchor.at THEN 'before_anchor'
           WHEN event.timestamp >= least(x.ended_at, x.ends_at) THEN 'after_end'
           WHEN event.experiment_id <> x.id THEN 'other_experiment'
           ELSE 'counted'
         END AS disposition,
         (event.timestamp AT TIME ZONE x.timezone)::date AS day
       FROM event
       JOIN experiments x
         ON x.id = event.experiment_id
         OR x.id IN (SELECT experiment_id FROM assignments WHERE user_id = event.user_id)
         OR x.id IN (SELECT experiment_id FROM overrides WHERE user_id = event.user_id)
       LEFT JOIN assignments a ON a.experiment_id = x.id AND a.user_id = event.user_id
       LEFT JOIN overrides o ON o.experiment_id = x.id AND o.user_id = event.user_id
       LEFT JOIN arms ON arms.id = a.arm_id
       LEFT JOIN variants v ON v.id = arms.variant_id
       CROSS JOIN LATERAL (
         SELECT CASE x.analysis_population WHEN 'exposed' THEN a.exposed_at ELSE a.assigned_at END AS at
       ) anchor
       ORDER BY x.created_at, x.id`,
      [eventId],
    );
  }

  /** Keeps an event that PostgreSQL refused, with the reason, and its id in no ledger: a corrected copy may still come. */
  async bury(
    event: { event_id: string; received_at: string },
    sqlstate: string,
    reason: string,
  ): Promise<void> {
    await this.db.rows(
      `INSERT INTO dead_events (event_id, received_at, payload, sqlstate, reason) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [event.event_id, event.received_at, JSON.stringify(event), sqlstate, reason.slice(0, 1000)],
    );
  }
}
