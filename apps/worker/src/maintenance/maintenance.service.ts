import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { MaintenanceKind } from '@app/queue';
import {
  ExperimentsStore,
  JobRow,
  JobsStore,
  PartitionsStore,
  RecountStore,
  TotalsStore,
  Verification,
} from '@app/store';
import { LOGGER } from '../injected';

const MONTHS_AHEAD = 2;

/** What a run over several experiments found; `experiments` holds only those with differences. */
interface Findings {
  checked: number;
  drift: number;
  experiments: Verification[];
}

@Injectable()
export class MaintenanceService {
  constructor(
    private readonly jobs: JobsStore,
    private readonly experiments: ExperimentsStore,
    private readonly recounts: RecountStore,
    private readonly partitions: PartitionsStore,
    private readonly totals: TotalsStore,
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
        return this.forEach(job, (id) => this.recounts.recompute(id));
      case 'verify':
        return this.forEach(job, (id) => this.recounts.verify(id));
      case 'reconcile':
        return this.forEach(job, (id) => this.recounts.reconcile(id));
      case 'partitions':
        await this.jobs.prune();
        return { created: await this.partitions.ensure(new Date(), MONTHS_AHEAD) };
      case 'lifecycle':
        throw new Error('lifecycle has no job row');
    }
  }

  /** One experiment when the job names it, those that have changed otherwise. The differences are part of the result, whatever is done about them. */
  private async forEach(
    job: JobRow,
    check: (id: string) => Promise<Verification>,
  ): Promise<Findings & Partial<Verification>> {
    const ids = job.experiment_id === null ? await this.changed(job.kind) : [job.experiment_id];
    const found: Verification[] = [];
    for (const [index, id] of ids.entries()) {
      const verification = await check(id);
      if (verification.drift > 0) {
        this.logger.error(
          { experiment: id, drift: verification.drift, tables: verification.tables },
          'totals differ from the recount',
        );
      }
      found.push(verification);
      await this.jobs.progress(job.id, (index + 1) / ids.length);
    }
    const drift = found.reduce((sum, verification) => sum + verification.drift, 0);
    if (job.experiment_id !== null) return { checked: 1, experiments: [], ...found[0], drift };
    return {
      checked: ids.length,
      drift,
      experiments: found.filter((verification) => verification.drift > 0),
    };
  }

  /** What changed since the last run of this kind, and whatever differed then: drift is not forgotten because nothing happens. */
  private async changed(kind: JobRow['kind']): Promise<string[]> {
    const last = await this.jobs.lastCompleted(kind);
    const since = await this.totals.changedSince(last?.started_at ?? null);
    const wrong =
      (last?.result as Findings | undefined)?.experiments.map(({ experiment_id }) => experiment_id) ?? [];
    return [...new Set([...wrong, ...since])];
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
