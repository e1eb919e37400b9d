import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, Transaction } from './database';

export const JOB_KINDS = ['recompute', 'verify', 'reconcile', 'partitions', 'lifecycle', 'erase'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export interface JobRow {
  id: string;
  kind: JobKind;
  experiment_id: string | null;
  state: 'waiting' | 'active' | 'completed' | 'failed';
  progress: number;
  result: unknown;
  error: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

// Not whom a job is about: answers are made of these.
const JOB = 'id, kind, experiment_id, state, progress, result, error, created_at, started_at, finished_at';

/** Background jobs as the api shows them. They live in PostgreSQL, so they outlast the queue. */
@Injectable()
export class JobsStore {
  constructor(private readonly db: Database) {}

  /** A new job, or the one of this kind that already waits for the experiment. */
  open(kind: JobKind, experimentId: string | null): Promise<JobRow> {
    return this.db.transaction((tx) => this.openIn(tx, kind, experimentId));
  }

  /** The same, committed together with what makes the job necessary. */
  openIn(tx: Transaction, kind: JobKind, experimentId: string | null): Promise<JobRow> {
    return this.openOne(tx, kind, { experimentId, userId: null });
  }

  /** A job that erases a user, or the one that already waits. */
  openErasure(userId: string): Promise<JobRow> {
    return this.db.transaction((tx) => this.openOne(tx, 'erase', { experimentId: null, userId }));
  }

  private async openOne(
    tx: Transaction,
    kind: JobKind,
    { experimentId, userId }: { experimentId: string | null; userId: string | null },
  ): Promise<JobRow> {
    // Two callers at once take turns, so the second finds the job of the first.
    await tx.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `job ${kind} ${experimentId ?? userId}`,
    ]);
    const waiting = await tx.row<JobRow & Record<string, unknown>>(
      `SELECT ${JOB} FROM jobs WHERE kind = $1 AND experiment_id IS NOT DISTINCT FROM $2 AND user_id IS NOT DISTINCT FROM $3
         AND state = 'waiting' LIMIT 1`,
      [kind, experimentId, userId],
    );
    if (waiting !== null) return waiting;
    const row = await tx.row<JobRow & Record<string, unknown>>(
      `INSERT INTO jobs (id, kind, experiment_id, user_id, state) VALUES ($1, $2, $3, $4, 'waiting') RETURNING ${JOB}`,
      [uuidv7(), kind, experimentId, userId],
    );
    return row as JobRow;
  }

  find(id: string): Promise<JobRow | null> {
    return this.db.row<JobRow & Record<string, unknown>>(`SELECT ${JOB} FROM jobs WHERE id = $1`, [id]);
  }

  list(page: { limit: number; after: { createdAt: string; id: string } | null }): Promise<JobRow[]> {
    return this.db.rows<JobRow & Record<string, unknown>>(
      `SELECT ${JOB} FROM jobs
       WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $3`,
      [page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
    );
  }

  /**
   * Jobs about an experiment that nobody has begun for a minute: the queue never got them, or lost them. A person who asked to be erased
   * is not forgotten either when the queue lost the job after a worker had begun it.
   */
  forgotten(): Promise<JobRow[]> {
    return this.db.rows<JobRow & Record<string, unknown>>(
      `SELECT ${JOB} FROM jobs
       WHERE (state = 'waiting' AND (experiment_id IS NOT NULL OR user_id IS NOT NULL) AND created_at < now() - interval '1 minute')
         OR (user_id IS NOT NULL AND coalesce(finished_at, started_at) < now() - interval '10 minutes')
       ORDER BY created_at LIMIT 10`,
    );
  }

  async start(id: string): Promise<void> {
    await this.db.rows(
      `UPDATE jobs SET state = 'active', started_at = date_trunc('milliseconds', clock_timestamp()), error = NULL
       WHERE id = $1`,
      [id],
    );
  }

  async progress(id: string, share: number): Promise<void> {
    await this.db.rows('UPDATE jobs SET progress = $2 WHERE id = $1', [id, share]);
  }

  async complete(id: string, result: unknown): Promise<void> {
    await this.db.rows(
      `UPDATE jobs SET state = 'completed', progress = 1, result = $2,
         finished_at = date_trunc('milliseconds', clock_timestamp()) WHERE id = $1`,
      [id, JSON.stringify(result)],
    );
  }

  async fail(id: string, message: string): Promise<void> {
    await this.db.rows(
      `UPDATE jobs SET state = 'failed', error = $2, finished_at = date_trunc('milliseconds', clock_timestamp())
       WHERE id = $1`,
      [id, message],
    );
  }

  /** The last finished run of this kind over all experiments. */
  lastCompleted(kind: JobKind): Promise<JobRow | null> {
    return this.db.row<JobRow & Record<string, unknown>>(
      `SELECT ${JOB} FROM jobs WHERE kind = $1 AND experiment_id IS NULL AND state = 'completed' ORDER BY created_at DESC LIMIT 1`,
      [kind],
    );
  }

  /**
   * Scheduled jobs would pile up; those that found nothing go after a week, the rest after a quarter. Answers kept for an Idempotency-Key
   * are good for a day.
   */
  async prune(): Promise<void> {
    await this.db.rows(
      `DELETE FROM jobs WHERE finished_at < now() - interval '90 days'
         OR (finished_at < now() - interval '7 days' AND experiment_id IS NULL AND kind <> 'erase' AND state = 'completed')`,
    );
    await this.db.rows(`DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'`);
  }
}
