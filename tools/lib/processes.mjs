// Services as `{ pid, exited, stop({ force }) }`: spawning ours, waiting until one answers, and starting again what ended by itself.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, isStill } from './alive.mjs';
import { lastLines, Problem, projectDir, sizeOf } from './say.mjs';

const grace = 27_000; // the api promises to leave within 25 seconds, the worker within 20
const largeLog = 20 * 1024 * 1024;

/** Spawns with its output going to the end of `log`, in a session of its own: Ctrl-C is for the supervisor alone. */
export function spawnLogged(command, args, { log, ipc = false, ...options }) {
  const out = fs.openSync(log, 'a', 0o600);
  const stdio = ['ignore', out, out, ...(ipc ? ['ipc'] : [])];
  const child = spawn(command, args, { detached: true, stdio, ...options });
  fs.closeSync(out);
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  return { child, exited };
}

/** Starts one of our own programs. Its IPC channel is a lifeline: the program leaves when we are gone. */
export function startProgram({ entry, env, log }) {
  if (sizeOf(log) > largeLog) fs.renameSync(log, `${log}.old`);
  const from = sizeOf(log);
  const { child, exited } = spawnLogged(process.execPath, [entry], { log, ipc: true, cwd: projectDir, env });
  child.on('error', () => {}); // told by `exited`
  return {
    pid: child.pid,
    said: () => lastLines(log, { from }),
    exited,
    async stop({ force = false } = {}) {
      if (child.pid)
        await endProcess(child.pid, [...(force ? [] : [['SIGTERM', grace]]), ['SIGKILL', 5_000]]);
      await exited;
    },
  };
}

/** Waits until `url` answers 200; a Problem when one of the programs ends first, or when time is up; `signal` calls it off. */
export async function waitReady(url, programs, { timeoutMs = 60_000, signal } = {}) {
  let ended;
  for (const { exited, said } of programs) void exited.then((how) => (ended ??= { how, said }));
  const deadline = Date.now() + timeoutMs;
  while (!signal?.aborted) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    if (ended) throw new Problem(`A program ended with ${ended.how} while starting.${ended.said()}`);
    if (answer?.status === 200) return;
    if (Date.now() > deadline)
      throw new Problem(`${url} is not ready after ${timeoutMs / 1000} s.${programs[0].said()}`);
    await sleep(50);
  }
}

/** Keeps a service running: when it ends by itself, `startAgain` after a pause that doubles up to half a minute. */
export function supervise(name, service, startAgain, tell) {
  const stopping = new AbortController();
  let current = service;
  const watching = (async () => {
    for (let pause = 500; ; pause = Math.min(pause * 2, 30_000)) {
      const since = Date.now();
      const how = await current.exited;
      if (stopping.signal.aborted) return;
      if (Date.now() - since > 60_000) pause = 500;
      tell(`${name} ended by itself (${how}); starting it again in ${pause / 1000} s`);
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        current = await startAgain();
        tell(`${name} is running again`);
      } catch (error) {
        tell(`${name} did not start: ${error.message}`);
      }
      if (stopping.signal.aborted) await current.stop({ force: true });
    }
  })();
  return {
    get pid() {
      return current.pid;
    },
    async stop(options) {
      stopping.abort();
      await current.stop(options);
      await watching;
    },
  };
}

/** Programs whose supervisor was killed leave by themselves; this waits for them, and helps after a while. */
export async function endLeftovers(identities = []) {
  const alive = identities.filter(isStill);
  await Promise.all(
    alive.map(({ pid }) =>
      endProcess(pid, [
        ['SIGTERM', grace],
        ['SIGKILL', 5_000],
      ]),
    ),
  );
  return alive.length;
}
