import { Inject, Injectable } from '@nestjs/common';
import { NaturalBatch, type Env, type Logger } from '@app/platform';
import { EventsStore, IngestStore, ReceivedEvent, sqlState } from '@app/store';
import { ENV, LOGGER } from '../tokens';

export interface IngestReport {
  /** Events in the job. */
  received: number;
  /** Events of the transaction that the job was part of: new ones, known ones, and those PostgreSQL refused. */
  batch: { received: number; stored: number; duplicates: number; dead: number };
}

/** SQLSTATE classes that speak about the data, not about the database: data exception, constraint, limit exceeded. */
const DATA_ERRORS = ['22', '23', '54'];

/** Jobs that arrive while a transaction is in flight share the next one; each is acknowledged after it. */
@Injectable()
export class IngestService {
  private readonly batches: NaturalBatch<ReceivedEvent[], IngestReport['batch']>;

  constructor(
    private readonly ingest: IngestStore,
    private readonly events: EventsStore,
    @Inject(ENV) env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.batches = new NaturalBatch(
      (jobs) => this.commit(jobs.flat()),
      env.INGEST_MAX_EVENTS,
      (job) => job.length,
    );
  }

  /** Resolves when the events are committed. */
  async store(events: ReceivedEvent[]): Promise<IngestReport> {
    return { received: events.length, batch: await this.batches.add(events) };
  }

  private async commit(events: readonly ReceivedEvent[]): Promise<IngestReport['batch']> {
    const started = performance.now();
    const batch = await this.storeOrSplit(events);
    this.logger.info({ ...batch, ms: Math.round(performance.now() - started) }, 'ingested');
    return batch;
  }

  /** One event that PostgreSQL refuses must not stop the rest: halve until it stands alone, then bury it with the reason. */
  private async storeOrSplit(events: readonly ReceivedEvent[]): Promise<IngestReport['batch']> {
    try {
      const { received, stored, duplicates } = await this.ingest.ingest(events);
      return { received, stored, duplicates, dead: 0 };
    } catch (error) {
      const state = sqlState(error);
      if (state === null || !DATA_ERRORS.includes(state.slice(0, 2))) throw error;
      if (events.length === 1) return this.bury(events[0], state, error as Error);
      const middle = events.length >> 1;
      const first = await this.storeOrSplit(events.slice(0, middle));
      const second = await this.storeOrSplit(events.slice(middle));
      return {
        received: first.received + second.received,
        stored: first.stored + second.stored,
        duplicates: first.duplicates + second.duplicates,
        dead: first.dead + second.dead,
      };
    }
  }

  private async bury(event: ReceivedEvent, state: string, error: Error): Promise<IngestReport['batch']> {
    await this.events.bury(event, state, error.message);
    this.logger.error(
      { event_id: event.event_id, sqlstate: state },
      'PostgreSQL refused an event; it is kept in dead_events',
    );
    return { received: 1, stored: 0, duplicates: 0, dead: 1 };
  }
}
