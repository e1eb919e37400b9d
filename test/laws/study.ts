import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { Experiment, formatInstant, MetricDefinition, parseInstant } from '@app/model';
import { ImportRow, ReceivedEvent } from '@app/store';
import { TestApp } from '../support/app';
import { anEvent } from '../support/builders';
import { complete, sortable } from '../support/people';
import { Random } from '../support/random';
import { Stores } from '../support/stores';
import { definition, NUMBERS, PROPERTIES, TEXTS, TYPES } from './definitions';
import { Happening, Study, Subject } from './results-oracle';

// A whole experiment with its users, events and metrics: as a sketch of fast-check, done through the stores and the api, and as the facts
// that the oracle counts. Everybody is imported, so that no clock decides anything.

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const ZONES = [
  'UTC',
  'America/New_York',
  'America/Havana',
  'Pacific/Apia',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
];
// Apia skips 30 December 2011; New York has days of 25 and 23 hours, Havana a day with two midnights and one with none; Lord Howe shifts by
// half an hour.
const WINDOWS = ['2011-12-24', '2025-10-28', '2026-03-03', '2026-03-30'];
export const WINDOW_DAYS = 14;

/** Shares as percentages, and what they mean. */
const ALLOCATIONS: Record<number, { pct: number[]; weights: number[] }[]> = {
  2: [
    { pct: [50, 50], weights: [1, 1] },
    { pct: [90, 10], weights: [9, 1] },
    { pct: [100, 0], weights: [1, 0] },
  ],
  3: [
    { pct: [33.33, 33.33, 33.34], weights: [1, 1, 1] },
    { pct: [80, 10, 10], weights: [8, 1, 1] },
    { pct: [40, 0, 60], weights: [2, 0, 3] },
  ],
};

interface UserSketch {
  variant: number;
  at: number;
  exposedAfter: number | null;
  plan: string | null;
  city: number;
  excluded: 'overridden' | 'contaminated' | null;
  /** Also imported with a later time and into another variant, which the earlier one overrules. */
  moved: boolean;
  events: EventSketch[];
}

interface EventSketch {
  type: string;
  /** After the assignment; the anchor of exposed users may be later. */
  after: number;
  value: number | null;
  properties: [name: string, value: unknown][];
  experiment: 'none' | 'own' | 'other';
  again: 'no' | 'same';
  lag: number;
}

export interface Sketch {
  window: string;
  timezone: string;
  population: 'assigned' | 'exposed';
  variants: 2 | 3;
  /** When the later epochs open; all shares. */
  epochs: { at: number; allocation: number }[];
  end: number | null;
  metrics: MetricDefinition[];
  declared: 'before' | 'during' | 'after' | 'changed';
  users: UserSketch[];
}

const value = fc.oneof(
  fc.integer({ min: -5_000, max: 50_000 }).map((n) => n / 100),
  fc.constantFrom(0, 1, 2.5, 0.123456789, 0.0000005, 12345.1234567895, 1e9),
);
const event: fc.Arbitrary<EventSketch> = fc.record({
  type: fc.constantFrom(...TYPES, ...TYPES, 'purchase', 'other'),
  after: fc.oneof(
    // Ties, and the very edges of anchors, windows, hours and days.
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(0, 0, 0, 1, 2, 5, 24, 48, 72, -24, -7 * 24), fc.constantFrom(-1, 0, 0, 0, 1))
        .map(([n, us]) => n * HOUR + us),
    },
    { weight: 1, arbitrary: fc.integer({ min: -24, max: 120 }).map((n) => n * HOUR) },
    { weight: 1, arbitrary: fc.integer({ min: -3 * DAY, max: 10 * DAY }) },
  ),
  value: fc.option(value, { freq: 2 }),
  properties: fc.array(
    fc.tuple(
      fc.constantFrom(...PROPERTIES, 'plan', 'amount', 'revenue'),
      fc.oneof(value, fc.constantFrom(...NUMBERS, ...TEXTS, true, false, null)),
    ),
    { maxLength: 3 },
  ),
  experiment: fc.constantFrom('none', 'none', 'none', 'own', 'own', 'other'),
  again: fc.constantFrom('no', 'no', 'no', 'same'),
  lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 * DAY })),
});

export const sketch: fc.Arbitrary<Sketch> = fc.record({
  window: fc.constantFrom(...WINDOWS),
  timezone: fc.constantFrom(...ZONES),
  population: fc.constantFrom('assigned' as const, 'assigned' as const, 'exposed' as const),
  variants: fc.constantFrom(2 as const, 2 as const, 3 as const),
  epochs: fc.array(fc.record({ at: fc.integer({ min: DAY, max: 8 * DAY }), allocation: fc.nat(2) }), {
    minLength: 1,
    maxLength: 3,
  }),
  end: fc.option(
    fc
      .tuple(fc.integer({ min: 2 * 24, max: 12 * 24 }), fc.constantFrom(-1, 0, 1))
      .map(([n, us]) => n * HOUR + us),
    { freq: 2 },
  ),
  metrics: fc.array(definition, { minLength: 3, maxLength: 6, size: 'max' }),
  declared: fc.constantFrom('before' as const, 'during' as const, 'after' as const, 'changed' as const),
  users: fc.array(
    fc.record({
      variant: fc.nat(2),
      at: fc.oneof(
        fc.integer({ min: 0, max: 9 * DAY }),
        fc.nat(9 * 24).map((n) => n * HOUR),
      ),
      exposedAfter: fc.option(fc.constantFrom(0, 1, 5 * HOUR, 2 * DAY), { freq: 2 }),
      plan: fc.constantFrom('pro', 'free', 'd\'or "x"', null),
      city: fc.nat(40),
      excluded: fc.constantFrom(
        null,
        null,
        null,
        null,
        null,
        null,
        'overridden' as const,
        'contaminated' as const,
      ),
      moved: fc.boolean(),
      events: fc.array(event, { maxLength: 8, size: 'max' }),
    }),
    { minLength: 10, maxLength: 70, size: 'max' },
  ),
});

interface Place {
  app: TestApp;
  stores: Stores;
}

export interface Done {
  experiment: Experiment;
  study: Study;
  /** Declared metrics by key. */
  metrics: Record<string, MetricDefinition>;
}

export async function perform({ app, stores }: Place, given: Sketch, random: Random): Promise<Done> {
  const start = parseInstant(`${given.window}T00:00:00Z`) as number;
  // One that changes nothing is not opened.
  const epochs = given.epochs.filter(({ allocation }, i) => allocation !== given.epochs[i - 1]?.allocation);
  const allocations = epochs.map(({ allocation }) => ALLOCATIONS[given.variants][allocation]);
  const openings = epochs
    .slice(1)
    .map(({ at }) => start + at)
    .sort((a, b) => a - b);
  const isChanged = given.declared === 'changed';
  const metrics = await declare(app, given.metrics, isChanged);
  const selected = [...Object.keys(metrics), 'purchase'];
  const created = await send(app, 'POST', '/api/v1/experiments', {
    key: `x-${uuidv7().slice(-12)}`,
    name: 'X',
    status: 'running',
    timezone: given.timezone,
    analysis_population: given.population,
    variants: shares(allocations[0].pct),
    metrics: given.declared === 'before' || isChanged ? selected : [],
  });
  const id = String(created.id);
  for (const { pct } of allocations.slice(1))
    await send(app, 'POST', `/api/v1/experiments/${id}/epochs`, { variants: shares(pct), coverage_pct: 100 });
  await backdate(app, id, [start, ...openings]);
  const experiment = (await stores.experiments.find(id)) as Experiment;

  const subjects = given.users.map((user, i) =>
    subjectOf(user, { start, openings, variants: given.variants, i }),
  );
  const sent = given.users.flatMap((user, i) =>
    user.events.flatMap((one) => eventsOf(one, start + user.at, subjects[i].id, id)),
  );
  const select = async (): Promise<void> => {
    for (const [key, own] of isChanged ? Object.entries(metrics) : [])
      await send(app, 'PATCH', `/api/v1/metrics/${key}`, { definition: own });
    if (!isChanged) await send(app, 'PATCH', `/api/v1/experiments/${id}`, { metrics: selected });
    await stores.recounts.recompute(id);
  };
  const imports = (isContaminated: boolean): Arrival[][] => {
    const arrivals = subjects.flatMap((subject, i) => {
      if ((subject.excluded === 'contaminated') !== isContaminated) return [];
      const isTwice = isContaminated || given.users[i].moved;
      return isTwice
        ? [
            { subject, isOther: false },
            { subject, isOther: true },
          ]
        : [{ subject, isOther: false }];
    });
    return random.split(random.shuffled(arrivals), 10);
  };
  const steps = [
    ...random.split(random.shuffled(sent), 40).map((batch) => () => stores.ingest.ingest(batch)),
    ...imports(false).map((some) => () => importAll(stores, experiment, some, 'earliest')),
    ...imports(true).map((some) => () => importAll(stores, experiment, some, 'contaminate')),
    ...subjects
      .filter(({ excluded }) => excluded === 'overridden')
      .map((one) => () => stores.overrides.put(id, one.id, experiment.variants[one.variant].id)),
    ...(given.declared === 'during' || isChanged ? [select] : []),
  ];
  for (const step of random.shuffled(steps)) await step();
  if (given.declared === 'after') await select();
  const end = given.end === null ? null : start + given.end;
  if (end !== null) await complete(stores, id, formatInstant(end));

  const events = new Map(sent.map((one) => [one.event_id, happeningOf(one)]));
  const study: Study = {
    id,
    timezone: given.timezone,
    population: given.population,
    end,
    now: Date.now() * 1000,
    variants: given.variants,
    epochs: allocations.map(({ weights }) => weights),
    users: subjects,
    events: [...events.values()],
  };
  return { experiment, study, metrics };
}

/** Declares metrics over HTTP; at first of other events when they are to be changed. */
async function declare(
  app: TestApp,
  definitions: readonly MetricDefinition[],
  isChanged: boolean,
): Promise<Record<string, MetricDefinition>> {
  const metrics: Record<string, MetricDefinition> = {};
  for (const own of definitions) {
    const key = `metric-${uuidv7().slice(-12)}`;
    const former: unknown = JSON.parse(JSON.stringify(own).replaceAll('"view"', '"other"'));
    await send(app, 'POST', '/api/v1/metrics', { key, name: key, definition: isChanged ? former : own });
    metrics[key] = own;
  }
  return metrics;
}

async function send(
  app: TestApp,
  method: 'POST' | 'PATCH',
  path: string,
  body: object,
): Promise<Record<string, unknown>> {
  const answer = await app.call(method, path, body, method === 'PATCH' ? { 'if-match': '*' } : {});
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

function shares(pct: readonly number[]): { key: string; allocation_pct: number }[] {
  return pct.map((allocation_pct, i) => ({ key: `v${i}`, allocation_pct }));
}

/** Puts the start and the epochs into the past, as time does. */
async function backdate(app: TestApp, id: string, openings: readonly number[]): Promise<void> {
  const at = openings.map(formatInstant);
  await app.database.source.query('UPDATE experiments SET started_at = $2 WHERE id = $1', [id, at[0]]);
  await app.database.source.query(
    `UPDATE epochs SET opened_at = o.at FROM unnest($2::timestamptz[]) WITH ORDINALITY AS o (at, number)
     WHERE experiment_id = $1 AND epochs.number = o.number`,
    [id, at],
  );
}

function subjectOf(
  user: UserSketch,
  { start, openings, variants, i }: { start: number; openings: number[]; variants: number; i: number },
): Subject {
  const assignedAt = start + user.at;
  const attributes: Record<string, string> = { city: `city-${user.city}` };
  if (user.plan !== null) attributes.plan = user.plan;
  return {
    id: `${i}-${uuidv7().slice(-12)}`,
    variant: user.variant % variants,
    epoch: openings.filter((opening) => opening <= assignedAt).length,
    assignedAt,
    enrolledAt: user.exposedAfter === null ? null : assignedAt + user.exposedAfter,
    attributes,
    excluded: user.excluded,
  };
}

interface Arrival {
  subject: Subject;
  /** Not the variant that counts. */
  isOther: boolean;
}

async function importAll(
  stores: Stores,
  experiment: Experiment,
  arrivals: readonly Arrival[],
  rule: 'earliest' | 'contaminate',
): Promise<void> {
  const rows = arrivals.map(({ subject, isOther }): ImportRow => {
    const variant = (subject.variant + (isOther ? 1 : 0)) % experiment.variants.length;
    return {
      user_id: subject.id,
      variant_id: experiment.variants[variant].id,
      arm_id: armOf(experiment, subject.epoch, variant),
      assigned_at: sortable(formatInstant(subject.assignedAt + (isOther ? HOUR : 0))),
      exposed_at: subject.enrolledAt === null || isOther ? null : sortable(formatInstant(subject.enrolledAt)),
      attributes: subject.attributes,
    };
  });
  await stores.imports.importAll(experiment.id, rows, rule);
}

function armOf({ arms, variants }: Experiment, epoch: number, variant: number): number {
  const arm = arms.find((one) => one.epoch === epoch + 1 && one.variantId === variants[variant].id);
  if (arm === undefined) throw new Error(`no arm in epoch ${epoch + 1}`);
  return arm.id;
}

function eventsOf(one: EventSketch, assignedAt: number, user: string, experiment: string): ReceivedEvent[] {
  const at = assignedAt + one.after;
  const first = anEvent({
    user_id: user,
    type: one.type,
    timestamp: formatInstant(at),
    received_at: formatInstant(at + one.lag),
    value: one.value,
    properties: one.properties.length === 0 ? null : Object.fromEntries(one.properties),
    experiment_id: { none: null, own: experiment, other: uuidv7() }[one.experiment],
  });
  return one.again === 'no' ? [first] : [first, { ...first }];
}

function happeningOf(one: ReceivedEvent): Happening {
  return {
    id: one.event_id,
    user: one.user_id,
    type: one.type,
    at: parseInstant(one.timestamp) as number,
    value: one.value ?? null,
    properties: one.properties ?? null,
    experiment: one.experiment_id ?? null,
  };
}
