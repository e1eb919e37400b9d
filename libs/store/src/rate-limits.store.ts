import { Injectable } from '@nestjs/common';
import { Database } from './database';

// GCRA (ITU-T I.371, 1996): what is spent comes back at a constant rate, and `spent_until` is when all of it has. In: key, the time that
// the cost takes to come back, the period in which the whole limit does. Out: whether it was taken, and how long the rest will take.
const TAKE = `
  WITH taken AS (
    INSERT INTO rate_limits AS r (key, spent_until) VALUES ($1, clock_timestamp() + $2::interval)
    ON CONFLICT (key) DO UPDATE SET spent_until = greatest(r.spent_until, excluded.spent_until - $2::interval) + $2::interval
    WHERE greatest(r.spent_until, excluded.spent_until - $2::interval) + $2::interval <= excluded.spent_until - $2::interval + $3::interval
    RETURNING spent_until
  ),
  now_known AS (
    SELECT true AS ok, spent_until FROM taken
    UNION ALL
    SELECT false, spent_until FROM rate_limits WHERE key = $1 AND NOT EXISTS (SELECT FROM taken)
  )
  SELECT ok, greatest(0, extract(epoch FROM spent_until - clock_timestamp()) * 1000)::float8 AS back_in_ms FROM now_known`;

@Injectable()
export class RateLimitsStore {
  constructor(private readonly db: Database) {}

  /**
   * Takes what comes back within `costMs`, or nothing, from a limit that comes back within `periodMs`.
   * @returns whether it was taken, and until when in milliseconds all that is spent has come back
   */
  async take(
    key: string,
    costMs: number,
    periodMs: number,
    queryMs: number,
  ): Promise<{ ok: boolean; backInMs: number }> {
    const values = [key, `${costMs} milliseconds`, `${periodMs} milliseconds`];
    const [row] = await this.db.rows<{ ok: boolean; back_in_ms: number }>(TAKE, values, { queryMs });
    // Inserted and deleted by nobody: a row that was refused is there, unless the table was emptied this moment.
    return row === undefined ? { ok: false, backInMs: periodMs } : { ok: row.ok, backInMs: row.back_in_ms };
  }

  async ping(queryMs: number): Promise<void> {
    await this.db.rows('SELECT FROM rate_limits LIMIT 1', [], { queryMs });
  }
}
