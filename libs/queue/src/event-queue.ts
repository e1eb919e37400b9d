import { hash } from 'node:crypto';
import { InjectQueue } from '@nestjs/bullmq';
import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { AcceptedEvent, AssayError } from '@app/model';
import { inTime } from '@app/platform';
import { IngestJob } from './jobs';
import { abandonIfGone } from './leave';
import { QueueLink } from './queue-link';
import { EVENTS_QUEUE, JOB_OPTIONS } from './queues';

const DEADLINE_MS = 3_000;

export interface QueueState {
  waiting: number;
  /** How long the oldest job has waited, in milliseconds; 0 when none does. */
  lagMs: number;
}

@Injectable()
export class EventQueue implements BeforeApplicationShutdown {
  constructor(
    @InjectQueue(EVENTS_QUEUE) private readonly queue: Queue,
    private readonly link: QueueLink,
  ) {
    // Whoever waits for an answer is told by it; without a listener BullMQ writes every lost connection to standard error.
    queue.on('error', () => undefined);
  }

  /**
   * Puts events on the queue as one job: all of them or none. Resolves when the write is durable.
   * @param ms how long to wait for that; also for a connection that was never there
   * @throws AssayError queue_unavailable; the job may still arrive, which is harmless, because events count once by their id
   */
  async add(job: IngestJob, ms: number = DEADLINE_MS): Promise<void> {
    if (!this.link.isOpen) throw unavailable(new Error('there is no connection to Redis'));
    await withDeadline(this.queue.add('ingest', job, { ...JOB_OPTIONS, jobId: jobIdOf(job.events) }), ms);
  }

  async state(): Promise<QueueState> {
    if (!this.link.isOpen) throw unavailable(new Error('there is no connection to Redis'));
    const [waiting, oldest] = await withDeadline(
      Promise.all([
        this.queue.getJobCountByTypes('waiting', 'active', 'delayed'),
        this.queue.getJobs(['active', 'wait', 'delayed'], 0, 0, true),
      ]),
    );
    const since = Math.min(...oldest.filter(Boolean).map((job) => job.timestamp));
    return { waiting, lagMs: Number.isFinite(since) ? Math.max(0, Date.now() - since) : 0 };
  }

  async ping(): Promise<void> {
    if (!this.link.isOpen) throw unavailable(new Error('there is no connection to Redis'));
    await withDeadline(this.queue.getWaitingCount());
  }

  beforeApplicationShutdown(): Promise<void> {
    return abandonIfGone(this.queue);
  }
}

/** The same events make the same job, so a lost reply and its retry do not queue them twice. Correctness is the ledger's. */
export function jobIdOf(events: readonly AcceptedEvent[]): string {
  const ids = events.map((event) => event.event_id).sort();
  return `e-${hash('sha256', ids.join(''))}`;
}

export async function withDeadline<T>(work: Promise<T>, ms: number = DEADLINE_MS): Promise<T> {
  try {
    return await inTime(work, ms);
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): AssayError {
  return new AssayError(
    'queue_unavailable',
    'The queue does not answer; send the same request again later.',
    {},
    cause,
  );
}
