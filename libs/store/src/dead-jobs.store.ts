import { Injectable } from '@nestjs/common';
import { addToLedger, Receipt } from './balance.store';
import { Database, Transaction } from './database';
import { shareErasures } from './locks';
import { areErased, keepIds, Sent } from './tombstones';

/** Jobs that kill the worker which takes them. They are told from jobs that merely ran beside one by being run alone. */
@Injectable()
export class DeadJobsStore {
  constructor(private readonly db: Database) {}

  /** Written down before the job begins, so that it is known even if nobody lives to tell. @returns how often it has begun alone */
  async begin(jobId: string, reason: string): Promise<number> {
    const row = await this.db.row<{ starts: number }>(
      `INSERT INTO dead_jobs (job_id, status, starts, reason) VALUES ($1, 'suspect', 1, $2)
       ON CONFLICT (job_id) DO UPDATE SET starts = dead_jobs.starts + 1
       RETURNING starts`,
      [jobId, reason],
    );
    return row?.starts ?? 1;
  }

  /** The job was done, or at least did not kill its worker. */
  async acquit(jobId: string): Promise<void> {
    await this.db.rows(`DELETE FROM dead_jobs WHERE job_id = $1 AND status = 'suspect'`, [jobId]);
  }

  /** Keeps the whole job, but for events of people who were erased since; it may then leave the queue. */
  async bury(jobId: string, reason: string, payload: unknown): Promise<void> {
    await this.db.transaction(async (tx) => {
      await shareErasures(tx);
      const { kept, receipts } = await withoutErased(tx, payload);
      await tx.rows(
        `INSERT INTO dead_jobs (job_id, status, reason, payload, died_at) VALUES ($1, 'dead', $2, $3, now())
         ON CONFLICT (job_id) DO UPDATE SET
           status = 'dead', reason = excluded.reason, payload = excluded.payload, died_at = excluded.died_at
         WHERE dead_jobs.status = 'suspect'`,
        [jobId, reason.replaceAll('\u0000', '\uFFFD').slice(0, 1000), JSON.stringify(kept) ?? 'null'],
      );
      await addToLedger(tx, receipts);
    });
  }

  async count(): Promise<number> {
    const row = await this.db.row<{ jobs: number }>(
      `SELECT count(*) AS jobs FROM dead_jobs WHERE status = 'dead'`,
    );
    return row?.jobs ?? 0;
  }
}

async function withoutErased(
  tx: Transaction,
  payload: unknown,
): Promise<{ kept: unknown; receipts: Receipt[] }> {
  const job = payload as { received_at?: unknown; events?: unknown } | null | undefined;
  if (!Array.isArray(job?.events)) return { kept: payload, receipts: [] };
  const sent = job.events.map((event: (Sent & { event_id?: unknown }) | null) => ({
    event_id: event?.event_id,
    user_id: event?.user_id,
    received_at: event?.received_at ?? job.received_at,
  }));
  const erased = await areErased(tx, sent);
  const gone = sent.filter((_, index) => erased[index]);
  if (gone.length === 0) return { kept: payload, receipts: [] };
  const events = job.events.filter((_, index) => !erased[index]);
  return { kept: { ...job, events }, receipts: await keepIds(tx, gone, 'received') };
}
