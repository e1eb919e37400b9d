import { MaintenanceService } from '../../apps/worker/src/maintenance/maintenance.service';
import { startApp, TestApp } from '../support/app';
import { OwnRedis } from '../support/redis';
import { untilLocked } from '../support/locks';
import { until } from '../support/wait';
import { anExperiment, expectProblem, sendAndStore } from './help';

// Longer than `until` waits, so that a failure says what was waited for.
jest.setTimeout(40_000);

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const completed = (location: string) =>
  until('the job', async () => {
    const { body } = await app.call('GET', location);
    return body.state === 'completed' ? body : null;
  });

describe('background jobs', () => {
  it('wait as one when several ask at once, and are done when a worker comes', async () => {
    const { id } = await anExperiment(app);
    // Nobody can write a job until all five have looked whether there is one.
    const blocker = app.database.source.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('LOCK TABLE jobs IN SHARE MODE');
    const asking = Promise.all(
      Array.from({ length: 5 }, () => app.call('POST', `/api/v1/experiments/${id}/verify`)),
    );
    await untilLocked(app.database.db, 5);
    await blocker.commitTransaction();
    await blocker.release();
    const asked = await asking;
    for (const { status, body } of asked)
      expect({ status, body }).toMatchObject({
        status: 202,
        body: { kind: 'verify', state: 'waiting', experiment_id: id },
      });
    expect(new Set(asked.map(({ body }) => body.id)).size).toBe(1);
    const other = await app.call('POST', `/api/v1/experiments/${id}/recompute`);
    expect(other.body.id).not.toBe(asked[0].body.id);
    expect(other.headers.get('location')).toBe(`/api/v1/jobs/${other.body.id}`);
    await app.startWorker();
    for (const answer of [asked[0], other]) {
      const job = await completed(answer.headers.get('location') as string);
      expect(job).toMatchObject({
        progress: 1,
        error: null,
        result: { drift: 0, experiment_id: id },
        started_at: expect.any(String),
      });
    }
  });

  it('find a difference, and put it right', async () => {
    const { id } = await anExperiment(app);
    await app.call('GET', `/api/v1/experiments/${id}/assignment/u`);
    await sendAndStore(app, [{ user_id: 'u', type: 'buy' }]);
    const run = async (kind: string) =>
      completed(
        (await app.call('POST', `/api/v1/experiments/${id}/${kind}`)).headers.get('location') as string,
      );
    expect((await run('verify')).result.drift).toBe(0);
    await app.database.source.query(
      'UPDATE daily_totals SET events = events + 1 WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = $1)',
      [id],
    );
    const { result } = await run('verify');
    expect(result.drift).toBe(1);
    expect(result.tables).toContainEqual(expect.objectContaining({ table: 'daily_totals', differences: 1 }));
    await run('recompute');
    expect((await run('verify')).result.drift).toBe(0);
  });

  it('are listed newest first, page by page', async () => {
    const { body } = await app.call('GET', '/api/v1/jobs?limit=100');
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await app.call<{ data: { id: string }[]; next_cursor: string | null }>(
        'GET',
        `/api/v1/jobs?limit=2${query}`,
      );
      seen.push(...page.body.data.map(({ id }) => id));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual(body.data.map(({ id }: { id: string }) => id));
    const times = body.data.map(({ created_at }: { created_at: string }) => created_at);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('are known by their id', async () => {
    expectProblem(await app.call('GET', '/api/v1/jobs/0198c0de-1111-7000-8000-00000000000a'), {
      status: 404,
      code: 'not_found',
    });
    expectProblem(await app.call('GET', '/api/v1/jobs/x'), {
      status: 400,
      code: 'invalid_request',
      pointer: '/job_id',
    });
    expectProblem(await app.call('GET', '/api/v1/jobs?cursor=x'), {
      status: 400,
      code: 'invalid_request',
      pointer: '/cursor',
    });
    for (const kind of ['verify', 'recompute']) {
      expectProblem(await app.call('POST', `/api/v1/experiments/nothing/${kind}`), {
        status: 404,
        code: 'not_found',
      });
    }
  });
});

describe('background jobs without the queue', () => {
  it('are taken all the same, and done by a worker that finds them', async () => {
    const redis = await (await OwnRedis.create()).start();
    const apart = await startApp({ worker: false, env: { REDIS_URL: redis.url } });
    try {
      const { id } = await anExperiment(apart);
      await redis.kill();
      const asked = await apart.call('POST', `/api/v1/experiments/${id}/recompute`, undefined, { 'idempotency-key': 'k' }); // prettier-ignore
      expect({ status: asked.status, body: asked.body }).toMatchObject({
        status: 202,
        body: { state: 'waiting' },
      });
      const again = await apart.call('POST', `/api/v1/experiments/${id}/recompute`, undefined, { 'idempotency-key': 'k' }); // prettier-ignore
      expect(again.body).toEqual(asked.body);
      await apart.database.source.query(`UPDATE jobs SET created_at = now() - interval '2 minutes'`);
      await redis.start();
      const worker = await apart.startWorker();
      await worker.get(MaintenanceService).run('lifecycle', null);
      const { body } = await apart.call('GET', asked.headers.get('location') as string);
      expect(body).toMatchObject({ id: asked.body.id, state: 'completed' });
    } finally {
      await apart.close();
      await redis.remove();
    }
  });
});
