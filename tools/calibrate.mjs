// npm run calibrate: error rates and coverage of libs/stats on simulated experiments; --runs and --seed change the defaults.
import './lib/node-version.mjs';
import { ensureReady } from './lib/install.mjs';
import { runProgram } from './lib/program.mjs';
import { run } from './lib/say.mjs';

await run(async () => {
  await ensureReady();
  return runProgram('tools/calibrate/main.js', process.argv.slice(2));
});
