import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';

const PARTS = ['migrate', 'api', 'worker', 'reader'] as const;
export type Role = (typeof PARTS)[number];

const FILE = path.join(__dirname, '../../deploy/roles.sql');

export interface Roles {
  prefix: string;
  url: (role: Role) => string;
  /** Runs deploy/roles.sql once more. */
  again: () => Promise<void>;
  /** The database must be gone. */
  drop: () => Promise<void>;
}

/** The roles of deploy/roles.sql for one database. Roles belong to the whole server, so each caller has names of its own. */
export async function createRoles(databaseUrl: string): Promise<Roles> {
  const prefix = `assay_t${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const again = async (): Promise<void> => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(`SELECT set_config('assay.roles', $1, false)`, [prefix]);
    for (const part of PARTS)
      await client.query('SELECT set_config($1, $2, false)', [`assay.${part}_password`, password]);
    await client.query(readFileSync(FILE, 'utf8'));
    await client.end();
  };
  const url = (role: Role): string => {
    const own = new URL(databaseUrl);
    own.username = `${prefix}_${role}`;
    own.password = password;
    return own.href;
  };
  const drop = async (): Promise<void> => {
    const admin = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await admin.connect();
    for (const part of PARTS) await admin.query(`DROP ROLE IF EXISTS ${prefix}_${part}`);
    await admin.end();
  };
  await again();
  return { prefix, url, again, drop };
}
