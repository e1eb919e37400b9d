import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { HALVES, anExperiment, assignment, assignmentsOf, expectProblem, results } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const assign = (experiment: string, user: string, query?: string) => assignment(app, experiment, user, query);
const rowsOf = (experiment: string) => assignmentsOf(app, experiment);
const resultsOf = (experiment: string) => results(app, experiment);

describe('assigning a user', () => {
  it('explains itself', async () => {
    const { id, key, variants } = await anExperiment(app, {
      variants: [{ ...HALVES[0], config: { color: 'grey' } }, HALVES[1]],
    });
    const { status, body } = await assign(key, 'user-42');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      experiment_id: id, experiment_key: key, user_id: 'user-42', exposed_at: null, epoch: 1, source: 'hash', reason: 'assigned',
    }); // prettier-ignore
    expect(body.variant).toMatchObject({
      id: variants[body.bucket < 5000 ? 0 : 1].id,
      key: body.bucket < 5000 ? 'control' : 'treatment',
    });
    expect(Math.abs(Date.parse(body.assigned_at) - Date.now())).toBeLessThan(60_000);
  });

  it('gives the same answer every time', async () => {
    const { id, key } = await anExperiment(app);
    const first = await assign(id, 'u');
    for (const name of [id, key])
      for (const query of ['', '?refresh=true'])
        expect((await assign(name, 'u', query)).body).toEqual(first.body);
  });

  it('gives 100 requests at once one row and one answer', async () => {
    const { id } = await anExperiment(app);
    const answers = await Promise.all(Array.from({ length: 100 }, () => assign(id, 'popular')));
    expect(answers.map(({ status }) => status)).toEqual(new Array(100).fill(200));
    for (const { body } of answers) expect(body).toEqual(answers[0].body);
    expect(await rowsOf(id)).toBe(1);
    expect((await resultsOf(id)).population.users).toBe(1);
  });

  it.each([
    ['spaces', ' a  b '],
    ['a slash', 'a/b'],
    ['dots', '...'],
    ['a percent sign', '100%25'],
    ['a question mark and a hash', 'a?b#c'],
    ['umlauts, composed', 'Jürgen'.normalize('NFC')],
    ['umlauts, decomposed', 'Jürgen'.normalize('NFD')],
    ['256 letters', 'x'.repeat(256)],
    ['64 emoji, 256 bytes', '😀'.repeat(64)],
    ['the word null', 'null'],
    ['a prototype', '__proto__'],
    ['SQL', "'; DROP TABLE assignments; --"],
  ])('takes a user id with %s as it is', async (_, user) => {
    const { id } = await anExperiment(app);
    expect(await assign(id, user)).toMatchObject({
      status: 200,
      body: { user_id: user, reason: 'assigned' },
    });
    const [row] = await app.database.source.query(
      'SELECT user_id FROM assignments WHERE experiment_id = $1',
      [id],
    );
    expect(row.user_id).toBe(user);
  });

  it.each([
    ['of 257 bytes', 'x'.repeat(257)],
    ['of 65 emoji, 260 bytes', '😀'.repeat(65)],
    ['with NUL', 'a\u0000b'],
    ['with a line feed', 'a\nb'],
    ['of nothing but spaces', '   '],
  ])('refuses a user id %s', async (_, user) => {
    const { id } = await anExperiment(app);
    expectProblem(await assign(id, user), {
      status: 400,
      code: 'invalid_request',
      pointer: '/user_id',
      fault: 'invalid_format',
    });
  });

  it.each(['%E0%A4%A', '%ff', '%', 'x'.repeat(5000)])(
    'refuses what no user id comes to in a path: %.12s',
    async (text) => {
      const { id } = await anExperiment(app);
      const answer = await app.call('GET', `/api/v1/experiments/${id}/assignment/${text}`);
      expectProblem(answer, { status: 400, code: 'invalid_request' });
    },
  );

  it.each(['?enroll=yes', '?enroll=1', '?enroll=', '?other=1', '?enroll=true&enroll=true'])(
    'refuses %s',
    async (query) => {
      const { id } = await anExperiment(app);
      expectProblem(await assign(id, 'u', query), { status: 400, code: 'invalid_request' });
      expect(await rowsOf(id)).toBe(0);
    },
  );

  it('knows no experiment that is not there', async () => {
    expectProblem(await assign('nothing', 'u'), { status: 404, code: 'not_found' });
    expectProblem(await app.call('GET', '/api/v1/experiments/%00/assignment/u'), {
      status: 404,
      code: 'not_found',
    });
  });

  it('takes nobody at coverage 0, and leaves no row', async () => {
    const { id } = await anExperiment(app, { coverage_pct: 0 });
    const { body } = await assign(id, 'u');
    expect(body).toMatchObject({ variant: null, reason: 'not_in_traffic', assigned_at: null, source: null });
    expect(body.bucket).toEqual(expect.any(Number));
    expect(await rowsOf(id)).toBe(0);
  });

  it('answers new users by the status, and old ones as ever', async () => {
    const { id } = await anExperiment(app, { status: 'draft' });
    const reasonOf = async (user: string) => (await assign(id, user, '?refresh=true')).body.reason;
    const move = (transition: string, body?: object) =>
      app.call('POST', `/api/v1/experiments/${id}/${transition}`, body);
    expect(await reasonOf('new')).toBe('not_started');
    await move('start');
    const { body: old } = await assign(id, 'old', '?refresh=true');
    await move('pause');
    expect(await reasonOf('new')).toBe('paused');
    await move('complete');
    expect(await reasonOf('new')).toBe('completed');
    await move('archive');
    expect(await reasonOf('new')).toBe('archived');
    expect((await assign(id, 'old')).body).toEqual(old);
    expect(await rowsOf(id)).toBe(1);
  });

  it('gives new users the winner, without a row', async () => {
    const { id } = await anExperiment(app, { variants: [HALVES[0], { ...HALVES[1], config: { v: 2 } }] });
    await app.call('POST', `/api/v1/experiments/${id}/complete`, { winner: 'treatment' });
    const { body } = await assign(id, 'new', '?refresh=true');
    expect(body).toMatchObject({
      variant: { key: 'treatment', config: { v: 2 } },
      reason: 'winner',
      assigned_at: null,
      source: null,
    });
    expect(await rowsOf(id)).toBe(0);
  });

  it('sees a pause no later than the version it writes with: nobody enters a paused experiment', async () => {
    const { id } = await anExperiment(app);
    await assign(id, 'before');
    await app.call('POST', `/api/v1/experiments/${id}/pause`);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => assign(id, `after-${index}`)));
    for (const { status, body } of answers)
      expect({ status, reason: body.reason }).toEqual({ status: 200, reason: 'paused' });
    expect(await rowsOf(id)).toBe(1);
  });

  it('marks the first exposure and keeps it', async () => {
    const { id } = await anExperiment(app);
    const plain = await assign(id, 'u');
    const first = await assign(id, 'u', '?enroll=true');
    expect(first.body).toMatchObject({ ...plain.body, exposed_at: expect.any(String) });
    expect((await assign(id, 'u', '?enroll=true')).body).toEqual(first.body);
    expect((await assign(id, 'u')).body).toEqual(first.body);
    const { body } = await assign(id, 'other', '?enroll=true');
    expect(body.exposed_at).toBe(body.assigned_at);
  });
});

describe('assigning many', () => {
  it('answers one user in many experiments, in order', async () => {
    const [a, b, c] = [
      await anExperiment(app),
      await anExperiment(app, { coverage_pct: 0 }),
      await anExperiment(app),
    ];
    const { status, body } = await app.call('POST', '/api/v1/assignments/bulk', {
      user_id: 'u',
      experiment_ids: [c.key, b.id, 'nothing', a.id, '\u0000', c.id],
    });
    expect(status).toBe(200);
    expect(body.data.map(({ experiment_id }: { experiment_id: string }) => experiment_id)).toEqual([
      c.id,
      b.id,
      'nothing',
      a.id,
      '\u0000',
      c.id,
    ]);
    expect(body.data.map(({ reason }: { reason: string }) => reason)).toEqual([
      'assigned',
      'not_in_traffic',
      'unknown_experiment',
      'assigned',
      'unknown_experiment',
      'assigned',
    ]);
    expect((await assign(a.id, 'u')).body).toEqual(body.data[3]);
  });

  it('answers many users in one experiment, in order, twins included', async () => {
    const { id } = await anExperiment(app);
    const user_ids = [...Array.from({ length: 999 }, (_, index) => `user-${index}`), 'user-0'];
    const { body } = await app.call('POST', `/api/v1/experiments/${id}/assignments/bulk`, { user_ids });
    expect(body.data.map(({ user_id }: { user_id: string }) => user_id)).toEqual(user_ids);
    expect(body.data[999]).toEqual(body.data[0]);
    expect(await rowsOf(id)).toBe(999);
  });

  it('says in time that an assignment cannot be written yet, and has it for who asks again', async () => {
    const { id } = await anExperiment(app, { key: 'held' });
    const timestamp = new Date(Date.now() + 60_000).toISOString();
    await app.call('POST', '/api/v1/events', { user_id: 'early', type: 'visit', timestamp });
    await until('the event', async () => {
      const { body } = await app.call('GET', '/api/v1/events?user_id=early');
      return body.data.length === 1 ? body : null;
    });
    // Somebody folds into the experiment for a while; the new user's event must be folded too, so it has to wait.
    const other = app.database.source.createQueryRunner();
    const key = 'hashtextextended($1::uuid::text, 0)';
    await other.query(`SELECT pg_advisory_lock(${key})`, [id]);
    try {
      const since = performance.now();
      const { status, body, headers } = await assignment(app, id, 'early');
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'store_unavailable' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(performance.now() - since).toBeLessThan(10_000);
    } finally {
      await other.query(`SELECT pg_advisory_unlock(${key})`, [id]);
      await other.release();
    }
    const variant = await until('the assignment', async () => {
      const { status, body } = await assignment(app, id, 'early');
      return status === 200 ? body.variant : null;
    });
    expect(variant).not.toBeNull();
  }, 30_000);

  it.each<[string, string, object, number, string]>([
    ['no experiment', '/assignments/bulk', { user_id: 'u', experiment_ids: [] }, 400, 'invalid_request'],
    ['101 experiments', '/assignments/bulk', { user_id: 'u', experiment_ids: new Array(101).fill('x') }, 400, 'invalid_request'],
    ['a user that is a number', '/assignments/bulk', { user_id: 5, experiment_ids: ['x'] }, 400, 'invalid_request'],
    ['1,001 users', '/experiments/x/assignments/bulk', { user_ids: new Array(1001).fill('u') }, 400, 'invalid_request'],
    ['a user with half an emoji', '/experiments/x/assignments/bulk', { user_ids: ['ok', '\ud83d'] }, 400, 'invalid_request'],
    ['users of nothing', '/experiments/nothing/assignments/bulk', { user_ids: ['u'] }, 404, 'not_found'],
  ])('refuses %s', async (_, where, body, status, code) => {
    expectProblem(await app.call('POST', `/api/v1${where}`, body), { status, code });
  }); // prettier-ignore
});
