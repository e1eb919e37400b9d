import { Injectable } from '@nestjs/common';
import type { Segment, Targeting } from '@app/model';
import { Database, Transaction } from './database';
import { KeyTaken } from './experiments.store';

export type NewSegment = Pick<Segment, 'key' | 'name' | 'description' | 'targeting'>;
/** What is absent stays. */
export type SegmentChange = Partial<Pick<Segment, 'name' | 'description' | 'targeting'>>;

/** Who stands on a segment, by their keys. */
export interface SegmentUsers {
  experiments: string[];
  flags: string[];
}

type Row = Segment & Record<string, unknown>;

const SEGMENT = 's.key, s.name, s.description, s.targeting, s.version, s.created_at, s.updated_at';
@Injectable()
export class SegmentsStore {
  constructor(private readonly db: Database) {}

  /** Every condition by its key. */
  async all(): Promise<Map<string, Targeting>> {
    const rows = await this.db.rows<{ key: string; targeting: Targeting }>('SELECT key, targeting FROM segments'); // prettier-ignore
    return new Map(rows.map(({ key, targeting }) => [key, targeting]));
  }

  /** @throws KeyTaken */
  async insert({ key, name, description, targeting }: NewSegment): Promise<Segment> {
    const row = await this.db.row<Row>(
      `INSERT INTO segments AS s (key, name, description, targeting) VALUES ($1, $2, $3, $4)
       ON CONFLICT (key) DO NOTHING RETURNING ${SEGMENT}`,
      [key, name, description, JSON.stringify(targeting)],
    );
    if (row === null) throw new KeyTaken(key);
    return row;
  }

  async find(key: string): Promise<Segment | null> {
    // PostgreSQL has no text with NUL, so nothing has such a name.
    if (key.includes('\u0000')) return null;
    return this.db.row<Row>(`SELECT ${SEGMENT} FROM segments s WHERE s.key = $1`, [key]);
  }

  /** Newest first. */
  list(page: { limit: number; after: { createdAt: string; key: string } | null }): Promise<Segment[]> {
    return this.db.rows<Row>(
      `SELECT ${SEGMENT} FROM segments s
       WHERE $1::timestamptz IS NULL OR (s.created_at, s.key) < ($1, $2)
       ORDER BY s.created_at DESC, s.key DESC
       LIMIT $3`,
      [page.after?.createdAt ?? null, page.after?.key ?? null, page.limit],
    );
  }

  /**
   * @param updatedAt what the caller based the change on; null means whatever is there
   * @returns null when the segment is gone or has changed
   */
  update(key: string, updatedAt: string | null, change: SegmentChange): Promise<Segment | null> {
    const { name, description, targeting } = change;
    return this.db.row<Row>(
      `UPDATE segments AS s SET
         name = coalesce($3, s.name),
         description = CASE WHEN $4 THEN $5 ELSE s.description END,
         targeting = coalesce($6::jsonb, s.targeting),
         version = s.version + CASE WHEN $6::jsonb IS DISTINCT FROM s.targeting AND $6 IS NOT NULL THEN 1 ELSE 0 END,
         updated_at = greatest(
           date_trunc('milliseconds', clock_timestamp()), s.updated_at + interval '1 millisecond')
       WHERE s.key = $1 AND ($2::timestamptz IS NULL OR s.updated_at = $2)
       RETURNING ${SEGMENT}`,
      [
        key,
        updatedAt,
        name ?? null,
        description !== undefined,
        description ?? null,
        targeting === undefined ? null : JSON.stringify(targeting),
      ],
    );
  }

  async delete(tx: Transaction, key: string): Promise<boolean> {
    return (await tx.rows('DELETE FROM segments WHERE key = $1 RETURNING key', [key])).length > 0;
  }

  /** Which of these keys exist; they cannot be deleted before the transaction ends. */
  async hold(tx: Transaction, keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const rows = await tx.rows<{ key: string }>(
      'SELECT key FROM segments WHERE key = ANY ($1) ORDER BY key FOR KEY SHARE',
      [keys],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** Experiments that are not archived, and flags, that name the segment; by their keys, the first of them. */
  async usedBy(tx: Transaction, key: string): Promise<SegmentUsers> {
    const keys = async (statement: string): Promise<string[]> =>
      (await tx.rows<{ key: string }>(statement, [key])).map((row) => row.key);
    return {
      experiments: await keys(
        `SELECT key FROM experiments WHERE status <> 'archived' AND ${names('targeting')} ORDER BY key LIMIT 100`,
      ),
      flags: await keys(`SELECT key FROM flags WHERE ${names('rules')} ORDER BY key LIMIT 100`),
    };
  }
}

function names(column: string): string {
  return `jsonb_path_exists(${column}, '$.**.segment ? (@ == $key)', jsonb_build_object('key', $1::text))`;
}
