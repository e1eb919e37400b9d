// What kept texts say about a person: jobs of events, answers and results, all of them JSON.

/** How JSON writes the id within a text: what does not contain it, does not mention the person. */
export function writtenInJson(userId: string): string {
  return JSON.stringify(userId).slice(1, -1);
}

export interface TakenEvent {
  event_id: unknown;
  received_at: unknown;
}

/**
 * A kept job without the events of a person; others keep theirs, whatever they say about that person. What is no job of events cannot be
 * divided: it goes as a whole when the id is one of its strings. @returns null as `left` when nothing is left
 */
export function withoutEventsOf(
  userId: string,
  payload: string,
): { left: string | null; taken: TakenEvent[] } {
  const job = parsed(payload);
  const events = isRecord(job) ? job.events : undefined;
  if (!isRecord(job) || !Array.isArray(events)) {
    const id = JSON.stringify(userId);
    const says = [id, writtenInJson(id)].some((text) => payload.includes(text));
    return { left: says ? null : payload, taken: [] };
  }
  const left = events.filter((event) => !isOf(userId, event));
  const taken = events.flatMap((event): TakenEvent[] =>
    isOf(userId, event)
      ? [{ event_id: event.event_id, received_at: event.received_at ?? job.received_at }]
      : [],
  );
  if (left.length === events.length) return { left: payload, taken: [] };
  return { left: left.length === 0 ? null : JSON.stringify({ ...job, events: left }), taken };
}

/** Whether a kept event is one of this person; one that was made by hand may say so with a number. */
export function isOf(userId: string, event: unknown): event is Record<string, unknown> {
  return isRecord(event) && ['string', 'number'].includes(typeof event.user_id) && String(event.user_id) === userId; // prettier-ignore
}

/**
 * An answer or a result without the entries of its lists that are about a person.
 * @returns undefined when the whole of it is about that person
 */
export function withoutEntriesOf(userId: string, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item) => withoutEntriesOf(userId, item)).filter((item) => item !== undefined);
  if (!isRecord(value)) return value;
  // Differences that verify found name the user in their key, and rejected rows of an import by the start of the id.
  const names = [value.user_id, isRecord(value.key) ? value.key.user_id : undefined];
  if (names.some((name) => name === userId || name === userId.slice(0, 100))) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutEntriesOf(userId, item)]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
