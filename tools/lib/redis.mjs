// A Redis for tests, without Docker: REDIS_URL is the caller's to look at first; then a server on PATH, then one unpacked
// from the packages of Debian or Ubuntu into the project, which needs no root and installs nothing.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess } from './alive.mjs';
import { unpackFromArchive } from './apt.mjs';
import { afterDeath } from './guard.mjs';
import { freePort } from './ports.mjs';
import { spawnLogged } from './processes.mjs';
import { lastLines, Problem, projectDir } from './say.mjs';

export const redisOptions =
  'There is no Redis to test with. Either set REDIS_URL to a running one, or install a server (apt-get install redis-server, ' +
  'brew install redis, or valkey), or start one with: docker run -p 6379:6379 redis --maxmemory-policy noeviction';

/** `{ command, env }` of a Redis or Valkey server, or null when none is to be had. */
export function findRedis() {
  for (const command of ['redis-server', 'valkey-server']) {
    if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0) return { command, env: {} };
  }
  return unpackFromArchive(path.join(projectDir, '.assay/redis'), {
    name: 'redis-server',
    file: 'usr/bin/redis-server',
  });
}

/** Starts one that acknowledges only what is on disk, as production should. `dir` keeps its log and data. */
export async function startRedis({ dir }) {
  const redis = findRedis();
  if (!redis) throw new Problem(redisOptions);
  fs.mkdirSync(dir, { recursive: true });
  const port = await freePort();
  const log = path.join(dir, 'redis.log');
  const settings = {
    port,
    bind: '127.0.0.1',
    dir,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { child, exited } = spawnLogged(redis.command, args, {
    log,
    cwd: dir,
    env: { ...process.env, ...redis.env },
  });
  let gone = false;
  void exited.then(() => (gone = true));
  while (!gone && !(await answers(port))) await sleep(20);
  if (gone) throw new Problem(`Redis did not start.${lastLines(log)}`);
  const guard = afterDeath('kill -TERM "$1"', [String(child.pid)]);
  void exited.then(() => guard.dismiss());
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    exited,
    async stop() {
      await endProcess(child.pid, [
        ['SIGTERM', 5_000],
        ['SIGKILL', 5_000],
      ]);
      await exited;
    },
  };
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => resolve(data.toString().startsWith('+PONG')));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => socket.destroy());
  });
}
