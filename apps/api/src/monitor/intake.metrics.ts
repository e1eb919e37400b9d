import { Gauge, Registry } from 'prom-client';
import type { DurabilityWatch } from '@app/platform';
import type { QueueWatch } from '@app/queue';
import type { InboxStore } from '@app/store';

export interface IntakeParts {
  watch: QueueWatch;
  durability: DurabilityWatch;
  inbox: InboxStore;
}

/** May events come in, what stands in the way, and what an acknowledgement is worth. NaN is what cannot be known at the moment. */
export function intakeMetrics(registry: Registry, { watch, durability, inbox }: IntakeParts): void {
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  };
  gauge('assay_queue_answers', '1 while the queue answers.', () => Number(watch.isAnswering));
  gauge(
    'assay_queue_lag_seconds',
    'Age of the oldest event job that is not yet stored.',
    () => watch.reading?.lag_seconds ?? NaN,
  );
  gauge(
    'assay_queue_memory_share',
    'Memory of Redis in use, of its maxmemory.',
    () => watch.reading?.memory_share ?? NaN,
  );
  gauge('assay_backpressure', '1 while events are refused because too much waits.', () =>
    Number(watch.underPressure),
  );
  gauge('assay_durability_relaxed', '1 while a crash could lose acknowledged events.', () => {
    const known = durability.of();
    return known === 'unknown' ? NaN : Number(known === 'relaxed');
  });
  gauge('assay_inbox_jobs', 'Jobs in the inbox of the database, not yet stored.', () =>
    inbox.count().catch(() => NaN),
  );
}
