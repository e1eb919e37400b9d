import { randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { EVENTS_QUEUE, IngestJob, jobIdOf } from '@app/queue';
import { Answer, startApp, TestApp } from '../support/app';
import { OwnRedis } from '../support/redis';
import { until } from '../support/wait';
import { expectProblem, stored } from './help';

const anEvent = () => ({ event_id: randomUUID(), user_id: 'u', type: 'buy' });
const TICK_MS = 20;
const some = (count: number) => Array.from({ length: count }, anEvent);
const idsOf = (events: { event_id: string }[]) => events.map(({ event_id }) => event_id);

let redis: OwnRedis;
let app: TestApp | undefined;

beforeEach(async () => {
  redis = await OwnRedis.create();
});
afterEach(async () => {
  redis.thaw();
  await app?.close();
  app = undefined;
  await redis.remove();
});

const start = async (options: Parameters<typeof startApp>[0] = {}): Promise<TestApp> => {
  app = await startApp({ worker: false, ...options, env: { REDIS_URL: redis.url, ...options.env } });
  return app;
};
const send = (event: object): Promise<Answer> => (app as TestApp).call('POST', '/api/v1/events', event);
const sendBatch = (events: object[]): Promise<Answer> =>
  (app as TestApp).call('POST', '/api/v1/events/batch', { events });
const accepted = () => until('an acknowledgement', async () => (await send(anEvent())).status === 202);
const gauge = async (name: string): Promise<number> => {
  const { body } = await (app as TestApp).call('GET', '/metrics');
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(body as string)?.[1]);
};

/** Without the time for which this process, in which the api is, could not run. */
async function timed(work: Promise<Answer>): Promise<Answer & { ms: number }> {
  const since = performance.now();
  let [lost, seen] = [0, since];
  const watch = setInterval(() => {
    const now = performance.now();
    lost += Math.max(0, now - seen - 2 * TICK_MS);
    seen = now;
  }, TICK_MS);
  const answer = await work.finally(() => clearInterval(watch));
  return { ...answer, ms: performance.now() - since - lost };
}

function expectUnavailable(answer: Answer & { ms: number }): void {
  expectProblem(answer, { status: 503, code: 'queue_unavailable' });
  expect(answer.ms).toBeLessThan(3_000);
  const seconds = Number(answer.headers.get('retry-after'));
  expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 5).toBe(true);
}

describe.each(['postgres', 'redis'] as const)('single events on the %s queue', (queue) => {
  it('share jobs, each acknowledged, each with a time of its own', async () => {
    app = await startApp({ queue, worker: false });
    const events = some(300);
    const answers = await Promise.all(events.map(send));
    expect(answers.map(({ status }) => status)).toEqual(events.map(() => 202));
    expect(await gauge('assay_queue_jobs')).toBeLessThan(events.length);
    await app.startWorker();
    await stored(app, idsOf(events));
    const [{ times, odd }] = await app.database.source.query(
      'SELECT count(DISTINCT received_at)::int AS times, count(*) FILTER (WHERE timestamp <> received_at)::int AS odd FROM events',
    );
    expect(times).toBeGreaterThan(1);
    expect(odd).toBe(0);
  });
});

describe('a job', () => {
  it('has the id of its events, whatever their order, and a batch is one job', async () => {
    await redis.start();
    await start();
    const events = some(20);
    await sendBatch(events);
    await sendBatch(events.toReversed());
    expect((await jobsInQueue()).map(({ data }) => data.events.length)).toEqual([20]);
    expect(jobIdOf(events as never)).toBe(jobIdOf(events.toReversed() as never));
    expect(await gauge('assay_queue_jobs')).toBe(1);
  });
});

/** As the worker would find them. */
function jobsInQueue(): Promise<{ data: IngestJob }[]> {
  return (app as TestApp).api.get<Queue<IngestJob>>(getQueueToken(EVENTS_QUEUE)).getJobs();
}

describe('when Redis does not answer', () => {
  it('every request is refused within three seconds, and accepted again afterwards', async () => {
    await redis.start();
    await start();
    await accepted();
    redis.freeze();
    const first = await Promise.all([send(anEvent()), send(anEvent()), sendBatch(some(3))].map(timed));
    first.forEach(expectUnavailable);
    const later = await Promise.all(some(20).map((event) => timed(send(event))));
    later.forEach(expectUnavailable);
    for (const { ms } of later) expect(ms).toBeLessThan(1_000);
    redis.thaw();
    await accepted();
  });

  it('the same holds when it was killed, and when it was never there', async () => {
    await start();
    expectUnavailable(await timed(send(anEvent())));
    expect((await (app as TestApp).call('GET', '/health/ready')).status).toBe(503);
    await redis.start();
    await accepted();
    await redis.kill();
    expectUnavailable(await timed(send(anEvent())));
    expectUnavailable(await timed(sendBatch(some(3))));
    await redis.start();
    await accepted();
    expect((await (app as TestApp).call('GET', '/health/ready')).status).toBe(200);
  });
});

describe('with an inbox', () => {
  const env = { INGEST_FALLBACK: 'inbox' };

  it('events are durable in the database while Redis is away, and count once', async () => {
    await redis.start();
    const { database } = await start({ env });
    await accepted();
    redis.freeze();
    const events = some(50);
    const answers = await Promise.all(
      [...events.slice(0, 30).map(send), sendBatch(events.slice(30))].map(timed),
    );
    for (const { status, body, ms } of answers) {
      expect([status, body.queued_in]).toEqual([202, 'inbox']);
      expect(ms).toBeLessThan(3_000);
    }
    expect((await sendBatch(events.slice(30))).status).toBe(202);
    expect((await (app as TestApp).call('GET', '/health/ready')).status).toBe(200);
    expect(await gauge('assay_inbox_jobs')).toBeGreaterThan(0);
    redis.thaw();
    await until('the queue', async () => (await sendBatch(events)).body.queued_in === undefined);
    await (app as TestApp).startWorker();
    await stored(app as TestApp, idsOf(events));
    await until('an empty inbox', async () => {
      const [{ rows }] = await database.source.query('SELECT count(*)::int AS rows FROM inbox');
      return rows === 0;
    });
    const [{ count }] = await database.source.query(
      'SELECT count(*)::int FROM events WHERE event_id = ANY ($1)',
      [idsOf(events)],
    );
    expect(count).toBe(50);
  });

  it('events are refused when the database does not take them either', async () => {
    const { database } = await start({ env });
    await database.source.query('ALTER TABLE inbox RENAME TO gone');
    expectUnavailable(await timed(send(anEvent())));
    expectUnavailable(await timed(sendBatch(some(2))));
    await database.source.query('ALTER TABLE gone RENAME TO inbox');
    expect((await send(anEvent())).body.queued_in).toBe('inbox');
  });
});

describe('when too much waits', () => {
  const expectOverloaded = (answer: Answer): void => {
    expectProblem(answer, { status: 503, code: 'overloaded' });
    const seconds = Number(answer.headers.get('retry-after'));
    expect(Number.isInteger(seconds) && seconds >= 5 && seconds <= 30).toBe(true);
  };
  const refused = () =>
    until('a refusal', async () => ((await send(anEvent())).status === 503 ? true : null));

  it('events are refused from the high mark on until there is room again', async () => {
    await redis.start();
    await start({ env: { INGEST_MAX_QUEUE_JOBS: '20' } });
    await refused();
    expectOverloaded(await send(anEvent()));
    expectOverloaded(await sendBatch(some(2)));
    expect(await gauge('assay_backpressure')).toBe(1);
    expect((await (app as TestApp).call('GET', '/health/ready')).status).toBe(200);
    await (app as TestApp).startWorker();
    await accepted();
    expect(await gauge('assay_backpressure')).toBe(0);
  });

  it('events are refused because the oldest has waited too long', async () => {
    await redis.start();
    await start({ env: { INGEST_MAX_LAG_SECONDS: '1' } });
    expect((await send(anEvent())).status).toBe(202);
    await refused();
    expectOverloaded(await send(anEvent()));
    expect(await gauge('assay_queue_lag_seconds')).toBeGreaterThan(1);
  });

  it('events are refused before the memory of Redis is full', async () => {
    await redis.start({ maxmemory: '4mb' });
    await start();
    // Slowly enough for a look each second to see it coming.
    const fill = () => sendBatch(some(50));
    await until('a refusal', async () => ((await fill()).status === 503 ? true : null));
    expectOverloaded(await fill());
    const share = await gauge('assay_queue_memory_share');
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(1);
  });
});

describe('settings under which accepted events can be lost', () => {
  const strict = { ALLOW_RELAXED_DURABILITY: 'false' };

  it('keep the api and the worker from starting, each with its name', async () => {
    await redis.start({ appendfsync: 'everysec', 'maxmemory-policy': 'allkeys-lru' });
    const attempt = start({ env: strict });
    await expect(attempt).rejects.toThrow(
      /Redis appendfsync is everysec.*Redis maxmemory-policy is allkeys-lru/s,
    );
    // The database of the tests is without fsync.
    await expect(attempt).rejects.toThrow(/PostgreSQL fsync is off/);
    await start();
    await expect((app as TestApp).startWorker(strict)).rejects.toThrow(/Redis appendfsync is everysec/);
  });

  it('are in every acknowledgement when they are allowed', async () => {
    await redis.start({ appendonly: 'no' });
    await start();
    expect((await send(anEvent())).body.durability).toBe('relaxed');
    expect((await sendBatch(some(2))).body.durability).toBe('relaxed');
    expect(await gauge('assay_durability_relaxed')).toBe(1);
  });
});
