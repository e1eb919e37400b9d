import { isIdentifier, parseInstant, USER_ID_BYTES } from '@app/model';
import type { Receipt } from './balance.store';
import { Transaction } from './database';
import { ERASED_AMONG, KEEP_IDS } from './erasure.sql';
import { isUuid } from './event-id';

// What is known of people who were erased, and of their events: a reference, and ids.

/** As a job had it; a job made by hand may hold anything. */
export interface Sent {
  user_id?: unknown;
  received_at?: unknown;
}

/** For each of these, whether its user was erased after it was received. Expects `shareErasures`. */
export async function areErased(tx: Transaction, events: readonly Sent[]): Promise<boolean[]> {
  const rows = await tx.rows<{ place: number }>(ERASED_AMONG, [
    events.map(({ user_id }) => nameOf(user_id)),
    events.map(({ received_at }) => instantOf(received_at)),
  ]);
  const erased = new Set(rows.map(({ place }) => place));
  return events.map((_, index) => erased.has(index + 1));
}

/**
 * Writes down events that are not to be stored, so that their ids are known for ever. What has no id or no time of receipt leaves no trace.
 * @param was whether they are received only now, or are in the balance as dead already
 * @returns what to add to the balance at the end of the transaction
 */
export async function keepIds(
  tx: Transaction,
  events: readonly { event_id: unknown; received_at: unknown }[],
  was: 'received' | 'dead',
): Promise<Receipt[]> {
  const known = events.flatMap(({ event_id, received_at }) => {
    const at = instantOf(received_at);
    return isUuid(event_id) && at !== null ? [{ id: event_id.toLowerCase(), at }] : [];
  });
  if (known.length === 0) return [];
  const rows = await tx.rows<{ event_id: string }>(KEEP_IDS, [
    known.map(({ id }) => id),
    known.map(({ at }) => at),
  ]);
  const fresh = new Set(rows.map((row) => row.event_id));
  return known.map(({ id, at }): Receipt => {
    const isFresh = fresh.delete(id);
    return {
      received_at: at,
      received: was === 'received' ? 1 : 0,
      stored: 0,
      duplicate: isFresh ? 0 : 1,
      dead: was === 'dead' ? -1 : 0,
      erased: isFresh ? 1 : 0,
    };
  });
}

function nameOf(userId: unknown): string | null {
  if (typeof userId !== 'string' && typeof userId !== 'number') return null;
  return isIdentifier(String(userId), USER_ID_BYTES) ? String(userId) : null;
}

function instantOf(text: unknown): string | null {
  return typeof text === 'string' && parseInstant(text) !== null ? text : null;
}
