import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Experiment, formatInstant, instantOfDate, MetricDefinition } from '@app/model';
import { createDataSource, Database, ReceivedEvent } from '@app/store';
import { declare } from '../laws/definitions';
import { activate } from '../laws/scenario';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { PATIENT } from '../support/patience';
import { aCandidate, anImport, complete } from '../support/people';
import { Stores, storesOf } from '../support/stores';
import { Moment, Saboteur } from './saboteur';

// Every statement that ingest, assignments, imports and recompute send to PostgreSQL is a point where the connection can break: before
// it is executed, and after. The sweep breaks one statement after the other, each at both moments, and tries the operation again
// after each, until it has had as many attempts as it takes to get through. To look at the end after each single one would take ten
// times as long, so a pass breaks every eighth: statements 1, 9, 17, ... in the first, 2, 10, 18, ... in the second.

const STRIDE = 8;
const BOUGHT = { event_types: ['purchase'] };
const METRICS: MetricDefinition[] = [
  { kind: 'mean', ...BOUGHT, covariate_days: 2 },
  { kind: 'ratio', numerator: { ...BOUGHT, aggregation: 'sum' }, denominator: { event_types: ['view'], aggregation: 'count' } },
  { kind: 'funnel', steps: [{ event_types: ['view'] }, BOUGHT] },
  { kind: 'retention', event_types: ['view'], from_day: 1, to_day: 2 },
]; // prettier-ignore
const USERS = 6;
const MOMENTS: Moment[] = ['before', 'after'];

interface Operation {
  name: string;
  run: () => Promise<unknown>;
}

describe('a connection that breaks at any statement', () => {
  let database: TestDatabase;
  let source: DataSource;
  let saboteur: Saboteur;
  const own = () => ({ db: database.db, stores: storesOf(database.db) });

  beforeAll(async () => {
    database = await freshDatabase();
    const options = { url: database.url, poolSize: 3, application: 'crash-points', patience: PATIENT };
    source = createDataSource(options);
    await source.initialize();
    saboteur = new Saboteur(source);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  it('changes nothing in the end: ingest, assignments, imports, exposures, overrides, links, metrics and ends', async () => {
    const undisturbed = await pass(null);
    const all: string[] = [];
    for (let first = 1; first <= STRIDE; first++) {
      const { hits, facts } = await pass(first);
      // What was hit says where to look.
      expect({ first, hits, facts }).toEqual({ first, hits, facts: undisturbed.facts });
      all.push(...hits);
    }
    expect(all.length).toBeGreaterThan(300);
  }, 240_000);

  it('changes nothing in the end: recompute with metrics that it activates', async () => {
    const tag = uuidv7().slice(-12);
    const experiments = await experimentsOf();
    for (const { run } of operations(own().stores, experiments, tag)) await run();
    const [{ id, metrics }] = experiments;
    const select = (some: Experiment['metrics']) =>
      own().stores.experiments.change(id, null, (tx) =>
        own().stores.experiments.update(tx, id, { metrics: some }),
      );
    const again = (): Promise<unknown> => storesOf(new Database(source)).recounts.recompute(id);
    await again();
    const undisturbed = await factsOf(experiments, tag);
    const all: string[] = [];
    for (let first = 1; first <= STRIDE; first++) {
      // So that there is something to activate.
      await select(metrics.slice(0, 1));
      await own().stores.recounts.recompute(id);
      await select(metrics);
      const hits = await insist('recompute', first, again);
      expect({ first, hits, facts: await factsOf(experiments, tag) }).toEqual({
        first,
        hits,
        facts: undisturbed,
      });
      all.push(...hits);
    }
    expect(all.length).toBeGreaterThan(60);
  }, 120_000);

  /** All operations on users, events and experiments of their own. */
  async function pass(first: number | null): Promise<{ hits: string[]; facts: unknown }> {
    const tag = uuidv7().slice(-12);
    const experiments = await experimentsOf();
    const hits: string[] = [];
    // New stores, because they remember what they have learnt.
    for (const { name, run } of operations(storesOf(new Database(source)), experiments, tag)) {
      if (first === null) await run();
      else hits.push(...(await insist(name, first, run)));
    }
    return { hits, facts: await factsOf(experiments, tag) };
  }

  /** As the queue and the clients do: again, until there is an answer. Resolves to the statements that were hit. */
  async function insist(name: string, first: number, run: () => Promise<unknown>): Promise<string[]> {
    const hits: string[] = [];
    let others = 0;
    for (let n = first; ; n += STRIDE) {
      for (const moment of MOMENTS) {
        saboteur.arm(n, moment);
        const failure = await run().then(
          () => null,
          (error: unknown) => error,
        );
        const hit = saboteur.disarm();
        if (hit === null && failure === null) return hits;
        // A busy machine may fail by itself, but not again and again.
        if (hit === null && ++others === 3)
          throw new Error(`${name} does not recover from ${hits.at(-1)}`, { cause: failure });
        if (hit !== null) hits.push(`${moment} ${name}.${n}: ${hit}`);
      }
    }
  }

  async function experimentsOf(): Promise<Experiment[]> {
    const metrics = await declare(database.db, METRICS);
    const assigned = await anExperiment(own(), { metrics, timezone: 'America/New_York' });
    const exposed = await anExperiment(own(), { metrics, analysisPopulation: 'exposed' });
    return [assigned, exposed];
  }

  function operations(stores: Stores, [assigned, exposed]: Experiment[], tag: string): Operation[] {
    const user = (i: number): string => `${i}-${tag}`;
    const users = Array.from({ length: USERS }, (_, i) => user(i));
    const events = users.flatMap((user_id, i) =>
      Array.from({ length: 6 }, (_, k) => event(user_id, k, i, tag)),
    );
    const exposures = users.map((user_id, i) =>
      anEvent({
        user_id,
        type: 'exposure',
        experiment_id: exposed.id,
        timestamp: `2026-01-0${6 - (i % 2)}T09:00:00Z`,
      }),
    );
    const imports = users.map((user_id, i) => anImport(assigned, user_id, { variant: i % 2 }));
    const earlier = users
      .slice(0, 3)
      .map((user_id) => anImport(assigned, user_id, { variant: 1, assignedAt: '2026-01-03T12:00:00Z' }));
    const alsoExposed = users.map((user_id, i) => anImport(exposed, user_id, { variant: i % 2 }));
    const newcomers = ['x', 'y'].map((name) => `${name}-${tag}`);
    // A minute from now, so that they count for those who are assigned now.
    const later = formatInstant(instantOfDate(new Date()) + 60_000_000);
    const ofNewcomers = newcomers.map((user_id) => anEvent({ user_id, timestamp: later, value: 3 }));
    const candidates = newcomers.flatMap((user_id, i) => [
      aCandidate(assigned, user_id, { variant: i }),
      aCandidate(exposed, user_id, { variant: i, enroll: true }),
    ]);
    // The one is contaminated by it, the other is not.
    const links = [2, 3].map((i) => ({ aliasId: user(i + 2), userId: user(i) }));
    // One of them is known twice, and brings its alias along.
    const merge = { aliasId: user(3), userId: `${user(3)}-number`, merge: true };
    const aliased = anEvent({ user_id: user(5), timestamp: '2026-01-07T10:00:00Z', value: 7 });
    const ingest = (name: string, batch: ReceivedEvent[]): Operation => ({
      name,
      run: () => stores.ingest.ingest(batch),
    });
    return [
      { name: 'activate', run: () => activate(stores, assigned.id) },
      { name: 'activate for the exposed', run: () => activate(stores, exposed.id) },
      ingest('ingest before anybody is assigned', [...events.slice(0, 10), ...ofNewcomers]),
      { name: 'import', run: () => stores.imports.importAll(assigned.id, imports, 'earliest') },
      ingest('ingest with duplicates', [...events.slice(5), ...events.slice(20)]),
      { name: 'import what is contaminated', run: () => stores.imports.importAll(exposed.id, alsoExposed, 'contaminate') },
      ingest('ingest exposures', exposures),
      { name: 'import what is earlier', run: () => stores.imports.importAll(assigned.id, earlier, 'earliest') },
      {
        name: 'assign',
        run: async () => {
          // A change of the experiment by an operation before must not look like a lost race.
          const [x, y] = await Promise.all([assigned, exposed].map(({ id }) => stores.experiments.find(id)));
          const version = new Map([x, y].map((one) => [one?.id, one?.version]));
          await stores.assignments.assign(
            candidates.map((one) => ({ ...one, experiment_version: version.get(one.experiment_id) as number })),
          );
        },
      },
      { name: 'enroll', run: () => stores.assignments.enroll([{ experiment_id: exposed.id, user_id: user(0) }]) },
      { name: 'override', run: () => stores.overrides.put(assigned.id, user(1), assigned.variants[0].id) },
      ingest('ingest the rest again', events),
      { name: 'lift the override', run: () => stores.overrides.delete(assigned.id, user(1)) },
      { name: 'link', run: () => stores.identities.link(links) },
      { name: 'merge', run: () => stores.identities.link([merge]) },
      ingest('ingest of an alias', [aliased, ...events.slice(30)]),
      { name: 'complete', run: () => complete(stores, assigned.id, '2026-01-08T00:00:00.000000Z') },
    ]; // prettier-ignore
  }

  function event(user_id: string, k: number, i: number, tag: string): ReceivedEvent {
    return anEvent({
      user_id,
      // A type of its own is learnt; the others are part of the metrics.
      type: k === 5 ? `type-${tag}` : ['view', 'purchase'][k % 2],
      timestamp: `2026-01-0${4 + k}T${String(10 + i).padStart(2, '0')}:00:00Z`,
      value: k % 2 === 1 ? k * 10 + i / 4 : null,
    });
  }

  /** Everything that must be the same in every pass: without ids, and without the times at which users were assigned now. */
  async function factsOf(experiments: Experiment[], tag: string): Promise<unknown> {
    const { db, stores } = own();
    const facts: Record<string, unknown> = {};
    facts.events = await db.rows(
      `SELECT split_part(user_id, '-', 1) AS who, replace(type, $1, '') AS what, count(*) AS copies, sum(value)::text AS value
       FROM events WHERE user_id LIKE '%' || $1 GROUP BY 1, 2 ORDER BY 1, 2`,
      [tag],
    );
    for (const [number, { id }] of experiments.entries()) {
      const { drift, tables } = await stores.recounts.verify(id);
      facts[`drift ${number}`] = drift === 0 ? 0 : tables.filter((table) => table.differences > 0);
      facts[`people ${number}`] = await db.rows(
        `SELECT split_part(user_id, '-', 1) AS who, v.key, source, overridden, contaminated,
           CASE source WHEN 'import' THEN assigned_at END AS at, exposed_at IS NOT NULL AS met
         FROM assignments a JOIN arms ON arms.id = a.arm_id JOIN variants v ON v.id = arms.variant_id
         WHERE a.experiment_id = $1 ORDER BY user_id`,
        [id],
      );
      facts[`totals ${number}`] = await db.rows(await totalsOf(), [id]);
    }
    return facts;
  }

  /** One row per variant and table of totals or state, with the sums of its numbers; the schema says which there are. */
  async function totalsOf(): Promise<string> {
    const tables = await database.db.rows<{ table_name: string; sums: string }>(
      `SELECT table_name, string_agg(format('trim_scale(sum(%I))::text', column_name), ', ' ORDER BY column_name) AS sums
       FROM information_schema.columns c
       WHERE table_schema = 'public' AND data_type IN ('bigint', 'numeric') AND EXISTS (
         SELECT FROM information_schema.columns a
         WHERE a.table_schema = 'public' AND a.table_name = c.table_name AND a.column_name = 'arm_id')
       GROUP BY 1`,
    );
    const parts = tables.map(
      ({ table_name, sums }) =>
        `SELECT '${table_name}' AS "table", v.key, ARRAY[${sums}] AS sums FROM ${table_name} t
         JOIN arms ON arms.id = t.arm_id JOIN variants v ON v.id = arms.variant_id WHERE arms.experiment_id = $1 GROUP BY 2`,
    );
    return `${parts.join(' UNION ALL ')} ORDER BY 1, 2`;
  }
});
