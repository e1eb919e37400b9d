import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { EVENTS_QUEUE, JOB_OPTIONS } from '@app/queue';
import type { ReceivedEvent } from '@app/store';
import { IngestProcessor } from '../../apps/worker/src/ingest/ingest.processor';
import type { IngestReport } from '../../apps/worker/src/ingest/ingest.service';
import { startApp, TestApp } from '../support/app';
import { anEvent } from '../support/builders';
import { until } from '../support/wait';

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(40_000);

describe.each(['postgres', 'redis'] as const)('ingesting from the %s queue', (kind) => {
  let app: TestApp;
  let worker: INestApplicationContext;
  let queue: Queue;
  beforeAll(async () => {
    app = await startApp({ queue: kind, worker: false });
    worker = await app.startWorker();
    queue = worker.get<Queue>(getQueueToken(EVENTS_QUEUE));
  });
  afterAll(() => app.close());

  const jobOf = (events: Partial<ReceivedEvent>[], v = 1) => {
    const full = events.map((event) => anEvent(event));
    const job = {
      v,
      received_at: full[0].received_at,
      events: full.map(({ received_at: _, ...event }) => event),
    };
    return { job, ids: full.map((event) => event.event_id) };
  };
  const storedOf = async (ids: string[]): Promise<number> =>
    (
      await app.database.source.query(
        'SELECT count(*)::int AS count FROM events WHERE event_id = ANY ($1::uuid[])',
        [ids],
      )
    )[0].count;

  it.each<[string, Partial<ReceivedEvent>, string]>([
    ['a time that is none', { timestamp: 'not a time' }, '22007'],
    ['an experiment that is no id', { experiment_id: 'checkout' }, '22P02'],
    ['a year that PostgreSQL does not know', { timestamp: '999999-01-01T00:00:00Z' }, '22008'],
    ...(kind === 'redis'
      ? ([['a user with NUL', { user_id: 'a\u0000b' }, '22021']] as [
          string,
          Partial<ReceivedEvent>,
          string,
        ][])
      : []),
  ])('buries an event with %s, and stores the others of the job', async (_, poison, sqlstate) => {
    const { job, ids } = jobOf([
      ...Array.from({ length: 20 }, () => ({})),
      poison,
      ...Array.from({ length: 20 }, () => ({})),
    ]);
    await queue.add('ingest', job, JOB_OPTIONS);
    const [dead] = await until('the burial', async () => {
      const rows = await app.database.source.query('SELECT * FROM dead_events WHERE event_id = $1', [
        ids[20],
      ]);
      return rows.length > 0 && (await storedOf(ids)) === 40 ? rows : null;
    });
    expect(dead).toMatchObject({ sqlstate, reason: expect.any(String) });
    expect(JSON.parse(dead.payload)).toMatchObject(poison);
    expect(
      await app.database.source.query('SELECT FROM event_ledger WHERE event_id = $1', [ids[20]]),
    ).toEqual([]);
    await until(
      'the end of the job',
      async () => (await queue.getJobCountByTypes('active', 'waiting', 'delayed')) === 0,
    );
  });

  it('leaves a job of a version it does not know in the queue, and goes on', async () => {
    const { job, ids } = jobOf([{}], 2);
    const added = await queue.add('ingest', job, { ...JOB_OPTIONS, jobId: randomUUID() });
    await until('the first try', async () => {
      const state = await added.getState();
      return state === 'delayed' && ((await queue.getJob(added.id as string))?.attemptsMade ?? 0) >= 1;
    });
    const later = jobOf([{}]);
    await queue.add('ingest', later.job, JOB_OPTIONS);
    await until('the next job', async () => (await storedOf(later.ids)) === 1);
    expect(await storedOf(ids)).toBe(0);
    expect((await queue.getJob(added.id as string))?.failedReason).toContain('/v');
    await (await queue.getJob(added.id as string))?.remove();
  });

  it('stores a job that comes twice once', async () => {
    const { job, ids } = jobOf([{}, {}, {}]);
    for (let i = 0; i < 3; i++) await queue.add('ingest', job, JOB_OPTIONS);
    await until(
      'all three',
      async () => (await queue.getJobCountByTypes('active', 'waiting', 'delayed')) === 0,
    );
    expect(await storedOf(ids)).toBe(3);
  });

  it('lets jobs that come together share a transaction, and reports on it', async () => {
    const jobs = Array.from({ length: 60 }, () => ({ ...jobOf([{}, {}]), jobId: randomUUID() }));
    const ours = new Set<string>(jobs.map(({ jobId }) => jobId));
    const reports: IngestReport[] = [];
    // A job of another test may be said to be completed only now.
    worker.get(IngestProcessor).worker.on('completed', (job, report: IngestReport) => {
      if (ours.delete(job.id as string)) reports.push(report);
    });
    await queue.addBulk(
      jobs.map(({ job, jobId }) => ({ name: 'ingest', data: job, opts: { ...JOB_OPTIONS, jobId } })),
    );
    await until('60 reports', async () => ours.size === 0);
    expect(await storedOf(jobs.flatMap(({ ids }) => ids))).toBe(120);
    for (const { received, batch } of reports) {
      expect(received).toBe(2);
      expect(batch).toEqual({
        received: batch.received,
        stored: batch.received,
        duplicates: 0,
        dead: 0,
        erased: 0,
      });
    }
    expect(Math.max(...reports.map(({ batch }) => batch.received))).toBeGreaterThan(2);
  });

  it('counts what it knew already as duplicates', async () => {
    const { job } = jobOf([{}, {}]);
    const processor = worker.get(IngestProcessor);
    const first = await processor.process({ data: job } as never);
    const again = await processor.process({ data: job } as never);
    expect([first.batch, again.batch]).toMatchObject([{ stored: 2, duplicates: 0 }, { stored: 0, duplicates: 2 }]); // prettier-ignore
  });
});
