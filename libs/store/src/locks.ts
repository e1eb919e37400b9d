import { setTimeout } from 'node:timers/promises';
import { Database, Transaction } from './database';

// The order in which every writer takes its locks; it is the same everywhere, so no two writers wait for each other in a circle:
//   0. the erasure lock, shared, by whoever stores what people sent; nobody takes it exclusively, so it never makes anybody wait
//   1. the experiments it folds into, exclusively, in ascending order   (one writer per experiment's totals at a time)
//   2. the population lock: shared to write assignments, exclusively by ingest just before its commit and by whoever links two ids
//   3. rows of daily_users and totals_versions, in key order
// Without the first, concurrent folds lose updates silently. The second closes the gap between "ingest looked who is assigned" and
// "ingest committed": whoever assigns in between would not see the events, and ingest would not see the assignment.

const POPULATION_LOCK = 4_772_001;
const ERASURE_LOCK = 4_772_006;

/** Serialises all folding into these experiments until the transaction ends. */
export async function lockExperiments(tx: Transaction, experimentIds: readonly string[]): Promise<void> {
  await tx.rows(
    `SELECT pg_advisory_xact_lock(key)
     FROM (SELECT DISTINCT hashtextextended(id::text, 0) AS key FROM unnest($1::uuid[]) AS ids (id) ORDER BY key) keys`,
    [experimentIds],
  );
}

/** Like lockExperiments, but answers false instead of waiting: for callers that already hold the population lock. */
export async function tryLockExperiments(
  tx: Transaction,
  experimentIds: readonly string[],
): Promise<boolean> {
  if (experimentIds.length === 0) return true;
  const row = await tx.row<{ locked: boolean }>(
    `SELECT coalesce(bool_and(pg_try_advisory_xact_lock(hashtextextended(id::text, 0))), true) AS locked
     FROM unnest($1::uuid[]) AS ids (id)`,
    [experimentIds],
  );
  return row?.locked ?? true;
}

export async function sharePopulation(tx: Transaction): Promise<void> {
  await tx.rows('SELECT pg_advisory_xact_lock_shared($1)', [POPULATION_LOCK]);
}

/** The lock as part of a statement, for who would otherwise ask for it and then for something else. */
export const SHARE_POPULATION = `pg_advisory_xact_lock_shared(${POPULATION_LOCK})`;

export async function lockPopulation(tx: Transaction): Promise<void> {
  await tx.rows('SELECT pg_advisory_xact_lock($1)', [POPULATION_LOCK]);
}

/** The lock of `shareErasures` as part of a statement. */
export const SHARE_ERASURES = `pg_advisory_xact_lock_shared(${ERASURE_LOCK})`;

/** Says until the commit that this transaction may not know of people who are erased from now on. Taken before it asks who is. */
export async function shareErasures(tx: Transaction): Promise<void> {
  await tx.rows('SELECT pg_advisory_xact_lock_shared($1)', [ERASURE_LOCK]);
}

const LOOK_MS = 25;
const ERASURE_SHARERS = `
  SELECT virtualtransaction AS id FROM pg_locks
  WHERE locktype = 'advisory' AND objid = ${ERASURE_LOCK} AND classid = 0 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Waits for those who share the erasure lock now; whoever comes later sees what was committed before. It looks instead of asking for the
 * lock: behind somebody who waits for it all the others would have to wait.
 */
export async function outlastErasureSharers(db: Database): Promise<void> {
  let waiting: Set<string> | null = null;
  for (;;) {
    const sharers = new Set((await db.rows<{ id: string }>(ERASURE_SHARERS)).map(({ id }) => id));
    waiting = new Set([...(waiting ?? sharers)].filter((id) => sharers.has(id)));
    if (waiting.size === 0) return;
    await setTimeout(LOOK_MS);
  }
}
