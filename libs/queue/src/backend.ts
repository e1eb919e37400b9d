import type { BullRootModuleOptions } from '@nestjs/bullmq';
import { createPostgresBackend, runMigrations, setDefaultBackendFactory } from 'bullmq';
import { Pool } from 'pg';
import type { QueueLink } from './queue-link';

/** Redis when its URL is given, PostgreSQL otherwise: small installations need no second service. */
export interface QueueOptions {
  databaseUrl: string;
  redisUrl: string | undefined;
  prefix: string;
  /** A producer must fail fast, a consumer must wait. */
  role: 'producer' | 'consumer';
}

const SCHEMA = 'bullmq';

// Of the queue in PostgreSQL. Only the client's own timeout notices a server that is frozen.
export const PRODUCER_PATIENCE = { connectionTimeoutMillis: 1_000, query_timeout: 1_000 };
const CONSUMER_PATIENCE = { connectionTimeoutMillis: 5_000, query_timeout: 15_000 };

/** The backend is chosen for the whole process, because Nest's module builds queues itself. */
export function bullOptions(
  { databaseUrl, redisUrl, prefix, role }: QueueOptions,
  link: QueueLink,
): BullRootModuleOptions {
  if (redisUrl === undefined) {
    setDefaultBackendFactory(createPostgresBackend);
    const patience = role === 'producer' ? PRODUCER_PATIENCE : CONSUMER_PATIENCE;
    const connection = {
      connectionString: databaseUrl,
      max: 8,
      schema: SCHEMA,
      keepAlive: true,
      ...patience,
    };
    return { connection: connection, prefix };
  }
  setDefaultBackendFactory();
  if (role === 'producer' && link.redis !== null) return { connection: link.redis, prefix };
  const retryStrategy = (times: number): number => Math.min(50 * times, 1_000);
  return { connection: { url: redisUrl, retryStrategy, maxRetriesPerRequest: null }, prefix };
}

/** Brings BullMQ's tables in PostgreSQL up to date. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
    await pool.end();
  }
}
