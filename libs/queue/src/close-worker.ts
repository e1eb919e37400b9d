import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import { inTime } from '@app/platform';

/** Longer than a lost connection waits before it is tried again. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 25;

/**
 * Ends a worker when the jobs in its hands are done. Without its queue it ends at once, because no job could be acknowledged: BullMQ would
 * wait for the end of a connection, which a frozen server does not give, and which ioredis never tells of one that was lost before.
 */
export async function closeWorker(worker: Worker): Promise<void> {
  const isThere = await inTime(connected(worker), PATIENCE_MS).then(
    () => true,
    () => false,
  );
  await worker.close(!isThere);
}

async function connected({ backend: { connection, blockingConnection } }: Worker): Promise<void> {
  // The queue in PostgreSQL has none.
  if (blockingConnection === undefined) return;
  const [client, blocked] = await Promise.all([connection.client, blockingConnection.client]);
  await client.info();
  const end = Date.now() + PATIENCE_MS;
  while (blocked.status !== 'ready' && Date.now() < end) await setTimeout(LOOK_MS);
}
