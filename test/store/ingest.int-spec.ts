import { v7 as uuidv7 } from 'uuid';
import { storedTables } from '../laws/stored';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { anImport } from '../support/people';
import { Stores, storesOf } from '../support/stores';

const ANCHOR = '2026-01-05T12:00:00.000Z';

describe('ingest', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  /** An experiment that counts these users since the anchor. */
  async function counting(...users: string[]) {
    const x = await anExperiment({ db: database.db, stores });
    await stores.imports.importAll(
      x.id,
      users.map((user) => anImport(x, user, { assignedAt: ANCHOR })),
      'earliest',
    );
    return x;
  }
  const storedRows = (ids: string[]): Promise<{ event_id: string; value: string; type: string }[]> =>
    database.db.rows('SELECT event_id, value, type FROM events WHERE event_id = ANY ($1::uuid[])', [ids]);
  const eventsCounted = async (id: string): Promise<number> => {
    const { measures } = await stores.totals.read(
      id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    return measures.reduce((sum, row) => sum + row.events, 0);
  };

  it('stores an id once when a batch has it twice, with the first payload', async () => {
    const x = await counting('twice');
    const event = anEvent({ user_id: 'twice', value: 5 });
    const counts = await stores.ingest.ingest([event, { ...event, value: 7 }, anEvent({ user_id: 'twice' })]);
    expect(counts).toEqual({ received: 3, stored: 2, duplicates: 1, erased: 0, counted: 2 });
    expect(await storedRows([event.event_id])).toMatchObject([{ value: '5' }]);
    expect(await eventsCounted(x.id)).toBe(2);
  });

  it('stores every column as it was sent, also beside one that cannot travel in binary', async () => {
    const plain = [
      anEvent({ user_id: 'ä\u{1F600}"\\,{}', value: -0.1, properties: { 'a"\\': ['ü', null, 1e20] } }),
      anEvent({ value: null, properties: null, timestamp: '2026-01-06T00:00:00.000001Z', session_id: '' }),
      anEvent({ value: 1e15, original_timestamp: '1999-12-31T23:59:59.999Z', variant_id: 'NULL' }),
    ];
    const odd = anEvent({ timestamp: '2026-01-06T02:00:00+02:00', request_id: 'r' });
    odd.event_id = odd.event_id.replaceAll('-', '').toUpperCase();
    for (const batch of [plain, [...plain.map((event) => ({ ...event, event_id: uuidv7() })), odd]]) {
      expect(await stores.ingest.ingest(batch)).toMatchObject({ stored: batch.length });
      const ids = batch.map((event) => event.event_id);
      const sent = await database.db.rows(
        `SELECT e.* FROM json_to_recordset($1) AS e (
           event_id uuid, received_at timestamptz, user_id text, type text, timestamp timestamptz, original_timestamp timestamptz,
           value numeric, properties jsonb, experiment_id uuid, variant_id text, session_id text, request_id text
         ) ORDER BY event_id`,
        [JSON.stringify(batch)],
      );
      const stored = await database.db.rows(
        `SELECT event_id, received_at, user_id, type, timestamp, original_timestamp, value, properties, experiment_id, variant_id,
           session_id, request_id
         FROM events WHERE event_id = ANY ($1::uuid[]) ORDER BY event_id`,
        [ids],
      );
      expect(stored).toEqual(sent);
    }
  });

  it('changes nothing when a batch is delivered again, also with another payload', async () => {
    const x = await counting('again');
    const batch = [1, 2, 3].map((value) => anEvent({ user_id: 'again', value }));
    await stores.ingest.ingest(batch);
    const before = await storedTables(database.db, x.id);
    const other = batch.map((event) => ({
      ...event,
      value: 1000,
      type: 'refund',
      timestamp: '2026-01-09T00:00:00Z',
    }));
    for (const redelivered of [batch, other, [...batch, ...other]]) {
      const counts = await stores.ingest.ingest(redelivered);
      expect(counts).toEqual({
        received: redelivered.length,
        stored: 0,
        duplicates: redelivered.length,
        erased: 0,
        counted: 0,
      });
    }
    expect(await storedTables(database.db, x.id)).toEqual(before);
    expect(await storedRows(batch.map((event) => event.event_id))).toHaveLength(3);
  });

  it('stores each id once when eight batches with the same ids arrive at once in different orders', async () => {
    const x = await counting('race');
    const events = Array.from({ length: 200 }, (_, i) => anEvent({ user_id: 'race', value: i }));
    const rotated = Array.from({ length: 8 }, (_, i) => [
      ...events.slice(i * 25),
      ...events.slice(0, i * 25),
    ]);
    const counts = await Promise.all(rotated.map((batch) => stores.ingest.ingest(batch)));
    expect(counts.reduce((sum, count) => sum + count.stored, 0)).toBe(200);
    expect(counts.reduce((sum, count) => sum + count.counted, 0)).toBe(200);
    expect(await eventsCounted(x.id)).toBe(200);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('stores events of users whom no experiment knows, and counts none', async () => {
    const event = anEvent({ user_id: 'nobody', value: 3 });
    expect(await stores.ingest.ingest([event])).toEqual({
      received: 1,
      stored: 1,
      duplicates: 0,
      erased: 0,
      counted: 0,
    });
    expect(await storedRows([event.event_id])).toHaveLength(1);
  });

  it('counts an event in each experiment of its user, and in one alone when the event names it', async () => {
    const x = await counting('both');
    const y = await counting('both');
    const counts = await stores.ingest.ingest([
      anEvent({ user_id: 'both' }),
      anEvent({ user_id: 'both', experiment_id: y.id }),
      anEvent({ user_id: 'both', experiment_id: uuidv7() }),
    ]);
    expect(counts).toEqual({ received: 3, stored: 3, duplicates: 0, erased: 0, counted: 3 });
    expect([await eventsCounted(x.id), await eventsCounted(y.id)]).toEqual([1, 2]);
  });

  it('counts from the anchor on, to the microsecond', async () => {
    const x = await counting('edge');
    const at = (timestamp: string) => anEvent({ user_id: 'edge', timestamp });
    await stores.ingest.ingest([
      at('2026-01-05T11:59:59.999999Z'),
      at(ANCHOR),
      at('2026-01-05T12:00:00.000001Z'),
    ]);
    expect(await eventsCounted(x.id)).toBe(2);
  });

  it('moves the anchor back when an earlier exposure arrives late, and counts what lies between', async () => {
    const x = await anExperiment({ db: database.db, stores }, { analysisPopulation: 'exposed' });
    await stores.imports.importAll(x.id, [anImport(x, 'late', { assignedAt: ANCHOR })], 'earliest');
    const exposure = (timestamp: string) =>
      anEvent({ user_id: 'late', type: 'exposure', experiment_id: x.id, timestamp });
    await stores.ingest.ingest([anEvent({ user_id: 'late', timestamp: '2026-01-07T00:00:00Z' })]);
    expect(await eventsCounted(x.id)).toBe(0);
    await stores.ingest.ingest([exposure('2026-01-08T00:00:00Z')]);
    expect(await eventsCounted(x.id)).toBe(1);
    await stores.ingest.ingest([exposure('2026-01-06T00:00:00Z')]);
    expect(await eventsCounted(x.id)).toBe(3);
    const { users } = await stores.totals.read(
      x.id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    expect(users).toEqual([{ arm_id: x.arms[0].id, day: '2026-01-06', users: 1 }]);
  });

  it('takes the value of an event from its own field, else from the first number among four properties', async () => {
    const x = await counting('value');
    await stores.ingest.ingest([
      anEvent({ user_id: 'value', value: 1, properties: { value: 50 } }),
      anEvent({ user_id: 'value', properties: { amount: 400, price: 30 } }),
      anEvent({ user_id: 'value', properties: { value: '7', revenue: 0.1 } }),
      anEvent({ user_id: 'value', properties: { total: 9 } }),
    ]);
    const { measures } = await stores.totals.read(
      x.id,
      { start: null, end: null },
      { maturedBefore: '2100-01-01' },
    );
    expect(measures).toMatchObject([{ events: 4, value_sum: '31.1' }]);
  });

  it('raises the version of the totals it changes, and of no others', async () => {
    const x = await counting('version');
    const versionOf = async (): Promise<number | undefined> =>
      (await stores.totals.read(x.id, { start: null, end: null }, { maturedBefore: '2100-01-01' })).freshness
        ?.version;
    const before = (await versionOf()) ?? 0;
    const event = anEvent({ user_id: 'version' });
    await stores.ingest.ingest([event]);
    expect(await versionOf()).toBe(before + 1);
    await stores.ingest.ingest([event]);
    await stores.ingest.ingest([anEvent({ user_id: 'somebody-else' })]);
    expect(await versionOf()).toBe(before + 1);
  });
});
