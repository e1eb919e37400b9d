import { v7 as uuidv7 } from 'uuid';
import { Experiment, formatInstant, instantOfDate, parseInstant, SelectedMetric } from '@app/model';
import { KeyTaken, ListPage, NewExperiment } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { aCandidate, anImport, complete } from '../support/people';
import { Stores, storesOf } from '../support/stores';

const SELECTED: SelectedMetric = {
  key: 'signup',
  metric_id: null,
  role: 'guardrail',
  direction: 'decrease',
  selected_at: '2026-01-05T12:00:00Z',
};

describe('experiments', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  const insert = (options: Partial<NewExperiment> & { weights?: number[] } = {}): Promise<Experiment> =>
    anExperiment({ db: database.db, stores }, options);
  const get = async (id: string): Promise<Experiment> => (await stores.experiments.find(id)) as Experiment;
  const totals = (x: Experiment) =>
    stores.totals.read(x.id, { start: null, end: null }, { maturedBefore: '2100-01-01' });
  const rowsOf = async (id: string): Promise<number> => {
    const tables = ['epochs', 'variants', 'arms', 'overrides'];
    const counts = tables
      .map((table) => `(SELECT count(*) FROM ${table} WHERE experiment_id = $1)`)
      .join(' + ');
    return (await database.db.row<{ n: number }>(`SELECT ${counts} AS n`, [id]))?.n ?? -1;
  };

  it('knows the time zones of the database', async () => {
    expect(await stores.experiments.knowsTimezone('Pacific/Apia')).toBe(true);
    expect(await stores.experiments.knowsTimezone('Mars/Phobos')).toBe(false);
  });

  it('are read whole or not at all while they are deleted', async () => {
    const drafts = await Promise.all(Array.from({ length: 40 }, () => insert({ status: 'draft' })));
    const state = { isOver: false };
    const deleting = (async () => {
      for (const { id } of drafts) await stores.experiments.deleteDraft(id);
      state.isOver = true;
    })();
    const page: ListPage = { limit: 100, status: 'draft', q: null, sort: '-created_at', after: null };
    const torn = new Set<string>();
    while (!state.isOver) {
      for (const x of await stores.experiments.list(page)) {
        if (x.epochs.length === 0 || x.variants.length < 2 || x.arms.length < 2) torn.add(x.id);
      }
    }
    await deleting;
    expect([...torn]).toEqual([]);
  });

  it('come back as they were stored, by id and by key', async () => {
    const x = await insert({
      key: 'checkout',
      weights: [2000, 3000, 5000],
      metrics: [SELECTED],
      coverageBp: 4000,
    });
    expect(await stores.experiments.find('checkout')).toEqual(x);
    expect(await stores.experiments.find(x.id)).toEqual(x);
    expect(x).toMatchObject({
      version: 1,
      metrics: [SELECTED],
      epochs: [{ number: 1, coverageBp: 4000 }],
    });
    expect(x.variants.map((variant) => variant.key)).toEqual(['control', 'treatment-1', 'treatment-2']);
    expect(x.arms.map((arm) => [arm.epoch, arm.variantId, arm.weightBp])).toEqual(
      x.variants.map((variant, i) => [1, variant.id, [2000, 3000, 5000][i]]),
    );
    expect(await stores.experiments.find('check')).toBeNull();
  });

  it('refuse a key that is taken, and leave nothing of the second behind', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 4 }, () => insert({ key: 'only-once' })));
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    const failures = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
    expect(failures.every((failure) => failure instanceof KeyTaken)).toBe(true);
    const left = await database.db.rows(
      'SELECT FROM variants v WHERE NOT EXISTS (SELECT FROM experiments x WHERE x.id = v.experiment_id)',
    );
    expect(left).toHaveLength(0);
  });

  it.each(['created_at', '-created_at'] as const)(
    'page by %s without skip or repeat while others are inserted',
    async (sort) => {
      const mark = `paged${sort.replace(/\W/g, '')}`;
      const before: string[] = [];
      for (let i = 0; i < 11; i++) before.push((await insert({ name: mark })).id);
      // Several in the same millisecond, so that the id decides.
      await database.db.rows(
        `UPDATE experiments SET created_at = (SELECT min(created_at) FROM experiments WHERE name = $1) WHERE name = $1`,
        [mark],
      );
      const seen: string[] = [];
      let after: ListPage['after'] = null;
      do {
        const page = await stores.experiments.list({ limit: 3, status: null, q: mark, sort, after });
        seen.push(...page.map((x) => x.id));
        const last = page.at(-1);
        after = last === undefined ? null : { createdAt: last.createdAt, id: last.id };
        await insert({ name: mark });
      } while (after !== null && seen.length < 40);
      expect(seen.filter((id) => before.includes(id))).toEqual(
        sort === 'created_at' ? before : before.toReversed(),
      );
      expect(new Set(seen).size).toBe(seen.length);
    },
  );

  it('are found by status and by a part of key or name, whatever the case', async () => {
    const x = await insert({ key: 'a-100%_sure-thing', name: 'Needle', status: 'paused' });
    const find = async (q: string | null, status: ListPage['status'] = null): Promise<string[]> =>
      (await stores.experiments.list({ limit: 100, status, q, sort: '-created_at', after: null })).map(
        (one) => one.id,
      );
    expect(await find('nEEDLE')).toEqual([x.id]);
    expect(await find('100%_')).toEqual([x.id]);
    expect(await find('%')).toEqual([x.id]);
    expect(await find('needle', 'running')).toEqual([]);
    expect(await find('needle', 'paused')).toEqual([x.id]);
  });

  it('change only from the version the caller has seen', async () => {
    const x = await insert();
    const rename = (version: number | null, name: string) =>
      stores.experiments.change(x.id, version, (tx) => stores.experiments.update(tx, x.id, { name }));
    expect(await rename(x.version + 1, 'from the future')).toBe(false);
    expect(await get(x.id)).toEqual(x);
    const both = await Promise.all([rename(x.version, 'one'), rename(x.version, 'two')]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await get(x.id)).toMatchObject({ version: x.version + 1, name: both[0] ? 'one' : 'two' });
    expect(await rename(null, 'any')).toBe(true);
    expect(await stores.experiments.change(uuidv7(), null, () => Promise.resolve())).toBe(false);
  });

  it('are as before when the work of a change fails', async () => {
    const x = await insert();
    const failing = stores.experiments.change(x.id, null, async (tx) => {
      await stores.experiments.update(tx, x.id, { name: 'half' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await get(x.id)).toEqual(x);
  });

  it('open epochs that move nobody', async () => {
    const x = await insert();
    await stores.assignments.assign(
      ['a', 'b', 'c'].map((user, i) => aCandidate(x, user, { variant: i % 2 })),
    );
    const before = await stores.assignments.list(x.id, { limit: 10, variantId: null, after: null });
    const tables = await totals(x);
    await stores.experiments.change(x.id, x.version, (tx) =>
      stores.experiments.openEpoch(tx, x.id, {
        number: 2,
        coverageBp: 5000,
        variants: x.variants.map(({ id }, i) => ({ id, weightBp: i === 0 ? 1000 : 9000 })),
      }),
    );
    expect(await stores.assignments.list(x.id, { limit: 10, variantId: null, after: null })).toEqual(before);
    expect(await totals(x)).toEqual(tables);
    const now = await get(x.id);
    expect(now.epochs).toMatchObject([{ number: 1 }, { number: 2, coverageBp: 5000 }]);
    expect(now.arms.filter((arm) => arm.epoch === 2).map((arm) => arm.weightBp)).toEqual([1000, 9000]);
    // A candidate of the old epoch is refused, so that nobody enters by shares that no longer hold.
    await stores.assignments.assign([aCandidate(x, 'd')]);
    expect(await stores.assignments.find([{ experiment_id: x.id, user_id: 'd' }])).toEqual([]);
  });

  it('no longer count what lies at or after their end', async () => {
    const x = await insert();
    await stores.imports.importAll(x.id, [anImport(x, 'ended')], 'earliest');
    const at = (timestamp: string) => anEvent({ user_id: 'ended', timestamp, value: 1 });
    await stores.ingest.ingest([
      at('2026-01-06T00:00:00Z'),
      at('2026-01-08T00:00:00Z'),
      at('2026-01-08T00:00:00.000001Z'),
    ]);
    await complete(stores, x.id, '2026-01-08T00:00:00Z');
    expect((await totals(x)).measures).toMatchObject([{ events: 1, value_sum: '1' }]);
    await stores.ingest.ingest([at('2026-01-07T23:59:59.999999Z'), at('2026-01-09T00:00:00Z')]);
    expect((await totals(x)).measures).toMatchObject([{ events: 2 }]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('no longer count users who were assigned between the end and the lock that the completion waits for', async () => {
    const x = await insert();
    const endedAt = formatInstant(instantOfDate(new Date()) - 1000);
    await stores.assignments.assign([aCandidate(x, 'too-late')]);
    expect((await totals(x)).users).toHaveLength(1);
    await complete(stores, x.id, endedAt);
    expect((await totals(x)).users).toEqual([]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('count again what an end that moves back uncounted', async () => {
    const x = await insert({ endsAt: '2026-01-07T00:00:00Z' });
    await stores.imports.importAll(
      x.id,
      ['2026-01-05T00:00:00Z', '2026-01-08T00:00:00Z'].map((assignedAt, i) =>
        anImport(x, `e${i}`, { assignedAt }),
      ),
      'earliest',
    );
    await stores.ingest.ingest([anEvent({ user_id: 'e0', timestamp: '2026-01-08T00:00:00Z' })]);
    expect(await totals(x)).toMatchObject({ users: [{ users: 1 }], measures: [] });
    await stores.experiments.change(x.id, null, async (tx) => {
      await stores.experiments.update(tx, x.id, { endsAt: '2026-01-10T00:00:00Z' });
      await stores.experiments.refoldSince(tx, x.id, '2026-01-07T00:00:00Z');
    });
    expect(await totals(x)).toMatchObject({ users: [{ users: 1 }, { users: 1 }], measures: [{ events: 1 }] });
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('keep the time of their first start and of their first end', async () => {
    const x = await insert();
    await complete(stores, x.id, '2026-01-08T00:00:00Z');
    await complete(stores, x.id, '2026-01-09T00:00:00Z');
    const now = await get(x.id);
    expect(parseInstant(now.endedAt as string)).toBe(parseInstant('2026-01-08T00:00:00Z'));
    expect(now.startedAt).toBe(x.startedAt);
  });

  it('are deleted as drafts with all that hangs on them, and not otherwise', async () => {
    const draft = await insert({ status: 'draft' });
    await stores.overrides.put(draft.id, 'someone', draft.variants[0].id);
    expect(await stores.experiments.deleteDraft(draft.id)).toBe(true);
    expect(await stores.experiments.find(draft.id)).toBeNull();
    expect(await rowsOf(draft.id)).toBe(0);
    expect(await stores.experiments.deleteDraft(draft.id)).toBe(false);
    const running = await insert();
    expect(await stores.experiments.deleteDraft(running.id)).toBe(false);
    expect(await get(running.id)).toEqual(running);
  });

  it('get new variants as drafts, in their order', async () => {
    const draft = await insert({ status: 'draft' });
    const variants = ['z', 'a', 'm'].map((key, i) => ({
      id: uuidv7(),
      key,
      name: key,
      isControl: i === 0,
      config: { i },
      weightBp: 3000 + i,
    }));
    await stores.experiments.change(draft.id, null, (tx) =>
      stores.experiments.replaceVariants(tx, draft.id, 7000, variants),
    );
    const now = await get(draft.id);
    expect(now.variants.map((variant) => [variant.key, variant.config])).toEqual([
      ['z', { i: 0 }],
      ['a', { i: 1 }],
      ['m', { i: 2 }],
    ]);
    expect(now.arms.map((arm) => arm.weightBp)).toEqual([3000, 3001, 3002]);
    expect(now.epochs).toMatchObject([{ number: 1, coverageBp: 7000 }]);
  });

  it('are overdue when a planned start or end has passed', async () => {
    const past = '2026-01-01T00:00:00Z';
    const future = '2199-01-01T00:00:00Z';
    const toStart = await insert({ status: 'draft', startsAt: past });
    const toEnd = await insert({ status: 'paused', endsAt: past });
    const others = [
      await insert({ status: 'draft', startsAt: future }),
      await insert({ endsAt: future }),
      await insert({ status: 'completed', endsAt: past }),
    ].map((x) => x.id);
    const overdue = (await stores.experiments.overdue()).map((x) => x.id);
    expect(overdue).toEqual(expect.arrayContaining([toStart.id, toEnd.id]));
    expect(overdue.filter((id) => others.includes(id))).toEqual([]);
  });
});
