// The faults: which there are, in which order a seed brings them, and how each is done and undone.
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** `many` is how often a kind lies in the deck; `ms` the bounds of how long it lasts; `needs` the queue it is for, `from` how many
 * seconds a run must have. */
const kinds = [
  { name: 'kill -9', target: 'worker', many: 5, ms: [100, 2500], run: endProgram('SIGKILL') },
  { name: 'kill -9', target: 'api', many: 3, ms: [100, 1500], run: endProgram('SIGKILL') },
  { name: 'SIGTERM', target: 'worker', many: 1, ms: [100, 1000], run: endProgram('SIGTERM') },
  { name: 'SIGTERM', target: 'api', many: 1, ms: [100, 1000], run: endProgram('SIGTERM') },
  { name: 'freeze', target: 'worker', many: 2, ms: [500, 6000], run: freezeProgram },
  { name: 'freeze', target: 'api', many: 1, ms: [300, 2000], run: freezeProgram },
  // Longer than a job stays locked: two workers have the same job, and the first wakes up with it.
  { name: 'long freeze', target: 'worker', many: 1, ms: [21_000, 25_000], run: freezeProgram, from: 45 },
  { name: 'kill -9', target: 'redis', many: 3, ms: [100, 4000], run: killRedis, needs: 'redis' },
  {
    name: 'kill -9 in BGREWRITEAOF',
    target: 'redis',
    many: 1,
    ms: [100, 1500],
    run: killRedisRewriting,
    needs: 'redis',
  },
  { name: 'freeze', target: 'redis', many: 2, ms: [300, 4000], run: freezeRedis, needs: 'redis' },
  { name: 'immediate restart', target: 'postgres', many: 3, ms: [50, 2500], run: endPostgres('SIGQUIT') },
  { name: 'fast restart', target: 'postgres', many: 1, ms: [50, 1000], run: endPostgres('SIGINT') },
  { name: 'freeze', target: 'postgres', many: 2, ms: [300, 4000], run: freezePostgres },
  { name: 'terminate backends', target: 'postgres', many: 1, ms: [200, 2000], run: terminateBackends },
  { name: 'table lock', target: 'postgres', many: 1, ms: [500, 3000], run: lockLedger },
  ...['cut', 'drop-reply', 'delay', 'blackhole'].flatMap((mode) => [
    { name: mode, target: 'client-api', many: 1, ms: [100, 1500], run: breakConnection(mode) },
    { name: mode, target: 'api-postgres', many: 1, ms: [100, 2500], run: breakConnection(mode) },
    { name: mode, target: 'worker-postgres', many: 1, ms: [100, 2500], run: breakConnection(mode) },
    { name: mode, target: 'api-redis', many: 1, ms: [100, 2500], run: breakConnection(mode), needs: 'redis' },
    {
      name: mode,
      target: 'worker-redis',
      many: 1,
      ms: [100, 2500],
      run: breakConnection(mode),
      needs: 'redis',
    },
  ]),
];

export const faultNamed = (name, target) =>
  kinds.find((kind) => kind.name === name && kind.target === target);

/** What a seed brings: `{ after, name, target, ms, run }` without end, `after` being the pause before it. */
export function* schedule(random, { queue, workers, seconds, pause = [300, 2200] }) {
  const deck = kinds
    .filter((kind) => (kind.needs ?? queue) === queue && seconds >= (kind.from ?? 0))
    .flatMap((kind) => Array.from({ length: kind.many }, () => kind));
  for (;;) {
    for (const kind of random.shuffled(deck)) {
      const target = kind.target === 'worker' ? `worker-${random.between(1, workers)}` : kind.target;
      const ms = random.between(...kind.ms);
      yield { ...kind, target, ms, amount: random.between(20, 300), after: random.between(...pause) };
    }
  }
}

/** Brings faults until `signal`, several at a time but one per target; resolves when all are over. */
export async function bring(system, faults, log, signal) {
  const busy = new Map();
  for (const fault of faults) {
    await sleep(fault.after, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    if (busy.has(fault.target)) continue;
    const entry = { name: fault.name, target: fault.target, ms: fault.ms, from: Date.now(), to: Infinity };
    log.push(entry);
    const over = fault
      .run(system, fault)
      .catch((error) => (entry.error = error.message))
      .finally(() => {
        entry.to = Date.now();
        busy.delete(fault.target);
      });
    busy.set(fault.target, over);
  }
  await Promise.all(busy.values());
}

function endProgram(signal) {
  return async ({ programs }, { target, ms }) => {
    await programs[target].end(signal, ms);
    await sleep(ms);
  };
}

async function freezeProgram({ programs }, { target, ms }) {
  const program = programs[target];
  program.signal('SIGSTOP');
  await sleep(ms);
  program.signal('SIGCONT');
}

async function killRedis(system, { ms }) {
  await system.endRedis('SIGKILL');
  await sleep(ms);
  await system.startRedis();
}

async function killRedisRewriting(system, fault) {
  const socket = net.connect(system.redis.port, '127.0.0.1', () => socket.write('BGREWRITEAOF\r\n'));
  socket.on('error', () => {});
  await sleep(20);
  await killRedis(system, fault);
  socket.destroy();
}

async function freezeRedis(system, { ms }) {
  const thaw = system.freeze([system.redis.pid]);
  await sleep(ms);
  thaw();
}

function endPostgres(signal) {
  return async (system, { ms }) => {
    await system.endPostgres(signal);
    await sleep(ms);
    await system.startPostgres();
  };
}

async function freezePostgres(system, { ms }) {
  const thaw = system.freeze(system.postgresPids());
  await sleep(ms);
  thaw();
}

function breakConnection(mode) {
  return async ({ proxies }, { target, ms, amount }) => {
    proxies[target].set(mode, amount);
    await sleep(ms);
    proxies[target].set('pass');
  };
}

async function terminateBackends(system, { ms }) {
  await withConnection(system, async (client) => {
    const until = Date.now() + ms;
    while (Date.now() < until) {
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name LIKE 'assay-%' ORDER BY random() LIMIT 1`,
      );
      await sleep(200);
    }
  });
}

/** What an administrator's ALTER TABLE does to everybody else. */
async function lockLedger(system, { ms }) {
  await withConnection(system, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE event_ledger IN ACCESS EXCLUSIVE MODE');
    await sleep(ms);
    await client.query('ROLLBACK');
  });
}

async function withConnection(system, work) {
  const client = new pg.Client({ connectionString: system.databaseUrl, query_timeout: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } catch {
    // Another fault was faster.
  } finally {
    await client.end().catch(() => {});
  }
}
