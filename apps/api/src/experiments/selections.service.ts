import { Injectable } from '@nestjs/common';
import { MaintenanceQueue } from '@app/queue';
import { ExperimentsStore, JobsStore, MeasuresStore, MetricsStore, Transaction } from '@app/store';
import { Choices, keysOf, select, Selection } from './selection';

@Injectable()
export class SelectionsService {
  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly metrics: MetricsStore,
    private readonly measures: MeasuresStore,
    private readonly jobs: JobsStore,
    private readonly maintenance: MaintenanceQueue,
  ) {}

  /** Nobody deletes a metric between this and the commit. */
  async resolve(
    tx: Transaction,
    choices: Choices,
    current: Selection = { metrics: [], primaryMetric: null },
  ): Promise<Selection> {
    const declared = await this.metrics.idsOf(tx, keysOf(choices));
    return select(choices, current, declared, await this.experiments.clock(tx));
  }

  /** Of an experiment that nobody is assigned to yet. */
  async activate(tx: Transaction, id: string): Promise<void> {
    await this.measures.activate(tx, id);
  }

  /** @returns the job that works the totals out anew, when they do not hold yet what the experiment asks for */
  async apply(tx: Transaction, id: string): Promise<string | null> {
    if (await this.measures.activateWithoutRecompute(tx, id)) return null;
    return (await this.jobs.openIn(tx, 'recompute', id)).id;
  }

  /** When the change is committed. @throws AssayError queue_unavailable; the same change again finds the job and sends it */
  async send(jobId: string): Promise<void> {
    await this.maintenance.add('recompute', jobId);
  }
}
