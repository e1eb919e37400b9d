import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, results, sendAndStore, variantOf } from './help';

const FILE = path.join(__dirname, '../../deploy/redis.acl');

/** The user of deploy/redis.acl, with another name and another prefix so that test files can share a server. */
describe('the user of Redis', () => {
  const name = `assay-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  let admin: Redis;
  let user: Redis;
  let app: TestApp;

  beforeAll(async () => {
    admin = new Redis(process.env.TEST_REDIS_URL as string);
    const line = readFileSync(FILE, 'utf8')
      .split('\n')
      .find((rule) => rule.startsWith('user assay ')) as string;
    const rules = line
      .replace('PASSWORD_SHA256', createHash('sha256').update(password).digest('hex'))
      .replace('~assay:*', `~${name}:*`)
      .split(' ')
      .slice(2);
    await admin.call('ACL', 'SETUSER', name, ...rules);
    const url = new URL(process.env.TEST_REDIS_URL as string);
    url.username = name;
    url.password = password;
    user = new Redis(url.href, { lazyConnect: true });
    user.on('error', () => undefined);
    await user.connect();
    app = await startApp({ queue: 'redis', env: { REDIS_URL: url.href, QUEUE_PREFIX: name } });
  });
  afterAll(async () => {
    await app.close();
    user.disconnect();
    await admin.call('ACL', 'DELUSER', name);
    const keys = await admin.keys(`${name}:*`);
    if (keys.length > 0) await admin.del(keys);
    admin.disconnect();
  });

  it('is enough for everything that Assay does', async () => {
    const { id, key } = await anExperiment(app);
    for (const person of ['ann', 'bob', 'cat']) await variantOf(app, key, person);
    await sendAndStore(
      app,
      ['ann', 'bob', 'cat'].map((user_id) => ({ user_id, type: 'purchase', value: 3 })),
    );
    expect((await results(app, key)).metrics[0].variants).toHaveLength(2);
    for (const work of ['recompute', 'verify']) {
      const job = await app.call('POST', `/api/v1/experiments/${id}/${work}`);
      await until(work, async () => {
        const { body } = await app.call('GET', job.headers.get('location') as string);
        return body.state === 'completed';
      });
    }
    expect((await app.call('GET', '/health/ready')).status).toBe(200);
    expect((await app.call('GET', '/metrics')).body).toContain('assay_queue_answers 1');
    expect((await app.call('GET', '/queues/api/queues?activeQueue=events&status=latest&page=1')).status).toBe(
      200,
    );
    // Whoever was refused something is in the log of refusals.
    const refusals = (await admin.call('ACL', 'LOG')) as string[][];
    expect(refusals.filter((entry) => entry.includes(name))).toEqual([]);
  });

  it.each([
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['RANDOMKEY'],
    ['DBSIZE'],
    ['CONFIG', 'SET', 'appendonly', 'no'],
    ['CONFIG', 'REWRITE'],
    ['DEBUG', 'SLEEP', '0'],
    ['SHUTDOWN'],
    ['SAVE'],
    ['REPLICAOF', 'NO', 'ONE'],
    ['MONITOR'],
    ['ACL', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['SCRIPT', 'FLUSH'],
    ['FUNCTION', 'LIST'],
    ['MODULE', 'LIST'],
    ['SORT', 'other'],
    ['SUBSCRIBE', 'other'],
    ['GET', 'other:key'],
    ['SET', 'other:key', '1'],
    ['EVAL', `return redis.call('GET', 'other:key')`, '0'],
  ])('may not %s %s', async (...[command, ...rest]) => {
    const failure: unknown = await user.call(command, ...rest).catch((error: unknown) => error);
    expect(String(failure)).toMatch(/NOPERM|can't access|ACL failure|DEBUG command not allowed/);
  });
});
