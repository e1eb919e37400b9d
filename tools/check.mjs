// npm run check: everything that can be said about the code without services.
import './lib/node-version.mjs';
import { runChecks, staticChecks, unitTests } from './lib/checks.mjs';
import { ensureReady } from './lib/install.mjs';
import { run } from './lib/say.mjs';

await run(async () => {
  await ensureReady();
  const { failed } = await runChecks([...staticChecks, unitTests]);
  return failed === 0 ? 0 : 1;
});
