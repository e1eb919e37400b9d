import { Experiment, formatInstant, instantOfDate } from '@app/model';
import { LinkOutcome } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { heldUp, untilBuried, untilWaiting } from '../support/locks';
import { aCandidate, anImport } from '../support/people';
import { anotherProcess, Stores, storesOf } from '../support/stores';

let database: TestDatabase;
let stores: Stores;
beforeAll(async () => {
  database = await freshDatabase();
  stores = storesOf(database.db);
});
afterAll(() => database.drop());

const sql = <T>(text: string, values: unknown[] = []): Promise<T[]> => database.source.query(text, values);
const anExperimentHere = () => anExperiment({ db: database.db, stores });
let people = 0;
/** A visitor, and who it turns out to be. */
const aPerson = (): { anon: string; ann: string } => {
  people += 1;
  return { anon: `anon-${people}`, ann: `ann-${people}` };
};
const inSeconds = (seconds: number): string => formatInstant(instantOfDate(new Date()) + seconds * 1_000_000);

async function link(aliasId: string, userId: string): Promise<LinkOutcome> {
  const [{ outcome }] = await stores.identities.link([{ aliasId, userId }]);
  return outcome;
}

interface Row {
  user_id: string;
  variant: number;
  assigned_at: string;
  exposed_at: string | null;
  source: string;
  contaminated: boolean;
  overridden: boolean;
}

async function rowsOf(x: Experiment): Promise<Row[]> {
  const rows = await sql<Row & { arm_id: number }>(
    `SELECT user_id, arm_id, assigned_at, exposed_at, source, contaminated, overridden FROM assignments WHERE experiment_id = $1 ORDER BY user_id`,
    [x.id],
  );
  return rows.map(({ arm_id, ...row }) => ({ ...row, variant: x.arms.findIndex(({ id }) => id === arm_id) }));
}

/** Users and events that count, by variant. */
async function counted(x: Experiment): Promise<{ users: number[]; events: number[] }> {
  expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  const of = async (text: string): Promise<number[]> => {
    const rows = await sql<{ id: number; n: number }>(text, [x.id]);
    return x.arms.map(({ id }) => rows.find((row) => row.id === id)?.n ?? 0);
  };
  return {
    users: await of(
      'SELECT arm_id AS id, sum(users)::int AS n FROM daily_users WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = $1) GROUP BY 1',
    ),
    events: await of(
      'SELECT arm_id AS id, sum(events)::int AS n FROM daily_totals WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = $1) GROUP BY 1',
    ),
  };
}

describe('a link', () => {
  it('makes what was stored of the alias the user’s: the assignment, its anchor, and events of both', async () => {
    const x = await anExperimentHere();
    const { anon, ann } = aPerson();
    await stores.ingest.ingest([anEvent({ user_id: anon, timestamp: inSeconds(60) })]);
    await stores.assignments.assign([aCandidate(x, anon, { variant: 1, enroll: true })]);
    const [before] = await rowsOf(x);
    await stores.ingest.ingest([anEvent({ user_id: ann, timestamp: inSeconds(60) })]);
    expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 1] });

    expect(await link(anon, ann)).toBe('linked');
    expect(await rowsOf(x)).toEqual([{ ...before, user_id: ann }]);
    expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 2] });
    expect(await sql('SELECT user_id, alias_id FROM events WHERE user_id = ANY ($1) ORDER BY alias_id', [[anon, ann]])).toEqual([
      { user_id: ann, alias_id: anon },
      { user_id: ann, alias_id: null },
    ]);
  }); // prettier-ignore

  it('holds for what comes later: events, exposures, imports and overrides', async () => {
    const x = await anExperimentHere();
    const { anon, ann } = aPerson();
    await link(anon, ann);
    // No row for the alias: who asked decided by what was known before.
    expect(await stores.assignments.assign([aCandidate(x, anon)])).toEqual([]);
    await stores.imports.importAll(x.id, [anImport(x, anon, { variant: 1 })], 'earliest');
    await stores.ingest.ingest([
      anEvent({ user_id: anon }),
      anEvent({ user_id: ann }),
      anEvent({ user_id: anon, type: 'exposure', experiment_id: x.id, timestamp: '2026-01-06T00:00:00Z' }),
    ]);
    expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 3] });
    expect(await rowsOf(x)).toMatchObject([{ user_id: ann, exposed_at: '2026-01-06T00:00:00.000Z' }]);
    await stores.overrides.put(x.id, anon, x.variants[0].id);
    expect(await counted(x)).toEqual({ users: [0, 0], events: [0, 0] });
    expect(await stores.overrides.delete(x.id, ann)).toBe(true);
    expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 3] });
  });

  it('keeps the earlier anchor of two, whichever of them it is', async () => {
    for (const [early, late] of [
      ['anon', 'ann'],
      ['ann', 'anon'],
    ] as const) {
      const x = await anExperimentHere();
      const person = aPerson();
      await stores.imports.importAll(
        x.id,
        [
          anImport(x, person[early], {
            assignedAt: '2026-01-05T00:00:00Z',
            exposedAt: '2026-01-09T00:00:00Z',
          }),
          anImport(x, person[late], {
            assignedAt: '2026-01-07T00:00:00Z',
            exposedAt: '2026-01-08T00:00:00Z',
          }),
        ],
        'earliest',
      );
      await stores.ingest.ingest([anEvent({ user_id: person[late], timestamp: '2026-01-06T00:00:00Z' })]);
      expect(await counted(x)).toEqual({ users: [2, 0], events: [0, 0] });
      await link(person.anon, person.ann);
      expect(await rowsOf(x)).toMatchObject([
        {
          user_id: person.ann,
          assigned_at: '2026-01-05T00:00:00.000Z',
          exposed_at: '2026-01-08T00:00:00.000Z',
        },
      ]);
      expect(await counted(x)).toEqual({ users: [1, 0], events: [1, 0] });
    }
  });

  it('of ids in two variants counts in none, and the user goes on seeing the own one', async () => {
    const x = await anExperimentHere();
    const { anon, ann } = aPerson();
    await stores.assignments.assign([aCandidate(x, anon, { variant: 1 })]);
    await stores.assignments.assign([aCandidate(x, ann, { variant: 0 })]);
    await stores.ingest.ingest([anEvent({ user_id: anon, timestamp: inSeconds(60) })]);
    expect(await counted(x)).toEqual({ users: [1, 1], events: [0, 1] });
    await link(anon, ann);
    expect(await rowsOf(x)).toMatchObject([{ user_id: ann, variant: 0, contaminated: true }]);
    expect(await counted(x)).toEqual({ users: [0, 0], events: [0, 0] });
  });

  it('ends the same when the import of the alias comes after it', async () => {
    const x = await anExperimentHere();
    const [same, other] = [aPerson(), aPerson()];
    for (const { anon, ann } of [same, other]) await link(anon, ann);
    await stores.assignments.assign([aCandidate(x, same.ann), aCandidate(x, other.ann)]);
    const rows = [
      anImport(x, same.anon, { variant: 0, assignedAt: '2026-01-05T00:00:00Z' }),
      anImport(x, other.anon, { variant: 1, assignedAt: '2026-01-05T00:00:00Z' }),
    ];
    expect(await stores.imports.importAll(x.id, rows, 'earliest')).toMatchObject({ moved: 1, conflicts: 1 });
    expect(await stores.imports.importAll(x.id, rows, 'earliest')).toMatchObject({ unchanged: 1, conflicts: 1 });
    expect(await rowsOf(x)).toMatchObject([
      { user_id: same.ann, source: 'import', assigned_at: '2026-01-05T00:00:00.000Z', contaminated: false },
      { user_id: other.ann, source: 'hash', variant: 0, contaminated: true },
    ]);
    expect(await counted(x)).toMatchObject({ users: [1, 0] });
  }); // prettier-ignore

  it('takes over what was forced on the alias, unless something is forced on the user', async () => {
    const [x, y] = [await anExperimentHere(), await anExperimentHere()];
    const { anon, ann } = aPerson();
    await stores.assignments.assign([aCandidate(x, ann)]);
    await stores.overrides.put(x.id, anon, x.variants[1].id);
    await stores.overrides.put(y.id, anon, y.variants[1].id);
    await stores.overrides.put(y.id, ann, y.variants[0].id);
    await link(anon, ann);
    expect(await sql('SELECT user_id, variant_id FROM overrides WHERE user_id = ANY ($1) ORDER BY experiment_id', [[anon, ann]])).toEqual([
      { user_id: ann, variant_id: x.variants[1].id },
      { user_id: ann, variant_id: y.variants[0].id },
    ]);
    expect(await rowsOf(x)).toMatchObject([{ overridden: true }]);
    expect(await counted(x)).toMatchObject({ users: [0, 0] });
  }); // prettier-ignore

  it('joins the facts of both; what is known of the user stays', async () => {
    const { anon, ann } = aPerson();
    const facts = (id: string, attributes: unknown) =>
      sql('INSERT INTO users (user_id, attributes) VALUES ($1, $2)', [id, JSON.stringify(attributes)]);
    await facts(anon, { plan: 'free', browser: 'x' });
    await facts(ann, { plan: 'pro' });
    await link(anon, ann);
    expect(
      await sql('SELECT user_id, attributes FROM users WHERE user_id = ANY ($1)', [[anon, ann]]),
    ).toEqual([{ user_id: ann, attributes: { plan: 'pro', browser: 'x' } }]);
  });

  it('is for ever, is resolved, and is told once', async () => {
    const { anon, ann } = aPerson();
    const other = aPerson();
    expect(await link(anon, ann)).toBe('linked');
    const versions = () => sql('SELECT count(*), max(linked_at) FROM identities');
    const before = await versions();
    expect(await link(anon, ann)).toBe('unchanged');
    expect(await link(anon, other.ann)).toBe('taken');
    expect(await link(ann, anon)).toBe('same_user');
    expect(await link(ann, other.ann)).toBe('identified');
    expect(await versions()).toEqual(before);
    expect(
      await stores.identities.link([
        { aliasId: other.anon, userId: anon },
        { aliasId: other.anon, userId: other.ann },
      ]),
    ).toEqual([
      { aliasId: other.anon, userId: ann, outcome: 'linked' },
      { aliasId: other.anon, userId: other.ann, outcome: 'taken' },
    ]);
    expect(await stores.identities.resolve([anon, ann, other.anon, other.ann])).toEqual(
      new Map([[anon, ann], [other.anon, ann]]), // prettier-ignore
    );
  });

  it('of one alias to two users at once is made to one of them', async () => {
    const other = await anotherProcess(database);
    for (let round = 0; round < 10; round++) {
      const { anon, ann } = aPerson();
      const { ann: bob } = aPerson();
      await stores.ingest.ingest([anEvent({ user_id: anon })]);
      const answers = await Promise.all([
        stores.identities.link([{ aliasId: anon, userId: ann }]),
        other.identities.link([{ aliasId: anon, userId: bob }]),
      ]);
      expect(answers.map(([{ outcome }]) => outcome).sort()).toEqual(['linked', 'taken']);
    }
  });

  it('finds the events of a batch that began before it and commits after it', async () => {
    const [x, y] = [await anExperimentHere(), await anExperimentHere()];
    const { anon, ann } = aPerson();
    await stores.assignments.assign([aCandidate(y, ann), aCandidate(x, 'busy')]);
    const other = await anotherProcess(database);
    // The batch is held up by another user, in an experiment of which the person knows nothing.
    const release = await heldUp(database.db, x.id);
    const ingesting = other.ingest.ingest([
      anEvent({ user_id: anon, timestamp: inSeconds(60) }),
      anEvent({ user_id: 'busy', timestamp: inSeconds(60) }),
    ]);
    await untilWaiting(database.db);
    expect(await link(anon, ann)).toBe('linked');
    await release();
    expect(await ingesting).toMatchObject({ stored: 2 });
    expect(await sql('SELECT alias_id FROM events WHERE user_id = ANY ($1)', [[anon, ann]])).toEqual([
      { alias_id: anon },
    ]);
    expect(await counted(y)).toEqual({ users: [1, 0], events: [1, 0] });
    expect(await counted(x)).toEqual({ users: [1, 0], events: [1, 0] });
  });
});

describe('an erasure', () => {
  it.each(['anon', 'ann'] as const)(
    'of %s takes all ids of the person, and keeps out what was on its way',
    async (which) => {
      const x = await anExperimentHere();
      const person = aPerson();
      const { anon, ann } = person;
      await stores.assignments.assign([aCandidate(x, anon)]);
      await stores.ingest.ingest([anEvent({ user_id: anon, timestamp: inSeconds(60) })]);
      const onTheWay = [anEvent({ user_id: anon }), anEvent({ user_id: ann })];
      await link(anon, ann);
      await stores.ingest.ingest([anEvent({ user_id: anon, timestamp: inSeconds(60) })]);
      expect(await counted(x)).toEqual({ users: [1, 0], events: [2, 0] });
      const job = await stores.jobs.openErasure(person[which]);
      expect(await stores.erasure.erase(job.id)).toMatchObject({ experiments: 1, assignments: 1, events: 2 });
      expect(await stores.ingest.ingest(onTheWay)).toMatchObject({ stored: 0, erased: 2 });
      expect(await counted(x)).toEqual({ users: [0, 0], events: [0, 0] });
      expect(await stores.identities.resolve([anon, ann])).toEqual(new Map());
      // Whoever comes back is somebody new.
      await stores.ingest.ingest([anEvent({ user_id: anon, received_at: inSeconds(1) })]);
      expect(await sql('SELECT alias_id FROM events WHERE user_id = $1', [anon])).toEqual([
        { alias_id: null },
      ]);
    },
  );

  it('takes an id along that was linked after it began', async () => {
    const { anon, ann } = aPerson();
    const onTheWay = anEvent({ user_id: anon });
    await stores.ingest.ingest([anEvent({ user_id: anon })]);
    const other = await anotherProcess(database);
    let erasing: Promise<unknown> | undefined;
    // Who stores events shares this lock; the erasure has buried the one id that it knows, and waits.
    await other.db.unitOfWork(async () => {
      await other.db.rows('SELECT pg_advisory_xact_lock_shared(4772006)');
      erasing = stores.erasure.erase((await stores.jobs.openErasure(ann)).id);
      await untilBuried(database.db, ann);
      expect(await link(anon, ann)).toBe('linked');
    });
    expect(await erasing).toMatchObject({ events: 1 });
    expect(await stores.ingest.ingest([onTheWay])).toMatchObject({ stored: 0, erased: 1 });
  });
});
