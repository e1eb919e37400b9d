import { setTimeout } from 'node:timers/promises';
import { Experiment, formatInstant, instantOfDate, MetricDefinition } from '@app/model';
import { ReceivedEvent, Verification } from '@app/store';
import { activeExperiments, soon } from './load';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate, anImport } from '../support/people';
import { Random } from '../support/random';
import { seed } from '../support/seed';
import { anotherProcess, Stores, storesOf } from '../support/stores';

const WRITERS = 4;
const ROUNDS = 20;
/** Who is busy at a time; the group moves on with every batch, so that all meet while they are being assigned. */
const USERS = 60;
const PACE = 5;
const BOUGHT = { event_types: ['purchase'] };
const METRICS: MetricDefinition[] = [
  { kind: 'mean', ...BOUGHT, covariate_days: 1, window_hours: 1 },
  {
    kind: 'count',
    event_types: ['purchase', 'signup'],
    filter: [{ property: 'plan', operator: 'eq', value: 'pro' }],
  },
  {
    kind: 'ratio',
    numerator: { ...BOUGHT, aggregation: 'sum' },
    denominator: { event_types: ['signup'], aggregation: 'count' },
  },
  { kind: 'funnel', steps: [{ event_types: ['exposure'] }, { event_types: ['signup'] }, BOUGHT] },
  { kind: 'retention', ...BOUGHT, from_day: 1, to_day: 2 },
];

describe(`totals under load (SEED=${seed})`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('equal the recount in every snapshot, while four ingest and users are assigned, enrolled, imported and overridden', async () => {
    const own = { db: database.db, stores: storesOf(database.db) };
    const experiments = await activeExperiments(own, METRICS, [
      { timezone: 'Pacific/Apia' },
      { analysisPopulation: 'exposed', timezone: 'America/New_York' },
    ]);
    const random = new Random(seed);
    const writers = await Promise.all(
      Array.from({ length: WRITERS }, (_, i) => anotherProcess(database, `writer-${i}`)),
    );
    const assigner = await anotherProcess(database, 'assigner');
    const importer = await anotherProcess(database, 'importer');
    const overrider = await anotherProcess(database, 'overrider');
    const sampler = await anotherProcess(database, 'sampler');
    const recomputer = await anotherProcess(database, 'recomputer');

    const load = { isOver: false, batches: 0 };
    const userOf = (own: Random): string => `user-${load.batches * PACE + own.below(USERS)}`;
    const sentBefore: ReceivedEvent[] = [];
    const sent = new Set<string>();
    let stored = 0;
    const samples: Verification[] = [];
    let assigned = 0;
    const write = async (writer: Stores, own: Random): Promise<void> => {
      // As long as it takes the others to meet them.
      for (let round = 0; round < ROUNDS || samples.length <= 10 || assigned < 10; round++) {
        // A third of each batch was sent before, by anybody, and maybe a moment ago.
        const again = Array.from({ length: 20 }, () => own.pick(sentBefore)).filter(
          (event) => event !== undefined,
        );
        const fresh = Array.from({ length: 40 }, () => something(own, userOf(own), experiments));
        sentBefore.push(...fresh);
        for (const event of fresh) sent.add(event.event_id);
        const counts = await writer.ingest.ingest(own.shuffled([...fresh, ...again]));
        stored += counts.stored;
        load.batches += 1;
      }
    };
    const until = async (act: (own: Random) => Promise<unknown>, own: Random): Promise<void> => {
      while (!load.isOver) await act(own);
    };
    /** A recount reads all that there is: without a pause there would be little else. */
    const batchesMore = async (count: number): Promise<void> => {
      const next = load.batches + count;
      while (!load.isOver && load.batches < next) await setTimeout(5);
    };
    const some = (own: Random, n: number): string[] => [
      ...new Set(Array.from({ length: n }, () => userOf(own))),
    ];
    const writing = Promise.all(writers.map((writer) => write(writer, new Random(random.below(2 ** 31)))));
    await Promise.all([
      writing.finally(() => (load.isOver = true)),
      until(
        async (own) => {
          const candidates = experiments.flatMap((x) =>
            some(own, 4).map((user) =>
              aCandidate(x, user, { variant: own.below(2), enroll: own.below(2) === 0 }),
            ),
          );
          await assigner.assignments.assign(candidates);
          const pairs = some(own, 3).map((user_id) => ({ experiment_id: own.pick(experiments).id, user_id }));
          await assigner.assignments.enroll(pairs);
          assigned += 1;
        },
        new Random(random.below(2 ** 31)),
      ),
      until(
        async (own) => {
          const assignedAt = formatInstant(instantOfDate(new Date()) - own.below(3_000_000));
          const rows = some(own, 3).map((user) =>
            anImport(experiments[1], user, { variant: own.below(2), assignedAt, exposedAt: assignedAt }),
          );
          await importer.imports.importAll(experiments[1].id, rows, 'earliest');
          await importer.imports.importAll(
            experiments[0].id,
            [anImport(experiments[0], userOf(own), { assignedAt })],
            'contaminate',
          );
        },
        new Random(random.below(2 ** 31)),
      ),
      until(
        async (own) => {
          const x = own.pick(experiments);
          const user = userOf(own);
          await overrider.overrides.put(x.id, user, x.variants[0].id);
          await overrider.overrides.delete(x.id, user);
        },
        new Random(random.below(2 ** 31)),
      ),
      until(async () => {
        for (const { id } of experiments) samples.push(await sampler.recounts.verify(id));
        await batchesMore(2);
      }, random),
      until(
        async (own) => {
          await recomputer.recounts.recompute(own.pick(experiments).id);
          // It keeps the others out, so not all the time.
          await batchesMore(20);
        },
        new Random(random.below(2 ** 31)),
      ),
    ]);
    for (const { id } of experiments) samples.push(await sampler.recounts.verify(id));

    expect(samples.filter((sample) => sample.drift !== 0).slice(0, 2)).toEqual([]);
    // Something was there to go wrong: users are in, and events of theirs count.
    const totals = await sampler.totals.read(
      experiments[0].id,
      { start: null, end: null },
      { maturedBefore: '9999-01-01' },
    );
    const plain = new Set(totals.plain.map((one) => one.measure_id));
    const counted = totals.measures.filter((row) => plain.has(row.measure_id));
    expect(counted.reduce((sum, row) => sum + row.events, 0)).toBeGreaterThan(0);
    expect(stored).toBe(sent.size);
  }, 120_000);
});

/** Some say an experiment, some have no value, and some have properties. */
function something(random: Random, user: string, experiments: Experiment[]): ReceivedEvent {
  const event = soon(random, user, experiments, [100_000, 1_900_000]);
  const { experiment_id, value } = event;
  return {
    ...event,
    experiment_id: experiment_id ?? (random.below(3) === 0 ? random.pick(experiments).id : null),
    value: random.below(2) === 0 ? Number(value) - 20 : null,
    properties: random.below(2) === 0 ? { plan: random.pick(['free', 'pro']) } : null,
  };
}
