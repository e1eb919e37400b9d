import { readEnv } from '@app/platform';
import { migrateQueue } from '@app/queue';
import { createDataSource, Database, grantPrivileges, migrate, PartitionsStore } from '@app/store';

const MONTHS_AHEAD = 2;

/** Brings the database up to date: tables, partitions for the coming months, the queue's tables when it lives here too, and what the roles may do. */
async function main(): Promise<void> {
  const env = readEnv();
  const source = await createDataSource({
    url: env.DATABASE_URL,
    poolSize: 2,
    application: 'assay-migrate',
  }).initialize();
  try {
    const done = await migrate(source);
    await new PartitionsStore(new Database(source)).ensure(new Date(), MONTHS_AHEAD);
    if (env.REDIS_URL === undefined) await migrateQueue(env.DATABASE_URL);
    await grantPrivileges(source);
    process.stdout.write(
      done.length === 0 ? 'The database is up to date.\n' : `Migrated: ${done.join(', ')}\n`,
    );
  } finally {
    await source.destroy();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`Migration failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
