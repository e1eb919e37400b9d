import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { BeforeApplicationShutdown, Inject } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Logger } from '@app/platform';
import { EVENTS_QUEUE, parseIngestJob, WORKER_OPTIONS } from '@app/queue';
import { LOGGER } from '../tokens';
import { IngestReport, IngestService } from './ingest.service';

/** Jobs taken at once; they share transactions, so this bounds what one commit may gather. */
const CONCURRENCY = 64;

@Processor({ name: EVENTS_QUEUE }, { ...WORKER_OPTIONS, concurrency: CONCURRENCY })
export class IngestProcessor extends WorkerHost implements BeforeApplicationShutdown {
  constructor(
    private readonly ingest: IngestService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  /** The job is acknowledged by returning, and this returns after the commit. */
  async process(job: Job): Promise<IngestReport> {
    const { received_at, events } = parseIngestJob(job.data);
    return this.ingest.store(events.map((event) => ({ ...event, received_at })));
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job | undefined, error: Error): void {
    this.logger.warn(
      { job: job?.id, attempt: job?.attemptsMade, err: error },
      'an ingest job will be tried again',
    );
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error }, 'the event queue does not answer');
  }

  /** Before the connection pool goes: a job in hand still needs it. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }
}
