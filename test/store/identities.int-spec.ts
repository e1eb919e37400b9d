import { Experiment, formatInstant, instantOfDate } from '@app/model';
import { Client } from 'pg';
import { identityBucket, LinkOutcome } from '@app/store';
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

async function merge(aliasId: string, userId: string): Promise<LinkOutcome> {
  const [{ outcome }] = await stores.identities.link([{ aliasId, userId, merge: true }]);
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

describe('a merge of two known users', () => {
  it('takes the aliases along, and events keep the id that they were sent with', async () => {
    const x = await anExperimentHere();
    const { anon, ann } = aPerson();
    const id = `id-${ann}`;
    await stores.assignments.assign([aCandidate(x, anon, { variant: 1 })]);
    const sent = [anon, ann, id].map((user_id) => anEvent({ user_id, timestamp: inSeconds(60) }));
    await stores.ingest.ingest(sent);
    const [before] = await rowsOf(x);
    expect(await link(anon, ann)).toBe('linked');
    expect(await link(ann, id)).toBe('identified');
    expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 2] });
    expect(await merge(ann, id)).toBe('linked');
    expect([await merge(ann, id), await merge(id, ann), await merge(id, anon), await merge(anon, id)]).toEqual(
      ['unchanged', 'same_user', 'same_user', 'unchanged'],
    );
    expect(await rowsOf(x)).toEqual([{ ...before, user_id: id }]);
    expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 3] });
    expect(await stores.identities.resolve([anon, ann, id])).toEqual(new Map([[anon, id], [ann, id]])); // prettier-ignore
    expect(await sql('SELECT user_id, alias_id FROM events WHERE event_id = ANY ($1) ORDER BY alias_id', [sent.map(({ event_id }) => event_id)])).toEqual([
      { user_id: id, alias_id: ann },
      { user_id: id, alias_id: anon },
      { user_id: id, alias_id: null },
    ]);
    // What comes by the oldest id is the new user's, and is sent once.
    await stores.ingest.ingest([...sent, anEvent({ user_id: anon, timestamp: inSeconds(60) })]);
    expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 4] });
  }); // prettier-ignore

  it('ends as if the ids had been linked the other way round, also within one call', async () => {
    for (const isOneCall of [true, false]) {
      const [x, y] = [await anExperimentHere(), await anExperimentHere()];
      const { anon, ann } = aPerson();
      const id = `id-${ann}`;
      const rows = (z: Experiment, variants: number[]) =>
        [anon, ann, id].map((user, index) =>
          anImport(z, user, {
            variant: variants[index],
            assignedAt: `2026-01-0${7 - index}T00:00:00Z`,
            exposedAt: `2026-01-1${index}T00:00:00Z`,
          }),
        );
      await stores.imports.importAll(x.id, rows(x, [1, 1, 1]), 'earliest');
      await stores.imports.importAll(y.id, rows(y, [1, 0, 1]), 'earliest');
      await stores.overrides.put(y.id, anon, y.variants[0].id);
      await stores.ingest.ingest([anon, ann, id].map((user_id) => anEvent({ user_id, timestamp: '2026-01-05T12:00:00Z' }))); // prettier-ignore
      const links = [{ aliasId: anon, userId: ann }, { aliasId: ann, userId: id, merge: true }]; // prettier-ignore
      if (isOneCall) await stores.identities.link(links);
      else for (const one of links) await stores.identities.link([one]);
      expect(await rowsOf(x)).toMatchObject([
        {
          user_id: id,
          assigned_at: '2026-01-05T00:00:00.000Z',
          exposed_at: '2026-01-10T00:00:00.000Z',
          contaminated: false,
        },
      ]);
      expect(await counted(x)).toEqual({ users: [0, 1], events: [0, 3] });
      // Shown is what the known id was shown, and forced is who was forced by any id.
      expect(await rowsOf(y)).toMatchObject([
        { user_id: id, variant: 1, contaminated: true, overridden: true },
      ]);
      expect(await counted(y)).toEqual({ users: [0, 0], events: [0, 0] });
      // A row that is sent again is one of the id that it came under.
      expect(await stores.imports.importAll(x.id, rows(x, [1, 1, 1]), 'earliest')).toMatchObject({
        unchanged: 1,
      });
    }
  });

  it('remembers under which id an assignment came: rows of one id do not contaminate', async () => {
    const x = await anExperimentHere();
    const { anon, ann } = aPerson();
    const row = (variant: number, day: number) =>
      anImport(x, anon, { variant, assignedAt: `2026-01-0${day}T00:00:00Z` });
    await stores.imports.importAll(x.id, [row(1, 5)], 'earliest');
    await link(anon, ann);
    await merge(ann, `id-${ann}`);
    expect(await stores.imports.importAll(x.id, [row(0, 6)], 'earliest')).toMatchObject({ conflicts: 1 });
    expect(await rowsOf(x)).toMatchObject([{ user_id: `id-${ann}`, variant: 1, contaminated: false }]);
  });

  it('needs no order: of links that each make another id an alias, all end at one user', async () => {
    const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]; // prettier-ignore
    for (const order of orders) {
      const { ann } = aPerson();
      const ids = [0, 1, 2, 3].map((number) => `${ann}-${number}`);
      await stores.ingest.ingest(ids.map((user_id) => anEvent({ user_id })));
      for (const step of order) expect(await merge(ids[step], ids[step + 1])).toBe('linked');
      expect([...(await stores.identities.resolve(ids)).values()]).toEqual([ids[3], ids[3], ids[3]]);
      expect(await sql('SELECT DISTINCT user_id FROM events WHERE user_id = ANY ($1)', [ids])).toEqual([{ user_id: ids[3] }]); // prettier-ignore
    }
  });

  it('is found by a batch that knew the alias as another’s', async () => {
    const [x, y] = [await anExperimentHere(), await anExperimentHere()];
    const { anon, ann } = aPerson();
    const id = `id-${ann}`;
    await link(anon, ann);
    await stores.assignments.assign([aCandidate(y, id), aCandidate(x, 'held-up')]);
    const other = await anotherProcess(database);
    const sent = [anEvent({ user_id: anon, timestamp: inSeconds(60) }), anEvent({ user_id: ann, timestamp: inSeconds(60) })];
    let ingesting: Promise<unknown> | undefined;
    // As below: another user of the batch holds it up.
    await database.db.transaction(async (tx) => {
      await tx.rows('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [x.id]);
      ingesting = other.ingest.ingest([...sent, anEvent({ user_id: 'held-up', timestamp: inSeconds(60) })]);
      await untilWaiting(database.db);
      expect(await merge(ann, id)).toBe('linked');
    });
    expect(await ingesting).toMatchObject({ stored: 3 });
    expect(await sql('SELECT alias_id FROM events WHERE user_id = $1 ORDER BY alias_id', [id])).toEqual([
      { alias_id: ann },
      { alias_id: anon },
    ]);
    expect(await counted(y)).toEqual({ users: [1, 0], events: [2, 0] });
    expect(await counted(x)).toEqual({ users: [1, 0], events: [1, 0] });
  }); // prettier-ignore

  it('of each other at once makes one of them the user', async () => {
    const other = await anotherProcess(database);
    for (let round = 0; round < 10; round++) {
      const [one, two] = [aPerson(), aPerson()];
      for (const { anon, ann } of [one, two]) await link(anon, ann);
      const answers = await Promise.all([
        stores.identities.link([{ aliasId: one.ann, userId: two.ann, merge: true }]),
        other.identities.link([{ aliasId: two.ann, userId: one.ann, merge: true }]),
      ]);
      expect(answers.map(([{ outcome }]) => outcome).sort()).toEqual(['linked', 'same_user']);
      const owners = await stores.identities.resolve([one.anon, one.ann, two.anon, two.ann]);
      expect(owners.size).toBe(3);
      expect(new Set(owners.values()).size).toBe(1);
    }
  });

  it('is announced for every id whose user it changes', async () => {
    const { anon, ann } = aPerson();
    const id = `id-${ann}`;
    await link(anon, ann);
    const told: string[] = [];
    const listener = new Client({ connectionString: database.url });
    await listener.connect();
    listener.on('notification', ({ payload }) => told.push(payload ?? ''));
    await listener.query('LISTEN assay_changes');
    await merge(ann, id);
    // Comes after what was told before.
    await listener.query(`NOTIFY assay_changes, 'done'`);
    while (!told.includes('done')) await listener.query('SELECT');
    await listener.end();
    const of = (user: string): string => `identities ${identityBucket(user)}`;
    expect(told).toEqual(expect.arrayContaining([of(anon), of(ann), of(id)]));
  });

  it.each(['anon', 'ann', 'id'] as const)('is erased as one person, by %s', async (which) => {
    const x = await anExperimentHere();
    const { anon, ann } = aPerson();
    const ids = { anon, ann, id: `id-${ann}` };
    await stores.assignments.assign([aCandidate(x, anon)]);
    await stores.ingest.ingest(Object.values(ids).map((user_id) => anEvent({ user_id, timestamp: inSeconds(60) })));
    await link(anon, ann);
    await merge(ann, ids.id);
    const onTheWay = Object.values(ids).map((user_id) => anEvent({ user_id }));
    const job = await stores.jobs.openErasure(ids[which]);
    expect(await stores.erasure.erase(job.id)).toMatchObject({ assignments: 1, events: 3 });
    expect(await stores.ingest.ingest(onTheWay)).toMatchObject({ stored: 0, erased: 3 });
    expect(await stores.identities.resolve(Object.values(ids))).toEqual(new Map());
    expect(await counted(x)).toEqual({ users: [0, 0], events: [0, 0] });
  }); // prettier-ignore
});

describe('an erasure', () => {
  /** Asked for by an id of the person, it has buried the user and waits while something is done. */
  async function eraseWhile([id, user]: [string, string], work: () => Promise<unknown>): Promise<unknown> {
    const other = await anotherProcess(database);
    let erasing: Promise<unknown> | undefined;
    await other.db.unitOfWork(async () => {
      // Who stores events shares this lock.
      await other.db.rows('SELECT pg_advisory_xact_lock_shared(4772006)');
      erasing = stores.erasure.erase((await stores.jobs.openErasure(id)).id);
      await untilBuried(database.db, user);
      await work();
    });
    return erasing;
  }

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
    const done = await eraseWhile([ann, ann], async () => expect(await link(anon, ann)).toBe('linked'));
    expect(done).toMatchObject({ events: 1 });
    expect(await stores.ingest.ingest([onTheWay])).toMatchObject({ stored: 0, erased: 1 });
  });

  it('takes a whole person along with whom its own was merged after it began', async () => {
    const { anon, ann } = aPerson();
    const id = `id-${ann}`;
    await link(anon, ann);
    await stores.ingest.ingest([anon, id].map((user_id) => anEvent({ user_id })));
    const onTheWay = [anon, ann, id].map((user_id) => anEvent({ user_id }));
    const done = await eraseWhile([anon, ann], async () => expect(await merge(ann, id)).toBe('linked'));
    expect(done).toMatchObject({ events: 2 });
    expect(await stores.ingest.ingest(onTheWay)).toMatchObject({ stored: 0, erased: 3 });
  });
});
