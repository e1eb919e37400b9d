import { Injectable } from '@nestjs/common';
import { Database } from './database';

export interface StoredAnswer {
  request_hash: string;
  /** null while the first request is still being answered. */
  status: number | null;
  answer: unknown;
}

/** Answers of creating requests, kept for 24 hours under the client's Idempotency-Key. */
@Injectable()
export class IdempotencyStore {
  constructor(private readonly db: Database) {}

  /** Claims a key. @returns null when it is ours now, otherwise what is stored under it. */
  async claim(caller: string, key: string, requestHash: string): Promise<StoredAnswer | null> {
    await this.db.rows(
      `DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'
         OR (caller = $1 AND key = $2 AND status IS NULL AND created_at < now() - interval '1 minute')`,
      [caller, key],
    );
    const claimed = await this.db.row(
      `INSERT INTO idempotency_keys (caller, key, request_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key`,
      [caller, key, requestHash],
    );
    if (claimed !== null) return null;
    const stored = await this.db.row<StoredAnswer & Record<string, unknown>>(
      'SELECT request_hash, status, answer FROM idempotency_keys WHERE caller = $1 AND key = $2',
      [caller, key],
    );
    // Given back in between: the key is free again.
    return stored ?? this.claim(caller, key, requestHash);
  }

  async keep(caller: string, key: string, status: number, answer: unknown): Promise<void> {
    await this.db.rows(
      'UPDATE idempotency_keys SET status = $3, answer = $4 WHERE caller = $1 AND key = $2',
      [caller, key, status, JSON.stringify(answer)],
    );
  }

  /** Gives the key back: the request failed before it created anything. */
  async release(caller: string, key: string): Promise<void> {
    await this.db.rows('DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND status IS NULL', [
      caller,
      key,
    ]);
  }
}
