import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { createDataSource, Database, migrate } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { anImport } from '../support/people';
import { storesOf } from '../support/stores';

describe('migrate', () => {
  let admin: Client;
  const names: string[] = [];
  const sources: DataSource[] = [];
  beforeAll(async () => {
    admin = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await admin.connect();
  });
  afterAll(async () => {
    for (const source of sources) await source.destroy();
    for (const name of names) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  });

  async function emptyDatabase(): Promise<() => Promise<DataSource>> {
    const name = `assay_test_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${name}`);
    names.push(name);
    const url = new URL(process.env.TEST_DATABASE_URL as string);
    url.pathname = `/${name}`;
    return async () => {
      const source = await createDataSource({
        url: url.href,
        poolSize: 2,
        application: 'assay-test',
      }).initialize();
      sources.push(source);
      return source;
    };
  }
  /** Tables, views, columns, constraints, indexes and functions, without the list of migrations. */
  async function schemaOf(source: DataSource): Promise<string[]> {
    const rows = await source.query<{ line: string }[]>(`
      SELECT concat_ws(' ', c.relkind, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull) AS line
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname NOT LIKE 'assay_migrations%'
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'assay_migrations'
      UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 'assay_migrations'::regclass
      UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      ORDER BY 1`);
    return rows.map((row) => row.line);
  }

  it('goes up, down to nothing, and up to the same schema', async () => {
    const source = await (await emptyDatabase())();
    expect(await source.showMigrations()).toBe(true);
    const ran = await migrate(source);
    expect(ran).toEqual(source.migrations.map((migration) => migration.constructor.name));
    expect(ran.length).toBeGreaterThan(0);
    expect(await source.showMigrations()).toBe(false);
    expect(await migrate(source)).toEqual([]);

    const schema = await schemaOf(source);
    for (let i = 0; i < ran.length; i++) await source.undoLastMigration();
    expect(await schemaOf(source)).toEqual([]);
    expect(await migrate(source)).toEqual(ran);
    expect(await schemaOf(source)).toEqual(schema);
  });

  it('brings the totals of a database in use to the next schema and back', async () => {
    const source = await (await emptyDatabase())();
    const stores = storesOf(new Database(source));
    await migrate(source);
    const x = await anExperiment({ db: new Database(source), stores }, { timezone: 'Asia/Kolkata' });
    await stores.imports.importAll(
      x.id,
      [anImport(x, 'ann'), anImport(x, 'ben', { variant: 1 })],
      'earliest',
    );
    const at = (day: number, value: number | null) =>
      anEvent({ user_id: 'ann', timestamp: `2026-01-0${day}T20:00:00Z`, value });
    await stores.ingest.ingest([at(6, 3), at(6, 4), at(8, 5), anEvent({ user_id: 'ben', type: 'signup' })]);

    const dump = async (): Promise<unknown> => [
      await source.query('SELECT * FROM daily_totals ORDER BY 1, 2, 3'),
      await source.query('SELECT * FROM day_products ORDER BY 1, 2, 3, 4'),
    ];
    const before = await dump();
    const isEarlier = async () => (await source.query(`SELECT to_regclass('user_days') AS found`))[0].found !== null; // prettier-ignore
    while (!(await isEarlier())) await source.undoLastMigration();
    expect(await source.query('SELECT day, events, value_sum FROM user_days WHERE user_id = $1 ORDER BY day', ['ann']))
      .toEqual([{ day: '2026-01-07', events: 2, value_sum: '7' }, { day: '2026-01-09', events: 1, value_sum: '5' }]); // prettier-ignore
    await migrate(source);
    expect(await dump()).toEqual(before);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
    expect((await stores.experiments.find(x.id))?.primaryMetric).toBe('purchase');
  });

  it('works once when four start it at the same time', async () => {
    const open = await emptyDatabase();
    const four = await Promise.all([open(), open(), open(), open()]);
    const ran = await Promise.all(four.map(migrate));
    expect(ran.filter((names) => names.length > 0)).toEqual([
      four[0].migrations.map((migration) => migration.constructor.name),
    ]);
    expect(await four[3].showMigrations()).toBe(false);
  });

  it('runs the next caller after one that failed', async () => {
    const open = await emptyDatabase();
    const [first, second] = [await open(), await open()];
    // The name of a table to come is taken, so the migration fails in the middle and leaves nothing.
    await first.query('CREATE TABLE jobs (id int)');
    await expect(migrate(first)).rejects.toThrow(/jobs/);
    await first.query('DROP TABLE jobs');
    expect(await migrate(second)).toHaveLength(second.migrations.length);
  });
});
