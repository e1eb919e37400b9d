import { getQueueToken } from '@nestjs/bullmq';
import { INestApplicationContext } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { EVENTS_QUEUE, JOB_OPTIONS } from '@app/queue';
import { IngestProcessor } from '../../apps/worker/src/ingest/ingest.processor';
import { Client } from '../../tools/import/client';
import * as ops from '../../tools/ops/dead-letters';
import { startApp, TestApp } from '../support/app';
import { anEvent } from '../support/builders';
import { until } from '../support/wait';
import { anExperiment, expectProblem } from './help';

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(40_000);

describe.each(['postgres', 'redis'] as const)('dead letters, on the %s queue', (kind) => {
  let app: TestApp;
  let worker: INestApplicationContext;
  let queue: Queue;
  beforeAll(async () => {
    app = await startApp({ queue: kind, worker: false });
    worker = await app.startWorker();
    queue = worker.get<Queue>(getQueueToken(EVENTS_QUEUE));
  });
  afterAll(() => app.close());

  const get = async (path: string) => (await app.call('GET', `/api/v1/${path}`)).body;
  const post = (path: string, body?: object) => app.call('POST', `/api/v1/${path}`, body);
  const sql = (text: string) => app.database.source.query(text);
  /** PostgreSQL refuses events of this type, until the cause is fixed. */
  const refuse = async (type: string): Promise<() => Promise<unknown>> => {
    await sql(`ALTER TABLE events ADD CONSTRAINT refuse CHECK (type <> '${type}') NOT VALID`);
    return () => sql('ALTER TABLE events DROP CONSTRAINT refuse');
  };
  async function send(events: object[]): Promise<string[]> {
    const { body } = await post('events/batch', { events });
    await settled();
    return body.event_ids;
  }
  const settled = () => until('an empty queue', async () => (await queue.getJobCountByTypes('active', 'waiting', 'delayed')) === 0); // prettier-ignore

  it('are replayed into the totals as if nothing had happened, however often that is asked', async () => {
    const { id } = await anExperiment(app);
    await app.call('GET', `/api/v1/experiments/${id}/assignment/ann`);
    const mend = await refuse('buy');
    const [event] = await send([{ user_id: 'ann', type: 'buy', value: 3 }]);
    const path = `dead-letters/${event}`;
    const letter = await get(path);
    expect(letter).toMatchObject({ id: event, status: 'open', sqlstate: '23514', replay_count: 0, resolved_at: null, job_id: expect.any(String) });
    expect(JSON.parse(letter.payload)).toMatchObject({ event_id: event, user_id: 'ann', type: 'buy', value: 3 });

    // Before the cause is fixed it dies again.
    expect((await post(`${path}/replay`)).body).toMatchObject({ status: 'open', replay_count: 1 });
    await settled();
    const again = await get(path);
    expect(again).toMatchObject({ status: 'open', replay_count: 1, first_seen_at: letter.first_seen_at });
    expect(again.last_seen_at > letter.last_seen_at).toBe(true);

    await mend();
    // The second request finds the letter on its way, or replayed.
    const asked = await Promise.all([post(`${path}/replay`), post(`${path}/replay`)]);
    expect(asked.map(({ status }) => status)).toEqual([202, 202]);
    const replayed = await until('the replay', async () => {
      const body = await get(path);
      return body.status === 'replayed' && body;
    });
    expect(replayed).toMatchObject({ replay_count: 2, resolved_at: expect.any(String) });
    for (const answer of [await post(`${path}/replay`), await post(`${path}/discard`, { reason: 'late' })])
      expect(answer.body).toEqual(replayed);
    await settled();
    expect(await get(`events/${event}`)).toMatchObject({ received_at: letter.received_at, timestamp: expect.any(String) });
    const { metrics } = await get(`experiments/${id}/results?metric=buy`);
    const counted = metrics[0].variants.map(({ events }: { events: number }) => events);
    expect(counted.toSorted()).toEqual([0, 1]);
    expect(await get(`experiments/${id}/balance`)).toMatchObject({ total: { received: 1, counted: 1, balanced: true } });
    expect((await get('balance?recount=true')).total).toMatchObject({ balanced: true, rows: { drift: 0 } });
  }); // prettier-ignore

  it('are settled by a copy that can be stored', async () => {
    const mend = await refuse('copy');
    const [event] = await send([{ user_id: 'u', type: 'copy' }]);
    expect((await get(`dead-letters/${event}`)).status).toBe('open');
    await mend();
    await send([{ event_id: event, user_id: 'u', type: 'copy' }]);
    expect(await get(`dead-letters/${event}`)).toMatchObject({ status: 'replayed', replay_count: 0 });
  });

  it('are discarded with a reason, once', async () => {
    const mend = await refuse('junk');
    const [event] = await send([{ user_id: 'u', type: 'junk' }]);
    await mend();
    const path = `dead-letters/${event}`;
    const { status, body } = await post(`${path}/discard`, { reason: 'test traffic' });
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'discarded', note: 'test traffic' } });
    expect((await post(`${path}/discard`, { reason: 'another' })).body).toEqual(body);
    expect((await post(`${path}/replay`)).body).toEqual(body);
    await settled();
    expectProblem(await app.call('GET', `/api/v1/events/${event}`), { status: 404, code: 'not_found' });
    expectProblem(await post(`${path}/discard`, {}), { status: 400, code: 'invalid_request', pointer: '/reason' });
  }); // prettier-ignore

  it('are listed, counted and replayed by kind', async () => {
    const mend = await refuse('bulk');
    const ids = await send(Array.from({ length: 5 }, () => ({ user_id: 'u', type: 'bulk' })));
    const { received_at: _, ...odd } = anEvent({ timestamp: 'no time' });
    await queue.add('ingest', { v: 1, received_at: new Date().toISOString(), events: [odd] }, JOB_OPTIONS);
    await settled();
    await mend();
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await get(`dead-letters?status=open&sqlstate=23514&limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.data[0].payload).toBeUndefined();
      seen.push(...page.data.map(({ id }: { id: string }) => id));
      cursor = page.next_cursor;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect((await get('dead-letters/stats')).letters).toContainEqual({ status: 'open', sqlstate: '23514', letters: 5, oldest: expect.any(String) });
    expect((await post('dead-letters/replay', { since: '2190-01-01T00:00:00Z' })).body).toEqual({ queued: 0, more: false });
    expect((await post('dead-letters/replay', { sqlstate: '23514' })).body).toEqual({ queued: 5, more: false });
    await until('five replays', async () => (await get('dead-letters?status=open')).data.length === 1);
    expect((await get('dead-letters?status=open')).data).toMatchObject([{ id: odd.event_id, sqlstate: '22007' }]);
    await post(`dead-letters/${odd.event_id}/discard`, { reason: 'x' });
    const { body } = await app.call('GET', '/metrics');
    expect(body).toMatch(/assay_dead_letters\{status="open"\} 0/);
    expect(body).toMatch(/assay_ingest_imbalance 0/);
    expect(body).toMatch(/assay_ingest_events_total\{outcome="dead"\} 9/);
  }); // prettier-ignore

  it('are looked after from the command line, over the same calls', async () => {
    const mend = await refuse('cli');
    const [one, two] = await send([{ user_id: 'u', type: 'cli' }, { user_id: 'u', type: 'cli' }]);
    await mend();
    const client = new Client(app.url, app.token, () => undefined, 1_000);
    expect(await ops.list(client, { status: 'open' }, 10)).toMatch(new RegExp(`${one}  open       23514 .*\n|${two}  open `));
    expect(JSON.parse(await ops.show(client, one))).toMatchObject({ id: one, event: { type: 'cli' } });
    expect(await ops.replay(client, one)).toBe(`${one} is on the queue.`);
    await until('the replay', async () => (await get(`dead-letters/${one}`)).status === 'replayed');
    expect(await ops.replay(client, one)).toBe(`${one} is replayed already; nothing was changed.`);
    expect(await ops.discard(client, two, 'a test')).toBe(`${two} is discarded: a test.`);
    expect(await ops.replayAll(client, { sqlstate: '23514' })).toBe('0 letters are on the queue.');
    expect(await ops.stats(client)).toMatch(/replayed +23514 +\d+ {2}since .+Z\n(.*\n)*Dead jobs: 0/);
    await expect(ops.show(client, 'x')).rejects.toThrow(/status 400/);
  }); // prettier-ignore

  it('need the scope admin, and an id', async () => {
    for (const path of ['dead-letters', 'dead-letters/stats', `dead-letters/${uuidv7()}`])
      expect((await fetch(`${app.url}/api/v1/${path}`)).status).toBe(401);
    expectProblem(await app.call('GET', `/api/v1/dead-letters/${uuidv7()}`), { status: 404, code: 'not_found' }); // prettier-ignore
    expectProblem(await post('dead-letters/x/replay'), { status: 400, code: 'invalid_request', pointer: '/id' }); // prettier-ignore
    expectProblem(await app.call('GET', '/api/v1/dead-letters?status=odd'), { status: 400, code: 'invalid_request', pointer: '/status' }); // prettier-ignore
  });

  it('leave the ledger balanced under copies, poison and runs that are repeated', async () => {
    const processor = worker.get(IngestProcessor);
    const before = (await get('balance')).total;
    const bare = (event = {}) => {
      const { received_at: _, ...rest } = anEvent(event);
      return rest;
    };
    const good = Array.from({ length: 30 }, () => bare());
    const bad = Array.from({ length: 3 }, () => bare({ timestamp: 'no time' }));
    const jobs = [[...good.slice(0, 20), bad[0], bad[0]], [...good.slice(10), bad[1]], [bad[2], ...good.slice(25), good[25]]];
    // Each twice, as after a commit whose reply was lost, and all at once.
    await Promise.all([...jobs, ...jobs].map((events, i) =>
      processor.process({ id: `b-${i}`, data: { v: 1, received_at: '2026-10-31T23:59:59.000Z', events } } as never)));
    const { total, days } = await get('balance?recount=true');
    expect(total).toMatchObject({ balanced: true, rows: { drift: 0 } });
    const received = 2 * jobs.flat().length;
    expect({
      received: total.received - before.received, stored: total.stored - before.stored,
      duplicate: total.duplicate - before.duplicate, dead: total.dead - before.dead,
    }).toEqual({ received, stored: 30, duplicate: received - 33, dead: 3 });
    expect(days.find(({ day }: { day: string }) => day === '2026-10-31')).toMatchObject({ received, stored: 30, dead: 3 });
    expect((await get('balance?start_date=2026-10-31&end_date=2026-11-01')).days).toHaveLength(1);
  }); // prettier-ignore
});
