import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { migrateQueue } from '@app/queue';
import {
  createDataSource,
  Database,
  grantPrivileges,
  migrate,
  PartitionsStore,
  PRIVILEGES,
  Reader,
  sqlState,
} from '@app/store';
import { anEvent } from '../support/builders';
import { createRoles, Role, Roles } from '../support/roles';
import { storesOf } from '../support/stores';

const DENIED = '42501';
const READ_ONLY = '25006';

describe('the roles of PostgreSQL', () => {
  const name = `assay_test_${randomBytes(6).toString('hex')}`;
  let admin: Client;
  let url: string;
  let roles: Roles;
  const clients: Client[] = [];

  beforeAll(async () => {
    admin = await connected(process.env.TEST_DATABASE_URL as string);
    await admin.query(`CREATE DATABASE ${name}`);
    const own = new URL(process.env.TEST_DATABASE_URL as string);
    own.pathname = `/${name}`;
    url = own.href;
    roles = await createRoles(url);
    await install();
  }, 60_000);
  afterAll(async () => {
    for (const client of clients) await client.end();
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await roles.drop();
    await admin.end();
  });

  async function connected(where: string): Promise<Client> {
    const client = new Client({ connectionString: where });
    await client.connect();
    return client;
  }

  /** What `npm run migrate` does, as the role for it. */
  async function install(): Promise<void> {
    const options = { url: roles.url('migrate'), poolSize: 2, application: 'assay-migrate' };
    const source = await createDataSource(options).initialize();
    try {
      await migrate(source);
      await new PartitionsStore(new Database(source)).ensure(new Date(), 1);
      await migrateQueue(roles.url('migrate'));
      await grantPrivileges(source);
    } finally {
      await source.destroy();
    }
  }

  async function as(role: Role): Promise<Client> {
    const client = await connected(roles.url(role));
    clients.push(client);
    return client;
  }

  /** The SQLSTATE of each statement, undone at once; null when it was allowed. */
  async function tries(role: Role, statements: string[]): Promise<Record<string, string | null>> {
    const client = await as(role);
    const found: Record<string, string | null> = {};
    for (const statement of statements) {
      await client.query('BEGIN');
      found[statement] = await client.query(statement).then(
        () => null,
        (error: unknown) => sqlState(error),
      );
      await client.query('ROLLBACK');
    }
    return found;
  }

  const allDenied = (statements: string[]) =>
    Object.fromEntries(statements.map((statement) => [statement, DENIED]));

  it('name every table: one that nobody named is nobody’s', async () => {
    const { rows } = await (
      await as('migrate')
    ).query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition ORDER BY 1`,
    );
    expect(rows.map((row) => row.name).filter((table) => PRIVILEGES[table] === undefined)).toEqual([]);
  });

  it('own everything by the one that migrates, and are nothing special', async () => {
    const owners = await admin.query(
      `SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname LIKE $1`,
      [`${roles.prefix}%`],
    );
    expect(owners.rows).toHaveLength(4);
    for (const row of owners.rows)
      expect(row).toMatchObject({
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolbypassrls: false,
      });
    const { rows } = await (
      await as('migrate')
    ).query(
      `SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class
       WHERE relnamespace IN ('public'::regnamespace, 'bullmq'::regnamespace)`,
    );
    expect(rows).toEqual([{ owner: `${roles.prefix}_migrate` }]);
  });

  it('keep their passwords as SCRAM verifiers', async () => {
    const { rows } = await admin.query(
      `SELECT DISTINCT left(rolpassword, 13) AS kind FROM pg_authid WHERE rolname LIKE $1`,
      [`${roles.prefix}%`],
    );
    expect(rows).toEqual([{ kind: 'SCRAM-SHA-256' }]);
  });

  it('look for names in one schema only, in which only the migration makes tables', async () => {
    for (const role of ['migrate', 'api', 'worker', 'reader'] as const)
      expect((await (await as(role)).query('SHOW search_path')).rows).toEqual([{ search_path: 'public' }]);
    const statements = ['CREATE TABLE public.mine (id int)', 'CREATE SCHEMA mine'];
    for (const role of ['api', 'worker'] as const)
      expect(await tries(role, statements)).toEqual(allDenied(statements));
  });

  it.each(['api', 'worker'] as const)('let the %s change no schema, no role and no setting', async (role) => {
    const statements = [
      'ALTER TABLE experiments ADD COLUMN mine int',
      'DROP TABLE experiments',
      'TRUNCATE assignments',
      'TRUNCATE events',
      'CREATE INDEX ON assignments (user_id)',
      'UPDATE events SET value = 0',
      'UPDATE event_ledger SET received_at = now()',
      'DELETE FROM event_ledger',
      'CREATE ROLE mine',
      'ALTER SYSTEM SET fsync = off',
      'SET session_replication_role = replica',
      `SELECT pg_read_file('PG_VERSION')`,
      `COPY experiments TO PROGRAM 'true'`,
      'SELECT * FROM pg_authid',
      'INSERT INTO assay_migrations (timestamp, name) VALUES (1, $$mine$$)',
      `SET ROLE ${roles.prefix}_migrate`,
    ];
    const found = await tries(role, statements);
    // PostgreSQL wants ALTER SYSTEM outside of a transaction; that it is refused for another reason is fine too.
    delete found['ALTER SYSTEM SET fsync = off'];
    expect(found).toEqual(allDenied(Object.keys(found)));
  });

  it('let the api link ids and the worker find the link, although neither may change events', async () => {
    const storesAs = async (role: Role) => {
      const options = { url: roles.url(role), poolSize: 2, application: `assay-${role}` };
      const source = await createDataSource(options).initialize();
      return { source, ...storesOf(new Database(source)) };
    };
    const [worker, api] = [await storesAs('worker'), await storesAs('api')];
    try {
      await worker.ingest.ingest([anEvent({ user_id: 'visitor' })]);
      expect(await api.identities.link([{ aliasId: 'visitor', userId: 'ann' }])).toMatchObject([{ outcome: 'linked' }]); // prettier-ignore
      await worker.ingest.ingest([anEvent({ user_id: 'visitor' })]);
      const { rows } = await (await as('api')).query('SELECT user_id, alias_id FROM events');
      expect(rows).toEqual([1, 2].map(() => ({ user_id: 'ann', alias_id: 'visitor' })));
      const merged = await api.identities.link([{ aliasId: 'ann', userId: 'anna', merge: true }]);
      expect(merged).toMatchObject([{ outcome: 'linked', followers: ['visitor'] }]);
      await worker.ingest.ingest([anEvent({ user_id: 'visitor' })]);
      const { id } = await api.jobs.openErasure('visitor');
      expect(await worker.erasure.erase(id)).toMatchObject({ events: 3 });
    } finally {
      await Promise.all([worker, api].map(({ source }) => source.destroy()));
    }
  });

  it('let nobody change or take away what the audit log says', async () => {
    const statements = ['UPDATE audit_log SET id = id', 'DELETE FROM audit_log', 'TRUNCATE audit_log'];
    for (const role of ['api', 'worker'] as const)
      expect(await tries(role, statements)).toEqual(allDenied(statements));
    // The table refuses by itself as well, so the rights are looked at for their own sake.
    const { rows } = await (
      await as('migrate')
    ).query(
      `SELECT has_table_privilege($1 || role, 'audit_log', 'UPDATE, DELETE, TRUNCATE') AS may
       FROM unnest(ARRAY['_api', '_worker', '_reader']) AS parts (role)`,
      [roles.prefix],
    );
    expect(rows).toEqual([{ may: false }, { may: false }, { may: false }]);
  });

  it('show tokens to the api only', async () => {
    for (const role of ['worker', 'reader'] as const)
      expect(await tries(role, ['SELECT * FROM tokens'])).toEqual(allDenied(['SELECT * FROM tokens']));
    expect(await tries('api', ['SELECT * FROM tokens', 'DELETE FROM tokens'])).toEqual({
      'SELECT * FROM tokens': null,
      'DELETE FROM tokens': DENIED,
    });
  });

  it('let the reader read what results are made of, and write nowhere', async () => {
    const reader = await as('reader');
    expect((await reader.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '5s' }]);
    const writes = [
      `INSERT INTO experiments (id) VALUES ('${randomUUID()}')`,
      'UPDATE assignments SET overridden = true',
      'DELETE FROM daily_totals',
      'SELECT * FROM tokens',
      'SELECT * FROM events',
      'SELECT * FROM dead_events',
      'SELECT * FROM idempotency_keys',
      'SELECT * FROM audit_log',
      'SELECT * FROM installation',
      'CREATE TABLE public.mine (id int)',
    ];
    // Rights are looked at before the transaction is: also a session that calls itself writing gets no further.
    await reader.query('SET default_transaction_read_only = off');
    const found: Record<string, string | null> = {};
    for (const statement of writes)
      found[statement] = await reader.query(statement).then(
        () => null,
        (error: unknown) => sqlState(error),
      );
    expect(found).toEqual(allDenied(writes));
    expect(await tries('reader', ['SELECT * FROM daily_totals', 'SELECT * FROM assignments'])).toEqual({
      'SELECT * FROM daily_totals': null,
      'SELECT * FROM assignments': null,
    });
  });

  it('read results over connections that cannot write, also as the owner', async () => {
    const insert = `INSERT INTO job_runs (kind, last_success_at) VALUES ('mine', now())`;
    const options = { poolSize: 1, application: 'assay-reader' };
    for (const where of [url, roles.url('reader')]) {
      const reader = await Reader.connect({ ...options, url: where });
      const failure: unknown = await reader.rows(insert).catch((error: unknown) => error);
      const inSnapshot: unknown = await reader
        .snapshot((tx) => tx.rows(insert))
        .catch((error: unknown) => error);
      await reader.onApplicationShutdown();
      expect([sqlState(failure), sqlState(inSnapshot)]).toEqual([READ_ONLY, READ_ONLY]);
    }
  });

  it('make partitions by the worker, which owns none of them', async () => {
    const options = { url: roles.url('worker'), poolSize: 2, application: 'assay-worker' };
    const source = await createDataSource(options).initialize();
    const made = await new PartitionsStore(new Database(source)).ensure(new Date('2035-02-01T00:00:00Z'), 1);
    await source.destroy();
    expect(made).toEqual(['events_2035_02', 'events_2035_03']);
    const { rows } = await (
      await as('migrate')
    ).query(`SELECT tableowner FROM pg_tables WHERE tablename = 'events_2035_02'`);
    expect(rows).toEqual([{ tableowner: `${roles.prefix}_migrate` }]);
    const call = [`SELECT create_events_partition('2036-01-01')`];
    for (const role of ['api', 'reader'] as const) expect(await tries(role, call)).toEqual(allDenied(call));
  });

  it('make partitions of the table of Assay, whatever the caller calls events', async () => {
    const worker = await as('worker');
    await worker.query('CREATE TEMPORARY TABLE events (LIKE public.events) PARTITION BY RANGE (received_at)');
    await worker.query(`SELECT create_events_partition('2036-05-01')`);
    const { rows } = await worker.query(
      `SELECT inhparent = 'public.events'::regclass AS ours FROM pg_inherits WHERE inhrelid = 'public.events_2036_05'::regclass`,
    );
    expect(rows).toEqual([{ ours: true }]);
  });

  it('can be set up twice, and take over what another owner has made', async () => {
    const superuser = await connected(url);
    clients.push(superuser);
    await superuser.query('CREATE TABLE stray (id int GENERATED ALWAYS AS IDENTITY)');
    await superuser.query(`GRANT ALL ON jobs TO PUBLIC`);
    await roles.again();
    await install();
    const { rows } = await superuser.query(
      `SELECT tableowner = $1 AS ours, has_table_privilege($2, 'jobs', 'TRUNCATE') AS truncates
       FROM pg_tables WHERE tablename = 'stray'`,
      [`${roles.prefix}_migrate`, `${roles.prefix}_api`],
    );
    expect(rows).toEqual([{ ours: true, truncates: false }]);
    const stray = ['SELECT * FROM stray'];
    for (const role of ['api', 'worker', 'reader'] as const)
      expect(await tries(role, stray)).toEqual(allDenied(stray));
    await superuser.query('DROP TABLE stray');
  });

  it('leave nothing to roles of other databases', async () => {
    const { rows } = await admin.query(
      `SELECT has_database_privilege('public', $1, 'CONNECT') AS enter, has_database_privilege('public', $1, 'TEMPORARY') AS make`,
      [name],
    );
    expect(rows).toEqual([{ enter: false, make: false }]);
  });
});
