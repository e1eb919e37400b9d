import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, expectProblem, sendAndStore } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const EARLY = '2026-01-01T00:00:00Z';
const LATE = '2026-02-01T00:00:00Z';
const row = (user_id: string, variant_key = 'control', assigned_at = EARLY, more: object = {}) => ({
  user_id,
  variant_key,
  assigned_at,
  ...more,
});
const importAll = (id: string, assignments: unknown[], more: object = {}) =>
  app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments, ...more });
const answerTo = async (id: string, user: string) =>
  (await app.call('GET', `/api/v1/experiments/${id}/assignment/${user}`)).body;
const usersOf = async (id: string) =>
  (await app.call('GET', `/api/v1/experiments/${id}/results`)).body.population.by_variant;

describe('importing assignments', () => {
  it('brings their own times', async () => {
    const { id } = await anExperiment(app);
    const { status, body } = await importAll(id, [
      row('a'),
      row('b', 'treatment', LATE, { exposed_at: '2026-02-02T00:00:00.5+01:00' }),
    ]);
    expect({ status, body }).toEqual({
      status: 200,
      body: { imported: 2, moved: 0, unchanged: 0, conflicts: 0, rejected: [] },
    });
    expect(await answerTo(id, 'a')).toMatchObject({
      variant: { key: 'control' }, assigned_at: '2026-01-01T00:00:00.000Z', exposed_at: null, source: 'import', bucket: null, epoch: 1,
    }); // prettier-ignore
    expect(await answerTo(id, 'b')).toMatchObject({
      variant: { key: 'treatment' },
      exposed_at: '2026-02-01T23:00:00.500Z',
    });
    expect(await usersOf(id)).toEqual({ control: 1, treatment: 1 });
  });

  it('counts events that were stored before', async () => {
    const { id } = await anExperiment(app);
    const [before, after] = await sendAndStore(app, [
      { user_id: 'history', type: 'buy', timestamp: '2025-12-31T23:59:59.999Z' },
      { user_id: 'history', type: 'buy', timestamp: '2026-01-01T00:00:00Z' },
    ]);
    await importAll(id, [row('history')]);
    const dispositionOf = async (event: string) =>
      (await app.call('GET', `/api/v1/events/${event}/disposition`)).body.experiments[0].disposition;
    expect([await dispositionOf(before), await dispositionOf(after)]).toEqual(['before_anchor', 'counted']);
    const { metrics } = (await app.call('GET', `/api/v1/experiments/${id}/results`)).body;
    expect(metrics[0].variants[0]).toMatchObject({ key: 'control', users: 1, conversions: 1, events: 1 });
  });

  it('stores what is right and itemises what is not', async () => {
    const { id } = await anExperiment(app, { ends_at: '2190-01-01T00:00:00Z' });
    const cases: [unknown, string][] = [
      ['x', 'invalid_type'],
      [{ user_id: 'u', variant_key: 'control' }, 'required'],
      [row('a\u0000'), 'invalid_format'],
      [row('u', 'nobody'), 'unknown_variant'],
      [row('u', 'control', '2026-01-01'), 'invalid_format'],
      [row('u', 'control', '2189-01-01T00:00:00Z'), 'in_the_future'],
      [row('u', 'control', LATE, { exposed_at: EARLY }), 'out_of_range'],
      [row('u', 'control', LATE, { exposed_at: '2191-01-01T00:00:00Z' }), 'out_of_range'],
      [row('u', 'control', LATE, { bucket: 1 }), 'unknown_property'],
    ];
    const { status, body } = await importAll(id, [...cases.map(([item]) => item), row('good')]);
    expect(status).toBe(200);
    expect(body.imported).toBe(1);
    expect(body.rejected.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual(
      cases.map(([, code], index) => [index, code]),
    );
    expect(body.rejected[3]).toMatchObject({
      user_id: 'u',
      message: expect.stringContaining('/variant_key'),
    });
  });

  it('refuses a request with nothing right in it', async () => {
    const { id } = await anExperiment(app);
    expectProblem(await importAll(id, [row('u', 'nobody')]), {
      status: 400,
      code: 'invalid_request',
      pointer: '/assignments/0',
      fault: 'unknown_variant',
    });
    expectProblem(await importAll(id, []), { status: 400, code: 'invalid_request', pointer: '/assignments' });
    expectProblem(await importAll(id, new Array(1001).fill(row('u'))), {
      status: 400,
      code: 'invalid_request',
      pointer: '/assignments',
    });
    expectProblem(await importAll(id, [row('u')], { on_conflict: 'latest' }), {
      status: 400,
      code: 'invalid_request',
      pointer: '/on_conflict',
    });
    expectProblem(await importAll('nothing', [row('u')]), { status: 404, code: 'not_found' });
  });

  it('needs an experiment that has begun', async () => {
    const { id } = await anExperiment(app, { status: 'draft' });
    expectProblem(await importAll(id, [row('u')]), { status: 409, code: 'invalid_transition' });
    const begun = await anExperiment(app, { status: 'draft', starts_at: '2025-01-01T00:00:00Z' });
    expect((await importAll(begun.id, [row('u')])).status).toBe(200);
  });

  it('lets the earliest decide, whatever comes first', async () => {
    const { id } = await anExperiment(app);
    await importAll(id, [row('u', 'treatment', LATE)]);
    expect((await importAll(id, [row('u', 'control', EARLY)])).body).toMatchObject({ imported: 0, moved: 1 });
    expect((await importAll(id, [row('u', 'treatment', LATE)])).body).toMatchObject({
      conflicts: 1,
      moved: 0,
    });
    expect((await importAll(id, [row('u', 'control', EARLY)])).body).toMatchObject({ unchanged: 1 });
    expect(await answerTo(id, 'u')).toMatchObject({ variant: { key: 'control' } });
    expect(await usersOf(id)).toEqual({ control: 1, treatment: 0 });
  });

  it('takes a user found in two variants out of the counts when told so', async () => {
    const { id } = await anExperiment(app);
    const [event] = await sendAndStore(app, [{ user_id: 'two-faced', type: 'buy', timestamp: LATE }]);
    const rows = [row('two-faced', 'control', EARLY), row('two-faced', 'treatment', LATE), row('plain')];
    await importAll(id, rows, { on_conflict: 'contaminate' });
    expect(await usersOf(id)).toEqual({ control: 1, treatment: 0 });
    expect(await answerTo(id, 'two-faced')).toMatchObject({ variant: { key: 'control' } });
    const { body } = await app.call('GET', `/api/v1/events/${event}/disposition`);
    expect(body.experiments).toMatchObject([{ experiment_id: id, disposition: 'contaminated' }]);
  });

  it('never moves whom the hash has assigned', async () => {
    const { id } = await anExperiment(app);
    const own = await answerTo(id, 'u');
    const other = own.variant.key === 'control' ? 'treatment' : 'control';
    expect((await importAll(id, [row('u', other)])).body).toMatchObject({ conflicts: 1, imported: 0 });
    expect(await answerTo(id, 'u')).toEqual(own);
  });

  it('counts the same by import as if everything had come in order', async () => {
    const { id } = await anExperiment(app, { primary_metric: 'pay' });
    const events = Array.from({ length: 20 }, (_, i) => ({
      user_id: `p-${i % 4}`,
      type: 'pay',
      value: i,
      timestamp: `2026-01-${String(i + 1).padStart(2, '0')}T12:00:00Z`,
    }));
    await sendAndStore(app, events);
    await importAll(id, [
      row('p-0', 'control', '2026-01-05T12:00:00Z'),
      row('p-1', 'treatment', '2026-01-06T12:00:00.000001Z'),
    ]);
    const { metrics } = (await app.call('GET', `/api/v1/experiments/${id}/results?metric=pay`)).body;
    // p-0 sent the values 0, 4, 8, 12, 16 on days 1, 5, ...; p-1 the values 1, 5, 9, 13, 17, the second a microsecond too early.
    expect(metrics[0].variants).toMatchObject([
      { events: 4, value_sum: 40 },
      { events: 3, value_sum: 39 },
    ]);
    const { headers } = await app.call('POST', `/api/v1/experiments/${id}/verify`);
    const job = await until('the verification', async () => {
      const { body } = await app.call('GET', headers.get('location') as string);
      return body.state === 'completed' ? body : null;
    });
    expect(job.result.drift).toBe(0);
  });
});
