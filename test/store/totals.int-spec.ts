import * as sql from '@app/store';
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

  const DAYS = ['2026-01-01', '2026-02-01'];
  it.each([
    ['RANGE_USERS', sql.RANGE_USERS, ['2026-02-01'], ['arms', 'daily_users']],
    ['RANGE_MEASURES', sql.RANGE_MEASURES, DAYS, ['arms', 'daily_totals', 'day_products', 'gaps']],
    ['RANGE_DAYS', sql.RANGE_DAYS, DAYS, ['arms', 'daily_totals', 'day_products', 'gaps']],
    ['RANGE_CROSS', sql.RANGE_CROSS, DAYS, ['arms', 'cross_products']],
    ['RANGE_SPANS', sql.RANGE_SPANS, [...DAYS, '2026-02-01'], ['arms', 'measures', 'span_totals']],
    ['RANGE_COVARIATES', sql.RANGE_COVARIATES, DAYS, ['arms', 'covariate_products', 'covariate_totals']],
    ['RANGE_HOURS', sql.RANGE_HOURS, DAYS, ['arms', 'experiments', 'hourly_totals']],
    ['RANGE_HOURLY_USERS', sql.RANGE_HOURLY_USERS, DAYS, ['arms', 'experiments', 'hourly_users']],
    ['CONVERTERS_BEFORE', sql.CONVERTERS_BEFORE, ['2026-02-01'], ['arms', 'daily_totals']],
    ['PLAIN_MEASURES', sql.PLAIN_MEASURES, [], ['arms', 'daily_totals', 'measures']],
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
      (await stores.totals.read(x.id, { start, end }, { maturedBefore: '2100-01-01' })).measures.map(
        (row) => [row.converters, row.events, row.value_sum, row.value_squares],
      );
    expect(await read(null, null)).toEqual([[2, 4, '16', '136']]);
    expect(await read('2026-01-06', '2026-01-08')).toEqual([[1, 1, '1', '1']]);
    expect(await read('2026-01-07', '2026-01-11')).toEqual([[2, 3, '15', '125']]);
    expect(await read('2026-01-09', null)).toEqual([[1, 1, '3', '9']]);
    expect(await read('2026-01-11', null)).toEqual([]);
  });
});
