// npm run import -- ...: brings the history of another system; the arguments are explained by `npm run import -- --help`.
import './lib/node-version.mjs';
import { ensureReady } from './lib/install.mjs';
import { runProgram } from './lib/program.mjs';
import { run } from './lib/say.mjs';

await run(async () => {
  await ensureReady();
  return runProgram('tools/import/main.js', process.argv.slice(2));
});
