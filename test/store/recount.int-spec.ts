import { Experiment, MetricDefinition } from '@app/model';
import { TableDifferences } from '@app/store';
import { declare } from '../laws/definitions';
import { storedTables } from '../laws/stored';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate, anImport } from '../support/people';
import { Stores, storesOf } from '../support/stores';

const ARMS = '(SELECT id FROM arms WHERE experiment_id = $1)';

/** One wrong number in each table, a lost row and an invented one; and the key that the report must name. */
const DAMAGES: { what: string; table: TableDifferences['table']; sql: string; key: object }[] = [
  {
    what: 'a wrong sum in user_hours',
    table: 'user_hours',
    sql: `UPDATE user_hours SET value_sum = value_sum + 0.000000001 WHERE user_id = 'u1' AND day = '2026-01-06' AND arm_id IN ${ARMS}`,
    key: { user_id: 'u1', day: '2026-01-06' },
  },
  {
    what: 'a lost row of user_hours',
    table: 'user_hours',
    sql: `DELETE FROM user_hours WHERE user_id = 'u2' AND day = '2026-01-07' AND arm_id IN ${ARMS}`,
    key: { user_id: 'u2', day: '2026-01-07' },
  },
  {
    what: 'a wrong count in daily_totals',
    table: 'daily_totals',
    sql: `UPDATE daily_totals SET converters = converters + 1 WHERE day = '2026-01-06' AND arm_id = (SELECT min(id) FROM arms WHERE experiment_id = $1)`,
    key: { day: '2026-01-06' },
  },
  {
    what: 'an invented row of gaps',
    table: 'gaps',
    sql: `INSERT INTO gaps SELECT arm_id, measure_id, '2020-01-01', day, 1 FROM daily_totals WHERE arm_id IN ${ARMS} LIMIT 1`,
    key: { previous_day: '2020-01-01' },
  },
  {
    what: 'a lost row of day_products',
    table: 'day_products',
    sql: `DELETE FROM day_products WHERE ctid = (SELECT ctid FROM day_products WHERE arm_id IN ${ARMS} LIMIT 1)`,
    key: { day_a: '2026-01-06', day_b: '2026-01-07' },
  },
  {
    what: 'a wrong count in daily_users',
    table: 'daily_users',
    sql: `UPDATE daily_users SET users = users - 1 WHERE ctid = (SELECT ctid FROM daily_users WHERE arm_id IN ${ARMS} LIMIT 1)`,
    key: { day: '2026-01-05' },
  },
  {
    what: 'a wrong count in hourly_users',
    table: 'hourly_users',
    sql: `UPDATE hourly_users SET users = users + 1 WHERE ctid = (SELECT ctid FROM hourly_users WHERE arm_id IN ${ARMS} LIMIT 1)`,
    key: { hour: '2026-01-05T12:00:00+00:00' },
  },
  {
    what: 'a wrong count in hourly_totals',
    table: 'hourly_totals',
    sql: `UPDATE hourly_totals SET converters = converters + 1 WHERE ctid = (SELECT ctid FROM hourly_totals WHERE arm_id IN ${ARMS} LIMIT 1)`,
    key: { hour: '2026-01-06T10:00:00+00:00' },
  },
  {
    what: 'a wrong sum in cross_products',
    table: 'cross_products',
    sql: `UPDATE cross_products SET product = -product WHERE numerator_day = '2026-01-07' AND denominator_day = '2026-01-06'
      AND arm_id = (SELECT min(id) FROM arms WHERE experiment_id = $1)`,
    key: { numerator_day: '2026-01-07', denominator_day: '2026-01-06' },
  },
  {
    what: 'an invented span',
    table: 'user_spans',
    sql: `INSERT INTO user_spans SELECT arm_id, user_id, measure_id, '2020-01-01', '2020-01-02' FROM user_spans WHERE arm_id IN ${ARMS} LIMIT 1`,
    key: { start_day: '2020-01-01', end_day: '2020-01-02' },
  },
  {
    what: 'a wrong count in span_totals',
    table: 'span_totals',
    sql: `UPDATE span_totals SET users = users - 1 WHERE ctid = (SELECT ctid FROM span_totals WHERE arm_id IN ${ARMS} LIMIT 1)`,
    key: { previous_start: expect.any(String) },
  },
  {
    what: 'a lost covariate',
    table: 'user_covariates',
    sql: `DELETE FROM user_covariates WHERE user_id = 'u1' AND arm_id IN ${ARMS}`,
    key: { user_id: 'u1', anchor_day: '2026-01-05' },
  },
  {
    what: 'a wrong square in covariate_totals',
    table: 'covariate_totals',
    sql: `UPDATE covariate_totals SET value_squares = 0 WHERE ctid = (SELECT ctid FROM covariate_totals WHERE arm_id IN ${ARMS} LIMIT 1)`,
    key: { anchor_day: '2026-01-05' },
  },
  {
    what: 'a wrong product in covariate_products',
    table: 'covariate_products',
    sql: `UPDATE covariate_products SET product = product + 1 WHERE ctid = (SELECT ctid FROM covariate_products WHERE day = '2026-01-07' AND arm_id IN ${ARMS} LIMIT 1)`,
    key: { day: '2026-01-07' },
  },
];

const BOUGHT = { event_types: ['purchase'] };
const METRICS: MetricDefinition[] = [
  { kind: 'mean', ...BOUGHT, covariate_days: 7 },
  {
    kind: 'ratio',
    numerator: { ...BOUGHT, aggregation: 'sum' },
    denominator: { ...BOUGHT, aggregation: 'count' },
  },
  { kind: 'retention', ...BOUGHT, from_day: 1, to_day: 2 },
  { kind: 'funnel', steps: [BOUGHT, BOUGHT] },
];

describe('the recount', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  /** Six users in two arms with events on the day before the assignment and on two days after it, and what was declared about them. */
  async function filled(definitions: MetricDefinition[] = []): Promise<Experiment> {
    const metrics = await declare(database.db, definitions);
    const x = await anExperiment({ db: database.db, stores }, { metrics });
    await database.db.transaction((tx) => stores.measures.activate(tx, x.id));
    const users = Array.from({ length: 6 }, (_, i) => `u${i}`);
    await stores.imports.importAll(
      x.id,
      users.map((user, i) => anImport(x, user, { variant: i % 2 })),
      'earliest',
    );
    await stores.ingest.ingest(
      users.flatMap((user, i) =>
        ['2026-01-04', '2026-01-06', '2026-01-07'].map((day) =>
          anEvent({ user_id: user, timestamp: `${day}T10:00:00Z`, value: i + 0.25, experiment_id: x.id }),
        ),
      ),
    );
    return x;
  }

  it('agrees with totals that nobody touched, and says how much it compared', async () => {
    const x = await filled();
    const report = await stores.recounts.verify(x.id);
    expect(report.drift).toBe(0);
    expect(Object.fromEntries(report.tables.map((table) => [table.table, table.cells]))).toMatchObject({
      user_hours: 12,
      daily_totals: 4,
      gaps: 4,
      day_products: 2,
      daily_users: 2,
      hourly_totals: 4,
      hourly_users: 2,
      cross_products: 0,
      assignments: 6,
    });
  });

  it.each(DAMAGES)('finds $what, names it, and repairs it', async ({ table, sql, key }) => {
    const x = await filled(/^(cross|covariate|span|user_(spans|cov))/.test(table) ? METRICS : []);
    const right = await storedTables(database.db, x.id);
    await database.db.rows(sql, [x.id]);
    const found = await stores.recounts.verify(x.id);
    expect(found.drift).toBe(1);
    const [damaged, ...others] = found.tables.filter((candidate) => candidate.differences > 0);
    expect(others).toEqual([]);
    expect(damaged).toMatchObject({ table, differences: 1, rows: [{ key }] });
    // Verifying looks and does not touch.
    expect(await stores.recounts.verify(x.id)).toEqual(found);
    expect(await stores.recounts.recompute(x.id)).toEqual(found);
    expect(await storedTables(database.db, x.id)).toEqual(right);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it.each([
    ['an exposure that no row supports', `exposed_at = '2026-01-06'`],
    ['a user counted on the wrong day', `counted_day = '2026-01-09'`],
    ['a user counted in the wrong hour', `counted_hour = counted_hour + interval '1 hour'`],
    ['a user counted nowhere', `counted_arm_id = NULL, counted_day = NULL`],
  ])('finds %s in an assignment, names the user, and repairs it', async (_, damage) => {
    const x = await filled();
    await database.db.rows(`UPDATE assignments SET ${damage} WHERE experiment_id = $1 AND user_id = 'u3'`, [
      x.id,
    ]);
    const found = await stores.recounts.verify(x.id);
    expect(found.tables.find(({ table }) => table === 'assignments')).toMatchObject({
      differences: 1,
      rows: [{ experiment_id: x.id, user_id: 'u3' }],
    });
    await stores.recounts.recompute(x.id);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('restores totals that were lost altogether, and raises their version', async () => {
    const x = await filled();
    const right = await storedTables(database.db, x.id);
    const version = async () =>
      (await stores.totals.read(x.id, { start: null, end: null }, { maturedBefore: '2100-01-01' })).freshness
        ?.version ?? 0;
    const before = await version();
    for (const table of Object.keys(right))
      await database.db.rows(`DELETE FROM ${table} WHERE arm_id IN ${ARMS}`, [x.id]);
    expect((await stores.recounts.recompute(x.id)).drift).toBe(12 + 4 + 4 + 2 + 2 + 4 + 2);
    expect(await storedTables(database.db, x.id)).toEqual(right);
    expect(await version()).toBe(before + 1);
  });

  it('lists twenty wrong rows and counts them all', async () => {
    const x = await filled();
    await database.db.rows(
      `INSERT INTO gaps SELECT min(id), 1, '2020-01-01', date '2020-02-01' + i, 1 FROM arms, generate_series(1, 30) i WHERE experiment_id = $1 GROUP BY i`,
      [x.id],
    );
    const gaps = (await stores.recounts.verify(x.id)).tables.find(({ table }) => table === 'gaps');
    expect(gaps).toMatchObject({ differences: 30 });
    expect(gaps?.rows).toHaveLength(20);
  });

  it('takes an experiment without anybody for right', async () => {
    const x = await anExperiment({ db: database.db, stores });
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0, cells: 0 });
    expect(await stores.recounts.recompute(x.id)).toMatchObject({ drift: 0 });
  });

  it('leaves every other experiment alone', async () => {
    const [x, y] = [await filled(), await filled()];
    await database.db.rows(`UPDATE gaps SET users = users + 5 WHERE arm_id IN ${ARMS}`, [y.id]);
    const before = await storedTables(database.db, y.id);
    await stores.recounts.recompute(x.id);
    expect(await storedTables(database.db, y.id)).toEqual(before);
  });

  it('is invisible while events and assignments go on: nothing right ever looks wrong, no number goes down', async () => {
    const x = await filled();
    const running = { isOver: false, written: 0 };
    const drifts: number[] = [];
    const writing = Promise.all(
      [0, 1].map(async (writer) => {
        for (let round = 0; round < 25 || drifts.length < 4; round++) {
          const users = Array.from({ length: 4 }, (_, i) => `w${writer}-${round}-${i}`);
          await stores.assignments.assign(users.map((user, i) => aCandidate(x, user, { variant: i % 2 })));
          await stores.ingest.ingest(
            users.map((user) => anEvent({ user_id: user, timestamp: '2199-01-01T00:00:00Z', value: 2 })),
          );
          running.written += users.length;
        }
      }),
    ).finally(() => (running.isOver = true));
    const counted: [number, number][] = [];
    const looking = (async () => {
      while (!running.isOver) {
        const { users, measures } = await stores.totals.read(
          x.id,
          { start: null, end: null },
          { maturedBefore: '2100-01-01' },
        );
        counted.push([
          users.reduce((sum, row) => sum + row.users, 0),
          measures.reduce((sum, row) => sum + row.events, 0),
        ]);
      }
    })();
    while (!running.isOver) drifts.push((await stores.recounts.recompute(x.id)).drift);
    await Promise.all([writing, looking]);
    expect(drifts.filter((drift) => drift !== 0)).toEqual([]);
    const isFalling = counted.some(
      ([users, events], i) => i > 0 && (users < counted[i - 1][0] || events < counted[i - 1][1]),
    );
    expect(isFalling).toBe(false);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
    const { users, measures } = await stores.totals.read(
      x.id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    expect(users.reduce((sum, row) => sum + row.users, 0)).toBe(6 + running.written);
    expect(measures.reduce((sum, row) => sum + row.events, 0)).toBe(12 + running.written);
  }, 60_000);
});
