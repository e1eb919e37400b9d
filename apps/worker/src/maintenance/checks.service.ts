import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { JobRow, JobsStore, RecountStore, TotalsStore, Verification } from '@app/store';
import { LOGGER } from '../injected';

/** What a run over several experiments found; `experiments` holds only those with differences. */
export interface Findings {
  checked: number;
  drift: number;
  experiments: Verification[];
}

const CHECKS = ['recompute', 'verify', 'reconcile'] as const;
export type Check = (typeof CHECKS)[number];

/** Totals against their recount. */
@Injectable()
export class ChecksService {
  constructor(
    private readonly jobs: JobsStore,
    private readonly recounts: RecountStore,
    private readonly totals: TotalsStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One experiment when the job names it, those that have changed otherwise. The differences are part of the result, whatever is done about them. */
  async run(kind: Check, job: JobRow): Promise<Findings & Partial<Verification>> {
    const ids = job.experiment_id === null ? await this.changed(kind) : [job.experiment_id];
    const found: Verification[] = [];
    for (const [index, id] of ids.entries()) {
      const verification = await this.recounts[kind](id);
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
  private async changed(kind: Check): Promise<string[]> {
    const last = await this.jobs.lastCompleted(kind);
    const since = await this.totals.changedSince(last?.started_at ?? null);
    const wrong =
      (last?.result as Findings | null | undefined)?.experiments.map(({ experiment_id }) => experiment_id) ??
      [];
    return [...new Set([...wrong, ...since])];
  }
}
