import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { DeadJobsStore, ReceivedEvent } from '@app/store';
import { LOGGER } from '../injected';
import { BatchReport, IngestReport, IngestService } from './ingest.service';
import { ReadJob, readJob } from './read-job';

export interface QueuedJob {
  id: string;
  data: unknown;
  /** How often a worker died, or seemed to, with the job in hand. */
  stalls: number;
  /** How often the job failed for a reason that nobody knows. */
  failures: number;
}

/** More stalls than this and the job runs alone, event by event. */
const TOLERATED_STALLS = 5;
const TOLERATED_FAILURES = 10;
/** More begins alone than this without an end and the job is what kills the workers. */
const TOLERATED_STARTS = 5;

/** From a job to its events, also when the job is not what it should be. */
@Injectable()
export class JobsService {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly ingest: IngestService,
    private readonly dead: DeadJobsStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves when the job may leave the queue. */
  async take(job: QueuedJob): Promise<IngestReport> {
    const read = readJob(job.data);
    if (read === null) return this.bury(job, 'no job of events');
    const report = await this.ingestJob(job, read);
    for (const { event, reason } of read.misshapen) {
      report.received += 1;
      add(report.batch, await this.ingest.buryMisshapen(event, reason, job.id));
    }
    return report;
  }

  private ingestJob(job: QueuedJob, { events }: ReadJob): Promise<IngestReport> {
    if (job.stalls > TOLERATED_STALLS) return this.quarantine(job, events, `stalled ${job.stalls} times`);
    if (job.failures > TOLERATED_FAILURES)
      return this.quarantine(job, events, `failed ${job.failures} times`);
    if (events.length === 0) return Promise.resolve({ received: 0, batch: nothing() });
    return this.ingest.store(events, job.id);
  }

  /**
   * When a worker dies, all the jobs in its hands stall, and only one of them may be to blame. So suspects run one after another, and how
   * often each has begun is written down before: the one that goes on killing is told apart from those that stood beside it.
   */
  private quarantine(job: QueuedJob, events: ReceivedEvent[], reason: string): Promise<IngestReport> {
    const turn = this.last.then(() => this.runAlone(job, events, reason));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async runAlone(job: QueuedJob, events: ReceivedEvent[], reason: string): Promise<IngestReport> {
    const starts = await this.dead.begin(job.id, reason);
    if (starts > TOLERATED_STARTS)
      return this.bury(job, `${reason}, and ended its worker ${starts - 1} times when it ran alone`);
    this.logger.warn({ job: job.id, reason, starts }, 'a job runs alone, event by event');
    const batch = nothing();
    try {
      for (const event of events) add(batch, await this.ingest.storeAlone(event, job.id));
    } finally {
      // Whatever happened, the worker is alive.
      await this.dead.acquit(job.id).catch(() => undefined);
    }
    return { received: events.length, batch };
  }

  private async bury({ id, data }: QueuedJob, reason: string): Promise<IngestReport> {
    await this.dead.bury(id, reason, data);
    this.logger.error({ job: id, reason }, 'a job cannot be run; it is kept whole in dead_jobs');
    return { received: 0, batch: nothing() };
  }
}

const nothing = (): BatchReport => ({ received: 0, stored: 0, duplicates: 0, dead: 0, erased: 0 });

function add(sum: BatchReport, more: BatchReport): void {
  sum.received += more.received;
  sum.stored += more.stored;
  sum.duplicates += more.duplicates;
  sum.dead += more.dead;
  sum.erased += more.erased;
}
