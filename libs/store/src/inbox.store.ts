import { Injectable } from '@nestjs/common';
import { Database } from './database';

/** A job that the queue did not take. */
export interface InboxRow {
  batch_key: string;
  payload: string;
}

export interface Drained {
  stored: number;
  failed: number;
}

/** Rows of one round; they share transactions of ingest. */
const ROUND = 64;
/** The locks of a round are held while ingest works in a transaction of its own. */
const ROUND_MS = 120_000;
const PUT_MS = 1_200;
const LATER = `30 seconds`;

@Injectable()
export class InboxStore {
  constructor(private readonly db: Database) {}

  /** Resolves when the row is committed. The same key again is the same job. */
  async put({ batch_key, payload }: InboxRow): Promise<void> {
    await this.db.rows(
      'INSERT INTO inbox (batch_key, payload) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [batch_key, payload],
      { queryMs: PUT_MS },
    );
  }

  async count(): Promise<number> {
    const [{ rows }] = await this.db.rows<{ rows: number }>('SELECT count(*) AS rows FROM inbox');
    return rows;
  }

  /**
   * Hands due rows to `store`, oldest first, and deletes those for which it resolved: they are committed elsewhere by then. A worker that
   * dies in between leaves the row to the next one; the ledger makes a second run harmless. Rows in the hands of others are skipped.
   */
  drain(store: (row: InboxRow) => Promise<unknown>): Promise<Drained> {
    return this.db.transaction(async (tx) => {
      await tx.rows(`SET LOCAL idle_in_transaction_session_timeout = ${ROUND_MS}`);
      const rows = await tx.rows<InboxRow>(
        `SELECT batch_key, payload FROM inbox WHERE retry_at <= now()
         ORDER BY retry_at LIMIT ${ROUND} FOR UPDATE SKIP LOCKED`,
      );
      if (rows.length === 0) return { stored: 0, failed: 0 };
      const outcomes = await Promise.allSettled(rows.map((row) => store(row)));
      const keys = (status: string): string[] =>
        rows.filter((_, index) => outcomes[index].status === status).map(({ batch_key }) => batch_key);
      const [stored, failed] = [keys('fulfilled'), keys('rejected')];
      await tx.rows('DELETE FROM inbox WHERE batch_key = ANY ($1::text[])', [stored]);
      await tx.rows(
        `UPDATE inbox SET retry_at = now() + interval '${LATER}' WHERE batch_key = ANY ($1::text[])`,
        [failed],
      );
      return { stored: stored.length, failed: failed.length };
    });
  }
}
