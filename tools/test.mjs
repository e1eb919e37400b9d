// npm test: the checks, then every jest project against a real PostgreSQL and a real Redis, which are found or started here.
// `npm test -- results` hands its arguments to jest and leaves the checks out. The last line says `N passed, N failed`.
import './lib/node-version.mjs';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runChecks, staticChecks } from './lib/checks.mjs';
import { ensureReady } from './lib/install.mjs';
import { Problem, projectDir, run, say } from './lib/say.mjs';
import { startTestServices } from './lib/temporary.mjs';

await run(async () => {
  const jestArgs = process.argv.slice(2);
  await ensureReady();
  const checks = jestArgs.length === 0 ? await runChecks(staticChecks) : { passed: 0, failed: 0 };
  const tests = await testWithServices(jestArgs);
  const failed = checks.failed + tests.failed;
  console.log(`${checks.passed + tests.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

async function testWithServices(jestArgs) {
  const services = await startTestServices().catch((error) => {
    if (!(error instanceof Problem)) throw error;
    console.error(`\n${error.message}\n`);
  });
  if (!services) return { passed: 0, failed: 1 };
  say('PostgreSQL and Redis are ready for the tests');
  let interrupted = false;
  // Ctrl-C reaches jest by itself; what is left to us is to stay until the services are stopped.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (interrupted = true));
  try {
    const counts = await jest(jestArgs, {
      TEST_DATABASE_URL: services.databaseUrl,
      TEST_REDIS_URL: services.redisUrl,
    });
    return interrupted ? { ...counts, failed: counts.failed + 1 } : counts;
  } finally {
    await services.stop();
  }
}

async function jest(args, env) {
  const results = path.join(projectDir, '.assay', `test-results-${process.pid}.json`);
  const program = path.join(projectDir, 'node_modules/jest/bin/jest.js');
  // More than two processors: many tests wait for deadlines and for processes to end.
  const options = ['--maxWorkers=3', '--json', `--outputFile=${results}`, ...args];
  // Settings of the developer's own shell, a DATABASE_URL above all, must not decide what the tests see.
  const { DATABASE_URL, REDIS_URL, BEARER_TOKENS, ...rest } = process.env;
  const child = spawn(process.execPath, [program, ...options], {
    cwd: projectDir,
    stdio: 'inherit',
    env: { ...rest, ...env, NODE_ENV: 'test' },
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  const counts = count(results);
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** A suite that could not run has no tests to count and still is a failure. */
function count(results) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      fs.readFileSync(results, 'utf8'),
    );
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    fs.rmSync(results, { force: true });
  }
}
