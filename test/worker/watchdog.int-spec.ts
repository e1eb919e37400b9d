import { getQueueToken } from '@nestjs/bullmq';
import { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { MAINTENANCE_QUEUE } from '@app/queue';
import { Scheduler } from '../../apps/worker/src/maintenance/scheduler';
import { Watchdog } from '../../apps/worker/src/maintenance/watchdog';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(40_000);

describe('the watchdog', () => {
  let app: TestApp;
  let workers: INestApplicationContext[];
  beforeAll(async () => {
    app = await startApp({ queue: 'redis', worker: false });
    workers = [await app.startWorker(), await app.startWorker()];
    const queue = workers[0].get<Queue>(getQueueToken(MAINTENANCE_QUEUE));
    for (const worker of workers) worker.get(Scheduler).beforeApplicationShutdown();
    // What a Redis does that comes back empty; the first runs may still be going on, and make the next ones.
    await until('an empty queue', async () => {
      for (const { key } of await queue.getJobSchedulers()) await queue.removeJobScheduler(key);
      await queue.drain(true);
      return (await queue.getJobSchedulers()).length + (await queue.getJobCountByTypes('active', 'delayed', 'waiting')) === 0;
    }); // prettier-ignore
  });
  afterAll(() => app.close());

  const sql = <T = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
    app.database.source.query(text, values);
  const look = () => Promise.all(workers.map((worker) => worker.get(Watchdog).look()));
  const runsOf = async (kind: string): Promise<number> =>
    (await sql<{ runs: number }>('SELECT count(*)::int AS runs FROM jobs WHERE kind = $1', [kind]))[0].runs;
  const agesBy = (interval: string) => sql('UPDATE job_runs SET last_success_at = now() - $1::interval', [interval]); // prettier-ignore

  it('leaves alone what ran within two periods', async () => {
    await look();
    const before = await runsOf('reconcile');
    await agesBy('9 minutes 50 seconds');
    await look();
    expect(await runsOf('reconcile')).toBe(before);
  });

  it('runs what is overdue, once, although two workers look, and the queue has lost its schedules', async () => {
    const before = { reconcile: await runsOf('reconcile'), recompute: await runsOf('recompute') };
    await agesBy('10 minutes 10 seconds');
    await look();
    expect(await runsOf('reconcile')).toBe(before.reconcile + 1);
    expect(await runsOf('recompute')).toBe(before.recompute);
    await agesBy('49 hours');
    await look();
    expect(await runsOf('recompute')).toBe(before.recompute + 1);
    const [{ late }] = await sql<{ late: number }>(
      `SELECT count(*)::int AS late FROM job_runs WHERE last_success_at < now() - interval '1 minute'`,
    );
    expect(late).toBe(0);
  });

  it('leaves it to a worker that is at it', async () => {
    await agesBy('1 hour');
    const before = await runsOf('reconcile');
    const holder = app.database.source.createQueryRunner();
    await holder.query(`SELECT pg_advisory_lock(hashtextextended('scheduled reconcile', 0))`);
    await look();
    expect(await runsOf('reconcile')).toBe(before);
    await holder.query(`SELECT pg_advisory_unlock(hashtextextended('scheduled reconcile', 0))`);
    await holder.release();
    await until('the run', async () => {
      await look();
      return (await runsOf('reconcile')) === before + 1;
    });
  });
});
