import { INestApplicationContext } from '@nestjs/common';
import { MaintenanceService } from '../../apps/worker/src/maintenance/maintenance.service';
import { Answer, QueueKind, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { HALVES } from '../api/help';

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(60_000);

// Under the roles of deploy/roles.sql a statement without its right would be a 500, a job that fails or a worker that rests.
describe.each<QueueKind>(['postgres', 'redis'])('with roles of their own, on the %s queue', (queue) => {
  let app: TestApp;
  let worker: INestApplicationContext;
  beforeAll(async () => {
    app = await startApp({ queue, roles: true, worker: false });
    worker = await app.startWorker();
  });
  afterAll(() => app.close());

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await app.call(method, `/api/v1${path}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async function finished({ headers }: Answer): Promise<unknown> {
    const location = headers.get('location') as string;
    return until(location, async () => {
      const { body } = await app.call('GET', location);
      if (body.state === 'failed') throw new Error(body.error);
      return body.state === 'completed' ? body.result : null;
    });
  }

  it('api and worker do all that they do', async () => {
    await call('POST', '/metrics', {
      key: 'revenue',
      name: 'Revenue',
      direction: 'increase',
      definition: { kind: 'mean', event_types: ['buy'], cap: { upper: 100 }, covariate_days: 7 },
    });
    await call('PATCH', '/metrics/revenue', { name: 'Revenue per user' });
    await call('POST', '/experiments', { key: 'draft', name: 'Draft', variants: HALVES });
    await call('PATCH', '/experiments/draft', { variants: HALVES, name: 'Other' });
    await call('DELETE', '/experiments/draft');
    await call('POST', '/experiments', {
      key: 'roles',
      name: 'Roles',
      status: 'running',
      metrics: [{ key: 'revenue', role: 'primary' }, 'visit'],
      variants: HALVES,
    });
    for (let i = 0; i < 20; i++)
      await call(
        'GET',
        `/experiments/roles/assignment/u${i}?enroll=true&attributes=${encodeURIComponent('{"plan":"pro"}')}`,
      );
    const events = Array.from({ length: 20 }, (_, i) => ({ user_id: `u${i}`, type: 'buy', value: i }));
    await call('POST', '/events/batch', { events });
    await call('POST', '/events', { user_id: 'u1', type: 'visit' });
    await until('the events', async () => {
      const { body } = await app.call('GET', '/api/v1/balance');
      return JSON.stringify(body).includes('"stored":21');
    });
    await call('PUT', '/experiments/roles/overrides/u3', { variant_key: 'control' });
    await call('DELETE', '/experiments/roles/overrides/u3');
    const assigned_at = new Date(Date.now() - 3_600_000).toISOString();
    const assignments = [{ user_id: 'u40', variant_key: 'control', assigned_at }];
    await call('POST', '/experiments/roles/assignments/import', { assignments });
    await call('POST', '/experiments/roles/assignments/bulk', { user_ids: ['u41', 'u42'] });
    await call('POST', '/experiments/roles/epochs', { variants: HALVES, coverage_pct: 100 });

    for (const query of ['', '?breakdown=plan&novelty=true&granularity=day', '?explain=sql', '?format=csv'])
      await call('GET', `/experiments/roles/results${query}`);
    for (const path of [
      '/dead-letters',
      '/dead-letters/stats',
      '/jobs',
      '/tokens',
      '/experiments/roles/balance',
    ])
      await call('GET', path);

    await finished(await call('POST', '/experiments/roles/recompute'));
    expect(await finished(await call('POST', '/experiments/roles/verify'))).toMatchObject({ drift: 0 });
    for (const work of ['pause', 'resume', 'complete', 'archive'])
      await call('POST', `/experiments/roles/${work}`);
    const maintenance = worker.get(MaintenanceService, { strict: false });
    for (const kind of ['lifecycle', 'partitions', 'reconcile', 'recompute'] as const)
      await maintenance.run(kind, null);
  });

  it('results come over a connection of the role that only reads', async () => {
    const rows = await app.database.source.query<{ application: string; role: string }[]>(
      `SELECT DISTINCT application_name AS application, regexp_replace(usename, '^.*_', '') AS role
       FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^assay-(api|worker|reader)'
       ORDER BY 1`,
    );
    expect(rows).toEqual([
      { application: 'assay-api', role: 'api' },
      { application: 'assay-api-changes', role: 'api' },
      { application: 'assay-reader', role: 'reader' },
      { application: 'assay-worker', role: 'worker' },
    ]);
  });
});
