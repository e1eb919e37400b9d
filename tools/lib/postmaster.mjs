// What postmaster.pid says about a running server, and ending one that nobody watches any more.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { endProcess, isAlive } from './alive.mjs';
import { Problem } from './say.mjs';

const pidFile = (dataDir) => path.join(dataDir, 'postmaster.pid');

/** Lines of the file (PostgreSQL's pidfile.h): pid, data folder, start, port, socket folder, address, memory key, status. */
export function readPidFile(dataDir) {
  try {
    const lines = fs.readFileSync(pidFile(dataDir), 'utf8').split('\n');
    return { pid: Math.abs(Number(lines[0])), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/** A server that outlived its supervisor: stopped, so that the caller can start its own. A stale file with a reused pid is removed. */
export async function endOrphan(dataDir) {
  const found = readPidFile(dataDir);
  if (!found?.pid || !isAlive(found.pid)) return false; // a dead server's file is PostgreSQL's own to judge
  if (!servesData(found.pid, dataDir)) {
    fs.rmSync(pidFile(dataDir), { force: true });
    return false;
  }
  if (!(await endServer(found.pid))) {
    throw new Problem(
      `A PostgreSQL server (pid ${found.pid}) already uses ${dataDir} and cannot be stopped. Stop it and start again.`,
    );
  }
  return true;
}

/** INT: a clean end without waiting for clients. QUIT: leave now, recover at the next start. */
export const endServer = (pid, { force = false } = {}) =>
  endProcess(pid, [...(force ? [] : [['SIGINT', 30_000]]), ['SIGQUIT', 5_000], ['SIGKILL', 5_000]]);

function servesData(pid, dataDir) {
  try {
    if (process.platform === 'linux') return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(dataDir);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(dataDir);
  } catch {
    return false;
  }
}
