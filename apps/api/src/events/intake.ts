import { Inject, Injectable } from '@nestjs/common';
import { AcceptedEvent, AssayError, roughBytes } from '@app/model';
import { Durability, DurabilityWatch, inTime, NaturalBatch, type Env, type Logger } from '@app/platform';
import { EventQueue, IngestJob, jobIdOf, QueueWatch } from '@app/queue';
import { InboxStore } from '@app/store';
import { answerInTime } from '../http/answer-in-time';
import { ENV, LOGGER } from '../injected';

/** What the answer may promise. */
export interface Receipt {
  durability: Durability;
  queued_in?: 'inbox';
}

type Single = AcceptedEvent & { received_at: string };

const LARGEST_JOB_BYTES = 512 * 1024;
const LARGEST_JOB_EVENTS = 1_000;
const QUEUE_MS = 2_400;
/** With an inbox behind it the queue has less time, a little more than a command has in Redis. */
const QUEUE_BEFORE_INBOX_MS = 1_200;
const INBOX_MS = 1_200;

/** Where accepted events become durable. Everything here resolves after the write is confirmed, or throws. */
@Injectable()
export class Intake {
  private readonly singles = new NaturalBatch<Single, Receipt>(
    (singles) => this.take(jobOf(singles)),
    LARGEST_JOB_EVENTS,
    (event) => Math.max(1, (roughBytes(event) / LARGEST_JOB_BYTES) * LARGEST_JOB_EVENTS),
  );

  constructor(
    private readonly queue: EventQueue,
    private readonly watch: QueueWatch,
    private readonly inbox: InboxStore,
    private readonly durability: DurabilityWatch,
    @Inject(ENV) private readonly env: Env,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Takes the event over. Events that come one by one share jobs: those that gather while a job is on its way go together in the next. */
  one(event: AcceptedEvent, receivedAt: string): Promise<Receipt> {
    this.watch.admit();
    return answerInTime(this.singles.add(Object.assign(event, { received_at: receivedAt })), unavailable);
  }

  /** The events of one request are one job: all of them or none. */
  many(events: AcceptedEvent[], receivedAt: string): Promise<Receipt> {
    this.watch.admit();
    return answerInTime(this.take({ v: 1, received_at: receivedAt, events }), unavailable);
  }

  private async take(job: IngestJob): Promise<Receipt> {
    const hasInbox = this.env.INGEST_FALLBACK === 'inbox';
    try {
      if (!this.watch.isAnswering) throw unavailable();
      await this.queue.add(job, hasInbox ? QUEUE_BEFORE_INBOX_MS : QUEUE_MS);
      return { durability: this.durability.of() };
    } catch (error) {
      this.watch.suspect();
      if (!hasInbox) throw error;
      return this.putIntoInbox(job);
    }
  }

  private async putIntoInbox(job: IngestJob): Promise<Receipt> {
    try {
      const row = { batch_key: jobIdOf(job.events), payload: JSON.stringify(job) };
      await inTime(this.inbox.put(row), INBOX_MS);
    } catch (error) {
      this.logger.warn({ err: error }, 'neither the queue nor the inbox takes events');
      throw unavailable(error);
    }
    return { durability: this.durability.of('postgres'), queued_in: 'inbox' };
  }
}

function jobOf(singles: Single[]): IngestJob {
  return { v: 1, received_at: singles[0].received_at, events: singles };
}

function unavailable(cause?: unknown): AssayError {
  const detail = 'The queue does not answer; send the same request again later.';
  return new AssayError('queue_unavailable', detail, {}, cause);
}
