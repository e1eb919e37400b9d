import { createHash } from 'node:crypto';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { AcceptedEvent, AssayError } from '@app/model';
import { IngestJob } from './jobs';
import { EVENTS_QUEUE, JOB_OPTIONS } from './queues';

/** Longer than the client's own command timeout; covers the connection that was never there. */
const DEADLINE_MS = 3_000;

export interface QueueState {
  waiting: number;
  /** How long the oldest job has waited, in milliseconds; 0 when none does. */
  lagMs: number;
}

@Injectable()
export class EventQueue {
  constructor(@InjectQueue(EVENTS_QUEUE) private readonly queue: Queue) {}

  /**
   * Puts the events of one request on the queue as one job: all of them or none. Resolves when the write is durable.
   * @throws AssayError queue_unavailable; the job may still arrive, which is harmless, because events count once by their id
   */
  async add(events: AcceptedEvent[], receivedAt: string): Promise<void> {
    const job: IngestJob = { v: 1, received_at: receivedAt, events };
    await withDeadline(this.queue.add('ingest', job, { ...JOB_OPTIONS, jobId: jobIdOf(events) }));
  }

  async state(): Promise<QueueState> {
    const [waiting, [oldest]] = await withDeadline(
      Promise.all([
        this.queue.getJobCountByTypes('waiting', 'active', 'delayed'),
        this.queue.getJobs(['active', 'wait'], 0, 0, true),
      ]),
    );
    return { waiting, lagMs: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.timestamp) };
  }

  async ping(): Promise<void> {
    await withDeadline(this.queue.getWaitingCount());
  }
}

/** The same events make the same job, so a lost reply and its retry do not queue them twice. Correctness is the ledger's. */
function jobIdOf(events: readonly AcceptedEvent[]): string {
  const hash = createHash('sha256');
  for (const id of events.map((event) => event.event_id).sort()) hash.update(id);
  return `e-${hash.digest('hex')}`;
}

export async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, deadline]);
  } catch (error) {
    throw new AssayError(
      'queue_unavailable',
      'The queue does not answer; send the same request again later.',
      {},
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}
