import { setTimeout } from 'node:timers/promises';
import { formatInstant, instantOfDate, MetricDefinition } from '@app/model';
import { ReceivedEvent } from '@app/store';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate, anImport } from '../support/people';
import { Random } from '../support/random';
import { seed } from '../support/seed';
import { anotherProcess, Stores, storesOf } from '../support/stores';
import { activeExperiments, imbalance, soon } from './load';

const ROUNDS = Number(process.env.LAW_RUNS ?? 8);
const PEOPLE = 12;
const BOUGHT = { event_types: ['purchase'] };
const METRICS: MetricDefinition[] = [
  { kind: 'mean', ...BOUGHT, covariate_days: 1, window_hours: 1 },
  {
    kind: 'ratio',
    numerator: { ...BOUGHT, aggregation: 'sum' },
    denominator: { event_types: ['signup'], aggregation: 'count' },
  },
  { kind: 'funnel', steps: [{ event_types: ['exposure'] }, { event_types: ['signup'] }, BOUGHT] },
];

describe(`links under load (SEED=${seed})`, () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  it('leave nothing behind under an alias, and totals that equal the recount in every snapshot', async () => {
    const random = new Random(seed);
    const experiments = await activeExperiments({ db: database.db, stores }, METRICS, [
      {},
      { analysisPopulation: 'exposed', timezone: 'Asia/Kolkata' },
    ]);
    const users = Array.from({ length: PEOPLE }, (_, index) => `user-${index}`);
    const emailOf = (user: string): string => `${user}-email`;
    const aliasesOf = (user: string): string[] => [`${user}-phone`, `${user}-laptop`, emailOf(user)];
    const anId = (): string => random.pick([...users, ...users.flatMap(aliasesOf)]);
    const [one, two, assigner, importer, linker, otherLinker, eraser, sampler] = await Promise.all(
      Array.from({ length: 8 }, () => anotherProcess(database)),
    );
    let isOver = false;
    const until = async (act: () => Promise<unknown>): Promise<void> => {
      while (!isOver) await act();
    };
    const sent: ReceivedEvent[] = [];
    const write = async (writer: Stores): Promise<void> => {
      const fresh = Array.from({ length: 20 }, () => soon(random, anId(), experiments, [50_000, 950_000]));
      const again = Array.from({ length: 5 }, () => random.pick(sent)).filter((event) => event !== undefined);
      sent.push(...fresh);
      await writer.ingest.ingest([...fresh, ...again]);
    };
    let links = 0;
    let merges = 0;
    const link = async (by: Stores): Promise<void> => {
      const userId = random.pick(users);
      const answers = await by.identities.link([
        { aliasId: random.pick(aliasesOf(userId)), userId },
        // Known by the address first, and with aliases of its own by then.
        { aliasId: `${userId}-phone`, userId: emailOf(userId) },
        ...(random.below(2) === 0 ? [{ aliasId: emailOf(userId), userId, merge: true }] : []),
        // Of two who claim it one is right, whoever comes first.
        { aliasId: random.pick(aliasesOf(random.pick(users))), userId: random.pick(users) },
      ]);
      links += answers.filter(({ outcome }) => outcome === 'linked').length;
      merges += answers.filter(({ followers = [] }) => followers.length > 0).length;
    };
    const drifts: number[] = [];
    const erase = async (): Promise<void> => {
      const isEnough = (): boolean => drifts.length > 4 && links > PEOPLE / 2 && merges > 0;
      for (let round = 0; round < ROUNDS || !isEnough(); round++) {
        await Promise.all([link(linker), write(one)]);
        const { id } = await stores.jobs.openErasure(anId());
        await eraser.erasure.erase(id);
      }
    };
    await Promise.all([
      erase().finally(() => (isOver = true)),
      until(() => write(one)),
      until(() => write(two)),
      until(() => link(linker)),
      until(() => link(otherLinker)),
      until(async () => {
        await assigner.assignments.assign(experiments.map((x) => aCandidate(x, anId())));
        await assigner.assignments.enroll([{ experiment_id: random.pick(experiments).id, user_id: anId() }]);
      }),
      until(async () => {
        const x = random.pick(experiments);
        const assignedAt = formatInstant(instantOfDate(new Date()) - random.below(3_000_000));
        await importer.imports.importAll(
          x.id,
          [anImport(x, anId(), { assignedAt, exposedAt: assignedAt })],
          'earliest',
        );
        const id = anId();
        await importer.overrides.put(x.id, id, x.variants[0].id);
        await importer.overrides.delete(x.id, id);
      }),
      until(async () => {
        for (const { id } of experiments) drifts.push((await sampler.recounts.verify(id)).drift);
        // A recount reads all that there is: without a pause there would be little else.
        const next = sent.length + 40;
        while (!isOver && sent.length < next) await setTimeout(5);
      }),
    ]);
    for (const { id } of experiments) drifts.push((await sampler.recounts.verify(id)).drift);
    expect({ seed, wrong: drifts.filter((drift) => drift !== 0) }).toEqual({ seed, wrong: [] });

    const [{ left, early }] = await database.db.rows<Record<string, number>>(`
      SELECT
        (SELECT count(*) FROM events JOIN identities i ON i.alias_id = events.user_id)
          + (SELECT count(*) FROM assignments a JOIN identities i ON i.alias_id = a.user_id)
          + (SELECT count(*) FROM overrides o JOIN identities i ON i.alias_id = o.user_id)
          + (SELECT count(*) FROM user_hours h JOIN identities i ON i.alias_id = h.user_id)
          + (SELECT count(*) FROM user_spans s JOIN identities i ON i.alias_id = s.user_id)
          + (SELECT count(*) FROM user_covariates c JOIN identities i ON i.alias_id = c.user_id)
          + (SELECT count(*) FROM identities a JOIN identities b ON b.alias_id = a.user_id) AS left,
        (SELECT count(*) FROM events e JOIN erased_users t
           ON t.user_ref = user_ref(coalesce(e.alias_id, e.user_id)) AND e.received_at <= t.erased_at) AS early`);
    const off = await imbalance(database.db);
    expect({ seed, left, early, off }).toEqual({ seed, left: 0, early: 0, off: 0 });
  }, 180_000);
});
