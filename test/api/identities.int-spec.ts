import { Json, startApp, TestApp, urlOf } from '../support/app';
import { lastBefore, until } from '../support/wait';
import { anExperiment, assignment, expectProblem, HALVES, sendAndStore } from './help';
import { finished } from './metrics-help';
import { aPublishable, as } from './tokens-help';

jest.setTimeout(60_000);

let app: TestApp;
let otherUrl: string;
beforeAll(async () => {
  app = await startApp({ worker: false });
  await app.startWorker();
  otherUrl = await urlOf(await app.startBeside());
});
afterAll(() => app.close());

const get = async (path: string): Promise<Json> => (await app.call('GET', `/api/v1/${path}`)).body;
const link = (alias: string, user: string) => app.call('POST', `/api/v1/users/${user}/aliases`, { alias });
const elsewhere = async (id: string, user: string): Promise<Json> =>
  (await app.call('GET', `${otherUrl}/api/v1/experiments/${id}/assignment/${user}`)).body;

/** Two ids whom the hash gives different variants. */
async function apart(id: string, name: string): Promise<[string, string]> {
  const seen = new Map<string, string>();
  for (let i = 0; seen.size < 2; i++) {
    const user = `${name}-${i}`;
    const { body } = await assignment(app, id, user);
    seen.set(body.variant.key, user);
  }
  return [...seen.values()] as [string, string];
}

async function verified(id: string): Promise<void> {
  const { body } = await app.call('POST', `/api/v1/experiments/${id}/verify`);
  expect(await finished(app, body.id)).toMatchObject({ result: { drift: 0 } });
}

describe('an alias', () => {
  it('is linked once, for ever, to one user', async () => {
    expect(await link('visitor', 'ann')).toMatchObject({
      status: 200,
      body: { user_id: 'ann', alias: 'visitor', outcome: 'linked' },
    });
    expect((await link('visitor', 'ann')).body).toMatchObject({ outcome: 'unchanged' });
    expect((await link('ann', 'visitor')).body).toMatchObject({ user_id: 'ann', outcome: 'same_user' });
    expect((await link('tablet', 'visitor')).body).toMatchObject({ user_id: 'ann', outcome: 'linked' });
    expectProblem(await link('visitor', 'bob'), { status: 409, code: 'alias_taken' });
    expectProblem(await link('ann', 'bob'), { status: 409, code: 'alias_taken' });
    expectProblem(await link('', 'bob'), { status: 400, code: 'invalid_request', pointer: '/alias' });
  });

  it('may be a known user when that is said, with all that was linked to it', async () => {
    const { id } = await anExperiment(app);
    const [anon, email, known] = ['cookie', 'gwen@example.org', 'u-42'];
    // The earlier one, and so the one that remains.
    const theirs = (await assignment(app, id, known)).body;
    expect(await elsewhere(id, known)).toEqual(theirs);
    expect((await elsewhere(id, anon)).bucket).not.toBe(theirs.bucket);
    const [before] = await sendAndStore(app, [{ user_id: anon, type: 'purchase' }]);
    await link(anon, email);
    await until(
      'the other process',
      async () => (await elsewhere(id, anon)).bucket === (await elsewhere(id, email)).bucket,
    );
    await assignment(app, id, anon);
    const path = `/api/v1/users/${known}/aliases`;
    expectProblem(await link(email, known), { status: 409, code: 'alias_taken' });
    expectProblem(await app.call('POST', path, { alias: email, merge: 'yes' }), {
      status: 400,
      code: 'invalid_request',
      pointer: '/merge',
    });
    expect(await app.call('POST', path, { alias: email, merge: true })).toMatchObject({
      status: 200,
      body: { user_id: known, alias: email, outcome: 'linked' },
    });
    expect((await app.call('POST', path, { alias: email, merge: true })).body).toMatchObject({
      outcome: 'unchanged',
    });
    // Also who was an alias before, here and there.
    for (const user of [anon, email, known])
      expect((await assignment(app, id, user)).body).toMatchObject({ user_id: user, bucket: theirs.bucket });
    await until('the other process', async () => (await elsewhere(id, anon)).bucket === theirs.bucket);
    expect(await get(`events/${before}`)).toMatchObject({ user_id: known, alias_id: anon });
    const [after] = await sendAndStore(app, [{ user_id: anon, type: 'purchase' }]);
    expect(await get(`events/${after}`)).toMatchObject({ user_id: known, alias_id: anon });
    await verified(id);
  });

  it('is no known user for a token that everybody can read', async () => {
    const origin = 'https://shop.example';
    const { secret } = await aPublishable(app, [origin]);
    const call = (path: string, body: object) => as(app, secret, 'POST', path, body, { origin });
    await link('visitor-of-hal', 'hal');
    const merging = (body: object) => call('/api/v1/users/iris/aliases', body);
    expectProblem(await merging({ alias: 'hal', merge: true }), { status: 403, code: 'insufficient_scope' });
    expectProblem(await merging({ alias: 'hal' }), { status: 409, code: 'alias_taken' });
    const calls: [string, object][] = [
      ['/v1/alias', { previousId: 'hal', userId: 'iris' }],
      ['/posthog/e', { event: '$merge_dangerously', distinct_id: 'iris', properties: { alias: 'hal' } }],
    ];
    for (const [path, body] of calls) {
      const { status, body: said } = await call(path, body);
      expect({ status, said: JSON.stringify(said) }).toEqual({
        status: 400,
        said: expect.stringContaining('known user'),
      });
    }
    expect((await link('visitor-of-hal', 'hal')).body).toMatchObject({ outcome: 'unchanged' });
    // Whom it finds out about it links.
    expect((await merging({ alias: 'visitor-of-iris' })).body).toMatchObject({ outcome: 'linked' });
    expect(await call('/v1/alias', { previousId: 'old-iris', userId: 'iris' })).toMatchObject({
      status: 200,
    });
  });

  it('is answered as its user, at once here and within a second elsewhere, and its events count as the user’s', async () => {
    const { id } = await anExperiment(app, { metrics: [] });
    const [anon, known] = ['phone', 'carl'];
    const [mine] = [(await assignment(app, id, anon)).body];
    expect(await elsewhere(id, anon)).toEqual(mine);
    expect(await elsewhere(id, known)).toMatchObject({ user_id: known });
    // The user has a row as well; both processes remember both.
    const theirs = (await assignment(app, id, known)).body;
    const before = await sendAndStore(app, [{ user_id: anon, type: 'purchase', value: 3 }]);
    await link(anon, known);
    const began = Date.now();
    const shown = (await assignment(app, id, anon)).body;
    expect(shown).toEqual({ ...(await assignment(app, id, known)).body, user_id: anon });
    expect(shown.variant).toEqual(theirs.variant);
    const last = await lastBefore(async () => (await elsewhere(id, anon)).bucket === shown.bucket);
    expect(last - began).toBeLessThan(1_000);
    expect(await elsewhere(id, known)).toEqual({ ...shown, user_id: known });

    const after = await sendAndStore(app, [
      { user_id: anon, type: 'purchase', value: 4 },
      { user_id: known, type: 'purchase', value: 5 },
    ]);
    for (const [event, alias] of [
      [before[0], anon],
      [after[0], anon],
      [after[1], null],
    ] as const)
      // prettier-ignore
      expect(await get(`events/${event}`)).toMatchObject({ user_id: known, alias_id: alias });
    expect((await get(`events?user_id=${anon}`)).data).toHaveLength(3);
    const isSame = mine.variant.key === theirs.variant.key;
    const { experiments } = await get(`events/${before[0]}/disposition`);
    expect(experiments.map((one: Json) => one.disposition)).toEqual([isSame ? 'counted' : 'contaminated']);
    await verified(id);
  });

  it('found in another variant than its user counts in none, and is shown what the user is shown', async () => {
    const { id } = await anExperiment(app);
    const [anon, known] = await apart(id, 'two');
    const theirs = (await assignment(app, id, known)).body;
    await sendAndStore(app, [{ user_id: known, type: 'purchase' }]);
    await link(anon, known);
    expect((await assignment(app, id, anon)).body).toEqual({ ...theirs, user_id: anon });
    const { population } = await get(`experiments/${id}/results`);
    const rows = await app.database.source.query(
      'SELECT FROM assignments WHERE experiment_id = $1 AND NOT contaminated',
      [id],
    );
    expect(population.users).toBe(rows.length);
    await verified(id);
  });

  it('is not assigned any more, whatever was known when it asked', async () => {
    const { id } = await anExperiment(app, { coverage_pct: 100 });
    await link('new-phone', 'dora');
    const answers = await Promise.all(
      [app.url, otherUrl].flatMap((url) =>
        ['new-phone', 'dora'].map((user) =>
          app.call('GET', `${url}/api/v1/experiments/${id}/assignment/${user}?enroll=true`),
        ),
      ),
    );
    expect(new Set(answers.map(({ body }) => `${body.variant.key} ${body.assigned_at}`)).size).toBe(1);
    expect(await app.database.source.query('SELECT user_id FROM assignments WHERE experiment_id = $1', [id])).toEqual([{ user_id: 'dora' }]); // prettier-ignore
  });

  it('names its user for an import, and an override', async () => {
    const { id } = await anExperiment(app);
    await link('laptop', 'eve');
    const row = { user_id: 'laptop', variant_key: HALVES[1].key, assigned_at: '2026-01-01T00:00:00Z' };
    await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments: [row] });
    expect((await assignment(app, id, 'eve')).body).toMatchObject({ source: 'import', variant: { key: HALVES[1].key } }); // prettier-ignore
    await app.call('PUT', `/api/v1/experiments/${id}/overrides/laptop`, { variant_key: HALVES[0].key });
    expect((await assignment(app, id, 'eve')).body).toMatchObject({ reason: 'override' });
    expect((await app.call('DELETE', `/api/v1/experiments/${id}/overrides/eve`)).status).toBe(204);
    expect((await assignment(app, id, 'laptop')).body).toMatchObject({ user_id: 'laptop', source: 'import' });
  });

  it('is handed out and erased with its user, by either id', async () => {
    const { id } = await anExperiment(app);
    await assignment(app, id, 'kiosk');
    await sendAndStore(app, [{ user_id: 'kiosk', type: 'purchase' }]);
    await link('kiosk', 'finn');
    const exported = async (user: string): Promise<Json[]> => {
      const headers = { authorization: `Bearer ${app.token}` };
      const text = await (await fetch(`${app.url}/api/v1/users/${user}/export`, { headers })).text();
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    };
    const lines = await exported('kiosk');
    expect(lines).toEqual(await exported('finn'));
    expect(lines.map(({ kind, user_id, alias_id }) => [kind, user_id, alias_id])).toEqual([
      ['identity', 'finn', 'kiosk'],
      ['assignment', 'finn', undefined],
      ['event', 'finn', 'kiosk'],
    ]);
    const { body } = await app.call('DELETE', '/api/v1/users/kiosk');
    expect(await finished(app, body.id)).toMatchObject({ result: { assignments: 1, events: 1 } });
    expect([await exported('kiosk'), await exported('finn')]).toEqual([[], []]);
    await verified(id);
    // Both are strangers again, to each other as well.
    const strangers = [(await assignment(app, id, 'kiosk')).body, (await assignment(app, id, 'finn')).body];
    await until('both are assigned', async () => {
      const rows = await app.database.source.query('SELECT FROM assignments WHERE experiment_id = $1', [id]);
      return rows.length === strangers.length;
    });
  });
});
