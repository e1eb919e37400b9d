// npm run migrate: brings the database of DATABASE_URL to the schema of this version.
import './lib/node-version.mjs';
import { ensureReady } from './lib/install.mjs';
import { runProgram } from './lib/program.mjs';
import { run } from './lib/say.mjs';

await run(async () => {
  await ensureReady();
  return runProgram('tools/migrate.js', process.argv.slice(2));
});
