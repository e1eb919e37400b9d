import { PartitionsStore } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { anImport } from '../support/people';
import { storesOf } from '../support/stores';

describe('partitions', () => {
  let database: TestDatabase;
  let partitions: PartitionsStore;
  beforeAll(async () => {
    database = await freshDatabase();
    partitions = new PartitionsStore(database.db);
  });
  afterAll(() => database.drop());

  const month = (text: string): Date => new Date(`${text}-15T12:00:00Z`);
  const placesOf = (ids: string[]): Promise<{ place: string; n: number }[]> =>
    database.db.rows(
      'SELECT tableoid::regclass::text AS place, count(*) AS n FROM events WHERE event_id = ANY ($1::uuid[]) GROUP BY 1 ORDER BY 1',
      [ids],
    );

  it('are made for this month and the months after, over the turn of the year, and once', async () => {
    const made = ['events_2030_11', 'events_2030_12', 'events_2031_01'];
    expect(await partitions.ensure(month('2030-11'), 2)).toEqual(made);
    expect(await partitions.ensure(month('2030-11'), 2)).toEqual([]);
    expect(await partitions.ensure(month('2030-12'), 2)).toEqual(['events_2031_02']);
  });

  it('are made by one of several who come at once', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => partitions.ensure(month('2032-03'), 1)));
    expect(made.flat().sort()).toEqual(['events_2032_03', 'events_2032_04']);
  });

  it('take over what fell into the default partition, and nothing else; counts stay', async () => {
    const stores = storesOf(database.db);
    const x = await anExperiment({ db: database.db, stores });
    await stores.imports.importAll(
      x.id,
      [anImport(x, 'user', { assignedAt: '2027-05-01T00:00:00Z' })],
      'earliest',
    );
    const received = [
      '2027-05-31T23:59:59.999999Z',
      '2027-06-01T00:00:00Z',
      '2027-06-30T23:59:59.999Z',
      '2027-07-01T00:00:00Z',
    ];
    const events = received.map((at) =>
      anEvent({ user_id: 'user', received_at: at, timestamp: at, value: 1 }),
    );
    const ids = events.map((event) => event.event_id);
    await stores.ingest.ingest(events);
    expect(await placesOf(ids)).toEqual([{ place: 'events_default', n: 4 }]);

    expect(await partitions.ensure(month('2027-06'), 0)).toEqual(['events_2027_06']);
    expect(await placesOf(ids)).toEqual([
      { place: 'events_2027_06', n: 2 },
      { place: 'events_default', n: 2 },
    ]);
    expect(await stores.ingest.ingest(events)).toMatchObject({ stored: 0, duplicates: 4 });
    const { measures } = await stores.totals.read(
      x.id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    expect(measures).toMatchObject([{ events: 4 }]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('have the indexes of their parent', async () => {
    await partitions.ensure(month('2033-01'), 0);
    const indexed = (table: string): Promise<{ columns: string }[]> =>
      database.db.rows(
        `SELECT regexp_replace(indexdef, '^.* USING ', '') AS columns FROM pg_indexes WHERE tablename = $1 ORDER BY 1`,
        [table],
      );
    expect(await indexed('events_2033_01')).toEqual(await indexed('events'));
  });

  it('are made while events are stored', async () => {
    const stores = storesOf(database.db);
    const events = Array.from({ length: 300 }, () => anEvent({ received_at: '2034-08-02T00:00:00Z' }));
    await Promise.all([
      ...Array.from({ length: 10 }, (_, i) => stores.ingest.ingest(events.slice(i * 30, i * 30 + 30))),
      partitions.ensure(month('2034-08'), 1),
    ]);
    expect(await placesOf(events.map((event) => event.event_id))).toEqual([
      { place: 'events_2034_08', n: 300 },
    ]);
  });
});
