// npm start: everything from a bare clone to a running product, and one Ctrl-C to end it.
import './lib/node-version.mjs';
import path from 'node:path';
import { ensureReady } from './lib/install.mjs';
import { watchForStop, whenAborted } from './lib/interrupt.mjs';
import { takeLock } from './lib/lock.mjs';
import { freePort, portProblem } from './lib/ports.mjs';
import { endLeftovers } from './lib/processes.mjs';
import { elapsed, Problem, projectDir, run, say } from './lib/say.mjs';
import { startStack } from './lib/stack.mjs';

const dir = path.join(projectDir, '.assay');
let stack;

await run(async () => {
  // The second Ctrl-C: without a stack there is nothing to end but ourselves, the services see that and follow.
  const signal = watchForStop(() => (stack ? stack.stop({ force: true }) : process.exit(130)));
  const lock = takeLock(path.join(dir, 'start.lock'));
  if (lock.holder) throw new Problem(alreadyRunning(lock.holder));
  try {
    if ((await endLeftovers(lock.previous?.programs)) > 0)
      say('ended what an earlier start had left running');
    const host = process.env.HOST || '127.0.0.1';
    const port = await choosePort(host);
    await ensureReady({ signal });
    stack = await startStack({ dir, host, port, signal, tell: say });
    const note = () => lock.note({ url: stack.url, programs: stack.identities() });
    note();
    const noting = setInterval(note, 5_000); // a program that was started again has a new pid
    welcome(stack);
    await whenAborted(signal);
    clearInterval(noting);
    say('stopping');
    await stack.stop();
    say(stack.postgres ? 'stopped; the data stays in .assay' : 'stopped');
  } catch (error) {
    if (!signal.aborted) throw error;
    say('stopped before it was ready'); // whatever failed, failed because it was told to stop
    return 130;
  } finally {
    lock.release();
  }
});

async function choosePort(host) {
  const text = process.env.PORT || '3000';
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Problem('PORT must be a number from 0 to 65535.');
  if (port === 0) return freePort(host);
  const code = await portProblem(port, host);
  if (code === 'EADDRINUSE') {
    throw new Problem(
      `Port ${port} is in use by another program; choose another one: PORT=${port + 1} npm start`,
    );
  }
  if (code)
    throw new Problem(`Cannot listen on ${host}, port ${port} (${code}); choose others with HOST and PORT.`);
  return port;
}

function alreadyRunning({ pid, url }) {
  const what = url
    ? `Assay is already running at ${url} (process ${pid})`
    : `Assay is already being started by process ${pid}`;
  return `${what}; stop it with Ctrl-C in its terminal or with: kill ${pid}`;
}

function welcome({ url, token }) {
  const shown = token ?? '$TOKEN';
  console.log(`
Assay is ready after ${elapsed()}.

  API             ${url}/api/v1
  API reference   ${url}/docs
  Queue monitor   ${url}/queues
  Token           ${token ? `${token}  (kept in .assay/token)` : 'one of BEARER_TOKENS'}

  Try it:  curl -H "Authorization: Bearer ${shown}" ${url}/api/v1/experiments

  Logs and data are in .assay. Ctrl-C stops everything.
`);
}
