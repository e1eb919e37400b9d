import { startApp, TestApp } from '../support/app';
import { storesOf } from '../support/stores';
import { anExperiment, expectProblem, sendAndStore } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const EARLY = '2026-01-01T00:00:00Z';
const get = async (path: string) => (await app.call('GET', `/api/v1/${path}`)).body;

/** An experiment with users of every kind, and how many events of each disposition were sent. */
async function everyDisposition(): Promise<{ id: string; sent: Record<string, number> }> {
  const { id } = await anExperiment(app, { timezone: 'Pacific/Kiritimati', primary_metric: 'buy' });
  const other = await anExperiment(app);
  const importAll = (assignments: object[], rule: object = {}) =>
    app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments, ...rule });
  const member = (user_id: string, variant_key = 'control') => ({ user_id, variant_key, assigned_at: EARLY });
  await importAll([member('ann'), member('forced')]);
  await importAll([member('torn'), member('torn', 'treatment')], { on_conflict: 'contaminate' });
  for (const user of ['forced', 'forced-only'])
    await app.call('PUT', `/api/v1/experiments/${id}/overrides/${user}`, { variant_key: 'control' });
  const buy = (user_id: string, more: object = {}) => ({ user_id, type: 'buy', ...more });
  await sendAndStore(app, [
    ...Array.from({ length: 7 }, () => buy('ann')),
    buy('ann', { experiment_id: id }),
    buy('ann', { timestamp: '2025-12-31T23:59:59Z' }),
    buy('ann', { experiment_id: other.id }),
    buy('ann', { experiment_id: other.id }),
    buy('torn'),
    buy('torn', { timestamp: '2025-12-31T23:59:59Z' }),
    buy('forced'),
    buy('forced-only'),
    buy('stranger', { experiment_id: id }),
    buy('stranger'),
  ]);
  const { body } = await app.call('POST', `/api/v1/experiments/${id}/complete`);
  await sendAndStore(app, [buy('ann', { timestamp: body.ended_at }), buy('ann', { timestamp: body.ended_at, type: 'view' })]);
  const sent = { counted: 8, before_anchor: 1, other_experiment: 2, contaminated: 2, override: 2, unassigned: 1, after_end: 2 };
  return { id, sent };
} // prettier-ignore

describe('the balance of an experiment', () => {
  it('is the sum of what became of its events, and what it says to be counted is in the totals', async () => {
    const { id, sent } = await everyDisposition();
    const { total, days, timezone } = await get(`experiments/${id}/balance`);
    const received = Object.values(sent).reduce((sum, events) => sum + events, 0);
    expect(total).toEqual({ received, ...sent, balanced: true });
    expect(timezone).toBe('Pacific/Kiritimati');
    const { metrics } = await get(`experiments/${id}/results?metric=buy`);
    expect(metrics[0].variants.reduce((sum: number, { events }: { events: number }) => sum + events, 0)).toBe(
      total.counted,
    );
    for (const name of ['received', ...Object.keys(sent)])
      expect(days.reduce((sum: number, day: Record<string, number>) => sum + day[name], 0)).toBe(total[name]);
  });

  it('is by the day of receipt, in the time zone of the experiment, from the first day until before the last', async () => {
    const { id } = await anExperiment(app, { timezone: 'Pacific/Kiritimati' });
    await app.call('GET', `/api/v1/experiments/${id}/assignment/bob`);
    const ids = await sendAndStore(app, ['x', 'y', 'z'].map((type) => ({ user_id: 'bob', type }))); // prettier-ignore
    // Kiritimati is fourteen hours ahead: ten o’clock UTC is its midnight.
    for (const [index, at] of ['2026-03-01T09:59:59.999Z', '2026-03-01T10:00:00Z', '2026-03-02T09:59:59.999Z'].entries()) {
      await app.database.source.query('UPDATE events SET received_at = $2 WHERE event_id = $1', [ids[index], at]);
    } // prettier-ignore
    const of = async (query: string) =>
      (await get(`experiments/${id}/balance${query}`)).days.map((day: { day: string; received: number }) => [day.day, day.received]); // prettier-ignore
    expect(await of('')).toEqual([['2026-03-01', 1], ['2026-03-02', 2]]); // prettier-ignore
    expect(await of('?start_date=2026-03-02')).toEqual([['2026-03-02', 2]]);
    expect(await of('?end_date=2026-03-02')).toEqual([['2026-03-01', 1]]);
    expect(await of('?start_date=2026-03-02&end_date=2026-03-02')).toEqual([]);
  });

  it('is kept by each reconciliation and shown to Prometheus while the experiment runs', async () => {
    const { id, key } = await anExperiment(app, { timezone: 'Pacific/Kiritimati' });
    await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, {
      assignments: [{ user_id: 'kept', variant_key: 'control', assigned_at: EARLY }],
    });
    const shown = async (): Promise<string[]> => {
      const answer = await fetch(`${app.url}/metrics`, { headers: { Authorization: `Bearer ${app.token}` } });
      const lines = (await answer.text()).split('\n').filter((line) => line.includes(`experiment="${key}"`));
      return lines.map((line) => line.replace(/^.*disposition="(\w+)".* (\d+)$/, '$1 $2')).sort();
    };
    await sendAndStore(app, [
      { user_id: 'kept', type: 'x' },
      { user_id: 'kept', type: 'x', timestamp: '2025-12-31T23:59:59Z' },
    ]);
    expect(await shown()).toEqual([]);
    const { recounts } = storesOf(app.database.db);
    await recounts.reconcile(id);
    expect(await shown()).toEqual(expect.arrayContaining(['before_anchor 1', 'counted 1', 'unassigned 0']));
    await sendAndStore(app, [{ user_id: 'kept', type: 'x' }]);
    await recounts.reconcile(id);
    expect(await shown()).toEqual(expect.arrayContaining(['before_anchor 1', 'counted 2']));
    await app.call('POST', `/api/v1/experiments/${id}/complete`);
    expect(await shown()).toEqual([]);
  });

  it('is nothing for an experiment without events, and not found without an experiment', async () => {
    const { id } = await anExperiment(app);
    expect(await get(`experiments/${id}/balance`)).toMatchObject({ days: [], total: { received: 0, balanced: true } }); // prettier-ignore
    expectProblem(await app.call('GET', '/api/v1/experiments/none/balance'), { status: 404, code: 'not_found' }); // prettier-ignore
    expectProblem(await app.call('GET', `/api/v1/experiments/${id}/balance?start_date=yesterday`), {
      status: 400,
      code: 'invalid_request',
      pointer: '/start_date',
    });
  });
});

describe('the ledger of all events', () => {
  it('notices when rows and ledger do not agree', async () => {
    const before = (await get('balance?recount=true')).total;
    expect(before.rows.drift).toBe(0);
    await app.database.source.query(
      `INSERT INTO event_ledger (event_id, received_at) VALUES (gen_random_uuid(), '2020-02-02T00:00:00Z')`,
    );
    const { total, days } = await get('balance?recount=true');
    expect(total.rows).toMatchObject({ stored: before.stored + 1, drift: 1 });
    expect(days[0]).toMatchObject({ day: '2020-02-02', received: 0, rows: { stored: 1, drift: 1 } });
    expect((await get('balance')).total.rows).toBeUndefined();
  });
});
