import { Injectable } from '@nestjs/common';
import { AcceptedEvent, AssayError, formatInstant, instantOfDate, parseInstant } from '@app/model';
import { accept } from './accept';
import { Accepted, BatchAccepted, BatchInput, MAX_BATCH } from './events.schema';
import { Intake } from './intake';

type Read = typeof accept;

/** Accepts events and hands them to the intake. What is answered 202 is durable. */
@Injectable()
export class EventsService {
  constructor(private readonly intake: Intake) {}

  /** @param read another way to read what came than our own */
  async acceptOne(input: unknown, read: Read = accept): Promise<Accepted> {
    const receivedUs = instantOfDate(new Date());
    const verdict = read(input, { receivedUs, sentUs: null });
    if ('fault' in verdict) {
      throw new AssayError('invalid_request', 'The event does not have the right shape.', {
        errors: [verdict.fault],
      });
    }
    const receipt = await this.intake.one(verdict.event, formatInstant(receivedUs));
    return { event_id: verdict.event.event_id, status: 'accepted', ...receipt };
  }

  /** Accepts what is right and itemises what is not; refuses the request only when nothing is right. */
  async acceptMany({ events, sent_at }: BatchInput, read: Read = accept): Promise<BatchAccepted> {
    if (events.length > MAX_BATCH)
      throw new AssayError('batch_too_large', `Send at most ${MAX_BATCH} events at once.`);
    const receivedUs = instantOfDate(new Date());
    // A clock that cannot be read corrects nothing; the events themselves are fine.
    const sentUs = typeof sent_at === 'string' ? parseInstant(sent_at) : null;
    const accepted = new Map<string, AcceptedEvent>();
    const rejected: BatchAccepted['rejected'] = [];
    let duplicates = 0;
    for (const [index, input] of events.entries()) {
      const verdict = read(input, { receivedUs, sentUs });
      if ('fault' in verdict) {
        const { pointer, code, message } = verdict.fault;
        rejected.push({ index, event_id: idOf(input), code, message: `${pointer} ${message}`.trim() });
      } else if (accepted.has(verdict.event.event_id)) {
        duplicates += 1;
      } else {
        accepted.set(verdict.event.event_id, verdict.event);
      }
    }
    if (accepted.size === 0) {
      const errors = rejected.map(({ index, code, message }) => ({
        pointer: `/events/${index}`,
        code,
        message,
      }));
      throw new AssayError('nothing_accepted', 'None of the events can be accepted.', { errors });
    }
    const receipt = await this.intake.many([...accepted.values()], formatInstant(receivedUs));
    return { accepted: accepted.size, duplicates, rejected, event_ids: [...accepted.keys()], ...receipt };
  }
}

function idOf(input: unknown): string | null {
  const id = (input as { event_id?: unknown } | null)?.event_id;
  return typeof id === 'string' ? id.slice(0, 100) : null;
}
