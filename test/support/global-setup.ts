import { Client } from 'pg';
import { startContract } from './contract';
import { TEMPLATE_LOCK } from './template';

const OBJECT_IN_USE = '55006';
const STILL_NEEDED = '2BP01';

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
  // Roles whose database is gone.
  const left = await admin.query<{ rolname: string }>(
    `SELECT rolname FROM pg_roles WHERE rolname ~ '^assay_t[0-9a-f]{12}_'`,
  );
  for (const { rolname } of left.rows) {
    await admin.query(`DROP ROLE IF EXISTS ${rolname}`).catch((error: { code?: string }) => {
      if (error.code !== STILL_NEEDED) throw error;
    });
  }
  await admin.end();
  // It ends with us.
  if (process.env.TEST_CONTRACT === 'true') process.env.TEST_CONTRACT = (await startContract()).url;
}
