import { InjectQueue } from '@nestjs/bullmq';
import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { withDeadline } from './event-queue';
import { MaintenanceJob } from './jobs';
import { abandonIfGone } from './leave';
import { JOB_OPTIONS, MAINTENANCE_QUEUE } from './queues';

export type MaintenanceKind = MaintenanceJob['kind'];

/** What runs by the clock. Times are UTC. */
export const SCHEDULES: Record<
  string,
  { kind: MaintenanceKind; repeat: { every: number } | { pattern: string; tz: string } }
> = {
  lifecycle: { kind: 'lifecycle', repeat: { every: 15_000 } },
  reconcile: { kind: 'reconcile', repeat: { every: 300_000 } },
  recompute: { kind: 'recompute', repeat: { pattern: '0 15 3 * * *', tz: 'UTC' } },
  partitions: { kind: 'partitions', repeat: { every: 3_600_000 } },
};

@Injectable()
export class MaintenanceQueue implements BeforeApplicationShutdown {
  constructor(@InjectQueue(MAINTENANCE_QUEUE) private readonly queue: Queue) {
    // As for the event queue: whoever waits for an answer is told.
    queue.on('error', () => undefined);
  }

  async add(kind: MaintenanceKind, jobId: string): Promise<void> {
    const job: MaintenanceJob = { v: 1, kind, job_id: jobId };
    await withDeadline(this.queue.add(kind, job, { ...JOB_OPTIONS, jobId }));
  }

  /** Creates or renews every schedule. Schedules vanish with the queue's data, so workers call this again and again. */
  async schedule(): Promise<void> {
    for (const [id, { kind, repeat }] of Object.entries(SCHEDULES)) {
      const data: MaintenanceJob = { v: 1, kind };
      await withDeadline(this.queue.upsertJobScheduler(id, repeat, { name: kind, data, opts: JOB_OPTIONS }));
    }
  }

  beforeApplicationShutdown(): Promise<void> {
    return abandonIfGone(this.queue);
  }
}
