import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { Experiment, formatInstant, MetricDefinition, parseInstant, SelectedMetric } from '@app/model';
import { ReceivedEvent } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { TestDatabase } from '../support/database';
import { aCandidate, anImport } from '../support/people';
import { Random } from '../support/random';
import { Stores } from '../support/stores';
import { definition, TYPES } from './definitions';
import { activate } from './scenario';

// People who have several ids, and the same people with one id each. What they do is the same; so must be what is counted.

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
export const START = '2026-03-02T00:00:00Z';
export const PEOPLE = 3;
/** The known one, and those that get linked to it, or to one another first. */
export const IDS = 4;

export type Place = TestDatabase & { stores: Stores };

export interface Persons {
  experiments: { population: 'assigned' | 'exposed'; timezone: string; metrics: number[] }[];
  metrics: MetricDefinition[];
  /** In experiment and person: how each id came in, if it did. */
  entries: { experiment: number; person: number; by: 'import' | 'hash'; rows: EntryRow[] }[];
  events: EventSketch[];
  /** Of a person in an experiment, by any id. */
  overridden: { experiment: number; person: number; id: number }[];
  /** Of each person and id, from the second on: whose alias it is said to be. Each is one of those before it, so all of them are the first's. */
  parents: number[][];
  /** Further links, made and made again in any order; in the end all ids of a person are linked. */
  again: { person: number; alias: number; by: number }[];
}

interface EntryRow {
  id: number;
  variant: number;
  at: number;
  exposedAfter: number | null;
}

interface EventSketch {
  person: number;
  id: number;
  type: string;
  experiment: number | null;
  /** In the window, or, of those who are assigned now, long before or some time after. */
  at: { offset: number } | { fromNow: number };
  value: number | null;
  twice: boolean;
}

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 2 });
const person = fc.nat(PEOPLE - 1);
const id = fc.nat(IDS - 1);
const offset = fc.integer({ min: 0, max: 240 }).map((hours) => hours * HOUR);

export const persons: fc.Arbitrary<Persons> = fc.record({
  experiments: fc.array(
    fc.record({
      population: fc.constantFrom('assigned' as const, 'exposed' as const),
      timezone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata'),
      metrics: fc.uniqueArray(fc.nat(3), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  metrics: fc.array(definition, { minLength: 4, maxLength: 4 }),
  entries: fc.uniqueArray(
    fc.record({
      experiment: fc.nat(1),
      person,
      by: fc.constantFrom('import' as const, 'import' as const, 'hash' as const),
      rows: fc.uniqueArray(
        fc.record({
          id,
          // Mostly the same.
          variant: fc.constantFrom(0, 0, 0, 1),
          at: offset,
          exposedAfter: orNull(fc.constantFrom(0, HOUR, 2 * DAY)),
        }),
        { minLength: 1, maxLength: IDS, selector: (row) => row.id },
      ),
    }),
    { maxLength: 6, selector: ({ experiment, person: who }) => `${experiment} ${who}` },
  ),
  events: fc.array(
    fc.record({
      person,
      id,
      type: fc.constantFrom(...TYPES),
      experiment: orNull(fc.nat(1)),
      at: fc.oneof(
        { weight: 3, arbitrary: fc.record({ offset }) },
        { weight: 1, arbitrary: fc.record({ fromNow: fc.constantFrom(-3600, 120, 240) }) },
      ),
      value: orNull(fc.integer({ min: -5000, max: 5000 }).map((n) => n / 100)),
      twice: fc.boolean(),
    }),
    { minLength: 10, maxLength: 50 },
  ),
  overridden: fc.array(fc.record({ experiment: fc.nat(1), person, id }), { maxLength: 2 }),
  parents: fc.array(fc.tuple(...Array.from({ length: IDS - 1 }, (_, before) => fc.nat(before))), {
    minLength: PEOPLE,
    maxLength: PEOPLE,
  }),
  again: fc.array(fc.record({ person, alias: fc.integer({ min: 1, max: IDS - 1 }), by: id }), {
    maxLength: 8,
  }),
});

const BOUGHT: MetricDefinition = { kind: 'mean', event_types: ['purchase'] };

/** Who certainly counts, whatever chance makes of all the others: ids in a chain, and a purchase by each. */
export const SOMEBODY: Persons = {
  experiments: [{ population: 'assigned', timezone: 'UTC', metrics: [0] }],
  metrics: [BOUGHT, BOUGHT, BOUGHT, BOUGHT],
  entries: [
    { experiment: 0, person: 0, by: 'import', rows: [{ id: 3, variant: 0, at: HOUR, exposedAfter: null }] },
  ],
  events: [0, 1, 2, 3].map((by) => ({
    person: 0,
    id: by,
    type: 'purchase',
    experiment: null,
    at: { offset: 2 * HOUR },
    value: 10,
    twice: by === 0,
  })),
  overridden: [],
  parents: Array.from({ length: PEOPLE }, () => [0, 1, 2]),
  again: [],
};

type Step = () => Promise<unknown>;

export interface World {
  experiments: Experiment[];
  /** Of each person, the known one first. */
  ids: string[][];
}

/** Experiments, and names for people, that no other world has. */
export async function aWorld(place: Place, sketch: Persons, declared: SelectedMetric[]): Promise<World> {
  const tag = uuidv7().slice(-12);
  const experiments: Experiment[] = [];
  for (const { population, timezone, metrics } of sketch.experiments) {
    const selected = metrics.map((number) => declared[number]);
    const made = await anExperiment(place, { analysisPopulation: population, timezone, metrics: selected });
    await activate(place.stores, made.id);
    experiments.push((await place.stores.experiments.find(made.id)) as Experiment);
  }
  const ids = Array.from({ length: PEOPLE }, (_, who) =>
    Array.from({ length: IDS }, (__, number) => `${who}-${number}-${tag}`),
  );
  return { experiments, ids };
}

const nth = ({ experiments }: World, number: number): Experiment => experiments[number % experiments.length];

/** Of the entries, the one of each person and experiment that there is. */
export function entriesOf({ entries, experiments }: Persons): Persons['entries'] {
  const seen = new Set<string>();
  return entries
    .map((entry) => ({ ...entry, experiment: entry.experiment % experiments.length }))
    .filter(({ experiment, person: who }) => !seen.has(`${experiment} ${who}`) && seen.add(`${experiment} ${who}`))
    // The hash gives one variant; which of two ids had been first would depend on the order.
    .map((entry) => (entry.by === 'import' ? entry : { ...entry, rows: entry.rows.map((row) => ({ ...row, variant: 0 })) })); // prettier-ignore
}

export function isContaminated({ rows }: Persons['entries'][number]): boolean {
  return new Set(rows.map(({ variant }) => variant)).size > 1;
}

/** Everything, by all the ids, in an order and partly at the same time, while the ids are linked. */
export async function liveApart(
  { stores }: Place,
  sketch: Persons,
  world: World,
  sent: readonly EventSketch[],
  { random, nowUs, look }: { random: Random; nowUs: number; look: () => Promise<void> },
): Promise<void> {
  const events = sent.flatMap((one) => eventsOf(one, world, world.ids[one.person][one.id], nowUs));
  const steps: Step[] = random.split(random.shuffled(events), 8).map((batch) => () => stores.ingest.ingest(batch));
  for (const entry of entriesOf(sketch)) {
    const x = nth(world, entry.experiment);
    for (const row of entry.rows) {
      const user = world.ids[entry.person][row.id];
      steps.push(() => enter(stores, x, user, entry.by, row));
      // Sent again, as files are.
      if (entry.by === 'import' && random.below(3) === 0) steps.push(() => enter(stores, x, user, entry.by, row));
    }
  }
  for (const { experiment, person: who, id: number } of sketch.overridden) {
    const x = nth(world, experiment);
    steps.push(() => stores.overrides.put(x.id, world.ids[who][number], x.variants[0].id));
  }
  // Said once of each id, so that in any order all of them end at one user; some have aliases by then.
  const links = world.ids.flatMap((ids, who) =>
    sketch.parents[who].map((parent, before) => ({ aliasId: ids[before + 1], userId: ids[parent], merge: true })),
  );
  for (const part of random.split(random.shuffled(links), 3)) steps.push(() => stores.identities.link(part));
  for (const { person: who, alias, by } of sketch.again) {
    // Named once more by another id, of which it may not be known yet whose it is: then the alias is taken.
    const userId = world.ids[who][0];
    const aliasId = world.ids[who][alias];
    steps.push(() => stores.identities.link([{ aliasId, userId }, { aliasId, userId: world.ids[who][by] }])); // prettier-ignore
  }
  for (const wave of random.split(random.shuffled(steps), 4)) {
    await Promise.all(wave.map((step) => step()));
    await look();
  }
} // prettier-ignore

/** The same by one id each, in the order in which it is written down. */
export async function liveAsOne(
  { stores }: Place,
  sketch: Persons,
  world: World,
  sent: readonly EventSketch[],
  nowUs: number,
): Promise<void> {
  for (const entry of entriesOf(sketch)) {
    if (isContaminated(entry)) continue;
    const exposures = entry.rows.flatMap(({ at, exposedAfter }) => (exposedAfter === null ? [] : at + exposedAfter));
    const at = Math.min(...entry.rows.map((row) => row.at));
    const exposedAfter = exposures.length === 0 ? null : Math.min(...exposures) - at;
    const row = { ...entry.rows[0], at, exposedAfter };
    await enter(stores, nth(world, entry.experiment), world.ids[entry.person][0], entry.by, row);
  }
  for (const { experiment, person: who } of sketch.overridden) {
    const x = nth(world, experiment);
    await stores.overrides.put(x.id, world.ids[who][0], x.variants[0].id);
  }
  await stores.ingest.ingest(sent.flatMap((one) => eventsOf(one, world, world.ids[one.person][0], nowUs)));
} // prettier-ignore

async function enter(
  stores: Stores,
  x: Experiment,
  user: string,
  by: 'import' | 'hash',
  { variant, at, exposedAfter }: EntryRow,
): Promise<void> {
  if (by === 'import') {
    const start = parseInstant(START) as number;
    const options = {
      variant,
      assignedAt: formatInstant(start + at),
      exposedAt: exposedAfter === null ? null : formatInstant(start + at + exposedAfter),
    };
    await stores.imports.importAll(x.id, [anImport(x, user, options)], 'earliest');
    return;
  }
  // As the api does: whoever gives no row has become an alias, or has one.
  for (;;) {
    const owner = (await stores.identities.resolve([user])).get(user) ?? user;
    if ((await stores.assignments.stored([{ experiment_id: x.id, user_id: owner }])).length > 0) return;
    await stores.assignments.assign([aCandidate(x, owner, { variant, enroll: true })]);
  }
}

function eventsOf(one: EventSketch, world: World, user_id: string, nowUs: number): ReceivedEvent[] {
  const at = 'offset' in one.at ? (parseInstant(START) as number) + one.at.offset : nowUs + one.at.fromNow * 1_000_000; // prettier-ignore
  const event = anEvent({
    user_id,
    type: one.type,
    timestamp: formatInstant(at),
    received_at: formatInstant('offset' in one.at ? at + HOUR : nowUs),
    value: one.value,
    experiment_id: one.experiment === null ? null : nth(world, one.experiment).id,
  });
  return one.twice ? [event, { ...event }] : [event];
}
