import { getQueueToken } from '@nestjs/bullmq';
import { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { EVENTS_QUEUE, JOB_OPTIONS } from '@app/queue';
import type { ReceivedEvent } from '@app/store';
import { Breaker } from '../../apps/worker/src/ingest/breaker';
import { ACTIONS } from '../../apps/worker/src/ingest/failure';
import { IngestProcessor } from '../../apps/worker/src/ingest/ingest.processor';
import { expectProblem } from '../api/help';
import { startApp, TestApp } from '../support/app';
import { anEvent } from '../support/builders';
import { until } from '../support/wait';

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(60_000);

describe.each(['postgres', 'redis'] as const)('jobs that cannot be done, on the %s queue', (kind) => {
  let app: TestApp;
  let worker: INestApplicationContext;
  let queue: Queue;
  beforeAll(async () => {
    app = await startApp({ queue: kind, worker: false });
    worker = await app.startWorker();
    queue = worker.get<Queue>(getQueueToken(EVENTS_QUEUE));
  });
  afterAll(() => app.close());

  const sql = <T = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
    app.database.source.query(text, values);
  const jobOf = (events: unknown[]) => ({ v: 1, received_at: '2026-11-20T10:00:00.000Z', events });
  const bare = (event: Partial<ReceivedEvent> = {}) => {
    const { received_at: _, ...rest } = anEvent(event);
    return rest;
  };
  const storedOf = async (ids: string[]): Promise<number> =>
    (await sql<{ count: number }>('SELECT count(*)::int AS count FROM event_ledger WHERE event_id = ANY ($1::uuid[])', [ids]))[0].count; // prettier-ignore
  const drained = () => until('an empty queue', async () => (await queue.getJobCountByTypes('active', 'waiting', 'delayed', 'failed')) === 0); // prettier-ignore
  /** The error class that PostgreSQL gives for every new event. */
  async function breakWith(sqlstate: string): Promise<() => Promise<unknown>> {
    await sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '${sqlstate}'; END $$`);
    await sql('CREATE TRIGGER refuse BEFORE INSERT ON event_ledger EXECUTE FUNCTION refuse()');
    return () => sql('DROP FUNCTION refuse() CASCADE');
  }

  it('come back without burning an attempt while the database is away; after five failures the worker rests, and goes on by itself', async () => {
    const breaker = worker.get(Breaker);
    const mend = await breakWith('57P03');
    const events = Array.from({ length: 6 }, () => bare());
    for (const event of events) await queue.add('ingest', jobOf([event]), JOB_OPTIONS);
    await until('the pause', async () => breaker.pausedBy === 'unavailable');
    // A job on its way from one state to the next is in no list for a moment.
    const jobs = await until('all six', async () => {
      const found = await queue.getJobs(['delayed', 'waiting', 'active', 'failed']);
      return found.length === events.length && found;
    });
    expect(jobs.map((job) => job.attemptsMade)).toEqual(events.map(() => 0));
    await mend();
    await until('the events', async () => (await storedOf(events.map(({ event_id }) => event_id))) === 6);
    await until('the end of the pause', async () => breaker.pausedBy === null);
    expect(await sql('SELECT * FROM dead_events')).toEqual([]);
    await drained();
  });

  it('stop the worker when a table is missing, bury nothing, and say so in the metrics', async () => {
    const patience = jest.replaceProperty(ACTIONS.program, 'probeMs', 1_500);
    await sql('ALTER TABLE totals_versions RENAME TO totals_versions_away');
    await sql('ALTER TABLE ingest_days RENAME TO ingest_days_away');
    const event = bare();
    await queue.add('ingest', jobOf([event]), JOB_OPTIONS);
    const breaker = worker.get(Breaker);
    await until('the pause', async () => breaker.pausedBy === 'program');
    await until('the pause in the metrics', async () =>
      /assay_workers_paused\{reason="program"\} 1/.test((await app.call('GET', '/metrics')).body));
    await sql('ALTER TABLE totals_versions_away RENAME TO totals_versions');
    await sql('ALTER TABLE ingest_days_away RENAME TO ingest_days');
    expect(await sql('SELECT * FROM dead_events')).toEqual([]);
    await until('the event, by itself', async () => (await storedOf([event.event_id])) === 1);
    await drained();
    patience.restore();
  }); // prettier-ignore

  it('bury what is no event, or has no id, alone', async () => {
    const [good, other] = [bare(), bare()];
    const odd = [{ ...bare(), event_id: 'no uuid' }, { event_id: other.event_id.toUpperCase(), type: 'half' }, 7, null];
    await queue.add('ingest', jobOf([good, ...odd, bare({ timestamp: 'no time' })]), JOB_OPTIONS);
    await drained();
    expect(await storedOf([good.event_id])).toBe(1);
    const dead = await sql<{ sqlstate: string; payload: string; job_id: string }>('SELECT * FROM dead_events ORDER BY sqlstate, payload');
    expect(dead.map(({ sqlstate }) => sqlstate)).toEqual(['22000', '22000', '22000', '22007', '22P02']);
    expect(dead.every(({ job_id }) => job_id !== null)).toBe(true);
    expect(dead.filter(({ payload }) => JSON.parse(payload).item === 7)).toHaveLength(1);
    // Again: the same five, and nothing new.
    await queue.add('ingest', jobOf([good, ...odd, JSON.parse(dead[3].payload)]), JOB_OPTIONS);
    await drained();
    expect(await sql('SELECT * FROM dead_events')).toHaveLength(5);
    expect((await app.call('GET', '/api/v1/balance?recount=true')).body.total).toMatchObject({
      balanced: true, rows: { drift: 0, dead: 5 },
    });
  }); // prettier-ignore

  it('are kept whole when they are no jobs at all', async () => {
    await queue.add('ingest', { anything: [1] }, { ...JOB_OPTIONS, jobId: 'garbage' });
    await drained();
    expect(await sql(`SELECT * FROM dead_jobs WHERE job_id = 'garbage'`)).toMatchObject([{ status: 'dead', payload: '{"anything":[1]}' }]); // prettier-ignore
  });

  it('run alone after they stalled often, and leave the queue whole when they go on ending their workers', async () => {
    const processor = worker.get(IngestProcessor);
    const events = [bare(), bare()];
    const job = { id: 'killer', data: jobOf(events), stalledCounter: 6, attemptsMade: 0 } as never;
    expect((await processor.process(job)).batch).toEqual({ received: 2, stored: 2, duplicates: 0, dead: 0, erased: 0 });
    expect(await sql(`SELECT * FROM dead_jobs WHERE job_id = 'killer'`)).toEqual([]);
    // Five workers begin it and are never heard of again.
    await sql(`INSERT INTO dead_jobs (job_id, status, starts, reason) VALUES ('killer', 'suspect', 5, 'stalled')`);
    await processor.process(job);
    const [dead] = await sql<{ status: string; payload: string; reason: string }>(`SELECT * FROM dead_jobs WHERE job_id = 'killer'`);
    expect(dead).toMatchObject({ status: 'dead', reason: expect.stringContaining('5 times when it ran alone') });
    expect(JSON.parse(dead.payload)).toEqual(jobOf(events));
  }); // prettier-ignore

  it('find the one event that fails for a reason nobody knows, after ten tries', async () => {
    const mend = await breakWith('P0001');
    const processor = worker.get(IngestProcessor);
    const event = bare();
    const job = (attemptsMade: number) => ({ id: 'odd', data: jobOf([event]), stalledCounter: 0, attemptsMade }) as never;
    await expect(processor.process(job(10))).rejects.toThrow('injected');
    expect((await processor.process(job(11))).batch).toMatchObject({ dead: 1 });
    await mend();
    expect((await app.call('GET', `/api/v1/dead-letters/${event.event_id}`)).body).toMatchObject({ sqlstate: 'P0001', reason: 'injected' });
    expectProblem(await app.call('GET', '/api/v1/dead-letters/x'), { status: 400, code: 'invalid_request', pointer: '/id' });
  }); // prettier-ignore

  it('stop the worker when more would die than can be an accident', async () => {
    const before = (await sql<{ count: number }>('SELECT count(*)::int AS count FROM dead_events'))[0].count;
    const poison = Array.from({ length: 200 }, () => bare({ timestamp: 'no time' }));
    await queue.add('ingest', jobOf(poison), { ...JOB_OPTIONS, jobId: 'flood' });
    await until('the pause', async () => worker.get(Breaker).pausedBy === 'flood');
    const [{ count }] = await sql<{ count: number }>('SELECT count(*)::int AS count FROM dead_events');
    expect(count - before).toBeLessThan(100);
    expect((await queue.getJob('flood'))?.attemptsMade).toBe(0);
    await (await until('the job in the queue', async () => (await (await queue.getJob('flood'))?.getState()) === 'delayed' && queue.getJob('flood')))?.remove(); // prettier-ignore
  });
});
