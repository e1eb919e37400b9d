import { v7 as uuidv7 } from 'uuid';
import { Experiment, MetricDefinition } from '@app/model';
import { DayRange, NewExperiment } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { freshDatabase, TestDatabase } from '../support/database';
import { anImport } from '../support/people';
import { Stores, storesOf } from '../support/stores';

const OPEN = { maturedBefore: '9999-01-01' };

describe('totals of declared metrics', () => {
  let database: TestDatabase;
  let stores: Stores;
  beforeAll(async () => {
    database = await freshDatabase();
    stores = storesOf(database.db);
  });
  afterAll(() => database.drop());

  /** An experiment whose totals hold these metrics, with their measures. */
  async function holding(
    definitions: MetricDefinition[],
    options: Partial<NewExperiment> = {},
  ): Promise<{ x: Experiment; measures: number[][] }> {
    const metrics = await Promise.all(
      definitions.map((definition) => {
        const id = uuidv7();
        const own = { key: `m-${id}`, name: 'M', description: null, direction: 'increase' as const };
        return stores.metrics.insert({ id, ...own, definition });
      }),
    );
    const selected_at = '2026-01-01T00:00:00.000Z';
    const x = await anExperiment(
      { db: database.db, stores },
      {
        ...options,
        metrics: metrics.map(({ id, key }) => ({
          key,
          metric_id: id,
          role: 'goal',
          direction: null,
          selected_at,
        })),
      },
    );
    await database.db.transaction((tx) => stores.measures.activate(tx, x.id));
    const active = await database.db.transaction((tx) => stores.measures.active(tx, x.id));
    const idsOf = (key: string): number[] => active.find((metric) => metric.key === key)?.measure_ids ?? [];
    return { x, measures: metrics.map((metric) => idsOf(metric.key)) };
  }

  const arrive = (x: Experiment, ...users: string[]) =>
    stores.imports.importAll(
      x.id,
      users.map((user) => anImport(x, user, { assignedAt: '2026-01-01T00:00:00Z' })),
      'earliest',
    );
  const on = (user_id: string, type: string, day: number, more: Partial<ReturnType<typeof anEvent>> = {}) =>
    anEvent({ user_id, type, timestamp: `2026-01-0${day}T09:00:00Z`, ...more });
  const sum = (rows: { users: number }[]): number => rows.reduce((total, row) => total + row.users, 0);
  const january = (start: number, end: number): DayRange => ({
    start: `2026-01-0${start}`,
    end: `2026-01-0${end}`,
  });

  it('counts the users who passed a funnel inside any range: the example of docs/counting.md', async () => {
    const { x, measures } = await holding([
      { kind: 'funnel', steps: [{ event_types: ['view'] }, { event_types: ['purchase'] }] },
    ]);
    await arrive(x, 'funnel');
    // The way that counts for [1, 5) is complete only with the last of these.
    await stores.ingest.ingest([
      on('funnel', 'view', 1),
      on('funnel', 'view', 6),
      on('funnel', 'purchase', 4),
    ]);
    await stores.ingest.ingest([on('funnel', 'purchase', 6, { timestamp: '2026-01-06T09:00:01Z' })]);
    await stores.ingest.ingest([on('funnel', 'view', 2)]);
    const passed = async (start: number, end: number) => {
      const { spans } = await stores.totals.read(x.id, january(start, end), OPEN);
      return measures[0].map((id) => sum(spans.filter((span) => span.measure_id === id)));
    };
    expect(await passed(1, 7)).toEqual([1, 1]);
    expect(await passed(3, 7)).toEqual([1, 1]);
    expect(await passed(3, 6)).toEqual([0, 0]);
    expect(await passed(1, 4)).toEqual([1, 0]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('wants another event for each step of a funnel, also within one instant', async () => {
    const { x, measures } = await holding([
      { kind: 'funnel', steps: [{ event_types: ['tap'] }, { event_types: ['tap'] }] },
    ]);
    await arrive(x, 'once', 'twice');
    await stores.ingest.ingest([on('once', 'tap', 2), on('twice', 'tap', 2), on('twice', 'tap', 2)]);
    const { spans } = await stores.totals.read(x.id, january(1, 9), OPEN);
    expect(measures[0].map((id) => sum(spans.filter((span) => span.measure_id === id)))).toEqual([2, 1]);
  });

  it('counts who came back within the window, and only where the window is over', async () => {
    const { x } = await holding([{ kind: 'retention', event_types: ['visit'], from_day: 1, to_day: 3 }]);
    await arrive(x, 'back', 'same-day', 'late');
    await stores.ingest.ingest([on('back', 'visit', 4), on('same-day', 'visit', 1), on('late', 'visit', 5)]);
    const retained = async (range: DayRange, maturedBefore: string) =>
      sum((await stores.totals.read(x.id, range, { maturedBefore })).spans);
    expect(await retained({ start: null, end: null }, '2026-01-05')).toBe(1);
    expect(await retained({ start: null, end: null }, '2026-01-04')).toBe(0);
    expect(await retained(january(2, 5), '9999-01-01')).toBe(1);
    expect(await retained(january(3, 9), '9999-01-01')).toBe(0);
  });

  it('keeps the products of a ratio, across days and measures', async () => {
    const { x, measures } = await holding([
      {
        kind: 'ratio',
        numerator: { event_types: ['order'], aggregation: 'sum' },
        denominator: { event_types: ['order', 'visit'], aggregation: 'count' },
      },
    ]);
    await arrive(x, 'a', 'b');
    // a: 5 + 2 over 3 events; b: 4 over 2 events. Products 7 * 3 + 4 * 2 = 29; without day 4: 5 * 2 + 4 * 1 = 14.
    await stores.ingest.ingest([on('a', 'order', 2, { value: 5 }), on('a', 'visit', 3), on('b', 'visit', 4)]);
    await stores.ingest.ingest([on('b', 'order', 3, { value: 4 }), on('a', 'order', 4, { value: 2 })]);
    const product = async (start: number, end: number) =>
      (await stores.totals.read(x.id, january(start, end), OPEN)).cross.reduce(
        (all, row) => all + Number(row.product),
        0,
      );
    expect(measures[0]).toHaveLength(2);
    expect(await product(1, 9)).toBe(29);
    expect(await product(2, 4)).toBe(14);
    expect(await product(3, 5)).toBe(2 * 2 + 4 * 2);
  });

  it('keeps what users did before their anchor, whenever it arrives', async () => {
    const { x } = await holding([{ kind: 'count', event_types: ['visit'], covariate_days: 2 }]);
    const before = (user: string, timestamp: string) => anEvent({ user_id: user, type: 'visit', timestamp });
    await stores.ingest.ingest([
      before('early', '2025-12-30T00:00:00Z'),
      before('early', '2025-12-29T23:59:59Z'),
    ]);
    await arrive(x, 'early', 'newcomer');
    await stores.ingest.ingest([
      on('early', 'visit', 2),
      on('early', 'visit', 3),
      on('newcomer', 'visit', 3),
    ]);
    await stores.ingest.ingest([before('early', '2025-12-31T12:00:00Z')]);
    // early: 2 before, 2 after; newcomer: 0 before, 1 after.
    const { covariates } = await stores.totals.read(x.id, { start: null, end: null }, OPEN);
    expect(covariates).toMatchObject([{ value_sum: '2', value_squares: '4', product: '4' }]);
    const one = await stores.totals.read(x.id, january(3, 4), OPEN);
    expect(one.covariates).toMatchObject([{ value_sum: '2', value_squares: '4', product: '2' }]);
    expect(await stores.recounts.verify(x.id)).toMatchObject({ drift: 0 });
  });

  it('counts only what the filter and the window let in', async () => {
    const { x, measures } = await holding([
      {
        kind: 'mean',
        event_types: ['order'],
        filter: [{ property: 'country', operator: 'in', value: ['DE', 'FR'] }],
        value_property: 'net',
        window_hours: 48,
      },
    ]);
    await arrive(x, 'a');
    const order = (day: number, properties: Record<string, unknown>) => on('a', 'order', day, { properties });
    await stores.ingest.ingest([
      order(1, { country: 'DE', net: 2.5, price: 9 }),
      order(2, { country: 'FR', price: 3 }),
      order(2, { country: 'US', net: 100 }),
      order(2, { net: 100 }),
      order(3, { country: 'DE', net: 100 }),
    ]);
    const { measures: rows } = await stores.totals.read(x.id, { start: null, end: null }, OPEN);
    expect(rows.find((row) => row.measure_id === measures[0][0])).toMatchObject({
      events: 2,
      value_sum: '5.5',
    });
  });

  it('reads hours, distributions, segments and ages', async () => {
    const { x, measures } = await holding([{ kind: 'count', event_types: ['visit'] }], {
      timezone: 'Asia/Kolkata',
    });
    const [[visits]] = measures;
    await arrive(x, 'hourly-a', 'hourly-b', 'hourly-c');
    await database.db.rows(
      `UPDATE assignments SET attributes = '{"plan":"free"}' WHERE user_id IN ('hourly-a', 'hourly-b')`,
    );
    await stores.ingest.ingest([
      on('hourly-a', 'visit', 1),
      on('hourly-a', 'visit', 2),
      on('hourly-b', 'visit', 2),
    ]);
    const all = { start: null, end: null };
    // 09:00 UTC is 14:30 in Kolkata, in the hour that began at 08:30 UTC.
    const { measures: hours, users } = await stores.totals.hours(x.id, january(2, 3));
    expect(hours.filter((row) => row.measure_id === visits)).toMatchObject([
      { hour: '2026-01-02T08:30:00.000Z', events: 2, active_users: 2, converters: 1, value_sum: '2' },
    ]);
    expect(users).toEqual([]);
    expect(await stores.userTotals.distribution(x.id, all, visits)).toMatchObject([
      { total: '1', users: 1 },
      { total: '2', users: 1 },
    ]);
    const segments = await stores.userTotals.segments(x.id, all, {
      ...OPEN,
      attribute: 'plan',
      measureIds: [visits],
    });
    expect(
      segments.map(({ value, users: own, measures: [row] }) => [value, sum(own), row?.converters]),
    ).toEqual([
      ['free', 2, 2],
      [null, 1, undefined],
    ]);
    const ages = await stores.userTotals.ages(x.id, visits, { lastAge: 1, maturedBefore: '2026-01-03' });
    expect(ages).toMatchObject([
      { age: 0, users: 3, active_users: 1, value_sum: '1' },
      { age: 1, users: 3, active_users: 2, value_sum: '2' },
    ]);
  });
});
