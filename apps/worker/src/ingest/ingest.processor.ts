import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { BeforeApplicationShutdown, Inject, OnApplicationBootstrap } from '@nestjs/common';
import { DelayedError, type Job } from 'bullmq';
import type { Logger } from '@app/platform';
import { backoffMs, closeWorker, EVENTS_QUEUE, WORKER_OPTIONS } from '@app/queue';
import { LOGGER } from '../injected';
import { ACTIONS, classify } from './failure';
import type { IngestReport } from './ingest.service';
import { Breaker } from './breaker';
import { JobsService } from './jobs.service';

/** Jobs taken at once; they share transactions, so this bounds what two commits may gather. */
const CONCURRENCY = 128;

@Processor({ name: EVENTS_QUEUE }, { ...WORKER_OPTIONS, concurrency: CONCURRENCY })
export class IngestProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly jobs: JobsService,
    private readonly breaker: Breaker,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    // Jobs in hand need not be waited for: they fail, or they do not.
    this.breaker.attach({ pause: () => this.worker.pause(true), resume: async () => this.worker.resume() });
  }

  /** The job is acknowledged by returning, and this returns after the commit. */
  async process(job: Job, token?: string): Promise<IngestReport> {
    const { id = 'unnamed', data, stalledCounter: stalls, attemptsMade: failures } = job;
    try {
      return await this.jobs.take({ id, data: data as unknown, stalls, failures });
    } catch (error) {
      if (ACTIONS[classify(error)].job !== 'delay') throw error;
      // Burns no attempt: attempts count failures that are the job's own.
      await job.moveToDelayed(Date.now() + backoffMs(job.attemptsStarted), token);
      throw new DelayedError();
    }
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
    await closeWorker(this.worker);
  }
}
