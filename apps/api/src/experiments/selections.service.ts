import { Injectable } from '@nestjs/common';
import { ExperimentsStore, JobsStore, MeasuresStore, MetricsStore, Transaction } from '@app/store';
import { JobSignals } from '../http/job-signals';
import { Choices, keysOf, select, Selection } from './selection';

@Injectable()
export class SelectionsService {
  constructor(
    private readonly experiments: ExperimentsStore,
    private readonly metrics: MetricsStore,
    private readonly measures: MeasuresStore,
    private readonly jobs: JobsStore,
    private readonly signals: JobSignals,
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

  /** Once the change is committed. */
  send(jobId: string): Promise<void> {
    return this.signals.send('recompute', jobId);
  }
}
