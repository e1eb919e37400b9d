import * as fc from 'fast-check';
import { Experiment, instantOfDate } from '@app/model';
import { freshDatabase } from '../support/database';
import { Random } from '../support/random';
import { seed } from '../support/seed';
import { storesOf } from '../support/stores';
import { declare } from './definitions';
import { aWorld, entriesOf, isContaminated, liveApart, liveAsOne, Persons, persons, Place, SOMEBODY, World } from './persons'; // prettier-ignore
import { storedTables } from './stored';

// LAW_RUNS=... looks longer.
const runs = Number(process.env.LAW_RUNS ?? 12);
const HOUR_US = 3_600_000_000;

describe(`people with several ids (SEED=${seed})`, () => {
  let place: Place;
  let counted = 0;
  beforeAll(async () => {
    const database = await freshDatabase();
    place = { ...database, stores: storesOf(database.db) };
  });
  afterAll(() => place.drop());

  it('count as if each had had one from the start, in whatever order they are linked and do things', async () => {
    await fc.assert(
      fc.asyncProperty(persons, fc.integer({ min: 1, max: 2 ** 31 - 1 }), async (sketch, order) => {
        const random = new Random(order);
        const declared = await declare(place.db, sketch.metrics);
        const [apart, asOne] = [await aWorld(place, sketch, declared), await aWorld(place, sketch, declared)];
        const nowUs = instantOfDate(new Date());
        const look = () => withoutDrift(random.pick(apart.experiments));
        await liveApart(place, sketch, apart, sketch.events, { random, nowUs, look });
        await liveAsOne(place, sketch, asOne, sketch.events, nowUs);
        await expectMerged(apart);
        await expectContaminated(sketch, apart);
        // Whoever is assigned now has an anchor in the hour that it is.
        const isSameHour = Math.floor(nowUs / HOUR_US) === Math.floor(instantOfDate(new Date()) / HOUR_US);
        for (const [number, x] of apart.experiments.entries()) {
          await withoutDrift(x);
          if (isSameHour) expect(await countedIn(apart, x)).toEqual(await countedIn(asOne, asOne.experiments[number])); // prettier-ignore
        }
      }),
      { numRuns: runs, endOnFailure: true, examples: [[SOMEBODY, 1]] },
    );
    // Not all of it about nobody.
    expect(counted).toBeGreaterThan(0);
  }, 180_000);

  async function withoutDrift({ id }: Experiment): Promise<void> {
    const { tables } = await place.stores.recounts.verify(id);
    expect(tables.filter((table) => table.differences > 0)).toEqual([]);
  }

  /** Nothing is left under an alias, and every delivery is accounted for. */
  async function expectMerged({ ids }: World): Promise<void> {
    const aliases = ids.flatMap((own) => own.slice(1));
    const [{ left, off }] = await place.db.rows<{ left: number; off: number }>(
      `SELECT
         (SELECT count(*) FROM events WHERE user_id = ANY ($1)) + (SELECT count(*) FROM assignments WHERE user_id = ANY ($1))
           + (SELECT count(*) FROM overrides WHERE user_id = ANY ($1)) + (SELECT count(*) FROM user_hours WHERE user_id = ANY ($1))
           + (SELECT count(*) FROM user_spans WHERE user_id = ANY ($1)) + (SELECT count(*) FROM user_covariates WHERE user_id = ANY ($1))
           + (SELECT count(*) FROM events WHERE alias_id = ANY ($2)) AS left,
         (SELECT abs(sum(received) - sum(stored) - sum(duplicate)) + abs(sum(stored) - (SELECT count(*) FROM event_ledger))
           + abs(sum(stored) - (SELECT count(*) FROM events)) FROM ingest_days) AS off`,
      [aliases, ids.map(([user]) => user)],
    );
    const owners = new Map(ids.flatMap(([user, ...own]) => own.map((id) => [id, user])));
    expect(await place.stores.identities.resolve(aliases)).toEqual(owners);
    expect({ left, off: Number(off) }).toEqual({ left: 0, off: 0 });
  }

  async function expectContaminated(sketch: Persons, world: World): Promise<void> {
    // Who was forced before is not assigned by the hash at all; and the hash contaminates nobody here.
    for (const entry of entriesOf(sketch)) {
      const x = world.experiments[entry.experiment];
      const [row] = await place.db.rows<{ contaminated: boolean }>(
        'SELECT contaminated FROM assignments WHERE experiment_id = $1 AND user_id = $2',
        [x.id, world.ids[entry.person][0]],
      );
      expect({ entry, contaminated: row?.contaminated ?? false }).toEqual({ entry, contaminated: isContaminated(entry) });
    }
  } // prettier-ignore

  /** What results read and what it is made of, with arms, people and metrics of both worlds under the same names. */
  async function countedIn({ ids }: World, { id, arms }: Experiment): Promise<unknown> {
    const names = new Map<string, string>([
      ...ids.map(([user], index): [string, string] => [user, `person-${index}`]),
      ...arms.map((arm, index): [string, string] => [String(arm.id), `arm-${index}`]),
    ]);
    const tables = Object.entries(await storedTables(place.db, id)).map(([table, rows]) => [
      table,
      Object.fromEntries(
        Object.entries(rows).map(([key, numbers]) => [
          key
            .split(' ')
            .map((word) => names.get(word) ?? word)
            .join(' '),
          numbers,
        ]),
      ),
    ]);
    const range = { start: null, end: null };
    const { users, measures, days, cross, spans, covariates } = await place.stores.totals.read(id, range, { maturedBefore: '9999-01-01' }); // prettier-ignore
    counted += users.length;
    const sorted = (rows: { arm_id: number }[]): string[] =>
      rows
        .filter((row) => !isOfZeros(row))
        .map((row) => JSON.stringify({ ...row, arm_id: names.get(String(row.arm_id)) }, plainly))
        .sort();
    return { tables, read: [users, measures, days, cross, spans, covariates].map(sorted) };
  }
});

const DECIMAL = /^-?[0-9]+([.][0-9]+)?$/;

/** Sums are exact decimals; with how many zeros they end depends on what was added up and taken away. */
function plainly(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !DECIMAL.test(value) || !value.includes('.')) return value;
  return value.replace(/[.]?0+$/, '').replace(/^-0$/, '0');
}

/** Where somebody counted before and nobody does now. */
function isOfZeros(row: object): boolean {
  const amounts = Object.entries(row).filter(
    ([key, value]) => !key.endsWith('_id') && (typeof value === 'number' || DECIMAL.test(String(value))),
  );
  return amounts.every(([, value]) => Number(value) === 0);
}
