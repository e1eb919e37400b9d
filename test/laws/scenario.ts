import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { Experiment, formatInstant, instantOfDate, MetricDefinition, parseInstant } from '@app/model';
import { ImportRow, ReceivedEvent } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { TestDatabase } from '../support/database';
import { aCandidate, anImport, complete } from '../support/people';
import { Random } from '../support/random';
import { Stores } from '../support/stores';
import { declare, definition, NUMBERS, PROPERTIES, TEXTS, TYPES } from './definitions';
import { OracleEvent, OracleExperiment, Person } from './oracle';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const ZONES = ['UTC', 'America/New_York', 'Pacific/Apia', 'Asia/Kolkata', 'Australia/Lord_Howe'];
// Twelve days each: Apia skips 30 December 2011; New York has a day of 25 hours, then one of 23; Lord Howe shifts by 30 minutes.
const WINDOWS = [
  '2011-12-24T00:00:00Z',
  '2025-10-28T00:00:00Z',
  '2026-03-02T00:00:00Z',
  '2026-03-29T00:00:00Z',
];
const USERS = 5;

/** Everything that happens, without an order. Times are microseconds after the start of the window. */
export interface Scenario {
  window: string;
  experiments: {
    timezone: string;
    population: 'assigned' | 'exposed';
    arms: number;
    rule: 'earliest' | 'contaminate';
    /** When it is completed. */
    end: number | null;
    /** Of `metrics`, and whether they are backfilled while the rest happens. */
    metrics: number[];
    backfilled: boolean;
  }[];
  metrics: MetricDefinition[];
  imports: { experiment: number; user: number; variant: number; at: number; exposedAfter: number | null }[];
  /** Assigned by the hash, now; `later` enrolls in a call of its own. */
  hashed: { experiment: number; user: number; variant: number; enroll: 'at once' | 'later' | 'never' }[];
  /** In this order. */
  overrides: { experiment: number; user: number; on: boolean }[];
  events: EventSketch[];
}

interface EventSketch {
  user: number;
  type: string;
  experiment: number | null;
  /** In the window; at the time of an import or of an end, a microsecond apart or not at all; or, of a hashed user, seconds from now. */
  at:
    | { offset: number }
    | { nearImport: number; apart: number }
    | { nearEnd: number; apart: number }
    | { fromNow: number };
  lag: number;
  value: number | null;
  property: [name: string, value: unknown] | null;
  /** Sent once more with the same id. */
  again: 'no' | 'same' | 'other';
}

const value = fc.oneof(
  fc.integer({ min: -500_000, max: 500_000 }).map((n) => n / 1000),
  fc.integer({ min: 10_000, max: 99_999 }).map((n) => Number(`${n}.12345678${n % 5}${n % 2 === 0 ? 9 : 1}`)),
  fc.constantFrom(0, -0.01, 1e9),
);
const offset = fc.oneof(
  fc.integer({ min: 0, max: 12 * DAY - 1 }),
  // Around the midnights of all zones.
  fc
    .tuple(fc.integer({ min: 0, max: 23 * 12 }), fc.constantFrom(-1, 0, 1))
    .map(([n, us]) => Math.max(0, n * (HOUR / 2) + us)),
);
const user = fc.nat(USERS - 1);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 2 });

const event: fc.Arbitrary<EventSketch> = fc.record({
  user,
  type: fc.constantFrom(...TYPES),
  experiment: orNull(fc.nat(2)),
  at: fc.oneof(
    { weight: 4, arbitrary: fc.record({ offset }) },
    { weight: 2, arbitrary: fc.record({ nearImport: fc.nat(20), apart: fc.constantFrom(-1, 0, 1) }) },
    { weight: 1, arbitrary: fc.record({ nearEnd: fc.nat(2), apart: fc.constantFrom(-1, 0, 1) }) },
    { weight: 2, arbitrary: fc.record({ fromNow: fc.constantFrom(-3600, 60, 240) }) },
  ),
  lag: fc.oneof(fc.constant(-5 * 60_000_000), fc.integer({ min: 0, max: 20 * DAY })),
  value: orNull(value),
  property: orNull(
    fc.tuple(
      fc.constantFrom('value', 'revenue', 'price', ...PROPERTIES),
      fc.oneof(value, fc.constantFrom('7', null, true, ...TEXTS, ...NUMBERS)),
    ),
  ),
  again: fc.constantFrom('no', 'no', 'same', 'other'),
});

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  window: fc.constantFrom(...WINDOWS),
  experiments: fc.array(
    fc.record({
      timezone: fc.constantFrom(...ZONES),
      population: fc.constantFrom('assigned' as const, 'exposed' as const),
      arms: fc.constantFrom(2, 3),
      rule: fc.constantFrom('earliest' as const, 'contaminate' as const),
      end: orNull(offset),
      metrics: fc.uniqueArray(fc.nat(5), { maxLength: 4 }),
      backfilled: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  metrics: fc.array(definition, { minLength: 6, maxLength: 6 }),
  imports: fc.array(
    fc.record({
      experiment: fc.nat(2),
      user,
      variant: fc.nat(2),
      // Often the same, so that ties happen.
      at: fc.oneof(offset, fc.constantFrom(2 * DAY, 3 * DAY)),
      exposedAfter: orNull(fc.constantFrom(0, 1, 5 * HOUR, 3 * DAY)),
    }),
    { minLength: 3, maxLength: 14 },
  ),
  hashed: fc.array(
    fc.record({
      experiment: fc.nat(2),
      user: fc.integer({ min: USERS - 1, max: USERS + 1 }),
      variant: fc.nat(2),
      enroll: fc.constantFrom('at once' as const, 'later' as const, 'never' as const),
    }),
    { maxLength: 4 },
  ),
  overrides: fc.array(fc.record({ experiment: fc.nat(2), user, on: fc.boolean() }), { maxLength: 4 }),
  events: fc.array(event, { minLength: 10, maxLength: 60 }),
});

/** What was done, for the oracle. */
export interface Done {
  experiments: Experiment[];
  users: string[];
  imports: { experiment: string; row: ImportRow }[];
  sent: ReceivedEvent[];
}

type Step = () => Promise<unknown>;

/** Does everything of a scenario in an order, in parts and partly at the same time, as `random` says. */
export async function perform(
  { db, stores }: TestDatabase & { stores: Stores },
  sketch: Scenario,
  random: Random,
  look: (experiment: Experiment) => Promise<void> = async () => {},
): Promise<Done> {
  const start = parseInstant(sketch.window) as number;
  const tag = uuidv7().slice(-12);
  const users = Array.from({ length: USERS + 2 }, (_, i) => `${i}-${tag}`);
  const experiments: Experiment[] = [];
  const declared = await declare(db, sketch.metrics);
  for (const { timezone, population, arms, metrics, backfilled } of sketch.experiments) {
    const weights = arms === 2 ? [5000, 5000] : [4000, 3000, 3000];
    const selected = metrics.map((number) => declared[number]);
    const experiment = await anExperiment(
      { db, stores },
      { timezone, analysisPopulation: population, weights, metrics: selected },
    );
    if (!backfilled) await activate(stores, experiment.id);
    experiments.push(experiment);
  }
  const nth = (i: number): number => i % experiments.length;
  const variantOf = (experiment: number, variant: number): number =>
    variant % experiments[experiment].variants.length;

  const imports = sketch.imports.map(({ experiment, user: who, variant, at, exposedAfter }) => ({
    number: nth(experiment),
    experiment: experiments[nth(experiment)].id,
    row: anImport(experiments[nth(experiment)], users[who], {
      variant: variantOf(nth(experiment), variant),
      assignedAt: formatInstant(start + at),
      exposedAt: exposedAfter === null ? null : formatInstant(start + at + exposedAfter),
    }),
  }));
  const sent = sketch.events.flatMap((one) => eventsOf(one, sketch, { start, users, experiments }));

  const steps: Step[] = random
    .split(random.shuffled(sent), 12)
    .map((batch) => () => stores.ingest.ingest(batch));
  for (const [number, { rule, end, backfilled }] of sketch.experiments.entries()) {
    if (backfilled) steps.push(() => stores.recounts.recompute(experiments[number].id));
    const own = random.shuffled(imports.filter((one) => one.number === number).map((one) => one.row));
    for (const rows of random.split(own, 3))
      steps.push(() => stores.imports.importAll(experiments[number].id, rows, rule));
    if (end !== null) steps.push(() => complete(stores, experiments[number].id, formatInstant(start + end)));
  }
  for (const { experiment, user: who, variant, enroll } of sketch.hashed) {
    steps.push(async () => {
      const current = (await stores.experiments.find(experiments[nth(experiment)].id)) as Experiment;
      const options = { variant: variantOf(nth(experiment), variant), enroll: enroll === 'at once' };
      await stores.assignments.assign([aCandidate(current, users[who], options)]);
      // Also when the user was imported: then this only enrolls.
      if (enroll === 'later')
        await stores.assignments.enroll([{ experiment_id: current.id, user_id: users[who] }]);
    });
  }
  const overrides: Step[] = sketch.overrides.map(({ experiment, user: who, on }) => () => {
    const x = experiments[nth(experiment)];
    return on
      ? stores.overrides.put(x.id, users[who], x.variants[0].id)
      : stores.overrides.delete(x.id, users[who]);
  });
  for (const wave of random.split(random.shuffled(steps), 3)) {
    const next = random.below(3) === 0 ? overrides.shift() : undefined;
    await Promise.all([...wave, ...(next === undefined ? [] : [next])].map((step) => step()));
    await look(random.pick(experiments));
  }
  for (const step of overrides) await step();
  return { experiments, users, imports, sent };
}

/** Lets an experiment without users count its metrics, as creating one does. */
export async function activate(stores: Stores, experimentId: string): Promise<void> {
  await stores.experiments.change(experimentId, null, async (tx) => {
    if (!(await stores.measures.activateWithoutRecompute(tx, experimentId))) throw new Error('has users');
  });
}

function eventsOf(
  one: EventSketch,
  sketch: Scenario,
  { start, users, experiments }: { start: number; users: string[]; experiments: Experiment[] },
): ReceivedEvent[] {
  const now = instantOfDate(new Date());
  const near = 'nearImport' in one.at ? sketch.imports[one.at.nearImport % sketch.imports.length] : null;
  const ends = sketch.experiments.map((experiment) => experiment.end);
  const hashed = 'fromNow' in one.at ? sketch.hashed[one.user % sketch.hashed.length] : null;
  let at = start;
  if ('offset' in one.at) at += one.at.offset;
  else if ('fromNow' in one.at) at = now + one.at.fromNow * 1_000_000;
  else if ('nearEnd' in one.at) at += (ends[one.at.nearEnd % ends.length] ?? 0) + one.at.apart;
  else at += (near?.at ?? 0) + one.at.apart;
  const x = near === null ? one.experiment : one.experiment === null ? null : near.experiment;
  const first = anEvent({
    user_id: users[near?.user ?? hashed?.user ?? one.user],
    type: one.type,
    timestamp: formatInstant(at),
    received_at: formatInstant('fromNow' in one.at ? now : at + one.lag),
    value: one.value,
    properties: one.property === null ? null : { [one.property[0]]: one.property[1] },
    experiment_id: x === null ? null : experiments[x % experiments.length].id,
    session_id: uuidv7(),
  });
  if (one.again === 'no') return [first];
  if (one.again === 'same') return [first, { ...first }];
  return [first, { ...first, value: 99, type: 'refund', user_id: users[0], session_id: uuidv7() }];
}

interface RawPerson {
  user_id: string;
  arm_id: number;
  source: 'hash' | 'import';
  assigned_at: string;
  enrolled_at: string | null;
}

function rawPeople(db: TestDatabase['db'], experimentId: string): Promise<RawPerson[]> {
  return db.rows<RawPerson & Record<string, unknown>>(
    'SELECT user_id, arm_id, source, assigned_at, enrolled_at FROM assignments WHERE experiment_id = $1',
    [experimentId],
  );
}

/** The facts of one experiment. Only what a clock or a race decided is read back: when the hash assigned, and which copy came first. */
export async function factsOf(
  db: TestDatabase['db'],
  sketch: Scenario,
  done: Done,
  number: number,
): Promise<{ experiment: OracleExperiment; people: Person[]; events: OracleEvent[] }> {
  const { id, arms } = done.experiments[number];
  const { timezone, population, rule, end } = sketch.experiments[number];
  const overrides = sketch.overrides.filter(
    ({ experiment }) => experiment % done.experiments.length === number,
  );
  const imports = done.imports.filter((one) => one.experiment === id).map((one) => one.row);
  const raw = await rawPeople(db, id);
  const missing = imports.filter((row) => !raw.some((person) => person.user_id === row.user_id));
  if (missing.length > 0) throw new Error(`imported, but not there: ${missing[0].user_id}`);
  const people = raw.map((row): Person => {
    const own = imports.filter((one) => one.user_id === row.user_id);
    const isHashed = row.source === 'hash';
    // Whom the hash assigned stays in that variant, and is in it since an import says so.
    const telling = isHashed ? own.filter((one) => one.arm_id === row.arm_id) : own;
    const winner = telling.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).at(0);
    const variants = new Set(own.map((one) => one.arm_id));
    if (isHashed) variants.add(row.arm_id);
    const met = [row.enrolled_at, winner?.exposed_at ?? null]
      .filter((at): at is string => at !== null)
      .map((at) => parseInstant(at) as number);
    return {
      user: row.user_id,
      arm: winner?.arm_id ?? row.arm_id,
      assignedAt: parseInstant(winner?.assigned_at ?? row.assigned_at) as number,
      enrolledAt: met.length === 0 ? null : Math.min(...met),
      overridden: overrides.findLast((one) => done.users[one.user] === row.user_id)?.on ?? false,
      contaminated: rule === 'contaminate' && variants.size > 1,
    };
  });
  if (people.some(({ arm }) => !arms.some((known) => known.id === arm)))
    throw new Error('an arm of another experiment');
  const endUs = end === null ? null : (parseInstant(sketch.window) as number) + end;
  return {
    experiment: { id, timezone, population, end: endUs },
    people,
    events: await storedCopies(db, done.sent),
  };
}

function keyOf(row: ImportRow): string {
  return [row.assigned_at, row.variant_id, row.exposed_at ?? '~'].join(' ');
}

/** Of each id, the copy that was stored; exactly one. */
async function storedCopies(db: TestDatabase['db'], sent: readonly ReceivedEvent[]): Promise<OracleEvent[]> {
  const rows = await db.rows<{ event_id: string; session_id: string }>(
    'SELECT event_id, session_id FROM events WHERE event_id = ANY ($1::uuid[])',
    [sent.map((one) => one.event_id)],
  );
  const ids = new Set(sent.map((one) => one.event_id));
  if (rows.length !== ids.size) throw new Error(`${ids.size} ids were sent, ${rows.length} rows are stored`);
  return rows.map((row) => {
    const copy = sent.find((one) => one.event_id === row.event_id && one.session_id === row.session_id);
    if (copy === undefined) throw new Error(`stored, but never sent: ${row.event_id}`);
    const { user_id, type, timestamp, value: own = null, properties = null, experiment_id = null } = copy;
    const at = parseInstant(timestamp) as number;
    return { user: user_id, type, at, value: own, properties, experiment: experiment_id };
  });
}
