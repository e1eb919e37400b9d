// Who is a process, and is it still the same one? A pid alone is not an answer: numbers are reused.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** To kill(), 0 and below are whole groups, and -1 is everybody: never let a number from a damaged file become that. */
const isOneProcess = (pid) => Number.isInteger(pid) && pid > 0;

export function isAlive(pid) {
  if (!isOneProcess(pid)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM'; // exists, but belongs to somebody else
  }
  // A zombie answers to signals but does nothing and holds nothing any more.
  return statFields(pid)?.[0] !== 'Z';
}

/** Start time of a process in whatever unit the system gives: only good for comparing; undefined when unknown. */
export function startTimeOf(pid) {
  if (process.platform === 'linux') return statFields(pid)?.[19];
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return undefined;
  }
}

/** Fields of /proc/<pid>/stat from the third on (the second, the name, may itself hold blanks and brackets). */
function statFields(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

export const parentOf = (pid) => Number(statFields(pid)?.[1]) || undefined;

export const identityOf = (pid) => ({ pid, startTime: startTimeOf(pid) });

export const isStill = ({ pid, startTime }) => isAlive(pid) && startTimeOf(pid) === startTime;

export async function waitGone(pid, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

/** Sends each signal in turn and gives it its time; true when the process is gone. */
export async function endProcess(pid, steps) {
  if (!isOneProcess(pid)) return true;
  for (const [signal, timeoutMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') return false; // not ours to signal
    }
    if (await waitGone(pid, timeoutMs)) return true;
  }
  return false;
}
