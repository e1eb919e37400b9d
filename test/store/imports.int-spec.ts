import { Experiment } from '@app/model';
import { ConflictRule, ImportRow } from '@app/store';
import { storedTables } from '../laws/stored';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate, anImport } from '../support/people';
import { Stores, storesOf } from '../support/stores';

const EARLY = '2026-01-03T00:00:00.000Z';
const LATE = '2026-01-08T00:00:00.000Z';

describe('imports', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  const running = (): Promise<Experiment> => anExperiment({ db: database.db, stores });
  const find = async (x: Experiment, user: string) =>
    (await stores.assignments.find([{ experiment_id: x.id, user_id: user }]))[0] ?? null;
  const totals = (x: Experiment) =>
    stores.totals.read(x.id, { start: null, end: null }, { maturedBefore: '2100-01-01' });
  /** Imports the rows in every way to split them in two, and in both orders; each way into an experiment of its own. */
  async function inEveryWay(rows: (x: Experiment) => ImportRow[], rule: ConflictRule) {
    const outcomes = [];
    for (const split of [0, 1]) {
      for (const isReversed of [false, true]) {
        const x = await running();
        const ordered = isReversed ? rows(x).reverse() : rows(x);
        for (const part of [ordered.slice(0, split), ordered.slice(split)])
          if (part.length > 0) await stores.imports.importAll(x.id, part, rule);
        const row = await find(x, 'user');
        outcomes.push({
          variant: x.variants.findIndex((variant) => variant.id === row.variant_id),
          assigned_at: row.assigned_at,
          exposed_at: row.exposed_at,
          users: (await totals(x)).users.length,
        });
        expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
      }
    }
    return outcomes;
  }
  const all = (outcome: unknown): unknown[] => [outcome, outcome, outcome, outcome];

  it('lets the earliest assignment win in any order', async () => {
    const rows = (x: Experiment) => [
      anImport(x, 'user', { variant: 0, assignedAt: LATE, exposedAt: LATE }),
      anImport(x, 'user', { variant: 1, assignedAt: EARLY }),
    ];
    const outcomes = await inEveryWay(rows, 'earliest');
    expect(outcomes).toEqual(all({ variant: 1, assigned_at: EARLY, exposed_at: null, users: 1 }));
  });

  it('breaks a tie by the variant, then by the exposure', async () => {
    const variants = (x: Experiment) =>
      [0, 1].map((variant) => anImport(x, 'user', { variant, assignedAt: EARLY }));
    const smallest = (x: Experiment) => (x.variants[0].id < x.variants[1].id ? 0 : 1);
    const variant = smallest(await running());
    expect(await inEveryWay(variants, 'earliest')).toEqual(
      all({ variant, assigned_at: EARLY, exposed_at: null, users: 1 }),
    );
    const exposures = (x: Experiment) =>
      [null, LATE].map((exposedAt) => anImport(x, 'user', { assignedAt: EARLY, exposedAt }));
    expect(await inEveryWay(exposures, 'earliest')).toEqual(
      all({ variant: 0, assigned_at: EARLY, exposed_at: LATE, users: 1 }),
    );
  });

  it('takes users found in two variants out of the totals when asked to', async () => {
    const rows = (x: Experiment) => [
      anImport(x, 'user', { variant: 0, assignedAt: LATE }),
      anImport(x, 'user', { variant: 1, assignedAt: EARLY }),
    ];
    expect(await inEveryWay(rows, 'contaminate')).toEqual(
      all({ variant: 1, assigned_at: EARLY, exposed_at: null, users: 0 }),
    );
  });

  it('never moves a row that the hash made, and can only mark it', async () => {
    const x = await running();
    await stores.assignments.assign([aCandidate(x, 'hashed', { variant: 0 })]);
    const before = await find(x, 'hashed');
    const row = anImport(x, 'hashed', { variant: 1, assignedAt: EARLY, exposedAt: EARLY });
    expect(await stores.imports.importAll(x.id, [row], 'earliest')).toEqual({
      imported: 0,
      moved: 0,
      unchanged: 0,
      conflicts: 1,
    });
    expect(await find(x, 'hashed')).toEqual(before);
    expect((await totals(x)).users).toHaveLength(1);
    await stores.imports.importAll(x.id, [row], 'contaminate');
    expect(await find(x, 'hashed')).toEqual(before);
    expect((await totals(x)).users).toEqual([]);
  });

  it('of the variant that the hash has given ends as if it had come first, for good', async () => {
    const x = await running();
    const row = (user: string, variant: number, assignedAt: string) => anImport(x, user, { variant, assignedAt, exposedAt: assignedAt }); // prettier-ignore
    const assign = (user: string) => stores.assignments.assign([aCandidate(x, user, { variant: 0 })]);
    await stores.ingest.ingest(
      ['hash-first', 'import-first'].map((user_id) => anEvent({ user_id, timestamp: LATE })),
    );
    await assign('hash-first');
    await stores.imports.importAll(x.id, ['hash-first', 'import-first'].map((user) => row(user, 0, EARLY)), 'earliest'); // prettier-ignore
    await assign('import-first');
    const counted = ({ assigned_at, exposed_at }: { assigned_at: string; exposed_at: string | null }) => ({ assigned_at, exposed_at }); // prettier-ignore
    expect(counted(await find(x, 'hash-first'))).toEqual(counted(await find(x, 'import-first')));
    expect((await totals(x)).measures).toMatchObject([{ events: 2 }]);
    // The application has shown it all the same.
    const other = await stores.imports.importAll(
      x.id,
      [row('hash-first', 1, '2025-12-01T00:00:00Z')],
      'earliest',
    );
    expect(other).toMatchObject({ moved: 0, conflicts: 1 });
  });

  it('says what became of the rows, and changes nothing when they come again', async () => {
    const x = await running();
    const first = [anImport(x, 'a', { assignedAt: LATE }), anImport(x, 'b', { assignedAt: LATE })];
    expect(await stores.imports.importAll(x.id, first, 'earliest')).toMatchObject({
      imported: 2,
      moved: 0,
      unchanged: 0,
      conflicts: 0,
    });
    const second = [first[0], anImport(x, 'b', { assignedAt: EARLY }), anImport(x, 'c', {})];
    expect(await stores.imports.importAll(x.id, second, 'earliest')).toMatchObject({
      imported: 1,
      moved: 1,
      unchanged: 1,
    });
    const before = await storedTables(database.db, x.id);
    expect(await stores.imports.importAll(x.id, [...first, ...second], 'earliest')).toMatchObject({
      imported: 0,
      moved: 0,
      unchanged: 3,
    });
    expect(await storedTables(database.db, x.id)).toEqual(before);
  });

  it('moves the events of a user along with the arm, and with the anchor', async () => {
    const x = await running();
    const event = (timestamp: string) => anEvent({ user_id: 'mover', timestamp, value: 2 });
    await stores.ingest.ingest([
      event('2026-01-02T00:00:00Z'),
      event('2026-01-05T00:00:00Z'),
      event('2026-01-09T00:00:00Z'),
    ]);
    await stores.imports.importAll(
      x.id,
      [anImport(x, 'mover', { variant: 0, assignedAt: LATE })],
      'earliest',
    );
    expect((await totals(x)).measures).toMatchObject([{ arm_id: x.arms[0].id, events: 1, value_sum: '2' }]);
    await stores.imports.importAll(
      x.id,
      [anImport(x, 'mover', { variant: 1, assignedAt: EARLY })],
      'earliest',
    );
    expect((await totals(x)).measures).toMatchObject([{ arm_id: x.arms[1].id, events: 2, value_sum: '4' }]);
    const old = await database.db.rows('SELECT FROM user_hours WHERE user_id = $1 AND arm_id = $2', [
      'mover',
      x.arms[0].id,
    ]);
    expect(old).toHaveLength(0);
  });

  it('puts users into the epoch of the arm it was given', async () => {
    const x = await running();
    await stores.experiments.change(x.id, x.version, (tx) =>
      stores.experiments.openEpoch(tx, x.id, {
        number: 2,
        coverageBp: 10_000,
        variants: x.variants.map(({ id }) => ({ id, weightBp: 5000 })),
      }),
    );
    const { arms } = (await stores.experiments.find(x.id)) as Experiment;
    const second = arms.find(
      (arm) => arm.epoch === 2 && arm.variantId === x.variants[0].id,
    ) as Experiment['arms'][number];
    await stores.imports.importAll(
      x.id,
      [anImport(x, 'one'), { ...anImport(x, 'two'), arm_id: second.id }],
      'earliest',
    );
    expect([await find(x, 'one'), await find(x, 'two')]).toMatchObject([
      { epoch: 1, variant_id: x.variants[0].id },
      { epoch: 2, variant_id: x.variants[0].id },
    ]);
  });

  it('meets hash assignments of the same users at the same time: each user gets one row', async () => {
    const x = await running();
    const users = Array.from({ length: 60 }, (_, i) => `mixed-${i}`);
    await Promise.all([
      ...users.map((user) => stores.assignments.assign([aCandidate(x, user)])),
      ...Array.from({ length: 6 }, (_, i) =>
        stores.imports.importAll(
          x.id,
          users.slice(i * 10, i * 10 + 10).map((user) => anImport(x, user, { variant: 1 })),
          'earliest',
        ),
      ),
    ]);
    const { users: population } = await totals(x);
    expect(population.reduce((sum, row) => sum + row.users, 0)).toBe(60);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });
});
