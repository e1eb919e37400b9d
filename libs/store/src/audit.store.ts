import { Injectable } from '@nestjs/common';
import { Database } from './database';

/** What was done, to be written down. */
export interface AuditEntry {
  action: string;
  targetType: string;
  /** null when there is no one thing, or when it is a user. */
  targetId: string | null;
  /** The user it is about. What is written is a reference, from which nobody gets back to the id. */
  userId: string | null;
  details: Record<string, unknown>;
}

/** Who did it, in which request. */
export interface AuditActor {
  requestId: string;
  id: string;
  name: string;
}

export interface AuditRow {
  id: number;
  at: string;
  request_id: string;
  actor_id: string;
  actor_name: string;
  action: string;
  target_type: string;
  target_id: string | null;
  details: Record<string, unknown>;
  previous: string;
  hash: string;
}

/** null: whatever it is. */
export interface AuditPage {
  limit: number;
  action: string | null;
  targetId: string | null;
  actorId: string | null;
  from: string | null;
  to: string | null;
  afterId: number | null;
}

const WRITE = `
  INSERT INTO audit_log (request_id, actor_id, actor_name, action, target_type, target_id, details)
  SELECT $1, $2, $3, e.action, e.target_type,
    CASE e.target_type WHEN 'user' THEN user_ref(e.user_id) ELSE e.target_id END,
    CASE WHEN e.user_id IS NULL THEN e.details
      ELSE e.details || jsonb_build_object('user_ref', user_ref(e.user_id)) END
  FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
    WITH ORDINALITY AS e (action, target_type, target_id, user_id, details, position)
  ORDER BY e.position
  RETURNING id, hash`;

/** The log of who did what. Rows are added and never change; each carries the hash of the one before. */
@Injectable()
export class AuditStore {
  constructor(private readonly db: Database) {}

  /** The last statement of its transaction: everybody else who writes here waits until it ends. */
  async write(actor: AuditActor, entries: readonly AuditEntry[]): Promise<Pick<AuditRow, 'id' | 'hash'>[]> {
    if (entries.length === 0) return [];
    return this.db.rows(WRITE, [
      actor.requestId,
      actor.id,
      actor.name,
      entries.map((entry) => entry.action),
      entries.map((entry) => entry.targetType),
      entries.map((entry) => entry.targetId),
      entries.map((entry) => entry.userId),
      entries.map((entry) => JSON.stringify(entry.details)),
    ]);
  }

  /** Newest first. */
  list(page: AuditPage): Promise<AuditRow[]> {
    return this.db.rows<AuditRow & Record<string, unknown>>(
      `SELECT * FROM audit_log
       WHERE ($1::text IS NULL OR action = $1) AND ($2::text IS NULL OR target_id = $2)
         AND ($3::text IS NULL OR actor_id = $3)
         AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5)
         AND ($6::bigint IS NULL OR id < $6)
       ORDER BY id DESC LIMIT $7`,
      [page.action, page.targetId, page.actorId, page.from, page.to, page.afterId, page.limit],
    );
  }
}
