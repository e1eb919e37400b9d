import { setTimeout } from 'node:timers/promises';
import { formatInstant, instantOfDate, MetricDefinition } from '@app/model';
import { DeadJobsStore, DeadLettersStore, Erasure, ReceivedEvent } from '@app/store';
import { activeExperiments, imbalance, soon } from '../laws/load';
import { anEvent } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { heldUp, untilWaiting } from '../support/locks';
import { aCandidate, anImport } from '../support/people';
import { Random } from '../support/random';
import { seed } from '../support/seed';
import { watchStatements } from '../support/statements';
import { anotherProcess, Stores, storesOf } from '../support/stores';
import { until } from '../support/wait';

const BOUGHT = { event_types: ['purchase'] };
const METRICS: MetricDefinition[] = [
  { kind: 'mean', ...BOUGHT, covariate_days: 7 },
  {
    kind: 'ratio',
    numerator: { ...BOUGHT, aggregation: 'sum' },
    denominator: { event_types: ['signup'], aggregation: 'count' },
  },
  { kind: 'funnel', steps: [{ event_types: ['signup'] }, BOUGHT] },
  { kind: 'retention', ...BOUGHT, from_day: 1, to_day: 2 },
];

let database: TestDatabase;
let stores: Stores;
beforeAll(async () => {
  database = await freshDatabase();
  stores = storesOf(database.db);
});
afterAll(() => database.drop());

const sql = <T>(text: string, values: unknown[] = []): Promise<T[]> => database.source.query(text, values);
const now = (): string => formatInstant(instantOfDate(new Date()));
const erase = async (user: string): Promise<Erasure | null> =>
  stores.erasure.erase((await stores.jobs.openErasure(user)).id);
const eventsOf = (user: string) =>
  sql<{ event_id: string }>('SELECT event_id FROM events WHERE user_id = $1', [user]);

const experiments = () =>
  activeExperiments({ db: database.db, stores }, METRICS, [
    { timezone: 'Pacific/Apia' },
    { analysisPopulation: 'exposed', timezone: 'America/New_York' },
  ]);

describe('an erasure', () => {
  it('waits for a batch that began before it, and nothing of that batch remains', async () => {
    const [x] = await experiments();
    await stores.assignments.assign([aCandidate(x, 'busy')]);
    // The user is in no experiment, so no lock of an experiment keeps the two apart; the batch is held up by another user.
    const other = await anotherProcess(database);
    const event = anEvent({ user_id: 'unassigned' });
    const release = await heldUp(database.db, x.id);
    const ingesting = other.ingest.ingest([event, anEvent({ user_id: 'busy' })]);
    await untilWaiting(database.db);
    const { sent, stop } = watchStatements(database.source);
    let isErased = false;
    const erasing = erase('unassigned').finally(() => (isErased = true));
    const looks = () => sent.filter((text) => text.includes('pg_locks')).length;
    await until(
      'the erasure to look again whether the batch is through',
      async () => isErased || looks() > 2,
    );
    stop();
    await release();
    expect(await ingesting).toMatchObject({ stored: 2 });
    expect(await erasing).toMatchObject({ events: 1, assignments: 0 });
    expect(await eventsOf('unassigned')).toEqual([]);
    expect(await eventsOf('busy')).toHaveLength(1);
    expect((await stores.recounts.verify(x.id)).drift).toBe(0);
  });

  it('keeps out what was received before it, however late it comes, and lets in what comes after', async () => {
    const [x] = await experiments();
    const before = [anEvent({ user_id: 'eve' }), anEvent({ user_id: 'eve' })];
    await stores.assignments.assign([aCandidate(x, 'eve')]);
    await stores.ingest.ingest([before[0]]);
    expect(await erase('eve')).toEqual({ experiments: 1, assignments: 1, overrides: 0, events: 1, dead_letters: 0 });
    // Repeating it finds nothing; whoever runs the same job again finds nobody.
    const job = await stores.jobs.openErasure('eve');
    expect(await stores.erasure.erase(job.id)).toMatchObject({ experiments: 0, events: 0 });
    expect(await stores.erasure.erase(job.id)).toBeNull();
    // Both ids are known from now on.
    expect(await stores.ingest.ingest(before)).toMatchObject({ received: 2, stored: 0, duplicates: 1, erased: 1 });
    expect(await stores.ingest.ingest(before)).toMatchObject({ duplicates: 2, erased: 0 });
    const again = before.map((event) => ({ ...event, received_at: now() }));
    expect(await stores.ingest.ingest(again)).toMatchObject({ duplicates: 2 });
    const fresh = anEvent({ user_id: 'eve', received_at: now() });
    const others = anEvent({ user_id: 'adam', received_at: before[0].received_at });
    await stores.assignments.assign([aCandidate(x, 'eve')]);
    expect(await stores.ingest.ingest([{ ...fresh, timestamp: now() }, others])).toMatchObject({ stored: 2, counted: 1 });
    expect((await stores.recounts.verify(x.id)).drift).toBe(0);
    expect(await imbalance(database.db)).toBe(0);
  }); // prettier-ignore

  it('takes out an assignment that was written, and counted events, while they were being deleted', async () => {
    const [x] = await experiments();
    const soon = formatInstant(instantOfDate(new Date()) + 60_000_000);
    await stores.ingest.ingest([anEvent({ user_id: 'late', timestamp: soon, value: 3 })]);
    const other = await anotherProcess(database);
    let erasing: Promise<Erasure | null> | undefined;
    await other.db.unitOfWork(async () => {
      // Who assigns shares the population, so the erasure, with everything else behind it, waits for the commit.
      await other.db.rows('SELECT pg_advisory_xact_lock_shared(4772001)');
      erasing = erase('late');
      await untilWaiting(database.db);
      await other.assignments.assign([aCandidate(x, 'late')]);
    });
    expect(await erasing).toMatchObject({ experiments: 1, assignments: 1, events: 1 });
    expect((await stores.recounts.verify(x.id)).drift).toBe(0);
    expect(await sql(`SELECT FROM user_hours WHERE user_id = 'late'`)).toEqual([]);
  });

  it('leaves no dead letter and no dead job of what was received before it', async () => {
    const letters = new DeadLettersStore(database.db);
    const jobs = new DeadJobsStore(database.db);
    const [before, other] = [anEvent({ user_id: 'gone' }), anEvent({ user_id: 'stays' })];
    await erase('gone');
    const cause = { sqlstate: '22000', reason: 'x', jobId: null };
    expect(await letters.bury(before, cause)).toBe('erased');
    expect(await letters.bury(before, cause)).toBe('erased');
    expect(await letters.bury(other, cause)).toBe('dead');
    const after = { ...anEvent({ user_id: 'gone' }), received_at: now() };
    expect(await letters.bury(after, cause)).toBe('dead');
    // An id that no person can have is nobody's.
    expect(await letters.bury({ ...anEvent(), user_id: 'a\u0000b' }, cause)).toBe('dead');
    const { received_at, ...bare } = anEvent({ user_id: 'gone', received_at: before.received_at });
    await jobs.bury('died', 'x', { v: 1, received_at, events: [bare, other, null, 7] });
    await jobs.bury('odd', 'x', 'no job');
    const payloads = await sql<{ payload: string }>('SELECT payload FROM dead_jobs ORDER BY job_id');
    expect(payloads.map(({ payload }) => JSON.parse(payload))).toEqual([
      { v: 1, received_at, events: [other, null, 7] },
      'no job',
    ]);
    expect(await erase('gone')).toMatchObject({ events: 0, dead_letters: 1 });
    expect(await sql(`SELECT FROM dead_events WHERE position('gone' IN payload) > 0`)).toEqual([]);
    expect(await imbalance(database.db)).toBe(0);
  });

  it('of a user who is being assigned, imported, forced and sent events of leaves totals that equal the recount', async () => {
    const random = new Random(seed);
    const worlds = await experiments();
    const people = Array.from({ length: 6 }, (_, index) => `canary-${index}`);
    const processes = await Promise.all(Array.from({ length: 6 }, () => anotherProcess(database)));
    const sent: ReceivedEvent[] = [];
    let isOver = false;
    const meanwhile = async (act: () => Promise<unknown>): Promise<void> => {
      while (!isOver) await act();
    };
    const write = async (writer: Stores): Promise<void> => {
      const fresh = Array.from({ length: 20 }, () => soon(random, random.pick(people), worlds, [50_000, 50_000]));
      const again = Array.from({ length: 8 }, () => random.pick(sent)).filter((event) => event !== undefined);
      sent.push(...fresh);
      await writer.ingest.ingest([...fresh, ...again]);
    };
    const drifts: number[] = [];
    const erasing = async (): Promise<void> => {
      for (let round = 0; round < 12 || drifts.length < 4; round++) await processes[0].erasure.erase((await stores.jobs.openErasure(people[round % people.length])).id);
    };
    await Promise.all([
      erasing().finally(() => (isOver = true)),
      meanwhile(() => write(processes[1])),
      meanwhile(() => write(processes[2])),
      meanwhile(() => processes[3].assignments.assign(worlds.map((x) => aCandidate(x, random.pick(people), { enroll: random.below(2) === 0 })))),
      meanwhile(async () => {
        const x = random.pick(worlds);
        const assignedAt = formatInstant(instantOfDate(new Date()) - random.below(3_000_000));
        await processes[4].imports.importAll(x.id, [anImport(x, random.pick(people), { assignedAt, exposedAt: assignedAt })], 'earliest');
        const user = random.pick(people);
        await processes[4].overrides.put(x.id, user, x.variants[0].id);
        await processes[4].overrides.delete(x.id, user);
      }),
      meanwhile(async () => {
        for (const { id } of worlds) drifts.push((await processes[5].recounts.verify(id)).drift);
        // A recount reads all that there is: without a pause there would be little else.
        const next = sent.length + 40;
        while (!isOver && sent.length < next) await setTimeout(5);
      }),
    ]);
    expect({ seed, wrong: drifts.filter((drift) => drift !== 0) }).toEqual({ seed, wrong: [] });

    // Once more, while others are still writing; then everything that was ever sent comes again, as from a queue that was slow.
    isOver = false;
    const last = (async () => {
      for (const user of people) await erase(user);
    })().finally(() => (isOver = true));
    await Promise.all([last, meanwhile(() => write(processes[1])), meanwhile(() => write(processes[2]))]);
    for (let from = 0; from < sent.length; from += 500) await stores.ingest.ingest(sent.slice(from, from + 500));
    const left = await sql<{ early: number }>(`
      SELECT count(*)::int AS early FROM events e JOIN erased_users t ON t.user_ref = user_ref(e.user_id) AND e.received_at <= t.erased_at`);
    expect({ seed, left }).toEqual({ seed, left: [{ early: 0 }] });
    for (const { id } of worlds) expect((await stores.recounts.verify(id)).drift).toBe(0);
    const rows = await sql(`SELECT user_id FROM user_hours WHERE user_id LIKE 'canary-%' UNION ALL SELECT user_id FROM user_spans WHERE user_id LIKE 'canary-%'
      UNION ALL SELECT user_id FROM user_covariates WHERE user_id LIKE 'canary-%' UNION ALL SELECT user_id FROM assignments WHERE user_id LIKE 'canary-%'`);
    expect(rows).toEqual([]);
    expect(await imbalance(database.db)).toBe(0);
  }, 120_000); // prettier-ignore
});
