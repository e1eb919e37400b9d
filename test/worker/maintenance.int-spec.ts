import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { MAINTENANCE_QUEUE, MaintenanceKind, SCHEDULES } from '@app/queue';
import { anExperiment } from '../api/help';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(40_000);

describe.each(['postgres', 'redis'] as const)('upkeep by the %s queue', (kind) => {
  let app: TestApp;
  let queue: Queue;
  beforeAll(async () => {
    app = await startApp({ queue: kind, worker: false });
    const worker = await app.startWorker();
    queue = worker.get<Queue>(getQueueToken(MAINTENANCE_QUEUE));
  });
  afterAll(() => app.close());

  const now = (work: MaintenanceKind) => queue.add(work, { v: 1, kind: work });
  const statusOf = async (id: string) =>
    (
      await app.database.source.query('SELECT status, started_at, ended_at FROM experiments WHERE id = $1', [
        id,
      ])
    )[0];

  it('is on the schedule as soon as a worker is there', async () => {
    const schedulers = await until('four schedules', async () => {
      const found = await queue.getJobSchedulers();
      return found.length === Object.keys(SCHEDULES).length ? found : null;
    });
    expect(schedulers.map(({ key }) => key).sort()).toEqual([
      'lifecycle',
      'partitions',
      'recompute',
      'reconcile',
    ]);
    expect(schedulers.find(({ key }) => key === 'recompute')).toMatchObject({
      pattern: '0 15 3 * * *',
      tz: 'UTC',
    });
  });

  it('runs a job that the queue never got', async () => {
    const { id } = await anExperiment(app);
    const [job] = await app.database.source.query<{ id: string }[]>(
      `INSERT INTO jobs (id, kind, experiment_id, state, created_at)
       VALUES (gen_random_uuid(), 'verify', $1, 'waiting', now() - interval '2 minutes') RETURNING id`,
      [id],
    );
    await now('lifecycle');
    const { body } = await until('the forgotten job', async () => {
      const answer = await app.call('GET', `/api/v1/jobs/${job.id}`);
      return answer.body.state === 'completed' ? answer : null;
    });
    expect(body).toMatchObject({ kind: 'verify', experiment_id: id, result: { drift: 0 } });
  });

  it.each<MaintenanceKind>(['reconcile', 'partitions', 'recompute'])(
    'leaves a row about every run of %s',
    async (work) => {
      const { id } = await anExperiment(app);
      await now(work);
      const job = await until(work, async () => {
        const { body } = await app.call('GET', '/api/v1/jobs?limit=100');
        return (
          body.data.find(
            (row: { kind: string; state: string }) => row.kind === work && row.state === 'completed',
          ) ?? null
        );
      });
      expect(job).toMatchObject({ experiment_id: null, progress: 1, error: null });
      if (work !== 'partitions') expect(job.result).toMatchObject({ drift: 0 });
      const { body } = await app.call('GET', `/api/v1/experiments/${id}/results`);
      expect(body.population.users).toBe(0);
    },
  );

  it('makes room for events of the months to come', async () => {
    const rows = await app.database.source.query(
      `SELECT count(*)::int AS count FROM pg_inherits WHERE inhparent = 'events'::regclass`,
    );
    expect(rows[0].count).toBeGreaterThanOrEqual(4);
  });

  it('writes planned starts and ends down, with the times that were planned', async () => {
    const starts_at = '2025-01-01T00:00:00.000Z';
    const begun = await anExperiment(app, { status: 'draft', starts_at });
    const ends_at = new Date(Date.now() + 4_000).toISOString();
    const over = await anExperiment(app, { ends_at });
    const waiting = await anExperiment(app, { status: 'draft', starts_at: '2190-01-01T00:00:00Z' });
    await until('the end to come', async () => Date.now() > Date.parse(ends_at));
    await until('both to be written down', async () => {
      await now('lifecycle');
      return (
        (await statusOf(begun.id)).status === 'running' && (await statusOf(over.id)).status === 'completed'
      );
    });
    expect(new Date((await statusOf(begun.id)).started_at).toISOString()).toBe(starts_at);
    expect(new Date((await statusOf(over.id)).ended_at).toISOString()).toBe(ends_at);
    expect(await statusOf(waiting.id)).toMatchObject({ status: 'draft', started_at: null });
  });

  it('leaves a job of an unknown kind in the queue', async () => {
    const job = await queue.add('odd', { v: 1, kind: 'odd' }, { attempts: 5, backoff: { type: 'custom' } });
    await until('the first try', async () => (await job.getState()) === 'delayed');
    expect((await queue.getJob(job.id as string))?.failedReason).toContain('/kind');
    await (await queue.getJob(job.id as string))?.remove();
  });

  it('says in the row what went wrong', async () => {
    const { id } = await anExperiment(app);
    await app.database.source.query('ALTER TABLE gaps RENAME TO gaps_away');
    const { headers } = await app.call('POST', `/api/v1/experiments/${id}/verify`);
    const location = headers.get('location') as string;
    const failed = await until('the failure', async () => {
      const { body } = await app.call('GET', location);
      return body.error === null ? null : body;
    });
    expect(failed.error).toContain('gaps');
    await app.database.source.query('ALTER TABLE gaps_away RENAME TO gaps');
    const job = await until('the next try', async () => {
      const { body } = await app.call('GET', location);
      return body.state === 'completed' ? body : null;
    });
    expect(job).toMatchObject({ error: null, result: { drift: 0 } });
  });
});
