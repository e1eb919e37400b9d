import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { MaintenanceKind, MaintenanceQueue } from '@app/queue';
import { Database } from '@app/store';
import { LOGGER } from '../injected';

/** Tells the workers of jobs that are rows of the database. */
@Injectable()
export class JobSignals {
  constructor(
    private readonly db: Database,
    private readonly maintenance: MaintenanceQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Once the job is committed: sooner, a worker would look for a row that is not there. A signal that is lost fails nothing, because
   * workers find jobs that nobody has begun for a minute by themselves.
   */
  send(kind: MaintenanceKind, jobId: string): Promise<void> {
    return this.db.afterCommit(() =>
      this.maintenance.add(kind, jobId).catch((error: unknown) => {
        this.logger.warn({ err: error, job: jobId, kind }, 'a job waits until a worker finds it by itself');
      }),
    );
  }
}
