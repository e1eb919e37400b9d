import { startApp, TestApp } from '../support/app';
import { anExperiment, assignment, expectProblem } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const ask = (id: string, user: string, attributes: unknown, extra = '') =>
  assignment(app, id, user, `?attributes=${encodeURIComponent(JSON.stringify(attributes))}${extra}`);
const listed = async (id: string): Promise<Record<string, object | null>> => {
  const { data } = (await app.call('GET', `/api/v1/experiments/${id}/assignments`)).body;
  return Object.fromEntries(
    data.map((row: { user_id: string; attributes: object }) => [row.user_id, row.attributes]),
  );
};
const importRows = async (id: string, assignments: object[]) =>
  (await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments })).body;
const TOO_LONG = 'x'.repeat(129);

describe('attributes of a user', () => {
  it('are kept as texts when the assignment is made, and never change', async () => {
    const { id } = await anExperiment(app);
    const attributes = { country: 'DE', age: 42, pro: true, score: -0.5, 'a "b"': 'ü😀' };
    const texts = { country: 'DE', age: '42', pro: 'true', score: '-0.5', 'a "b"': 'ü😀' };
    expect((await ask(id, 'ann', attributes)).body).toMatchObject({ reason: 'assigned', attributes: texts });
    expect((await ask(id, 'ann', { country: 'AT' }, '&enroll=true')).body.attributes).toEqual(texts);
    expect((await assignment(app, id, 'ann')).body.attributes).toEqual(texts);
    expect((await assignment(app, id, 'ben')).body.attributes).toBeNull();
    expect((await ask(id, 'ben', { country: 'AT' })).body.attributes).toBeNull();
    expect((await ask(id, 'eve', {})).body.attributes).toBeNull();
    expect(await listed(id)).toEqual({ ann: texts, ben: null, eve: null });
  });

  it('go into every experiment of one request', async () => {
    const made = [await anExperiment(app), await anExperiment(app)];
    const experiment_ids = [...made.map(({ id }) => id), 'nothing'];
    const body = { user_id: 'ann', experiment_ids, attributes: { plan: 'pro' } };
    const { data } = (await app.call('POST', '/api/v1/assignments/bulk', body)).body;
    expect(data.map((row: { attributes: object }) => row.attributes)).toEqual([
      { plan: 'pro' },
      { plan: 'pro' },
      null,
    ]);
  });

  it('may differ for the users of one request', async () => {
    const { id } = await anExperiment(app);
    const user_ids = ['ann', { user_id: 'ben' }, { user_id: 'eve', attributes: { age: 7 } }];
    const { status, body } = await app.call('POST', `/api/v1/experiments/${id}/assignments/bulk`, { user_ids });
    expect({ status, body }).toMatchObject({ status: 200, body: { data: [{ user_id: 'ann' }, { user_id: 'ben' }, { user_id: 'eve' }] } });
    expect(await listed(id)).toEqual({ ann: null, ben: null, eve: { age: '7' } });
  }); // prettier-ignore

  it('of requests at once are those of the one that made the row', async () => {
    const { id } = await anExperiment(app);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(id, 'ann', { index })));
    const first = answers[0].body.attributes;
    for (const { body } of answers) expect(body.attributes).toEqual(first);
    expect(await listed(id)).toEqual({ ann: first });
  });

  it.each<[string, unknown, string, string]>([
    ['a list', ['DE'], '/attributes', 'invalid_type'],
    ['21 names', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [i, i])), '/attributes', 'too_many'],
    ['a long value', { a: TOO_LONG }, '/attributes/a', 'too_long'],
    ['a list as value', { a: ['DE'] }, '/attributes/a', 'invalid_type'],
    ['null as value', { a: null }, '/attributes/a', 'invalid_type'],
    ['NUL', { a: '\u0000' }, '/attributes/a', 'invalid_format'],
  ])('are refused when they are %s', async (_, attributes, pointer, fault) => {
    const { id } = await anExperiment(app);
    const expected = { status: 400, code: 'invalid_request', pointer, fault };
    expectProblem(await ask(id, 'ann', attributes), expected);
    const one = { user_id: 'ann', experiment_ids: [id], attributes };
    expectProblem(await app.call('POST', '/api/v1/assignments/bulk', one), expected);
    const many = { user_ids: ['ben', { user_id: 'ann', attributes }] };
    expectProblem(await app.call('POST', `/api/v1/experiments/${id}/assignments/bulk`, many), {
      ...expected,
      pointer: `/user_ids/1${pointer}`,
    });
    expect(await listed(id)).toEqual({});
  });

  it('are refused when they are no JSON', async () => {
    const { id } = await anExperiment(app);
    const answer = await assignment(app, id, 'ann', '?attributes=country%3DDE');
    expectProblem(answer, {
      status: 400,
      code: 'invalid_request',
      pointer: '/attributes',
      fault: 'invalid_format',
    });
  });

  it('come with the earliest imported row', async () => {
    const { id } = await anExperiment(app);
    const row = (day: string, country: unknown) => ({
      user_id: 'ann',
      variant_key: 'control',
      assigned_at: `2026-11-${day}T00:00:00Z`,
      attributes: { country },
    });
    expect(await importRows(id, [row('05', 'DE'), row('07', 'FR')])).toMatchObject({ imported: 1 });
    expect(await listed(id)).toEqual({ ann: { country: 'DE' } });
    expect(await importRows(id, [row('06', 'FR'), row('05', 'DE')])).toMatchObject({
      unchanged: 1,
      moved: 0,
    });
    expect(await listed(id)).toEqual({ ann: { country: 'DE' } });
    expect(await importRows(id, [row('04', 1)])).toMatchObject({ moved: 1 });
    expect(await listed(id)).toEqual({ ann: { country: '1' } });
    const refused = await importRows(id, [row('01', TOO_LONG), { ...row('02', 1), user_id: 'ben' }]);
    expect(refused).toMatchObject({
      imported: 1,
      rejected: [{ index: 0, user_id: 'ann', code: 'too_long' }],
    });
    expect(await listed(id)).toEqual({ ann: { country: '1' }, ben: { country: '1' } });
  });

  it('of a row that the hash made are not replaced by an import', async () => {
    const { id } = await anExperiment(app);
    await ask(id, 'ann', { country: 'DE' });
    const { variant } = (await assignment(app, id, 'ann')).body;
    const row = {
      user_id: 'ann',
      variant_key: variant.key,
      assigned_at: '2026-11-01T00:00:00Z',
      attributes: { country: 'AT' },
    };
    expect(await importRows(id, [row])).toMatchObject({ moved: 1 });
    expect(await listed(id)).toEqual({ ann: { country: 'DE' } });
  });
});
