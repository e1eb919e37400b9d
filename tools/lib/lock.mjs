// A lock file that says who holds it and frees itself when that process is gone, however it went.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isStill } from './alive.mjs';

/**
 * Takes the lock: `{ release, note, previous }`, or `{ holder }` when a living process has it. `note` adds facts for others to
 * read; `previous` is what a holder noted that died without releasing.
 */
export function takeLock(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  const me = identityOf(process.pid);
  let previous;
  for (;;) {
    fs.writeFileSync(mine, JSON.stringify(me));
    try {
      fs.linkSync(mine, file); // whole or not at all: nobody ever reads a half-written lock
      fs.unlinkSync(mine);
      return { release: () => release(file), note: (facts) => replace(file, { ...me, ...facts }), previous };
    } catch (error) {
      fs.rmSync(mine, { force: true });
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readLock(file);
    if (holder && isStill(holder)) return { holder };
    if (holder) putAside(file, holder, mine);
    previous = holder;
  }
}

/** Waits for the lock as long as it takes, or until `signal`; `onWait` is told once who has it. */
export async function waitForLock(file, onWait, signal) {
  let told = false;
  for (;;) {
    const lock = takeLock(file);
    if (!lock.holder) return lock;
    if (!told) onWait(lock.holder);
    told = true;
    await sleep(200, undefined, { signal });
  }
}

/** undefined when there is none. One that cannot be understood (a full disk, a curious editor) is held by nobody. */
function readLock(file) {
  try {
    return { pid: 0, ...JSON.parse(fs.readFileSync(file, 'utf8')) };
  } catch (error) {
    return error.code === 'ENOENT' ? undefined : { pid: 0 };
  }
}

/** Removes a dead lock by renaming it first: of two that try, one gets it, and a fresh lock taken in between is put back. */
function putAside(file, dead, mine) {
  try {
    fs.renameSync(file, mine);
  } catch {
    return;
  }
  if (readLock(mine).pid !== dead.pid) {
    try {
      fs.linkSync(mine, file);
    } catch {
      // a third process was faster; the one put aside will find out when it releases
    }
  }
  fs.rmSync(mine, { force: true });
}

function release(file) {
  if (readLock(file)?.pid === process.pid) fs.rmSync(file, { force: true });
}

function replace(file, content) {
  fs.writeFileSync(`${file}.new`, JSON.stringify(content));
  fs.renameSync(`${file}.new`, file);
}
