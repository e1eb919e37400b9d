import { Experiment, formatInstant, instantOfDate } from '@app/model';
import { NewExperiment } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate } from '../support/people';
import { Stores, storesOf } from '../support/stores';

const MINUTE = 60_000_000;

describe('assignments', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  const running = (options: Partial<NewExperiment> = {}): Promise<Experiment> =>
    anExperiment({ db: database.db, stores }, options);
  const find = async (x: Experiment, user: string) =>
    (await stores.assignments.find([{ experiment_id: x.id, user_id: user }]))[0] ?? null;
  const fromNow = (us: number): string => formatInstant(instantOfDate(new Date()) + us);
  const totals = (x: Experiment) =>
    stores.totals.read(x.id, { start: null, end: null }, { maturedBefore: '2100-01-01' });

  it('gives one row and one answer to twenty first requests that come at once', async () => {
    const x = await running();
    const requests = Array.from({ length: 20 }, (_, i) => aCandidate(x, 'user', { variant: i % 2 }));
    const answers = await Promise.all(
      requests.map(async (candidate) => {
        await stores.assignments.assign([candidate]);
        return find(x, 'user');
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ source: 'hash', bucket: 17, epoch: 1, exposed_at: null });
    expect((await totals(x)).users).toMatchObject([{ arm_id: answers[0].arm_id, users: 1 }]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('keeps the arm that is stored, whatever a later candidate says', async () => {
    const x = await running();
    await stores.assignments.assign([aCandidate(x, 'stays', { variant: 1 })]);
    const first = await find(x, 'stays');
    await stores.assignments.assign([aCandidate(x, 'stays', { variant: 0, bucket: 3, enroll: true })]);
    expect(await find(x, 'stays')).toEqual(first);
  });

  it('says what it has stored, and nothing of what was there or could not be stored', async () => {
    const x = await running();
    const attributes = { country: 'DE', age: '42' };
    const candidates = [
      { ...aCandidate(x, 'met', { enroll: true }), attributes },
      aCandidate(x, 'new', { variant: 1 }),
    ];
    const made = await stores.assignments.assign(candidates);
    expect(made).toHaveLength(2);
    for (const row of made) expect(row).toEqual(await find(x, row.user_id));
    const stale = { ...aCandidate(x, 'late'), experiment_version: x.version - 1 };
    expect(await stores.assignments.assign([...candidates, stale])).toEqual([]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it.each(['assigned', 'exposed'] as const)(
    'counts new users as they count among the %s',
    async (population) => {
      const x = await running({ analysisPopulation: population, timezone: 'Asia/Kathmandu' });
      const users = Array.from({ length: 20 }, (_, i) => aCandidate(x, `user-${i}`, { enroll: i % 2 === 0 }));
      await Promise.all(users.map((user) => stores.assignments.assign([user])));
      await stores.assignments.enroll(users.slice(0, 4));
      const counted = population === 'exposed' ? 12 : 20;
      expect((await totals(x)).users.reduce((sum, row) => sum + row.users, 0)).toBe(counted);
      expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
    },
  );

  it('assigns the same users in many overlapping groups at once', async () => {
    const x = await running();
    const y = await running();
    const group = (from: number) =>
      Array.from({ length: 40 }, (_, i) => [
        aCandidate(x, `u${from + i}`),
        aCandidate(y, `u${from + i}`),
      ]).flat();
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        stores.assignments.assign(i % 2 ? group(i * 5) : group(i * 5).reverse()),
      ),
    );
    for (const one of [x, y]) {
      expect((await totals(one)).users).toMatchObject([{ users: 95 }]);
      expect(await stores.recounts.verify(one.id)).toMatchObject({ drift: 0 });
    }
  });

  it.each([
    ['the candidate was decided by an older version', {}, { experiment_version: 0 }],
    ['the experiment is a draft', { status: 'draft' as const }, {}],
    ['a draft is to start later', { status: 'draft' as const, startsAt: '2199-01-01T00:00:00Z' }, {}],
    ['the experiment is paused', { status: 'paused' as const }, {}],
    ['the experiment is completed', { status: 'completed' as const }, {}],
    ['the planned end has passed', { endsAt: '2026-01-01T00:00:00Z' }, {}],
  ])('writes nothing when %s', async (_, experiment, candidate) => {
    const x = await running(experiment);
    await stores.assignments.assign([aCandidate(x, 'nobody', candidate)]);
    expect(await find(x, 'nobody')).toBeNull();
    expect(await totals(x)).toMatchObject({ freshness: null, users: [] });
  });

  it('assigns in a draft whose planned start has come', async () => {
    const x = await running({ status: 'draft', startsAt: '2026-01-01T00:00:00Z' });
    await stores.assignments.assign([aCandidate(x, 'early')]);
    expect(await find(x, 'early')).not.toBeNull();
  });

  it('writes no row for a user with a forced variant', async () => {
    const x = await running();
    await stores.overrides.put(x.id, 'tester', x.variants[1].id);
    await stores.assignments.assign([aCandidate(x, 'tester')]);
    expect(await find(x, 'tester')).toBeNull();
  });

  it('enrolls once: the first time stays', async () => {
    const x = await running({ analysisPopulation: 'exposed' });
    const pair = { experiment_id: x.id, user_id: 'enrolled' };
    await stores.assignments.assign([aCandidate(x, 'enrolled')]);
    expect(await find(x, 'enrolled')).toMatchObject({ exposed_at: null });
    expect((await totals(x)).users).toEqual([]);
    await Promise.all(Array.from({ length: 6 }, () => stores.assignments.enroll([pair])));
    const first = await find(x, 'enrolled');
    expect(first.exposed_at).not.toBeNull();
    const { freshness } = await totals(x);
    await stores.assignments.enroll([pair]);
    expect(await find(x, 'enrolled')).toEqual(first);
    expect((await totals(x)).users).toMatchObject([{ users: 1 }]);
    expect((await totals(x)).freshness).toEqual(freshness);
  });

  it('enrolls nobody who has no assignment', async () => {
    const x = await running();
    await stores.assignments.enroll([{ experiment_id: x.id, user_id: 'unknown' }]);
    expect(await find(x, 'unknown')).toBeNull();
  });

  it('counts an event that was stored before the assignment and happened after it, and no earlier one', async () => {
    const x = await running();
    const events = [-MINUTE, 4 * MINUTE].map((us) =>
      anEvent({ user_id: 'waiting', timestamp: fromNow(us), value: us }),
    );
    expect(await stores.ingest.ingest(events)).toMatchObject({ counted: 0 });
    await stores.assignments.assign([aCandidate(x, 'waiting')]);
    expect((await totals(x)).measures).toMatchObject([
      { events: 1, converters: 1, value_sum: String(4 * MINUTE) },
    ]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('counts waiting events from the enrolment on where exposed users are analysed', async () => {
    const x = await running({ analysisPopulation: 'exposed' });
    await stores.assignments.assign([aCandidate(x, 'met')]);
    await stores.ingest.ingest([anEvent({ user_id: 'met', timestamp: fromNow(4 * MINUTE) })]);
    expect((await totals(x)).measures).toEqual([]);
    await stores.assignments.enroll([{ experiment_id: x.id, user_id: 'met' }]);
    expect((await totals(x)).measures).toMatchObject([{ events: 1 }]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('lists newest first, page by page, each row once', async () => {
    const x = await running();
    for (let i = 0; i < 3; i++)
      await stores.assignments.assign(
        Array.from({ length: 7 }, (_, k) => aCandidate(x, `${i}-${k}`, { variant: k % 2 })),
      );
    const seen: string[] = [];
    let after: { assignedAt: string; userId: string } | null = null;
    do {
      const rows = await stores.assignments.list(x.id, { limit: 4, variantId: null, after });
      seen.push(...rows.map((row) => `${row.assigned_at} ${row.user_id}`));
      const last = rows.at(-1);
      after = last === undefined ? null : { assignedAt: last.assigned_at, userId: last.user_id };
    } while (after !== null);
    expect(seen).toHaveLength(21);
    expect(seen).toEqual([...new Set(seen)].sort().reverse());
    const treated = await stores.assignments.list(x.id, {
      limit: 50,
      variantId: x.variants[1].id,
      after: null,
    });
    expect(treated).toHaveLength(9);
  });
});
