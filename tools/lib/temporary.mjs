// Folders and services that live as long as one run of a tool.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterDeath } from './guard.mjs';
import { startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';

/** A folder that is removed by `remove()`, or by itself when this process is killed. */
export function temporaryFolder(name) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `assay-${name}-`));
  fs.chmodSync(dir, 0o711); // the OS user of PostgreSQL must pass through; what is secret inside has its own mode
  // Services in it are ended by guards of their own; three seconds let them finish writing.
  const guard = afterDeath('sleep 3; rm -rf "$1"', [dir]);
  return {
    dir,
    remove() {
      guard.dismiss();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL and Redis for tests: those of DATABASE_URL and REDIS_URL when set, else throwaway ones. */
export async function startTestServices() {
  const folder = temporaryFolder('test');
  const started = [];
  const stop = async () => {
    await Promise.all(started.map((service) => service.stop()));
    folder.remove();
  };
  const start = async (url, service) => {
    if (url) return url;
    started.push(await service());
    return started.at(-1).url;
  };
  try {
    const postgres = () =>
      startPostgres({ dataDir: path.join(folder.dir, 'postgres'), throwaway: true, settings });
    return {
      databaseUrl: await start(process.env.DATABASE_URL, postgres),
      redisUrl: await start(process.env.REDIS_URL, () => startRedis({ dir: path.join(folder.dir, 'redis') })),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

// Only a power cut could tell the difference, and no test cuts the power; cloning a database per test file is twice as fast.
const settings = { fsync: 'off', max_connections: '200' };
