import { Conflict, Transaction } from './database';
import { Pair } from './fold.store';
import { ADOPT_EVENTS, ARE_STALE, LATE_LINKS, PAIRS_OF, RESOLVE } from './identities.sql';
import { SHARE_ERASURES } from './locks';

// Whose the events of a batch are: those sent under an alias are its user's.

const BEGIN = `
  SELECT ${SHARE_ERASURES}, pg_current_snapshot()::text AS snapshot, EXISTS (SELECT FROM identities) AS found`;

interface LinkRow {
  alias_id: string;
  user_id: string;
  [column: string]: unknown;
}

export interface OwnedEvents<E> {
  /** Each under its user, with the alias that it was sent with. */
  events: readonly (E & { alias_id?: string })[];
  /** What was looked up: links that are not visible in this snapshot came later. */
  snapshot: string;
  owners: Map<string, string>;
}

/** Begins a batch: shares the erasure lock, and looks up aliases where there are any at all. */
export async function ownedBy<E extends { user_id: string }>(
  tx: Transaction,
  events: readonly E[],
): Promise<OwnedEvents<E>> {
  const begun = await tx.row<{ snapshot: string; found: boolean }>(BEGIN);
  if (begun === null) throw new Error('a SELECT without FROM gave no row');
  const { snapshot, found } = begun;
  if (!found) return { events, snapshot, owners: new Map() };
  const rows = await tx.rows<LinkRow>(RESOLVE, [[...new Set(events.map(({ user_id }) => user_id))]]);
  const owners = new Map(rows.map(({ alias_id, user_id }) => [alias_id, user_id]));
  if (owners.size === 0) return { events, snapshot, owners };
  const own = events.map((event) => {
    const user_id = owners.get(event.user_id);
    return user_id === undefined ? event : { ...event, user_id, alias_id: event.user_id };
  });
  return { events: own, snapshot, owners };
}

/**
 * Gives the events that this transaction stored under ids which were linked meanwhile to their users. Expects the population lock, under
 * which no more links appear.
 * @param users under whom the events were stored
 * @returns where these users are
 */
export async function lateOwners(tx: Transaction, snapshot: string, users: unknown): Promise<Pair[]> {
  const links = await tx.rows<LinkRow>(LATE_LINKS, [snapshot, users]);
  if (links.length === 0) return [];
  await tx.rows(ADOPT_EVENTS, [links.map(({ alias_id }) => alias_id)]);
  return tx.rows<LinkRow & Pair>(PAIRS_OF, [links.map(({ user_id }) => user_id)]);
}

/** Under the population lock as well: whether the owners that were found own their aliases still. */
export async function expectOwners(tx: Transaction, owners: Map<string, string>): Promise<void> {
  if (owners.size === 0) return;
  const row = await tx.row<{ found: boolean }>(ARE_STALE, [[...owners.keys()], [...owners.values()]]);
  if (row?.found ?? false)
    throw new Conflict('an alias got another user, or none, while this batch was being stored');
}
