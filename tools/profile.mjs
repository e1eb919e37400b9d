// npm run profile: where api and worker spend their time under load. --load batches, singles or assignments; --top so many lines.
// The profiles themselves stay in .assay/profile, for the tools of a browser.
import './lib/node-version.mjs';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureReady } from './lib/install.mjs';
import { watchForStop } from './lib/interrupt.mjs';
import { Problem, projectDir, run, say } from './lib/say.mjs';
import { temporaryFolder } from './lib/temporary.mjs';

const LOADS = {
  batches: { prepare: { kind: 'batches', count: 150_000, size: 100 }, connections: 8 },
  singles: { prepare: { kind: 'singles', count: 30_000 }, connections: 64 },
  assignments: { prepare: { kind: 'assignments', count: 60_000 }, connections: 64 },
};
const USERS = 20_000;

const { values } = parseArgs({
  options: { load: { type: 'string', default: 'batches' }, top: { type: 'string', default: '25' } },
});

await run(async () => {
  const load = LOADS[values.load];
  if (load === undefined) throw new Problem(`--load must be one of ${Object.keys(LOADS).join(', ')}.`);
  await ensureReady();
  watchForStop(() => process.exit(130)); // what is running then ends by itself
  const [{ startServices, startWorld, untilStored }, { startGenerator }, { summaryOf }] = await Promise.all(
    ['world', 'generator', 'summary'].map((name) => import(`./bench/${name}.mjs`)),
  );
  const folder = temporaryFolder('profile');
  const profiles = path.join(projectDir, '.assay/profile');
  fs.rmSync(profiles, { recursive: true, force: true });
  const services = await startServices(folder.dir);
  try {
    const hook = path.join(projectDir, 'tools/bench/profiler.cjs');
    const env = { NODE_OPTIONS: `--require=${hook}`, PROFILE_DIR: profiles };
    const world = await startWorld(services, { dir: folder.dir, name: 'profiled', env });
    const [experiment] = await world.populate({ users: USERS });
    const pids = { api: world.stack.api.pid, worker: world.stack.workers[0].pid };
    say(`running: ${values.load}`);
    const generator = startGenerator();
    await generator.prepare({ token: world.token, users: USERS, experiment, ...load.prepare });
    for (const pid of Object.values(pids)) process.kill(pid, 'SIGUSR2');
    await generator.run({ port: world.port, connections: load.connections });
    if (values.load !== 'assignments') await untilStored(world.db, load.prepare.count);
    await generator.stop();
    await world.stop();
    for (const [name, pid] of Object.entries(pids)) {
      const file = path.join(profiles, `${pid}.cpuprofile`);
      console.log(`\n${name} (${file})`);
      for (const line of summaryOf(file, Number(values.top))) console.log(line);
    }
    return 0;
  } finally {
    await services.stop();
    folder.remove();
  }
});
