import type { BullRootModuleOptions } from '@nestjs/bullmq';
import { createPostgresBackend, runMigrations, setDefaultBackendFactory } from 'bullmq';
import { Pool } from 'pg';

/** Redis when its URL is given, PostgreSQL otherwise: small installations need no second service. */
export interface QueueOptions {
  databaseUrl: string;
  redisUrl: string | undefined;
  prefix: string;
  /** A producer must fail fast, a consumer must wait. */
  role: 'producer' | 'consumer';
}

const SCHEMA = 'bullmq';

/** The backend is chosen for the whole process, because Nest's module builds queues itself. */
export function bullOptions({ databaseUrl, redisUrl, prefix, role }: QueueOptions): BullRootModuleOptions {
  if (redisUrl === undefined) {
    setDefaultBackendFactory(createPostgresBackend);
    const connection = { connectionString: databaseUrl, max: 8, schema: SCHEMA, keepAlive: true };
    return { connection: connection, prefix };
  }
  setDefaultBackendFactory();
  const patience =
    role === 'producer'
      ? { maxRetriesPerRequest: 1, commandTimeout: 1_000, connectTimeout: 1_000 }
      : { maxRetriesPerRequest: null };
  const retryStrategy = (times: number): number => Math.min(50 * times, 1_000);
  return {
    connection: { url: redisUrl, retryStrategy, ...patience },
    prefix,
    skipWaitingForReady: role === 'producer',
  };
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
