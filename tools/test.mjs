// npm test: the checks, then every jest project against a real PostgreSQL and a real Redis, which are found or started here.
// `npm test -- results` hands its arguments to jest and leaves the checks out. The last line says `N passed, N failed`.
import './lib/node-version.mjs';
import { runChecks, staticChecks } from './lib/checks.mjs';
import { ensureReady } from './lib/install.mjs';
import { withJest } from './lib/jest.mjs';
import { run } from './lib/say.mjs';

await run(async () => {
  const jestArgs = process.argv.slice(2);
  await ensureReady();
  const checks = jestArgs.length === 0 ? await runChecks(staticChecks) : { passed: 0, failed: 0 };
  const tests = await withJest((jest) => jest(jestArgs));
  const failed = checks.failed + tests.failed;
  console.log(`${checks.passed + tests.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
