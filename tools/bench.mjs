// npm run bench: how fast the product is on this machine, beside its limits and a simple pipeline, all in one run. Starts its own
// PostgreSQL, Redis, api and worker. --full takes longer and measures a sustained minute and a long history; --only NAME,NAME some parts; --growth
// nothing but the curve up to ten million events, for half an hour.
import './lib/node-version.mjs';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureReady } from './lib/install.mjs';
import { watchForStop } from './lib/interrupt.mjs';
import { Problem, projectDir, run, say } from './lib/say.mjs';
import { temporaryFolder } from './lib/temporary.mjs';

const QUICK = {
  users: 10_000, direct: 30_000, warmUp: 5_000, redis: 25_000, postgres: 10_000, singles: 6_000, halfLoadSeconds: 1.5, queued: 5_000,
  obvious: 2_000, cached: 8_000, firstTime: 8_000, history: { few: 10_000, many: 50_000 }, reads: 9, freshnessSeconds: 2,
}; // prettier-ignore
const FULL = {
  users: 50_000, direct: 100_000, warmUp: 20_000, redis: 120_000, postgres: 60_000, singles: 30_000, halfLoadSeconds: 3, queued: 50_000,
  obvious: 6_000, cached: 40_000, firstTime: 40_000, history: { few: 10_000, many: 1_000_000 }, reads: 21, freshnessSeconds: 8,
  sustainedSeconds: 60,
}; // prettier-ignore

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    repetitions: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});

await run(async () => {
  await ensureReady();
  const repetitions = Number(values.repetitions ?? (values.growth ? 1 : 3));
  if (!Number.isInteger(repetitions) || repetitions < 1)
    throw new Problem('--repetitions must be a whole number above 0.');
  watchForStop(() => process.exit(130)); // what is running then ends by itself
  const size = values.full ? FULL : QUICK;
  const [world, ingest, assign, { results }, { freshness }, { growth }, { judge, medians }] =
    await Promise.all(
      ['world', 'ingest', 'assign', 'results', 'freshness', 'growth', 'targets'].map(
        (name) => import(`./bench/${name}.mjs`),
      ),
    );
  const folder = temporaryFolder('bench');
  const dir = folder.dir;
  let services;
  try {
    services = await world.startServices(dir);
    const people = await crowd(services, { dir, size, startWorld: world.startWorld });
    const parts = {
      store: ingest.store,
      redis: async (at) => named('redis', await ingest.product({ ...at, queue: 'redis' })),
      postgres: async (at) => named('postgres', await ingest.product({ ...at, queue: 'postgres' })),
      obvious: ingest.obvious,
      codec: ingest.codec,
      assignments: assign.assignments,
      freshness: ({ figures, ...at }) =>
        freshness({
          ...at,
          rate: figures.redis_sustained_per_s ?? figures.redis_batches_per_s ?? 10_000,
        }),
      results,
    };
    const wanted = values.growth ? ['growth'] : (values.only?.split(',') ?? Object.keys(parts));
    parts.growth = growth;
    const runs = [];
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      const figures = {};
      for (const name of wanted) {
        // A long history is made once, and the minute is measured once: they take long and vary least.
        if (name === 'results' && repetition > 1) continue;
        const began = Date.now();
        const own = repetition === 1 ? size : { ...size, sustainedSeconds: 0 };
        Object.assign(figures, await parts[name]({ services, dir, size: own, people, figures }));
        say(`${repetition}/${repetitions} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      }
      runs.push(figures);
    }
    const figures = medians(runs);
    const verdicts = judge(figures);
    print(figures, verdicts);
    write({ figures, verdicts, runs });
    return 0;
  } finally {
    await services?.stop();
    folder.remove();
  }
});

/** Running experiments and their users, made once over HTTP; every measurement begins with a clone. */
async function crowd(services, { dir, size, startWorld }) {
  const world = await startWorld(services, { dir, name: 'bench_people' });
  const experiments = await world.populate({ users: size.users });
  await world.backdate(30, experiments);
  await world.stop();
  say(`${size.users} users in ${experiments.length} experiments`);
  return { template: 'bench_people', experiments };
}

function named(prefix, figures) {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}_${name}`, value]));
}

function print(figures, verdicts) {
  const shown = (value) =>
    value === null
      ? 'not measured'
      : value >= 100
        ? Math.round(value).toLocaleString('en')
        : value.toFixed(2);
  for (const [name, value] of Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${name.padEnd(40)} ${shown(value)}`);
  console.log('');
  for (const { what, target, value, met } of verdicts)
    console.log(
      `${met === null ? '-   ' : met ? 'ok  ' : 'MISS'} ${what.padEnd(62)} ${target.padEnd(10)} ${shown(value)}`,
    );
}

function write(report) {
  const file = path.resolve(
    values.json ??
      path.join(projectDir, '.assay/bench', `${new Date().toISOString().replaceAll(':', '-')}.json`),
  );
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const machine = {
    cpus: os.cpus().length,
    model: os.cpus()[0].model,
    node: process.version,
    load: os.loadavg(),
  };
  fs.writeFileSync(
    file,
    JSON.stringify({ at: new Date().toISOString(), full: values.full, machine, ...report }, null, 1),
  );
  say(`written to ${file}`);
}
