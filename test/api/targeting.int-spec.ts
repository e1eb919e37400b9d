import { AssignmentsService } from '../../apps/api/src/assignments/assignments.service';
import { startApp, TestApp, urlOf } from '../support/app';
import { anExperiment, assignment, assignmentsOf, expectProblem, HALVES, newExperiment } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const GERMANS = { attribute: 'country', operator: 'eq', value: 'DE' };
const GROWN = { attribute: 'age', operator: 'gte', value: 18 };
const DE = `?attributes=${encodeURIComponent('{"country":"DE"}')}`;

const reasonOf = async (experiment: string, user: string, query = ''): Promise<string> =>
  (await assignment(app, experiment, user, query)).body.reason;
const openEpoch = (id: string, more: object) =>
  app.call('POST', `/api/v1/experiments/${id}/epochs`, { variants: HALVES, coverage_pct: 100, ...more });

describe('the targeting of an experiment', () => {
  it('is kept as it was given, and null when there is none', async () => {
    const targeting = { all: [GERMANS, { any: [GROWN, { not: GERMANS }] }] };
    const { id } = await anExperiment(app, { targeting, status: 'draft' });
    const read = async () => (await app.call('GET', `/api/v1/experiments/${id}`)).body.targeting;
    expect(await read()).toEqual(targeting);
    await app.call('PATCH', `/api/v1/experiments/${id}`, { targeting: GROWN });
    expect(await read()).toEqual(GROWN);
    await app.call('PATCH', `/api/v1/experiments/${id}`, { targeting: null });
    expect(await read()).toBeNull();
    await app.call('PATCH', `/api/v1/experiments/${id}`, { targeting: GROWN });
    await app.call('PATCH', `/api/v1/experiments/${id}`, { name: 'Another' });
    expect(await read()).toEqual(GROWN);
  });

  it('is refused where it is wrong, and when it names a segment that does not exist', async () => {
    const create = (targeting: unknown) => app.call('POST', '/api/v1/experiments', newExperiment({ targeting }));
    const wrong = await create({ all: [GERMANS, { attribute: 'age', operator: 'gte', value: 'x' }] });
    expectProblem(wrong, { status: 400, code: 'invalid_request', pointer: '/targeting/all/1/value' });
    const unknown = await create({ not: { segment: 'nobody' } });
    expectProblem(unknown, { status: 422, code: 'invalid_experiment', pointer: '/targeting', fault: 'unknown_segment' });
    expectProblem(await create('everybody'), { status: 400, code: 'invalid_request', pointer: '/targeting' });
  }); // prettier-ignore

  it('lets in whom the request describes so, in every way to ask, and keeps no row for the others', async () => {
    const { id, key } = await anExperiment(app, { targeting: { all: [GERMANS, GROWN] } });
    const attributes = { country: 'DE', age: 18 };
    const query = `?attributes=${encodeURIComponent(JSON.stringify(attributes))}`;
    expect(await reasonOf(id, 'one')).toBe('targeting');
    expect(await reasonOf(id, 'one', DE)).toBe('targeting');
    expect(await assignmentsOf(app, id)).toBe(0);
    expect(await reasonOf(id, 'one', query)).toBe('assigned');
    const bulk = (user_id: string, more: object = {}) =>
      app.call('POST', '/api/v1/assignments/bulk', { user_id, experiment_ids: [key], ...more });
    expect((await bulk('two')).body.data).toMatchObject([{ reason: 'targeting', variant: null }]);
    expect((await bulk('two', { attributes })).body.data).toMatchObject([{ reason: 'assigned' }]);
    const ahead = await app.call('POST', `/api/v1/experiments/${id}/assignments/bulk`, {
      user_ids: ['three', { user_id: 'four', attributes }, { user_id: 'five', attributes: { ...attributes, age: '18' } }],
    });
    expect(ahead.body.data).toMatchObject([{ reason: 'targeting' }, { reason: 'assigned' }, { reason: 'targeting' }]);
    expect(await assignmentsOf(app, id)).toBe(3);
  }); // prettier-ignore

  it('answers who has a row from memory, whatever is said of them', async () => {
    const { id } = await anExperiment(app, { targeting: GERMANS });
    const { body } = await assignment(app, id, 'settled', DE);
    expect(body).toMatchObject({ reason: 'assigned', attributes: { country: 'DE' } });
    const service = app.api.get(AssignmentsService, { strict: false });
    expect(service.remembered(id, 'settled')).toEqual(body);
    expect(await reasonOf(id, 'stranger')).toBe('targeting');
    expect(service.remembered(id, 'stranger')).toBeNull();
    const french = `?attributes=${encodeURIComponent('{"country":"FR"}')}`;
    expect((await assignment(app, id, 'settled', french)).body).toEqual(body);
    const broken = await assignment(app, id, 'settled', '?attributes=x');
    expectProblem(broken, { status: 400, code: 'invalid_request', pointer: '/attributes' });
  });

  it('answers who has entered by another request, in every process', async () => {
    const beside = await urlOf(await app.startBeside());
    const { id } = await anExperiment(app, { targeting: GERMANS });
    const askedBeside = async (user: string): Promise<string> =>
      (await app.call('GET', `${beside}/api/v1/experiments/${id}/assignment/${user}`)).body.reason;
    // The other process knows the experiment, and that the user is not in it.
    expect([await askedBeside('moved'), await askedBeside('moved')]).toEqual(['targeting', 'targeting']);
    expect(await reasonOf(id, 'moved', DE)).toBe('assigned');
    expect(await askedBeside('moved')).toBe('assigned');
  });

  it('looks at what is stored of the user too, and believes the request first', async () => {
    const { id } = await anExperiment(app, { targeting: { all: [GERMANS, GROWN] } });
    await app.call('PUT', '/api/v1/users/known', { attributes: { country: 'FR', age: 44 } });
    expect(await reasonOf(id, 'known')).toBe('targeting');
    expect(await reasonOf(id, 'known', DE)).toBe('assigned');
    await app.call('PUT', '/api/v1/users/other', { attributes: { country: 'DE', age: 44 } });
    const french = `?attributes=${encodeURIComponent('{"country":"FR"}')}`;
    expect(await reasonOf(id, 'other', french)).toBe('targeting');
    expect(await reasonOf(id, 'other')).toBe('assigned');
  });

  it('moves nobody who is in, and is changed by a new epoch only', async () => {
    const { id } = await anExperiment(app, { targeting: GERMANS });
    expect(await reasonOf(id, 'early', DE)).toBe('assigned');
    const patched = await app.call('PATCH', `/api/v1/experiments/${id}`, { targeting: null }, { 'if-match': '*' });
    expectProblem(patched, { status: 422, code: 'experiment_frozen', pointer: '/targeting', fault: 'frozen' });
    const same = await openEpoch(id, {});
    expect(same.body).toMatchObject({ epoch: 1, targeting: GERMANS });
    const narrower = await openEpoch(id, { targeting: { attribute: 'country', operator: 'eq', value: 'FR' } });
    expect(narrower.body).toMatchObject({ epoch: 2, targeting: { value: 'FR' } });
    expect(await reasonOf(id, 'late', DE)).toBe('targeting');
    expect(await reasonOf(id, 'early', DE)).toBe('assigned');
    expect(await reasonOf(id, 'early', '?refresh=true')).toBe('assigned');
    const open = await openEpoch(id, { targeting: null, holdout: false });
    expect(open.body).toMatchObject({ epoch: 3, targeting: null, holdout: false });
    expect(await reasonOf(id, 'late')).toBe('assigned');
  }); // prettier-ignore

  it('follows a segment when it changes', async () => {
    await app.call('POST', '/api/v1/segments', { key: 'home', name: 'Home', targeting: GERMANS });
    const { id } = await anExperiment(app, { targeting: { segment: 'home' } });
    expect(await reasonOf(id, 'a')).toBe('targeting');
    expect(await reasonOf(id, 'b', DE)).toBe('assigned');
    const { status } = await app.call('PATCH', '/api/v1/segments/home', { targeting: { not: GERMANS } }, { 'if-match': '*' }); // prettier-ignore
    expect(status).toBe(200);
    expect(await reasonOf(id, 'a')).toBe('assigned');
    expect(await reasonOf(id, 'c', DE)).toBe('targeting');
  });
});

describe('deciding without writing', () => {
  it('answers what would be written, and writes neither a row nor an exposure', async () => {
    const service = app.api.get(AssignmentsService, { strict: false });
    const experiment = await service.experiment((await anExperiment(app)).id, true);
    const question = { experiment, userId: 'visitor' };
    const [would] = await service.answer([question], { record: false, enroll: true });
    expect(would).toMatchObject({ reason: 'assigned', source: 'hash', epoch: 1, assigned_at: null, exposed_at: null }); // prettier-ignore
    expect(await assignmentsOf(app, experiment.id)).toBe(0);
    const [is] = await service.answer([question]);
    expect(is).toEqual({ ...would, assigned_at: expect.any(String) });
    const [again] = await service.answer([question], { record: false, enroll: true });
    expect(again).toEqual(is);
    expect((await assignment(app, experiment.id, 'visitor', '?refresh=true')).body.exposed_at).toBeNull();
  });

  it('reads nothing of a user whose facts are given', async () => {
    const service = app.api.get(AssignmentsService, { strict: false });
    const experiment = await service.experiment((await anExperiment(app, { targeting: GERMANS })).id, true);
    await app.call('PUT', '/api/v1/users/german', { attributes: { country: 'DE' } });
    const reason = async (more: object): Promise<string> =>
      (await service.answer([{ experiment, userId: 'german', ...more }], { record: false }))[0].reason;
    expect(await reason({})).toBe('assigned');
    expect(await reason({ facts: {} })).toBe('targeting');
    expect(await reason({ facts: { country: 'FR' }, said: { country: 'DE' } })).toBe('targeting');
  });
});

describe('explaining why a user gets a variant, or none', () => {
  const explain = (id: string, user: string, query = '') =>
    app.call('GET', `/api/v1/experiments/${id}/assignment/${encodeURIComponent(user)}/explain${query}`);

  it('says what would be answered without writing, and then which row has decided', async () => {
    const { id, key } = await anExperiment(app, { targeting: { all: [GERMANS, GROWN] } });
    await app.call('PUT', '/api/v1/users/curious%20%F0%9F%98%80', { attributes: { age: 44 } });
    const user = 'curious \u{1f600}';
    const out = (await explain(key, user)).body;
    expect(out).toMatchObject({ decided_by: 'targeting', user_id: user, stored: null, answer: { reason: 'targeting' } });
    expect(out.rules.map(({ rule, passes }: { rule: string; passes: boolean }) => [rule, passes])).toEqual([
      ['override', true], ['stored', true], ['status', true], ['targeting', false], ['holdout', true], ['layer', true], ['traffic', true],
    ]);
    expect(out.rules[3].condition.parts).toMatchObject([
      { attribute: 'country', holds: false, is_known: false },
      { attribute: 'age', holds: true, is_known: true, fact: 44 },
    ]);
    const within = (await explain(id, user, DE)).body;
    expect(within).toMatchObject({ decided_by: 'arm', answer: { reason: 'assigned', assigned_at: null } });
    expect(await assignmentsOf(app, id)).toBe(0);
    const { body: assigned } = await assignment(app, id, user, DE);
    expect(assigned).toMatchObject({ variant: within.answer.variant, bucket: within.answer.bucket });
    const stored = (await explain(id, user)).body;
    expect(stored).toMatchObject({
      decided_by: 'stored',
      stored: { variant: assigned.variant.key, assigned_at: assigned.assigned_at, source: 'hash', attributes: { country: 'DE' } },
      answer: { reason: 'assigned', assigned_at: assigned.assigned_at },
    });
    await app.call('PUT', `/api/v1/experiments/${id}/overrides/${encodeURIComponent(user)}`, { variant_key: 'control' });
    expect((await explain(id, user)).body).toMatchObject({ decided_by: 'override', answer: { reason: 'override' }, excluded: 'override' });
  }); // prettier-ignore

  it('says of a user found in two variants that nothing of it counts', async () => {
    const { id } = await anExperiment(app);
    const assignments = ['control', 'treatment'].map((variant_key) => ({ user_id: 'two-faced', variant_key, assigned_at: new Date().toISOString() })); // prettier-ignore
    await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments: [assignments[0]] });
    expect((await explain(id, 'two-faced')).body).toMatchObject({ decided_by: 'stored', excluded: null });
    await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments, on_conflict: 'contaminate' }); // prettier-ignore
    expect((await explain(id, 'two-faced')).body).toMatchObject({
      decided_by: 'stored',
      excluded: 'contaminated',
    });
  });

  it('is about the user whose alias was asked', async () => {
    const { id } = await anExperiment(app);
    const linked = await app.call('POST', '/api/v1/users/ann/aliases', { alias: 'device-1' });
    expect(linked.status).toBe(200);
    await assignment(app, id, 'ann');
    const { body } = await explain(id, 'device-1');
    expect(body).toMatchObject({ user_id: 'device-1', hashed_as: 'ann', decided_by: 'stored', answer: { user_id: 'device-1' } }); // prettier-ignore
    expect(body.rules.at(-1).hash.input).toBe(`${id}ann`);
  });

  it('needs an experiment, and attributes that can be read', async () => {
    expectProblem(await explain('nothing', 'u'), { status: 404, code: 'not_found' });
    const { id } = await anExperiment(app);
    const answer = await explain(id, 'u', '?attributes=%7B');
    expectProblem(answer, { status: 400, code: 'invalid_request', pointer: '/attributes' });
  });
});
