// Runs jest against PostgreSQL and Redis of its own.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Problem, projectDir, say } from './say.mjs';
import { startTestServices } from './temporary.mjs';

/** Starts the services, calls `work` with a function that runs jest with some arguments and counts, and stops them. */
export async function withJest(work) {
  const services = await startTestServices().catch((error) => {
    if (!(error instanceof Problem)) throw error;
    console.error(`\n${error.message}\n`);
  });
  if (!services) return { passed: 0, failed: 1 };
  say('PostgreSQL and Redis are ready for the tests');
  let interrupted = false;
  // Ctrl-C reaches jest by itself; what is left to us is to stay until the services are stopped.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (interrupted = true));
  const env = { TEST_DATABASE_URL: services.databaseUrl, TEST_REDIS_URL: services.redisUrl };
  try {
    return await work(async (args, more) => {
      const counts = await jest(args, { ...env, ...more });
      return interrupted ? { ...counts, failed: counts.failed + 1 } : counts;
    });
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
  const pass = (signal) => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, pass);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.off(signal, pass);
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
