// Events: the store alone, and whole pipelines from the request until the last event is in every total.
import fs from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../lib/ports.mjs';
import { projectDir } from '../lib/say.mjs';
import { Child } from './child.mjs';
import { cpuOf, cpuOfTree, spending } from './cpu.mjs';
import { disk } from './disk.mjs';
import { events, take } from './events.mjs';
import { startGenerator } from './generator.mjs';
import { startWorld, untilStored } from './world.mjs';

const program = (name) => path.join(projectDir, 'dist/tools/bench', `${name}.js`);
const perSecond = (count, seconds) => count / seconds;
const us = (seconds, count) => (seconds / count) * 1e6;

/** COPY and the ingest function over the same events. */
export async function store({ services, dir, size, people }) {
  const file = path.join(dir, 'events.jsonl');
  const began = Date.now();
  const supply = events({ users: size.users });
  const nothing = {
    original_timestamp: null,
    experiment_id: null,
    variant_id: null,
    session_id: null,
    request_id: null,
  };
  // As if they had come in requests of a hundred, one each millisecond: what comes together is received at one time.
  const lines = take(size.direct, supply).map((event, index) => {
    const received_at = new Date(began + Math.floor(index / 100)).toISOString();
    return JSON.stringify({ value: null, ...nothing, ...event, received_at });
  });
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
  const databaseUrl = await services.database('bench_store', people.template);
  const figures = {};
  for (const kind of ['copy', 'ingest']) {
    const child = new Child(program('store'));
    await child.prepare({ kind, databaseUrl, file });
    const { result, spent } = await spending({ postgres: () => cpuOfTree(services.postgres.pid) }, () =>
      child.run(),
    );
    await child.stop();
    figures[`${kind}_rows_per_s`] = perSecond(result.rows, result.seconds);
    figures[`${kind}_cpu_us_per_row`] = us(result.cpu + spent.postgres, result.rows);
  }
  return figures;
}

/** What a pipeline does with so many requests: how fast until all is counted, and who worked for it. */
async function pipeline({ services, world, generator, processes }, { prepare, connections, rate, stored }) {
  await generator.prepare(prepare);
  const parts = {
    ...processes,
    postgres: () => cpuOfTree(services.postgres.pid),
    generator: () => cpuOf(generator.pid),
  };
  const began = performance.now();
  const { result, spent } = await spending(parts, async () => {
    const sent = await generator.run({ port: world.port, connections, rate });
    await stored();
    return { sent, seconds: (performance.now() - began) / 1000 };
  });
  const wrong = Object.entries(result.sent.statuses).filter(([status]) => status !== '202');
  if (wrong.length > 0) throw new Error(`the pipeline answered ${JSON.stringify(result.sent.statuses)}`);
  const share = Object.entries(spent).map(([name, seconds]) => [name, us(seconds, prepare.count)]);
  return { ...result, rate: perSecond(prepare.count, result.seconds), cpu: Object.fromEntries(share) };
}

/** Batches and single events through the product, on one kind of queue. */
export async function product({ services, dir, size, people, queue }) {
  const world = await startWorld(services, { dir, name: `bench_${queue}`, template: people.template, queue });
  const generator = startGenerator();
  const { stack, db, token } = world;
  const processes = { api: () => cpuOf(stack.api.pid), worker: () => cpuOf(stack.workers[0].pid) };
  if (queue === 'redis') processes.redis = () => cpuOf(services.redis.pid);
  const at = { services, world, generator, processes };
  let expected = 0;
  const stored = () => untilStored(db, expected);
  const measure = (kind, count, more) => {
    expected += count;
    const prepare = { kind, token, count, users: size.users, seed: expected, ...more.traffic };
    return pipeline(at, { prepare, stored, ...more });
  };
  try {
    await measure('batches', size.warmUp, { traffic: { size: 100 }, connections: 8 });
    const batches = await measure('batches', size[queue], { traffic: { size: 100 }, connections: 8 });
    const singles = await measure('singles', size.singles, { connections: 64 });
    const half = await measure('singles', Math.round(singles.rate * size.halfLoadSeconds * 0.5), {
      connections: 64,
      rate: singles.rate / 2,
    });
    const figures = {
      batches_per_s: batches.rate,
      batches_cpu: batches.cpu,
      api_cpu_us_per_batch: batches.cpu.api * 100,
      singles_per_s: singles.rate,
      singles_cpu: singles.cpu,
      singles_half_load_p99_ms: half.sent.p99,
    };
    if (queue === 'redis') {
      Object.assign(figures, await sustained(size, measure, batches.rate));
      figures.redis_bytes_per_event = await memory(at, {
        size,
        token,
        expect: (count) => (expected += count),
        stored,
      });
    }
    figures.drift = await world.drift(people.experiments);
    figures.disk_bytes_per = await disk(db);
    return figures;
  } finally {
    await generator.stop();
    await world.stop();
  }
}

/** As fast as it goes for a whole minute, in a full run. */
async function sustained(size, measure, rate) {
  if (!size.sustainedSeconds) return {};
  const count = Math.round((rate * size.sustainedSeconds) / 100) * 100;
  const { rate: reached } = await measure('batches', count, { traffic: { size: 100 }, connections: 8 });
  return { sustained_per_s: reached };
}

/** What an event costs Redis while it waits: no worker runs. */
async function memory({ services, world, generator }, { size, token, expect, stored }) {
  const redis = new Redis(services.redis.url);
  const used = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))[1]);
  process.kill(world.stack.workers[0].pid, 'SIGSTOP');
  try {
    const before = await used();
    await generator.prepare({
      kind: 'batches',
      token,
      count: size.queued,
      size: 100,
      users: size.users,
      seed: 99,
    });
    await generator.run({ port: world.port, connections: 8 });
    return ((await used()) - before) / size.queued;
  } finally {
    process.kill(world.stack.workers[0].pid, 'SIGCONT');
    redis.disconnect();
    expect(size.queued);
    await stored();
  }
}

/** The pipeline that everybody writes first. */
export async function obvious({ services, size }) {
  const databaseUrl = await services.database('bench_obvious');
  const port = await freePort();
  const args = [databaseUrl, services.redis.url, String(port)];
  const programs = ['worker', 'api'].map((role) => new Child(program('obvious'), [role, ...args]));
  const generator = startGenerator();
  const { default: pg } = await import('pg');
  const db = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  let expected = 0;
  const stored = async () => {
    for (;;) {
      const { rows } = await db.query('SELECT count(*)::int AS count FROM obvious_events');
      if (rows[0].count >= expected) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const processes = { worker: () => cpuOf(programs[0].pid), api: () => cpuOf(programs[1].pid) };
  const measure = (kind, seed, more) => {
    expected += size.obvious;
    const prepare = { kind, token: 'none', count: size.obvious, users: size.users, seed, ...more.traffic };
    return pipeline({ services, world: { port }, generator, processes }, { prepare, stored, ...more });
  };
  try {
    await Promise.all(programs.map((child) => child.said()));
    const singles = await measure('singles', 1, { connections: 64 });
    const batches = await measure('batches', 2, { traffic: { size: 100 }, connections: 8 });
    return { obvious_singles_per_s: singles.rate, obvious_batches_per_s: batches.rate };
  } finally {
    await Promise.all([...programs, generator].map((child) => child.stop()));
    await db.end();
  }
}

/** Parsing and writing the bytes of a batch again, the least an api can do with it. */
export function codec({ size }) {
  const texts = Array.from({ length: 200 }, (_, seed) =>
    JSON.stringify({ events: take(100, events({ users: size.users, seed })) }),
  );
  for (const text of texts) JSON.stringify(JSON.parse(text));
  const before = process.cpuUsage();
  for (const text of texts) JSON.stringify(JSON.parse(text));
  const { user, system } = process.cpuUsage(before);
  return { codec_us_per_batch: (user + system) / texts.length };
}
