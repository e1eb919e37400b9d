import { startApp, TestApp, urlOf } from '../support/app';
import { lastBefore, until } from '../support/wait';
import { anExperiment, assignment, HALVES } from './help';

// Two processes over one database: what one changes, the other must not go on answering.

let app: TestApp;
let otherUrl: string;
beforeAll(async () => {
  app = await startApp({ worker: false });
  otherUrl = await urlOf(await app.startBeside());
});
afterAll(() => app.close());

/** What the other process answers. */
function elsewhere(id: string, user: string) {
  return app.call('GET', `${otherUrl}/api/v1/experiments/${id}/assignment/${user}`);
}

/** Both processes have answered, so both remember. */
async function known(user: string, options: object = {}) {
  const { id } = await anExperiment(app, options);
  const [first, second] = [await assignment(app, id, user), await elsewhere(id, user)];
  expect(second.body).toEqual(first.body);
  return { id, answer: first.body };
}

describe('answers from memory', () => {
  it('are what is stored, and ask nobody', async () => {
    const { id, answer } = await known('memory');
    // Whoever asks the database now finds no table.
    await app.database.source.query('ALTER TABLE assignments RENAME TO elsewhere');
    for (let i = 0; i < 50; i++) expect((await assignment(app, id, 'memory')).body).toEqual(answer);
    expect((await assignment(app, id, 'memory', '?refresh=true')).status).toBe(500);
    await app.database.source.query('ALTER TABLE elsewhere RENAME TO assignments');
  });

  it('follow an override within a second, in every process, and at once in the one that made it', async () => {
    const { id, answer } = await known('qa');
    const forced = HALVES.map(({ key }) => key).find((key) => key !== answer.variant.key) as string;
    const began = Date.now();
    await app.call('PUT', `/api/v1/experiments/${id}/overrides/qa`, { variant_key: forced });
    expect((await assignment(app, id, 'qa')).body).toMatchObject({
      variant: { key: forced },
      source: 'override',
    });
    const last = await lastBefore(async () => (await elsewhere(id, 'qa')).body.variant.key === forced);
    expect(last - began).toBeLessThan(1_000);
    await app.call('DELETE', `/api/v1/experiments/${id}/overrides/qa`);
    expect((await assignment(app, id, 'qa')).body).toEqual(answer);
    await until('the other process', async () => (await elsewhere(id, 'qa')).body.source === 'hash');
  });

  it('follow an import of a user who had none, and the contamination of one who had', async () => {
    const { id, answer } = await known('moved', { coverage_pct: 0 });
    expect(answer.reason).toBe('not_in_traffic');
    const row = { user_id: 'moved', variant_key: HALVES[1].key, assigned_at: '2026-01-01T00:00:00Z' };
    await app.call('POST', `/api/v1/experiments/${id}/assignments/import`, { assignments: [row] });
    expect((await assignment(app, id, 'moved')).body).toMatchObject({
      source: 'import',
      variant: { key: row.variant_key },
    });
    await until('the other process', async () => (await elsewhere(id, 'moved')).body.source === 'import');
  });

  it('follow the experiment: a pause is seen by new users, its configuration by all', async () => {
    const { id } = await known('steady');
    await app.call('POST', `/api/v1/experiments/${id}/pause`);
    await until('the pause', async () => (await elsewhere(id, `new-${Date.now()}`)).body.reason === 'paused');
    expect((await elsewhere(id, 'steady')).body.reason).toBe('assigned');
    await app.call('POST', `/api/v1/experiments/${id}/resume`);
    await until(
      'the end of it',
      async () => (await elsewhere(id, `new-${Date.now()}`)).body.reason === 'assigned',
    );
  });

  it('are not believed while nobody would tell of changes', async () => {
    const { id, answer } = await known('blind');
    await app.database.source.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'assay-api-changes' AND datname = current_database()`,
    );
    const forced = HALVES.map(({ key }) => key).find((key) => key !== answer.variant.key) as string;
    await app.call('PUT', `/api/v1/experiments/${id}/overrides/blind`, { variant_key: forced });
    for (let i = 0; i < 20; i++) expect((await elsewhere(id, 'blind')).body.variant.key).toBe(forced);
  });

  it('show an enrolment at once', async () => {
    const { id } = await known('enrolled');
    const enrolled = await assignment(app, id, 'enrolled', '?enroll=true');
    expect(enrolled.body.exposed_at).not.toBeNull();
    expect((await assignment(app, id, 'enrolled')).body).toEqual(enrolled.body);
  });
});
