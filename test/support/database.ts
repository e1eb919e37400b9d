import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { migrateQueue } from '@app/queue';
import { createDataSource, Database, migrate, PartitionsStore } from '@app/store';
import { PATIENT } from './patience';
import { TEMPLATE, TEMPLATE_LOCK } from './template';

/** The server that `npm test` or `node tools/dev-services.mjs` has started. */
function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined)
    throw new Error('TEST_DATABASE_URL is not set: run `npm test`, or start `node tools/dev-services.mjs`.');
  return url;
}

function withDatabase(name: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return url.href;
}

export interface TestDatabase {
  url: string;
  source: DataSource;
  db: Database;
  /** Over a pool of its own, as another process has it. */
  another: (application?: string) => Promise<Database>;
  /** Closes the pools and drops the database. */
  drop: () => Promise<void>;
}

/** A fresh, migrated database of its own for one test file: a clone takes about 30 ms, migrating takes a second. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `assay_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(async (admin) => {
    // Cloning needs the template to itself, so test files take turns.
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 0) await createTemplate(admin);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  });
  const url = withDatabase(name);
  // Pools let go of idle connections; this one says for as long as the test lasts that the database is in use.
  const keeper = new Client({ connectionString: url });
  keeper.on('error', () => undefined);
  await keeper.connect();
  const source = await createDataSource({
    url,
    poolSize: 10,
    application: 'assay-test',
    patience: PATIENT,
  }).initialize();
  const others: DataSource[] = [];
  const another = async (application = 'assay-test'): Promise<Database> => {
    const other = await createDataSource({ url, poolSize: 4, application, patience: PATIENT }).initialize();
    others.push(other);
    return new Database(other);
  };
  const drop = async (): Promise<void> => {
    for (const pool of [...others, source]) await pool.destroy();
    await keeper.end().catch(() => undefined);
    await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { url, source, db: new Database(source), another, drop };
}

async function createTemplate(admin: Client): Promise<void> {
  const draft = `${TEMPLATE}_draft`;
  await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${draft}`);
  const url = withDatabase(draft);
  const source = await createDataSource({
    url,
    poolSize: 2,
    application: 'assay-test',
    patience: PATIENT,
  }).initialize();
  await migrate(source);
  await new PartitionsStore(new Database(source)).ensure(new Date(), 1);
  await source.destroy();
  await migrateQueue(url);
  // The name appears only when everything is in it.
  await admin.query(`ALTER DATABASE ${draft} RENAME TO ${TEMPLATE}`);
}

async function asAdmin<T>(work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({ connectionString: adminUrl() });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
