import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { BeforeApplicationShutdown, Inject } from '@nestjs/common';
import type { Job } from 'bullmq';
import type { Logger } from '@app/platform';
import { closeWorker, MAINTENANCE_QUEUE, parseMaintenanceJob, WORKER_OPTIONS } from '@app/queue';
import { LOGGER } from '../injected';
import { MaintenanceService } from './maintenance.service';
import { Watchdog } from './watchdog';

@Processor({ name: MAINTENANCE_QUEUE }, { ...WORKER_OPTIONS, concurrency: 2 })
export class MaintenanceProcessor extends WorkerHost implements BeforeApplicationShutdown {
  constructor(
    private readonly maintenance: MaintenanceService,
    private readonly watchdog: Watchdog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async process(job: Job): Promise<void> {
    const { kind, job_id } = parseMaintenanceJob(job.data);
    if (job_id === undefined) await this.watchdog.run(kind);
    else await this.maintenance.run(kind, job_id);
  }

  @OnWorkerEvent('failed')
  onFailed(job: Job | undefined, error: Error): void {
    this.logger.warn({ job: job?.id, kind: job?.name, err: error }, 'a maintenance job will be tried again');
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error }, 'the maintenance queue does not answer');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await closeWorker(this.worker);
  }
}
