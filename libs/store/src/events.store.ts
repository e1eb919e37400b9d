import { Injectable } from '@nestjs/common';
import { Disposition } from '@app/model';
import { Database } from './database';
import { BY_ID, DISPOSITIONS } from './events.sql';

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
  /** What it was sent with, when that is another id of its user. */
  alias_id: string | null;
}

/** Of an event that counts in the experiment, in a metric that its type belongs to. */
export interface MetricDisposition {
  key: string;
  disposition: 'counted' | 'out_of_window' | 'filtered';
}

export interface DispositionRow {
  experiment_id: string;
  experiment_key: string;
  variant_key: string | null;
  disposition: Disposition;
  anchor: string | null;
  day: string | null;
  /** The declared metrics that the totals hold; empty when the event does not count. */
  metrics: MetricDisposition[];
}

export interface EventPage {
  limit: number;
  userId: string | null;
  type: string | null;
  after: { receivedAt: string; eventId: string } | null;
}

const EVENT = `
  e.event_id, e.received_at, e.user_id, e.type, e.timestamp, e.original_timestamp, e.value, e.properties,
  e.experiment_id, e.variant_id, e.session_id, e.request_id, e.alias_id`;

@Injectable()
export class EventsStore {
  constructor(private readonly db: Database) {}

  find(eventId: string): Promise<EventRow | null> {
    return this.db.row<EventRow & Record<string, unknown>>(`SELECT ${EVENT} ${BY_ID}`, [eventId]);
  }

  /** Most recently received first; of a user, by whichever id. */
  list(page: EventPage): Promise<EventRow[]> {
    return this.db.rows<EventRow & Record<string, unknown>>(
      `SELECT ${EVENT} FROM events e
       WHERE ($1::text IS NULL OR e.user_id = coalesce((SELECT i.user_id FROM identities i WHERE i.alias_id = $1), $1))
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
    return this.db.rows<DispositionRow & Record<string, unknown>>(DISPOSITIONS, [eventId]);
  }
}
