// When to stop: Ctrl-C, TERM, a closed terminal, or npm killed above us without a word.
import { parentOf } from './alive.mjs';

const echo = 500; // npm passes Ctrl-C on to us although the terminal has already told us: not a second one

/** `signal` aborts at the first request; `onForce` is called at the second. */
export function watchForStop(onForce) {
  const controller = new AbortController();
  let askedAt;
  const ask = () => {
    if (askedAt === undefined) {
      askedAt = Date.now();
      controller.abort();
    } else if (Date.now() - askedAt > echo) onForce();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, ask);
  process.stdout.on('error', () => {}); // the terminal may be gone while we still tidy up
  process.stderr.on('error', () => {});
  if (process.env.npm_lifecycle_event) whenNpmIsGone(() => controller.abort());
  return controller.signal;
}

export const whenAborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', resolve, { once: true });
  });

/** Between npm and us there may be a shell, which would outlive npm; so its parent is watched as well. */
function whenNpmIsGone(stop) {
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && parentOf(parent) === grandparent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}
