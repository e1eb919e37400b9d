import type { JobsOptions, WorkerOptions } from 'bullmq';

export const EVENTS_QUEUE = 'events';
export const MAINTENANCE_QUEUE = 'maintenance';

const LONGEST_DELAY_MS = 30_000;

/** Capped, because BullMQ's own exponential backoff is not: its twentieth retry would wait for days. */
export function backoffMs(attemptsMade: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, 250 * 2 ** Math.min(attemptsMade, 10));
  // Whole milliseconds: BullMQ's PostgreSQL keeps times as bigint, and a fraction would leave the job locked until it stalls.
  return Math.round(delay * (0.75 + Math.random() / 2));
}

/** A job is tried until it succeeds: one that ended in `failed` would be lost, and would block its id. */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 1_000_000,
  backoff: { type: 'custom' },
  removeOnComplete: true,
  removeOnFail: false,
};

/**
 * A worker that dies by kill -9 leaves its jobs locked; another takes them over after at most lockDuration + stalledInterval.
 * Stock settings fail such a job for good at its second stall, whatever its attempts.
 */
export const WORKER_OPTIONS: Partial<WorkerOptions> = {
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 1_000_000,
  settings: { backoffStrategy: backoffMs },
};
