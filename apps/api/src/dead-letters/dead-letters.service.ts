import { Injectable } from '@nestjs/common';
import { notFound } from '@app/model';
import { EventQueue, IngestJob } from '@app/queue';
import { DeadLetterRow, DeadLettersStore } from '@app/store';

/** Most letters that one request takes up. */
const MOST_LETTERS = 10_000;
const LETTERS_IN_A_JOB = 500;

/** A letter, and whether this request did anything to it. */
export interface Settled {
  letter: DeadLetterRow;
  isChanged: boolean;
}

/**
 * Sends dead letters the way that events go: as an ordinary job. When the worker has stored the event, the letter is settled in the same
 * transaction; when it dies again, the letter stays open with the newest reason.
 */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly letters: DeadLettersStore,
    private readonly queue: EventQueue,
  ) {}

  async find(id: string): Promise<DeadLetterRow> {
    const letter = await this.letters.find(id);
    if (letter === null) throw notFound('dead letter', id);
    return letter;
  }

  async replay(id: string): Promise<Settled> {
    await this.find(id);
    const letters = await this.letters.requestReplay({ id, sqlstate: null, since: null, limit: 1 });
    await this.enqueue(letters);
    return { letter: await this.find(id), isChanged: letters.length > 0 };
  }

  async replayAll(which: {
    sqlstate: string | null;
    since: string | null;
  }): Promise<{ queued: number; more: boolean }> {
    const letters = await this.letters.requestReplay({ id: null, ...which, limit: MOST_LETTERS });
    for (let from = 0; from < letters.length; from += LETTERS_IN_A_JOB)
      await this.enqueue(letters.slice(from, from + LETTERS_IN_A_JOB));
    return { queued: letters.length, more: letters.length === MOST_LETTERS };
  }

  async discard(id: string, reason: string): Promise<Settled> {
    await this.find(id);
    const isChanged = await this.letters.discard(id, reason);
    return { letter: await this.find(id), isChanged };
  }

  /**
   * Before the commit, unlike signals of jobs: nobody else would ever send these events. A worker that is quicker waits for the letter until
   * the commit; when there is none, the event was sent without a trace, which does no harm, because it counts once.
   */
  private async enqueue(letters: readonly DeadLetterRow[]): Promise<void> {
    if (letters.length === 0) return;
    const events = letters.map(toEvent);
    await this.queue.add({ v: 1, received_at: events[0].received_at ?? letters[0].received_at, events });
  }
}

/** As it was accepted, with its time of receipt. What had no id gets that of the letter. */
function toEvent({ event_id, received_at, payload }: DeadLetterRow): IngestJob['events'][number] {
  const event = JSON.parse(payload) as IngestJob['events'][number];
  const id = typeof event.event_id === 'string' ? event.event_id : event_id;
  return { ...event, received_at: event.received_at ?? received_at, event_id: id };
}
