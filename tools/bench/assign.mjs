// Assignments: known users from the cache, new users written down, and what both are compared with.
import path from 'node:path';
import { freePort } from '../lib/ports.mjs';
import { projectDir } from '../lib/say.mjs';
import { Child } from './child.mjs';
import { cpuOf, spending } from './cpu.mjs';
import { startGenerator } from './generator.mjs';
import { startWorld } from './world.mjs';

const program = (name) => path.join(projectDir, 'dist/tools/bench', `${name}.js`);

export async function assignments({ services, dir, size, people }) {
  const world = await startWorld(services, { dir, name: 'bench_assign', template: people.template });
  const generator = startGenerator();
  const [experiment] = people.experiments;
  const { token, port, stack, db } = world;
  const get = async (prepare, connections) => {
    await generator.prepare({ token, ...prepare });
    const { result, spent } = await spending({ api: () => cpuOf(stack.api.pid) }, () =>
      generator.run({ port, connections }),
    );
    if (result.statuses[200] !== result.requests) throw new Error(JSON.stringify(result.statuses));
    return { ...result, rate: result.requests / result.seconds, cpu: (spent.api / result.requests) * 1e6 };
  };
  try {
    // A thousand users over and over: what a cache is for.
    const known = { kind: 'assignments', experiment, users: 1_000 };
    await get({ ...known, count: 5_000 }, 64);
    const cached = await get({ ...known, count: size.cached }, 64);
    // Every user in turn: what was asked for longest ago comes next, which is the hardest for what remembers.
    const everybody = { kind: 'assignments', experiment, users: size.users };
    await get({ ...everybody, count: size.users }, 64);
    const cachedAmongAll = await get({ ...everybody, count: size.users }, 64);
    const fresh = {
      kind: 'assignments',
      experiment,
      from: 10_000_000,
      users: size.firstTime,
      count: size.firstTime,
    };
    const first = await get(fresh, 256);
    const bare = await bareRoute({ size, generator });
    const at = { db, size, experiment, databaseUrl: world.databaseUrl };
    const simple = await inStore('insert-assignments', at);
    const gathered = await inStore('assign', at);
    return {
      cached_per_s: cached.rate,
      cached_p99_ms: cached.p99,
      cached_cpu_us: cached.cpu,
      cached_among_all_cpu_us: cachedAmongAll.cpu,
      first_per_s: first.rate,
      first_p99_ms: first.p99,
      first_cpu_us: first.cpu,
      bare_per_s: bare.rate,
      bare_cpu_us: bare.cpu,
      one_insert_each_per_s: simple,
      assign_in_store_per_s: gathered,
    };
  } finally {
    await generator.stop();
    await world.stop();
  }
}

/** A route of Nest on Fastify behind the same door that answers the same bytes every time. */
async function bareRoute({ size, generator }) {
  const port = await freePort();
  const bare = new Child(program('bare'), [String(port)]);
  try {
    const { token } = await bare.said();
    const get = async (count) => {
      await generator.prepare({ kind: 'same', token, path: '/api/v1/bare', count });
      return spending({ api: () => cpuOf(bare.pid) }, () => generator.run({ port, connections: 64 }));
    };
    await get(5_000);
    const { result, spent } = await get(size.cached);
    if (result.statuses[200] !== result.requests) throw new Error(JSON.stringify(result.statuses));
    return { rate: result.requests / result.seconds, cpu: (spent.api / result.requests) * 1e6 };
  } finally {
    await bare.stop();
  }
}

async function inStore(kind, { db, size, experiment, databaseUrl }) {
  const { rows } = await db.query('SELECT min(id) AS arm FROM arms WHERE experiment_id = $1', [experiment]);
  const child = new Child(program('store'));
  try {
    await child.prepare({
      kind,
      databaseUrl,
      experimentId: experiment,
      armId: rows[0].arm,
      count: size.firstTime,
      concurrency: 256,
    });
    const { rows: written, seconds } = await child.run();
    return written / seconds;
  } finally {
    await child.stop();
  }
}
