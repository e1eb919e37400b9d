// The whole product as one thing that starts and stops: PostgreSQL unless DATABASE_URL names one, migrations, api, workers.
// `npm start` runs one in .assay, `npm run demo` and the fault tests in a temporary folder.
import fs from 'node:fs';
import path from 'node:path';
import { identityOf } from './alive.mjs';
import { startPostgres } from './postgres.mjs';
import { spawnLogged, startProgram, supervise, waitReady } from './processes.mjs';
import { lastLines, Problem, projectDir } from './say.mjs';
import { keptSecret } from './secret.mjs';

const dist = (...parts) => path.join(projectDir, 'dist', ...parts);

/**
 * Starts everything and waits until the API is ready. `env` is the environment of the programs (DATABASE_URL, REDIS_URL,
 * BEARER_TOKENS, ...); what it lacks is made in `dir`, logs go there too. With `throwaway` the database ends with the stack.
 * `signal` calls a start off. Resolves to `{ url, token, env, postgres, api, workers, identities(), stop({ force }) }`;
 * `token` is undefined when BEARER_TOKENS was given, `postgres` when DATABASE_URL was.
 */
export async function startStack({
  dir,
  env = process.env,
  host = '127.0.0.1',
  port,
  workers = 1,
  throwaway = false,
  signal,
  tell = () => {},
}) {
  fs.mkdirSync(dir, { recursive: true });
  const stack = { url: urlOf(host, port), workers: [] };
  stack.stop = (options) => stopAll(stack, options);
  stack.identities = () => [stack.api, ...stack.workers].filter(Boolean).map(({ pid }) => identityOf(pid));
  const goOn = () => {
    if (signal?.aborted) throw new Problem('Stopped before it was ready.');
  };
  try {
    // No load balancer stands before it that would have to be told first.
    stack.env = { SHUTDOWN_DELAY_MS: '0', ...env, HOST: host, PORT: String(port) };
    if (!env.BEARER_TOKENS) {
      stack.token = keptSecret(path.join(dir, 'token'));
      stack.env.BEARER_TOKENS = JSON.stringify([stack.token]);
    }
    if (!env.DATABASE_URL) await addPostgres(stack, { dataDir: path.join(dir, 'postgres'), throwaway }, tell);
    goOn();
    await migrate(stack.env, path.join(dir, 'migrate.log'));
    tell('database schema is up to date');
    goOn();
    const program = (app, name) => ({
      entry: dist('apps', app, 'src/main.js'),
      env: stack.env,
      log: path.join(dir, `${name}.log`),
    });
    const names = Array.from({ length: workers }, (_, index) =>
      index === 0 ? 'worker' : `worker-${index + 1}`,
    );
    stack.workers = names.map((name) => startProgram(program('worker', name)));
    stack.api = startProgram(program('api', 'api'));
    await waitReady(`${stack.url}/health/ready`, [stack.api, ...stack.workers], { signal });
    goOn();
    // Only what has once been ready is started again; a program that cannot start at all is a problem to be told.
    stack.api = supervise('api', stack.api, () => startProgram(program('api', 'api')), tell);
    stack.workers = names.map((name, index) =>
      supervise(name, stack.workers[index], () => startProgram(program('worker', name)), tell),
    );
    return stack;
  } catch (error) {
    await stopAll(stack);
    throw error;
  }
}

async function addPostgres(stack, options, tell) {
  const postgres = await startPostgres(options);
  tell(`PostgreSQL is running on port ${postgres.port}`);
  const again = () => startPostgres({ ...options, port: postgres.port }); // the programs know this port
  stack.postgres = Object.assign(supervise('PostgreSQL', postgres, again, tell), { url: postgres.url });
  stack.env.DATABASE_URL = postgres.url;
}

/** Those who use the database leave first, so that they can finish what they have begun. */
async function stopAll({ api, workers, postgres }, options) {
  await Promise.all([api, ...workers].map((program) => program?.stop(options)));
  await postgres?.stop(options);
}

async function migrate(env, log) {
  fs.rmSync(log, { force: true });
  const { exited } = spawnLogged(process.execPath, [dist('tools/migrate.js')], { log, cwd: projectDir, env });
  if ((await exited) !== 'exit code 0')
    throw new Problem(`The database could not be migrated.${lastLines(log)}`);
}

function urlOf(host, port) {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? host;
  return `http://${reachable.includes(':') && !reachable.startsWith('[') ? `[${reachable}]` : reachable}:${port}`;
}
