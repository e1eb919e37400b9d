import { Injectable } from '@nestjs/common';
import { Database } from './database';

/** A key as one caller used it for one address. */
export interface Claim {
  caller: string;
  key: string;
  requestHash: string;
}

export interface StoredAnswer {
  request_hash: string;
  status: number;
  headers: Record<string, string>;
  answer: unknown;
}

/**
 * Answers of creating requests, kept for 24 hours under the client's Idempotency-Key. Everything here is part of the unit of work that
 * creates: an answer is kept if and only if what it tells of is.
 */
@Injectable()
export class IdempotencyStore {
  constructor(private readonly db: Database) {}

  /** @returns false when another request with this key is at work; nobody waits for it. Otherwise the key is ours until the end. */
  async claim({ caller, key }: Claim): Promise<boolean> {
    const row = await this.db.row<{ mine: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine',
      [`idempotency ${caller} ${key}`],
    );
    return row?.mine ?? false;
  }

  /** After `claim`: an answer that was being written then is seen now. */
  async find({ caller, key }: Claim): Promise<StoredAnswer | null> {
    return this.db.row<StoredAnswer & Record<string, unknown>>(
      `SELECT request_hash, status, headers, answer FROM idempotency_keys
       WHERE caller = $1 AND key = $2 AND status IS NOT NULL AND created_at > now() - interval '24 hours'`,
      [caller, key],
    );
  }

  async keep(
    { caller, key, requestHash }: Claim,
    { status, headers, answer }: Omit<StoredAnswer, 'request_hash'>,
  ): Promise<void> {
    await this.db.rows(
      `INSERT INTO idempotency_keys (caller, key, request_hash, status, headers, answer) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (caller, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
         headers = excluded.headers, answer = excluded.answer, created_at = excluded.created_at`,
      [caller, key, requestHash, status, JSON.stringify(headers), JSON.stringify(answer ?? null)],
    );
  }
}
