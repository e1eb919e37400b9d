import { RANGE_DAYS, RANGE_TOTALS, RANGE_USERS } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { anImport } from '../support/people';
import { Stores, storesOf } from '../support/stores';

/** Every relation a plan reads, wherever it stands in the tree. */
function relationsIn(plan: unknown): string[] {
  if (Array.isArray(plan)) return plan.flatMap(relationsIn);
  if (typeof plan !== 'object' || plan === null) return [];
  const own = 'Relation Name' in plan ? [String(plan['Relation Name'])] : [];
  return [...own, ...Object.values(plan).flatMap(relationsIn)];
}

describe('reading totals', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  it.each([
    [
      'RANGE_TOTALS',
      RANGE_TOTALS,
      ['2026-01-01', '2026-02-01', null],
      ['arms', 'daily_totals', 'day_products', 'gaps', 'metrics'],
    ],
    ['RANGE_USERS', RANGE_USERS, ['2026-02-01'], ['arms', 'daily_users']],
    [
      'RANGE_DAYS',
      RANGE_DAYS,
      ['2026-01-01', '2026-02-01', null],
      ['arms', 'daily_totals', 'gaps', 'metrics'],
    ],
  ])('touches neither events nor users: %s', async (_, statement, range, relations) => {
    const x = await anExperiment({ db: database.db, stores });
    const rows = await database.db.rows(`EXPLAIN (FORMAT JSON) ${statement}`, [x.id, ...range]);
    expect([...new Set(relationsIn(rows))].sort()).toEqual(relations);
  });

  it('counts a user once in any range, though active on many days', async () => {
    const x = await anExperiment({ db: database.db, stores });
    await stores.imports.importAll(x.id, [anImport(x, 'daily'), anImport(x, 'once')], 'earliest');
    const on = (user: string, day: string, value: number) =>
      anEvent({ user_id: user, timestamp: `${day}T09:00:00Z`, value });
    // The middle day last: it splits a gap in two.
    await stores.ingest.ingest([
      on('daily', '2026-01-06', 1),
      on('daily', '2026-01-10', 3),
      on('once', '2026-01-08', 10),
    ]);
    await stores.ingest.ingest([on('daily', '2026-01-08', 2)]);
    const read = async (start: string | null, end: string | null) =>
      (await stores.totals.read(x.id, { start, end }, null)).metrics.map((metric) => [
        metric.converters,
        metric.events,
        metric.value_sum,
        metric.value_squares,
      ]);
    expect(await read(null, null)).toEqual([[2, 4, '16', '136']]);
    expect(await read('2026-01-06', '2026-01-08')).toEqual([[1, 1, '1', '1']]);
    expect(await read('2026-01-07', '2026-01-11')).toEqual([[2, 3, '15', '125']]);
    expect(await read('2026-01-09', null)).toEqual([[1, 1, '3', '9']]);
    expect(await read('2026-01-11', null)).toEqual([]);
  });

  it('gives the metrics asked for, and those alone', async () => {
    const x = await anExperiment({ db: database.db, stores });
    await stores.imports.importAll(x.id, [anImport(x, 'chooser')], 'earliest');
    await stores.ingest.ingest(['signup', 'purchase'].map((type) => anEvent({ user_id: 'chooser', type })));
    const keys = async (asked: string[] | null) =>
      (await stores.totals.read(x.id, { start: null, end: null }, asked)).metrics.map((metric) => metric.key);
    expect(await keys(null)).toEqual(['purchase', 'signup']);
    expect(await keys(['signup', 'unknown'])).toEqual(['signup']);
    expect(await keys([])).toEqual([]);
  });
});
