import { setTimeout } from 'node:timers/promises';
import { Queue, RedisConnection, Worker } from 'bullmq';
import { inTime } from '@app/platform';

// On leaving BullMQ waits for a farewell to its server, which a frozen one does not answer, and for the end of connections, which ioredis never
// tells of one that was lost before. So it is asked first whether there is anybody to take leave of.

/** Longer than a lost connection waits before it is tried again. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 25;

/** Ends a worker when the jobs in its hands are done. Without its queue it ends at once, because no job could be acknowledged. */
export async function closeWorker(worker: Worker): Promise<void> {
  await worker.close(!(await isThere(worker)));
}

/** Before Nest closes the queue: lets go of a server that does not answer. */
export async function abandonIfGone(queue: Queue): Promise<void> {
  if (!(await isThere(queue))) await queue.backend.close(true);
}

function isThere(one: Worker | Queue): Promise<boolean> {
  return inTime(connected(one), PATIENCE_MS).then(
    () => true,
    () => false,
  );
}

async function connected({ backend }: Worker | Queue): Promise<void> {
  const { connection, blockingConnection } = backend;
  // Of a queue in PostgreSQL it is none.
  if (!(connection instanceof RedisConnection)) return;
  const [client, blocked] = await Promise.all([connection.client, blockingConnection?.client]);
  await client.info();
  const end = Date.now() + PATIENCE_MS;
  while (blocked !== undefined && blocked.status !== 'ready' && Date.now() < end) await setTimeout(LOOK_MS);
}
