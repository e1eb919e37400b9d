// The product under test as processes on loopback, every connection between them through a proxy of its own:
//   client -> api;  api -> Redis, PostgreSQL;  workers -> Redis, PostgreSQL
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentOf } from '../lib/alive.mjs';
import { afterDeath } from '../lib/guard.mjs';
import { freePort } from '../lib/ports.mjs';
import { startPostgres } from '../lib/postgres.mjs';
import { spawnLogged } from '../lib/processes.mjs';
import { startRedis } from '../lib/redis.mjs';
import { lastLines, Problem, projectDir } from '../lib/say.mjs';
import { Program } from './program.mjs';
import { Proxy } from './proxy.mjs';

const dist = (...parts) => path.join(projectDir, 'dist', ...parts);
const beside = (name) => path.join(path.dirname(fileURLToPath(import.meta.url)), name);

export class System {
  proxies = {};
  programs = {};
  token = crypto.randomBytes(24).toString('base64url');
  prefix = 'chaos';

  /** `control: 'stall-limit'` runs api and workers with BullMQ's stock settings, `inbox` with the fallback for a queue that is away. */
  constructor({ dir, queue, control, workers = 2, inbox = false }) {
    Object.assign(this, { dir, queue, control, inbox, workerCount: workers });
  }

  async start() {
    this.postgresDir = path.join(this.dir, 'postgres');
    this.postgres = await startPostgres({ dataDir: this.postgresDir, throwaway: true });
    this.databaseUrl = this.postgres.url;
    if (this.queue === 'redis') await this.startRedis();
    await this.#migrate();
    const postgres = () => this.postgres.port;
    const redis = () => this.redis.port;
    for (const [name, target] of Object.entries({
      'api-postgres': postgres,
      'worker-postgres': postgres,
      ...(this.queue === 'redis' ? { 'api-redis': redis, 'worker-redis': redis } : {}),
    }))
      this.proxies[name] = await Proxy.to(target);
    const apiPort = await freePort();
    this.proxies['client-api'] = await Proxy.to(() => apiPort);
    this.programs.api = this.#program('api', 'api', { PORT: String(apiPort) });
    for (let i = 1; i <= this.workerCount; i++)
      this.programs[`worker-${i}`] = this.#program('worker', `worker-${i}`, {});
    for (const program of Object.values(this.programs)) program.start();
  }

  get workers() {
    return Object.values(this.programs).filter(({ name }) => name !== 'api');
  }

  #program(app, name, env) {
    const entry =
      this.control === 'stall-limit' ? beside(`stock-${app}.mjs`) : dist('apps', app, 'src/main.js');
    const through = (url, proxy) => {
      const address = new URL(url);
      address.port = String(this.proxies[proxy].port);
      return address.href;
    };
    const own = {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      DATABASE_URL: through(this.databaseUrl, `${app}-postgres`),
      ...(this.queue === 'redis' ? { REDIS_URL: through('redis://127.0.0.1:1', `${app}-redis`) } : {}),
      QUEUE_PREFIX: this.prefix,
      BEARER_TOKENS: JSON.stringify([this.token]),
      LOG_LEVEL: 'warn',
      // One client sends as much as there is; what a limit refuses would tell nothing about faults.
      RATE_LIMIT_ENABLED: 'false',
      SHUTDOWN_DELAY_MS: '500',
      ...(this.inbox ? { INGEST_FALLBACK: 'inbox' } : {}),
      ...env,
    };
    return new Program(name, { entry, env: own, log: path.join(this.dir, `${name}.log`) });
  }

  async #migrate() {
    const log = path.join(this.dir, 'migrate.log');
    const env = { PATH: process.env.PATH, DATABASE_URL: this.databaseUrl };
    const { exited } = spawnLogged(process.execPath, [dist('tools/migrate.js')], {
      log,
      cwd: projectDir,
      env,
    });
    if ((await exited) !== 'exit code 0')
      throw new Problem(`The database could not be migrated.${lastLines(log)}`);
  }

  /** It comes back at another port, which only the proxies know; its append-only file is where it was. */
  async startRedis() {
    this.redis = await startRedis({ dir: path.join(this.dir, 'redis') });
  }

  async endRedis(signal) {
    process.kill(this.redis.pid, signal);
    await this.redis.exited;
  }

  async startPostgres() {
    this.postgres = await startPostgres({
      dataDir: this.postgresDir,
      port: this.postgres.port,
      throwaway: true,
    });
  }

  /** SIGQUIT is what `pg_ctl stop -m immediate` sends: no goodbye, crash recovery at the start. */
  async endPostgres(signal) {
    process.kill(this.postgres.pid, signal);
    await this.postgres.exited;
  }

  /** The server and its backends. The server first, so that none is added. */
  postgresPids() {
    const { pid } = this.postgres;
    const all = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return [pid, ...all.map(Number).filter((other) => parentOf(other) === pid)];
  }

  /** Stops processes until `thaw()`, which happens by itself when the harness dies. */
  freeze(pids) {
    const guard = afterDeath('kill -CONT "$@" 2>/dev/null', pids.map(String));
    const send = (signal) => {
      for (const pid of pids) {
        try {
          process.kill(pid, signal);
        } catch (error) {
          if (error.code !== 'ESRCH') throw error;
        }
      }
    };
    send('SIGSTOP');
    return () => {
      send('SIGCONT');
      guard.dismiss();
    };
  }

  /** Whatever was started, and whatever state it is in. */
  async stop() {
    for (const proxy of Object.values(this.proxies)) proxy.set('pass');
    await Promise.all(Object.values(this.programs).map((program) => program.stop({ force: true })));
    await Promise.all([this.redis?.stop(), this.postgres?.stop({ force: true })]);
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.close()));
  }
}
