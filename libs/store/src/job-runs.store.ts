import { Injectable } from '@nestjs/common';
import { Database } from './database';

/** What runs by the clock, when it last succeeded, and which workers have stopped taking events. The queue may lose its data, this not. */
@Injectable()
export class JobRunsStore {
  constructor(private readonly db: Database) {}

  /** From now on these kinds are expected; those that are known already keep their time. */
  async expect(kinds: readonly string[]): Promise<void> {
    await this.db.rows(
      'INSERT INTO job_runs (kind, last_success_at) SELECT unnest($1::text[]), now() ON CONFLICT DO NOTHING',
      [kinds.toSorted()],
    );
  }

  async succeeded(kind: string): Promise<void> {
    await this.db.rows(
      `INSERT INTO job_runs (kind, last_success_at) VALUES ($1, now())
       ON CONFLICT (kind) DO UPDATE SET last_success_at = now()`,
      [kind],
    );
  }

  /** Milliseconds since the last success of each kind, by the clock of the database. */
  async ages(): Promise<Map<string, number>> {
    const rows = await this.db.rows<{ kind: string; ms: number }>(
      'SELECT kind, (extract(epoch FROM now() - last_success_at) * 1000)::bigint AS ms FROM job_runs',
    );
    return new Map(rows.map(({ kind, ms }) => [kind, ms]));
  }

  /** Runs the work unless another process is at the same kind. @returns whether it ran */
  alone(kind: string, work: () => Promise<void>): Promise<boolean> {
    return this.db.exclusive(`scheduled ${kind}`, work);
  }

  async paused(workerId: string, reason: string, detail: string): Promise<void> {
    await this.db.rows(
      `INSERT INTO worker_pauses (worker_id, reason, detail) VALUES ($1, $2, $3)
       ON CONFLICT (worker_id) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, renewed_at = now()`,
      [workerId, reason, detail.replaceAll('\u0000', '\uFFFD').slice(0, 1000)],
    );
  }

  async resumed(workerId: string): Promise<void> {
    await this.db.rows(
      `DELETE FROM worker_pauses WHERE worker_id = $1 OR renewed_at < now() - interval '1 day'`,
      [workerId],
    );
  }

  /** Workers that have stopped by themselves, by reason; one that was not heard of for two minutes is gone. */
  pauses(): Promise<{ reason: string; workers: number }[]> {
    return this.db.rows(
      `SELECT reason, count(*) AS workers FROM worker_pauses WHERE renewed_at > now() - interval '2 minutes' GROUP BY 1`,
    );
  }

  /** Whether events could be stored at all: the database answers, and takes writes. */
  async writable(): Promise<boolean> {
    const row = await this.db.row<{ yes: boolean }>(
      `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS yes`,
    );
    return row?.yes ?? false;
  }
}
