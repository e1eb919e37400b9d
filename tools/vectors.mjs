// npm run vectors -- [DIR]: libs/stats against the reference vectors of a folder, by default those kept with it.
import './lib/node-version.mjs';
import path from 'node:path';
import { ensureReady } from './lib/install.mjs';
import { runProgram } from './lib/program.mjs';
import { projectDir, run } from './lib/say.mjs';

await run(async () => {
  await ensureReady();
  const [dir] = process.argv.slice(2);
  // npm runs us in the project; the folder was named from where npm was called.
  const from = process.env.INIT_CWD ?? process.cwd();
  return runProgram('tools/vectors.js', [
    dir === undefined ? path.join(projectDir, 'libs/stats/vectors') : path.resolve(from, dir),
  ]);
});
