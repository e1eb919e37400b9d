import { parseIngestJob } from '@app/queue';
import type { ReceivedEvent, Unstorable } from '@app/store';

export interface ReadJob {
  events: ReceivedEvent[];
  /** What stood among the events and is none: as it was, with what is wrong. */
  misshapen: { event: Unstorable; reason: string }[];
}

/**
 * The events of a job. Jobs are made by our api; one that was made or changed by hand may hold anything.
 * @returns null when nothing in it can be told apart
 * @throws Error when the job is of another version, which another worker may know
 */
export function readJob(data: unknown): ReadJob | null {
  try {
    const { received_at, events } = parseIngestJob(data);
    // Into the events themselves: a copy of each would be most of what this costs.
    for (const event of events) event.received_at ??= received_at;
    return { events: events as ReceivedEvent[], misshapen: [] };
  } catch (error) {
    const { v, received_at, events } = (data ?? {}) as Record<string, unknown>;
    if (typeof v === 'number' && v !== 1) throw error;
    if (v !== 1 || typeof received_at !== 'string' || !Array.isArray(events) || events.length === 0)
      return null;
    return sortOut(received_at, events);
  }
}

function sortOut(received_at: string, items: unknown[]): ReadJob {
  const found: ReadJob = { events: [], misshapen: [] };
  for (const item of items) {
    try {
      const [event] = parseIngestJob({ v: 1, received_at, events: [item] }).events;
      found.events.push({ received_at, ...event });
    } catch (error) {
      const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
      const event = isObject ? { received_at, ...item } : { received_at, item };
      found.misshapen.push({ event, reason: (error as Error).message });
    }
  }
  return found;
}
