import { Inject, Injectable } from '@nestjs/common';
import { NaturalBatch, type Env, type Logger } from '@app/platform';
import { DeadLettersStore, IngestStore, ReceivedEvent, sqlState, Unstorable } from '@app/store';
import { ENV, LOGGER } from '../injected';
import { classify, Flood } from './failure';
import { FloodGauge } from './flood-gauge';
import { Breaker } from './breaker';

export interface IngestReport {
  /** Events in the job. */
  received: number;
  /** Events of the transactions that the job was part of: new ones, known ones, and those PostgreSQL refused. */
  batch: BatchReport;
}

export interface BatchReport {
  received: number;
  stored: number;
  duplicates: number;
  dead: number;
  /** Of erased people. */
  erased: number;
}

interface Load {
  jobId: string | null;
  events: ReceivedEvent[];
}

/** At once: while one folds under the locks of its experiments, the next writes its events. */
const TRANSACTIONS = 2;
/** data_exception: for what is not even an event. */
const MISSHAPEN = '22000';
/** internal_error: for an event that fails for a reason without an SQLSTATE. */
const NO_STATE = 'XX000';

/** Jobs that arrive while a transaction is in flight share the next one; each is acknowledged after it. */
@Injectable()
export class IngestService {
  private readonly batches: NaturalBatch<Load, BatchReport>;
  private readonly flood = new FloodGauge();

  constructor(
    private readonly ingest: IngestStore,
    private readonly letters: DeadLettersStore,
    private readonly breaker: Breaker,
    @Inject(ENV) env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.batches = new NaturalBatch(
      (loads) => this.commit(loads),
      env.INGEST_MAX_EVENTS,
      (load) => load.events.length,
      TRANSACTIONS,
    );
  }

  /**
   * Resolves when the events are committed: each is stored, known already, or a dead letter. A failure is told to the breaker, which may
   * stop the worker; what becomes of the job is for the caller to say (failure.ts).
   */
  async store(events: ReceivedEvent[], jobId: string | null = null): Promise<IngestReport> {
    return { received: events.length, batch: await this.batches.add({ jobId, events }) };
  }

  /** The same without company: one transaction for this event, and whatever is wrong with it alone is its death. */
  storeAlone(event: ReceivedEvent, jobId: string): Promise<BatchReport> {
    return this.watch(async () => {
      try {
        return await this.storeOrSplit([event], () => jobId);
      } catch (error) {
        if (classify(error) !== 'unknown') throw error;
        return this.bury(event, jobId, error as Error);
      }
    });
  }

  /** Keeps what is no event. */
  buryMisshapen(event: Unstorable, reason: string, jobId: string | null): Promise<BatchReport> {
    this.flood.received(1);
    const error = Object.assign(new Error(reason), { code: MISSHAPEN });
    return this.watch(() => this.bury(event, jobId, error));
  }

  private commit(loads: readonly Load[]): Promise<BatchReport> {
    // Asked for the few that are buried.
    const jobOf = (event: ReceivedEvent): string | null =>
      loads.find((load) => load.events.includes(event))?.jobId ?? null;
    const events = loads.flatMap((load) => load.events);
    this.flood.received(events.length);
    return this.watch(async () => {
      const started = performance.now();
      const batch = await this.storeOrSplit(events, jobOf);
      this.logger.info({ ...batch, ms: Math.round(performance.now() - started) }, 'ingested');
      return batch;
    });
  }

  private async watch(work: () => Promise<BatchReport>): Promise<BatchReport> {
    try {
      const batch = await work();
      this.breaker.succeeded();
      return batch;
    } catch (error) {
      const reason = classify(error);
      this.logger.warn({ reason, err: error }, 'a batch was not stored; its jobs come back');
      this.breaker.failed(reason, error);
      throw error;
    }
  }

  /** One event that PostgreSQL refuses must not stop the rest: halve until it stands alone, then bury it with the reason. */
  private async storeOrSplit(
    events: readonly ReceivedEvent[],
    jobOf: (event: ReceivedEvent) => string | null,
  ): Promise<BatchReport> {
    try {
      const { received, stored, duplicates, erased } = await this.ingest.ingest(events);
      return { received, stored, duplicates, dead: 0, erased };
    } catch (error) {
      if (classify(error) !== 'data') throw error;
      if (events.length === 1) return this.bury(events[0], jobOf(events[0]), error as Error);
      const middle = events.length >> 1;
      const first = await this.storeOrSplit(events.slice(0, middle), jobOf);
      const second = await this.storeOrSplit(events.slice(middle), jobOf);
      return {
        received: first.received + second.received,
        stored: first.stored + second.stored,
        duplicates: first.duplicates + second.duplicates,
        dead: first.dead + second.dead,
        erased: first.erased + second.erased,
      };
    }
  }

  private async bury(event: Unstorable, jobId: string | null, error: Error): Promise<BatchReport> {
    if (this.flood.isFlooded()) {
      throw new Flood('more than a fifth of the events of the last minute would be buried', { cause: error });
    }
    const sqlstate = sqlState(error) ?? NO_STATE;
    const burial = await this.letters.bury(event, { sqlstate, reason: error.message, jobId });
    const none = { received: 1, stored: 0, duplicates: 0, dead: 0, erased: 0 };
    if (burial === 'duplicate') return { ...none, duplicates: 1 };
    if (burial === 'erased') return { ...none, erased: 1 };
    this.flood.buried();
    this.logger.error(
      { event_id: event.event_id, sqlstate, job: jobId },
      'an event cannot be stored; it is kept as a dead letter',
    );
    return { ...none, dead: 1 };
  }
}
