// The product on loopback as production runs it: PostgreSQL with durable commits, Redis that acknowledges what is on disk, api, worker.
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../lib/ports.mjs';
import { startPostgres } from '../lib/postgres.mjs';
import { startRedis } from '../lib/redis.mjs';
import { startStack } from '../lib/stack.mjs';
import { userOf } from './events.mjs';

const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB' };
const ASSIGN_AT_ONCE = 1000;

export async function startServices(dir) {
  const postgres = await startPostgres({
    dataDir: path.join(dir, 'postgres'),
    throwaway: true,
    settings: SETTINGS,
  });
  const redis = await startRedis({ dir: path.join(dir, 'redis') });
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  return {
    postgres,
    redis,
    /** A database of its own for one measurement, a clone of another when named, so that none inherits rows of the one before. */
    async database(name, template = 'template1') {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
      await admin.query('CHECKPOINT');
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    async stop() {
      await admin.end();
      await redis.stop();
      await postgres.stop();
    },
  };
}

/** Api and worker over a fresh database, or over a clone. */
export async function startWorld(services, { dir, name, template, queue = 'redis', workers = 1, env = {} }) {
  const databaseUrl = await services.database(name, template);
  const stack = await startStack({
    dir: path.join(dir, name),
    port: await freePort(),
    workers,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      ...(queue === 'redis' ? { REDIS_URL: services.redis.url } : {}),
      QUEUE_PREFIX: name.replaceAll('_', '-'),
      LOG_LEVEL: 'warn',
      RATE_LIMIT_ENABLED: 'false',
      ...env,
    },
  });
  const db = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const port = Number(new URL(stack.url).port);
  return {
    stack,
    db,
    port,
    token: stack.token,
    databaseUrl,
    ...calls(stack, db),
    stop: async () => (await db.end(), await stack.stop()),
  };
}

function calls({ url, token }, db) {
  const call = async (method, address, body) => {
    const response = await fetch(`${url}/api/v1${address}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  /** Waits for a background job. @returns its result */
  const finish = async (job) => {
    while (!['completed', 'failed'].includes(job.state)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      job = await call('GET', `/jobs/${job.id}`);
    }
    if (job.state === 'failed') throw new Error(`a job failed: ${job.error}`);
    return job.result;
  };
  return {
    call,
    /** So many running experiments, and every user in `inEach` of them. @returns their ids */
    async populate({ experiments = 4, users, variants = 2, inEach = 1 }) {
      const share = 100 / variants;
      const made = [];
      for (let index = 1; index <= experiments; index++) {
        const { id } = await call('POST', '/experiments', {
          key: `bench-${index}`,
          name: `Bench ${index}`,
          status: 'running',
          variants: Array.from({ length: variants }, (_, place) => ({
            key: `v${place}`,
            allocation_pct: share,
          })),
        });
        made.push(id);
        const members = Array.from({ length: users }, (_, user) => user).filter(
          (user) => (user + index) % experiments < inEach,
        );
        for (let from = 0; from < members.length; from += ASSIGN_AT_ONCE) {
          const user_ids = members.slice(from, from + ASSIGN_AT_ONCE).map(userOf);
          await call('POST', `/experiments/${id}/assignments/bulk`, { user_ids });
        }
      }
      return made;
    },
    finish,
    /** As if all users had been assigned so many days ago, so that events of the past count. */
    async backdate(days, experiments) {
      await db.query(`UPDATE assignments SET assigned_at = assigned_at - make_interval(days => $1)`, [days]);
      for (const id of experiments) await finish(await call('POST', `/experiments/${id}/recompute`));
      await db.query('VACUUM ANALYZE');
    },
    /** Recounts every experiment from raw events. @returns the sum of the differences, which must be 0 */
    async drift(experiments) {
      let drift = 0;
      for (const id of experiments)
        drift += (await finish(await call('POST', `/experiments/${id}/verify`))).drift;
      return drift;
    },
  };
}

/** Resolves when the ledger has taken in so many events. */
export async function untilStored(db, count, deadlineMs = 300_000) {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const { rows } = await db.query('SELECT coalesce(sum(received), 0)::bigint AS received FROM ingest_days');
    if (Number(rows[0].received) >= count) return;
    if (Date.now() > deadline)
      throw new Error(`only ${rows[0].received} of ${count} events were stored in time`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
