import { Database } from '@app/store';
import { until } from './wait';

// Who waits for whom, as PostgreSQL knows it.

/** Holds the lock of whoever folds into an experiment, until the answer is called; that ends when it is free. */
export async function heldUp(db: Database, experimentId: string): Promise<() => Promise<void>> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let blocker = Promise.resolve();
  await new Promise<void>((isHeld, fail) => {
    blocker = db.transaction(async (tx) => {
      await tx.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [experimentId]);
      isHeld();
      await released;
    });
    blocker.catch(fail);
  });
  return () => {
    release();
    return blocker;
  };
}

/** Until somebody waits for an advisory lock. */
export async function untilWaiting(db: Database): Promise<void> {
  await until('somebody to wait for a lock', async () => {
    const [{ waiting }] = await db.rows<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return waiting > 0;
  });
}

/** Until so many wait for a lock of whatever kind. */
export async function untilLocked(db: Database, count: number): Promise<void> {
  await until(`${count} to wait for a lock`, async () => {
    const waiting = await db.rows(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length === count;
  });
}

/** Until an erasure has said whom it erases, which it does before anything else. */
export async function untilBuried(db: Database, user: string): Promise<void> {
  await until('the erasure to begin', async () => {
    const buried = await db.rows('SELECT FROM erased_users WHERE user_ref = user_ref($1)', [user]);
    return buried.length > 0;
  });
}
