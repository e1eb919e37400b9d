import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { MaintenanceKind } from '@app/queue';
import { ErasureStore, ExperimentsStore, JobRow, JobsStore, PartitionsStore } from '@app/store';
import { LOGGER } from '../injected';
import { ChecksService, Findings } from './checks.service';

const MONTHS_AHEAD = 2;

@Injectable()
export class MaintenanceService {
  constructor(
    private readonly jobs: JobsStore,
    private readonly experiments: ExperimentsStore,
    private readonly checks: ChecksService,
    private readonly partitions: PartitionsStore,
    private readonly erasures: ErasureStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param jobId the row to report to; a scheduled run opens its own */
  async run(kind: MaintenanceKind, jobId: string | null): Promise<void> {
    if (kind === 'lifecycle') {
      await this.keepAppointments();
      return this.adoptForgotten();
    }
    const job = jobId === null ? await this.jobs.open(kind, null) : await this.jobs.find(jobId);
    if (job === null || job.state === 'completed') return;
    await this.jobs.start(job.id);
    try {
      const result = await this.perform(kind, job);
      await this.jobs.complete(job.id, result);
      this.logger.info({ job: job.id, kind, drift: (result as Partial<Findings>).drift }, 'maintenance done');
    } catch (error) {
      await this.jobs.fail(job.id, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  private async perform(kind: MaintenanceKind, job: JobRow): Promise<unknown> {
    switch (kind) {
      case 'recompute':
      case 'verify':
      case 'reconcile':
        return this.checks.run(kind, job);
      case 'partitions':
        await this.jobs.prune();
        return { created: await this.partitions.ensure(new Date(), MONTHS_AHEAD) };
      case 'erase':
        // Null: it was done by a run that did not live to say so, and left its result.
        return (await this.erasures.erase(job.id)) ?? (await this.jobs.find(job.id))?.result;
      case 'lifecycle':
        throw new Error('lifecycle has no job row');
    }
  }

  /** Writes down planned starts and ends. They took effect at their instant; this only makes the stored status say so. */
  private async keepAppointments(): Promise<void> {
    for (const experiment of await this.experiments.overdue()) {
      const { id, version, status, startsAt, endsAt } = experiment;
      const starting = status === 'draft';
      await this.experiments.change(id, version, (tx) =>
        this.experiments.setStatus(tx, id, {
          status: starting ? 'running' : 'completed',
          startedAt: starting ? (startsAt ?? undefined) : undefined,
          endedAt: starting ? undefined : (endsAt ?? undefined),
        }),
      );
      this.logger.info(
        { experiment: id, status: starting ? 'running' : 'completed' },
        'a planned transition was written down',
      );
    }
  }

  /** Jobs live in PostgreSQL and their signals in the queue; a change that was saved while the queue was down is made up for here. */
  private async adoptForgotten(): Promise<void> {
    for (const { id, kind } of await this.jobs.forgotten()) {
      this.logger.warn({ job: id, kind }, 'a job that nobody had begun is run now');
      await this.run(kind, id);
    }
  }
}
