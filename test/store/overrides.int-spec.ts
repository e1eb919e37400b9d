import { storedTables } from '../laws/stored';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate, anImport } from '../support/people';
import { Stores, storesOf } from '../support/stores';

describe('overrides', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  const running = () => anExperiment({ db: database.db, stores });
  const events = (user: string) =>
    ['2026-01-06T00:00:00Z', '2026-01-07T00:00:00Z'].map((timestamp) =>
      anEvent({ user_id: user, timestamp, value: 1 }),
    );
  const nothing = {
    user_hours: {},
    hourly_totals: {},
    daily_totals: {},
    gaps: {},
    day_products: {},
    daily_users: {},
    hourly_users: {},
  };

  it('are not written for a variant that is gone', async () => {
    const x = await anExperiment({ db: database.db, stores }, { status: 'draft' });
    expect(await stores.overrides.put(x.id, 'tester', x.variants[1].id)).toBe(true);
    await stores.experiments.deleteDraft(x.id);
    expect(await stores.overrides.put(x.id, 'tester', x.variants[1].id)).toBe(false);
  });

  it('take a user out of every total for as long as they stand', async () => {
    const x = await running();
    await stores.imports.importAll(x.id, [anImport(x, 'tester')], 'earliest');
    await stores.ingest.ingest(events('tester'));
    const before = await storedTables(database.db, x.id);
    expect(Object.values(before).every((rows) => Object.keys(rows).length > 0)).toBe(true);
    await stores.overrides.put(x.id, 'tester', x.variants[1].id);
    expect(await storedTables(database.db, x.id)).toEqual(nothing);
    // What happens meanwhile counts once the override is lifted.
    await stores.ingest.ingest([anEvent({ user_id: 'tester', timestamp: '2026-01-06T01:00:00Z', value: 2 })]);
    expect(await storedTables(database.db, x.id)).toEqual(nothing);
    expect(await stores.overrides.delete(x.id, 'tester')).toBe(true);
    const { measures } = await stores.totals.read(
      x.id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    expect(measures).toMatchObject([
      { arm_id: x.arms[0].id, events: 3, converters: 1, value_sum: '4', value_squares: '16' },
    ]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('leave a user alone in other experiments', async () => {
    const [x, y] = [await running(), await running()];
    for (const one of [x, y]) await stores.imports.importAll(one.id, [anImport(one, 'shared')], 'earliest');
    await stores.ingest.ingest(events('shared'));
    const before = await storedTables(database.db, y.id);
    await stores.overrides.put(x.id, 'shared', x.variants[0].id);
    expect(await storedTables(database.db, y.id)).toEqual(before);
  });

  it('keep out a user who is imported afterwards, until lifted', async () => {
    const x = await running();
    await stores.overrides.put(x.id, 'later', x.variants[0].id);
    await stores.imports.importAll(x.id, [anImport(x, 'later')], 'earliest');
    await stores.ingest.ingest(events('later'));
    expect(await storedTables(database.db, x.id)).toEqual(nothing);
    await stores.overrides.delete(x.id, 'later');
    const { users } = await stores.totals.read(
      x.id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    expect(users).toMatchObject([{ users: 1 }]);
  });

  it('change their variant in place, and say whether there was one to delete', async () => {
    const x = await running();
    const pair = { experiment_id: x.id, user_id: 'qa' };
    expect(await stores.overrides.delete(x.id, 'qa')).toBe(false);
    await stores.overrides.put(x.id, 'qa', x.variants[0].id);
    await stores.overrides.put(x.id, 'qa', x.variants[1].id);
    expect(await stores.overrides.find([pair])).toMatchObject([{ ...pair, variant_id: x.variants[1].id }]);
    expect(await stores.overrides.delete(x.id, 'qa')).toBe(true);
    expect(await stores.overrides.delete(x.id, 'qa')).toBe(false);
  });

  it('put and lifted while the user is assigned and counted leave no trace', async () => {
    const x = await running();
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        await Promise.all([
          stores.overrides.put(x.id, `busy-${i}`, x.variants[0].id),
          stores.assignments.assign([aCandidate(x, `busy-${i}`)]),
          stores.ingest.ingest([anEvent({ user_id: `busy-${i}`, timestamp: '2199-01-01T00:00:00Z' })]),
        ]);
        await Promise.all([
          stores.overrides.delete(x.id, `busy-${i}`),
          stores.ingest.ingest([anEvent({ user_id: `busy-${i}`, timestamp: '2199-01-01T00:00:00Z' })]),
        ]);
        await stores.assignments.assign([aCandidate(x, `busy-${i}`)]);
      }),
    );
    const { users, measures } = await stores.totals.read(
      x.id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    expect(users).toMatchObject([{ users: 10 }]);
    expect(measures).toMatchObject([{ events: 20, converters: 10 }]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });
});
