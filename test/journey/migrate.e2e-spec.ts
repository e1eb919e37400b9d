import { ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { until } from '../support/wait';

const PROGRAM = path.join(__dirname, '../../dist/tools/migrate.js');

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(60_000);

describe('a migration that is killed half way', () => {
  let admin: Client;
  const names: string[] = [];
  const clients: Client[] = [];
  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run \`npm run build\`.`);
    admin = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await admin.connect();
  });
  afterAll(async () => {
    for (const client of clients) await client.end();
    for (const name of names) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  });

  async function emptyDatabase(): Promise<{ name: string; url: string; client: Client }> {
    const name = `assay_test_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${name}`);
    names.push(name);
    const url = new URL(process.env.TEST_DATABASE_URL as string);
    url.pathname = `/${name}`;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    clients.push(client);
    return { name, url: url.href, client };
  }

  function migrate(url: string): { child: ChildProcess; exit: Promise<number | string | null> } {
    const child = spawn(process.execPath, [PROGRAM], {
      env: { PATH: process.env.PATH, DATABASE_URL: url },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const exit = new Promise<number | string | null>((resolve) =>
      child.once('exit', (code, signal) => resolve(code ?? signal)),
    );
    return { child, exit };
  }

  const columns = async (client: Client): Promise<unknown[]> =>
    (
      await client.query(
        `SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
         WHERE table_schema IN ('public', 'bullmq') ORDER BY 1, 2, 3`,
      )
    ).rows;

  let whole: unknown[];
  it('has a whole schema to be compared with', async () => {
    const { url, client } = await emptyDatabase();
    expect(await migrate(url).exit).toBe(0);
    whole = await columns(client);
    expect(whole.length).toBeGreaterThan(200);
  });

  // A table of each migration, not the first one that it makes.
  it.each(['jobs', 'cross_products', 'ingest_days', 'worker_pauses'])(
    'at %s leaves what the next two, at once, can finish',
    async (table) => {
      const { name, url, client } = await emptyDatabase();
      // The name is taken and not yet anybody's, so the migration waits in its middle.
      await client.query('BEGIN');
      await client.query(`CREATE TABLE ${table} (id int)`);
      const { child, exit } = migrate(url);
      await until('the middle', async () => {
        const { rows } = await admin.query(
          `SELECT FROM pg_stat_activity
           WHERE datname = $1 AND application_name = 'assay-migrate' AND wait_event_type = 'Lock'`,
          [name],
        );
        return rows.length === 1;
      });
      child.kill('SIGKILL');
      expect(await exit).toBe('SIGKILL');
      await client.query('ROLLBACK');
      expect(await Promise.all([migrate(url).exit, migrate(url).exit])).toEqual([0, 0]);
      expect(await columns(client)).toEqual(whole);
    },
  );
});
