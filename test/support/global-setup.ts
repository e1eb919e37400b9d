import { Client } from 'pg';
import { TEMPLATE_LOCK } from './template';

const OBJECT_IN_USE = '55006';

/** Drops what earlier runs left, but nothing that a run beside this one is using. */
export default async function globalSetup(): Promise<void> {
  const admin = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
  // Nobody makes the template meanwhile.
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const { rows } = await admin.query<{ datname: string }>(
    String.raw`SELECT datname FROM pg_database WHERE datname LIKE 'assay\_test\_%'`,
  );
  for (const { datname } of rows) {
    await admin.query(`DROP DATABASE IF EXISTS ${datname}`).catch((error: { code?: string }) => {
      if (error.code !== OBJECT_IN_USE) throw error;
    });
  }
  await admin.end();
}
