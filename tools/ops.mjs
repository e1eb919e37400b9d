// npm run ops -- ...: looks after a running Assay; the arguments are explained by `npm run ops -- --help`.
import './lib/node-version.mjs';
import { ensureReady } from './lib/install.mjs';
import { runProgram } from './lib/program.mjs';
import { run } from './lib/say.mjs';

await run(async () => {
  await ensureReady();
  return runProgram('tools/ops/main.js', process.argv.slice(2));
});
