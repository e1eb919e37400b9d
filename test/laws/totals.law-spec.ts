import * as fc from 'fast-check';
import { dayOf } from './calendar';
import { expectedRange, expectedTotals, Tables } from './oracle';
import { factsOf, perform, Scenario, scenario } from './scenario';
import { readTotals, storedTables } from './stored';
import { freshDatabase, TestDatabase } from '../support/database';
import { Random } from '../support/random';
import { seed } from '../support/seed';
import { Stores, storesOf } from '../support/stores';

// LAW_RUNS=... looks longer.
const runs = Number(process.env.LAW_RUNS ?? 25);
const order = fc.integer({ min: 1, max: 2 ** 31 - 1 });

describe(`totals (SEED=${seed})`, () => {
  let place: TestDatabase & { stores: Stores };
  beforeAll(async () => {
    const database = await freshDatabase();
    place = { ...database, stores: storesOf(database.db) };
  });
  afterAll(() => place.drop());

  it('are what a naive count of events and assignments says, for every range', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, order, async (sketch, orderSeed) => {
        const random = new Random(orderSeed);
        const done = await perform(place, sketch, random, withoutDrift);
        for (const [number, { id, timezone }] of done.experiments.entries()) {
          const facts = await factsOf(place.db, sketch, done, number);
          const expected = expectedTotals(facts.experiment, facts.people, facts.events);
          expect(await storedTables(place.db, id)).toEqual(expected.tables);
          await withoutDrift({ id });
          for (let i = 0; i < 6; i++) {
            const [start, end] = aRange(random, sketch.window, timezone);
            const read = readTotals(
              await place.stores.totals.read(id, { start, end }, { maturedBefore: end }),
            );
            expect({ start, end, ...read }).toEqual({ start, end, ...expectedRange(expected, start, end) });
          }
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
  }, 120_000);

  it('are the same for any order and any split of the same facts', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, order, order, async (sketch, oneOrder, otherOrder) => {
        const same = timeless(sketch);
        const one = await perform(place, same, new Random(oneOrder));
        const other = await perform(place, same, new Random(otherOrder));
        for (const number of same.experiments.keys()) {
          const [a, b] = [one, other].map((done) => done.experiments[number]);
          expect(await named(a, one.users)).toEqual(await named(b, other.users));
        }
      }),
      { numRuns: Math.ceil(runs / 2), endOnFailure: true },
    );
  }, 120_000);

  async function withoutDrift({ id }: { id: string }): Promise<void> {
    const { tables } = await place.stores.recounts.verify(id);
    expect(tables.filter((table) => table.differences > 0)).toEqual([]);
  }

  /** The tables with arms and users by their number, so that two runs can be compared. */
  async function named(
    { id, arms }: { id: string; arms: { id: number }[] },
    users: string[],
  ): Promise<Tables> {
    const names = new Map([
      ...arms.map((arm, i) => [String(arm.id), `arm-${i}`]),
      ...users.map((user, i) => [user, `user-${i}`]),
    ] as [string, string][]);
    const rename = (key: string): string =>
      key
        .split(' ')
        .map((word) => names.get(word) ?? word)
        .join(' ');
    const tables = Object.entries(await storedTables(place.db, id)).map(([table, rows]) => [
      table,
      Object.fromEntries(Object.entries(rows).map(([key, numbers]) => [rename(key), numbers])),
    ]);
    return Object.fromEntries(tables) as Tables;
  }
});

/** Without what the clock decides (the hash assigns now) and what the first to come decides (another payload under the same id). */
function timeless(sketch: Scenario): Scenario {
  return {
    ...sketch,
    hashed: [],
    events: sketch.events
      .filter((event) => !('fromNow' in event.at))
      .map((event) => ({ ...event, again: event.again === 'other' ? 'same' : event.again })),
  };
}

function aRange(random: Random, window: string, timezone: string): [start: string, end: string] {
  const day = (): string =>
    dayOf((Date.parse(window) + (random.below(15) - 1) * 86_400_000) * 1000, timezone);
  const [start, end] = [day(), day()].sort();
  return random.below(4) === 0 ? ['1970-01-01', '9999-01-01'] : [start, end];
}
