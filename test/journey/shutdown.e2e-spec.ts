import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { Program, runProgram } from '../support/programs';
import { freePort, OwnRedis } from '../support/redis';
import { until } from '../support/wait';

const DELAY_MS = 500;

interface Postgres {
  url: string;
  pid: number;
  stop: (options: { force: boolean }) => Promise<void>;
}
type StartPostgres = (options: { dataDir: string; throwaway: boolean }) => Promise<Postgres>;
const { startPostgres } = jest.requireActual<{ startPostgres: StartPostgres }>(
  '../../tools/lib/postgres.mjs',
);

/** The whole of PostgreSQL: the postmaster and what it has forked. */
function signalPostgres({ pid }: Postgres, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    .split('\n')
    .map(Number)
    .filter((child) => child > 0);
  process.kill(pid, signal);
  for (const child of children) {
    try {
      process.kill(child, signal);
    } catch (error) {
      // It has ended since it was listed.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

describe('stopping real processes', () => {
  const token = randomBytes(24).toString('base64url');
  const programs: Program[] = [];
  let dir: string;
  let postgres: Postgres;
  let redis: OwnRedis;
  let url: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'assay-shutdown-'));
    execFileSync('chmod', ['711', dir]);
    postgres = await startPostgres({ dataDir: path.join(dir, 'postgres'), throwaway: true });
    redis = await (await OwnRedis.create()).start();
  }, 60_000);
  beforeEach(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    env = {
      PATH: process.env.PATH,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      QUEUE_PREFIX: `stop-${randomBytes(6).toString('hex')}`,
      PORT: String(port),
      BEARER_TOKENS: JSON.stringify([token]),
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY_MS: String(DELAY_MS),
    };
  });
  afterEach(async () => {
    redis.thaw();
    signalPostgres(postgres, 'SIGCONT');
    for (const { child, exited } of programs.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
  });
  afterAll(async () => {
    await postgres.stop({ force: true });
    await redis.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  function run(entry: string, more: NodeJS.ProcessEnv = {}): Program {
    const program = runProgram(entry, { ...env, ...more });
    programs.push(program);
    return program;
  }
  const api = (more: NodeJS.ProcessEnv = {}) => run('apps/api/src/main.js', more);
  const worker = (more: NodeJS.ProcessEnv = {}) => run('apps/worker/src/main.js', more);
  const status = async (route: string) =>
    (await fetch(`${url}${route}`, { signal: AbortSignal.timeout(10_000) }).catch(() => null))?.status ??
    null;

  async function both(): Promise<[Program, Program]> {
    expect(await run('tools/migrate.js').exited).toBe(0);
    const pair: [Program, Program] = [api(), worker({ LOG_LEVEL: 'info' })];
    await until('the api', async () => (await status('/health/ready')) === 200);
    await until('the worker', async () => pair[1].said().includes('worker is ready'));
    return pair;
  }

  const get = (route: string) => fetch(`${url}${route}`, { headers: { authorization: `Bearer ${token}` } });
  const send = () =>
    fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event_id: randomUUID(), user_id: 'u', type: 'buy' }),
    });

  async function ask(text: string): Promise<void> {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(text);
    await client.end();
  }

  async function stop({ child, exited }: Program, deadlineMs: number): Promise<number | null> {
    const since = Date.now();
    child.kill('SIGTERM');
    const code = await exited;
    expect(Date.now() - since).toBeLessThan(deadlineMs + 5_000);
    return code;
  }

  it('leaves in order and with code 0 while the stores are up, and says before that it is going', async () => {
    const [first, second] = await both();
    const answer = await send();
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { event_id: expect.any(String), status: 'accepted', durability: 'durable' },
    ]);
    const stopped = stop(first, 5_000);
    await until('readiness to be refused', async () => (await status('/health/ready')) === 503);
    expect((await send()).status).toBe(202);
    expect(await stopped).toBe(0);
    expect(await stop(second, 5_000)).toBe(0);
  }, 60_000);

  it('leaves in time while Redis is frozen', async () => {
    const [first, second] = await both();
    redis.freeze();
    const codes = await Promise.all([stop(first, 25_000), stop(second, 10_000)]);
    expect(codes).toEqual([0, 0]);
  }, 90_000);

  it('leaves in time while Redis is gone', async () => {
    const [first, second] = await both();
    await redis.kill();
    const codes = await Promise.all([stop(first, 25_000), stop(second, 10_000)]);
    await redis.start();
    expect(codes).toEqual([0, 0]);
  }, 90_000);

  it('leaves in time while PostgreSQL is frozen, also with requests waiting for it', async () => {
    const [first, second] = await both();
    signalPostgres(postgres, 'SIGSTOP');
    const since = Date.now();
    const [read, event] = await Promise.all([get('/api/v1/experiments'), send()]);
    expect([read.status, event.status]).toEqual([503, 202]);
    expect(Date.now() - since).toBeLessThan(9_000);
    const waiting = get('/api/v1/experiments').catch(() => null);
    const codes = await Promise.all([stop(first, 25_000), stop(second, 20_000), waiting]);
    signalPostgres(postgres, 'SIGCONT');
    for (const code of codes.slice(0, 2)) expect([0, 1]).toContain(code);
  }, 90_000);

  it('does not start on a database that does not wait for its disk, and says what to do', async () => {
    expect(await run('tools/migrate.js').exited).toBe(0);
    await ask('ALTER DATABASE assay SET synchronous_commit = off');
    try {
      for (const program of [api(), worker()]) {
        expect(await program.exited).toBe(78);
        expect(program.said()).toMatch(/PostgreSQL synchronous_commit is off: set it to on/);
        expect(program.said()).toContain('ALLOW_RELAXED_DURABILITY');
      }
    } finally {
      await ask('ALTER DATABASE assay RESET synchronous_commit');
    }
  }, 60_000);
});
