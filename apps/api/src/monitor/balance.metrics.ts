import { Counter, Gauge, Registry } from 'prom-client';
import { BalanceStore, DeadJobsStore, DeadLettersStore, JobRunsStore, LETTER_STATUSES } from '@app/store';

export interface BalanceParts {
  balance: BalanceStore;
  letters: DeadLettersStore;
  deadJobs: DeadJobsStore;
  runs: JobRunsStore;
}

/**
 * What became of events, kept by the workers in PostgreSQL, because they have no port. A store that does not answer leaves its metric
 * without samples: half of them would look like a loss.
 */
export function balanceMetrics(registry: Registry, { balance, letters, deadJobs, runs }: BalanceParts): void {
  const registers = [registry];
  const total = once(() => balance.total());
  new Counter({
    name: 'assay_ingest_events_total',
    help: 'Events delivered to workers (received), and what became of them. Received is the sum of the others.',
    labelNames: ['outcome'],
    registers,
    async collect() {
      this.reset();
      for (const [outcome, events] of Object.entries((await total()) ?? {})) this.inc({ outcome }, events);
    },
  });
  new Gauge({
    name: 'assay_ingest_imbalance',
    help: 'Received less stored, duplicate, dead and erased events; anything but 0 is a defect.',
    registers,
    async collect() {
      const sums = await total();
      this.set(sums === null ? NaN : sums.received - sums.stored - sums.duplicate - sums.dead - sums.erased);
    },
  });
  new Gauge({
    name: 'assay_experiment_events',
    help: 'Events received on the last day that was reconciled, by what became of them in each running experiment.',
    labelNames: ['experiment', 'disposition'],
    registers,
    async collect() {
      this.reset();
      for (const { experiment, dispositions } of await balance.latest().catch(() => []))
        for (const [disposition, events] of Object.entries(dispositions))
          this.set({ experiment, disposition }, events);
    },
  });
  new Gauge({
    name: 'assay_dead_letters',
    help: 'Events that could not be stored, by what was done about them; an open one needs a person.',
    labelNames: ['status'],
    registers,
    async collect() {
      this.reset();
      const stats = await letters.stats().catch(() => null);
      for (const status of stats === null ? [] : LETTER_STATUSES) this.set({ status }, 0);
      for (const { status, letters: count } of stats ?? []) this.inc({ status }, count);
    },
  });
  new Gauge({
    name: 'assay_dead_jobs',
    help: 'Jobs that ended their workers, or were none; each needs a person.',
    registers,
    async collect() {
      this.set(await deadJobs.count().catch(() => NaN));
    },
  });
  new Gauge({
    name: 'assay_workers_paused',
    help: 'Workers that have stopped taking events by themselves.',
    labelNames: ['reason'],
    registers,
    async collect() {
      this.reset();
      for (const { reason, workers } of await runs.pauses().catch(() => [])) this.set({ reason }, workers);
    },
  });
  new Gauge({
    name: 'assay_scheduled_age_seconds',
    help: 'Time since the last success of what runs by the clock.',
    labelNames: ['kind'],
    registers,
    async collect() {
      this.reset();
      const ages = await runs.ages().catch(() => new Map<string, number>());
      for (const [kind, ms] of ages) this.set({ kind }, ms / 1000);
    },
  });
}

/** Two metrics of one scrape show the same numbers: callers at the same time share an answer. Null when there is none. */
function once<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let current: Promise<T | null> | null = null;
  return () => {
    current ??= ask()
      .catch(() => null)
      .finally(() => (current = null));
    return current;
  };
}
