import { ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, AddressInfo } from 'node:net';
import path from 'node:path';
import { freshDatabase, TestDatabase } from '../support/database';
import { until } from '../support/wait';

const ROOT = path.join(__dirname, '../..');
const BATCHES = 100;
const EVENTS_IN_A_BATCH = 25;
const SENDERS = 4;
const USERS = Array.from({ length: 60 }, (_, index) => `user-${index}`);

type Program = 'api' | 'worker';

/** The built programs as real processes, which can be killed and started again. */
class Programs {
  private readonly running = new Map<Program, ChildProcess>();

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  start(name: Program): void {
    const program = path.join(ROOT, `dist/apps/${name}/src/main.js`);
    if (!existsSync(program)) throw new Error(`${program} is missing: run \`npm run build\`.`);
    const child = spawn(process.execPath, [program], {
      cwd: ROOT,
      env: this.env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.running.set(name, child);
  }

  async kill(name: Program): Promise<void> {
    const child = this.running.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async killAll(): Promise<void> {
    for (const name of this.running.keys()) await this.kill(name);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe.each(['postgres', 'redis'] as const)('killing processes on the %s queue', (queue) => {
  let database: TestDatabase;
  let programs: Programs;
  let url: string;
  const token = randomBytes(24).toString('base64url');

  beforeAll(async () => {
    database = await freshDatabase();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    programs = new Programs({
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      ...(queue === 'redis' ? { REDIS_URL: process.env.TEST_REDIS_URL } : {}),
      QUEUE_PREFIX: `kill-${randomBytes(6).toString('hex')}`,
      PORT: String(port),
      BEARER_TOKENS: JSON.stringify([token]),
      LOG_LEVEL: 'silent',
      ALLOW_RELAXED_DURABILITY: 'true',
    });
    programs.start('api');
    programs.start('worker');
    await ready();
  }, 30_000);
  afterAll(async () => {
    await programs.killAll();
    await database.drop();
  });

  const ready = () =>
    until('the api', async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok ?? false);

  async function call<T>(
    method: string,
    route: string,
    body?: unknown,
  ): Promise<{ status: number; location: string | null; body: T }> {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const response = await fetch(`${url}/api/v1${route}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return {
      status: response.status,
      location: response.headers.get('location'),
      body: (await response.json()) as T,
    };
  }

  /** As a client does: sends the same batch again until it is acknowledged. */
  async function deliver(events: object[]): Promise<void> {
    await until('an acknowledgement', async () => {
      const answer = await call('POST', '/events/batch', { events }).catch(() => null);
      return answer?.status === 202;
    });
  }

  async function countOf(table: 'events' | 'event_ledger' | 'dead_events'): Promise<number> {
    const [{ count }] = await database.source.query(`SELECT count(*)::int AS count FROM ${table}`);
    return count;
  }

  it('loses nothing and counts nothing twice', async () => {
    const variants = ['control', 'treatment'].map((key) => ({ key, allocation_pct: 50 }));
    await call('POST', '/experiments', { key: 'kill', name: 'Kill', status: 'running', variants });
    const early = USERS.slice(0, 30);
    type Answers = { data: { user_id: string; variant: { key: string } }[] };
    const { body: assigned } = await call<Answers>('POST', '/experiments/kill/assignments/bulk', {
      user_ids: early,
    });
    const variantOf = new Map(assigned.data.map(({ user_id, variant }) => [user_id, variant.key]));
    for (const [index, user] of USERS.slice(30).entries())
      variantOf.set(user, index % 2 ? 'control' : 'treatment');

    const batches = Array.from({ length: BATCHES }, (_, batch) =>
      Array.from({ length: EVENTS_IN_A_BATCH }, (__, index) => ({
        event_id: randomUUID(),
        user_id: USERS[(batch * 7 + index * 11) % USERS.length],
        type: index % 3 ? 'buy' : 'view',
        value: ((batch + index) % 100) / 100,
      })),
    );
    let acknowledged = 0;
    const waiting = [...batches];
    const sender = async (): Promise<void> => {
      for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
        await deliver(batch);
        acknowledged += 1;
      }
    };
    const killer = async (): Promise<void> => {
      const steps: [number, Program][] = [[10, 'worker'], [30, 'api'], [50, 'worker'], [75, 'worker']]; // prettier-ignore
      for (const [after, name] of steps) {
        await until(`${after} batches`, async () => acknowledged >= after);
        await programs.kill(name);
        programs.start(name);
      }
    };
    await Promise.all([killer(), ...Array.from({ length: SENDERS }, sender)]);
    expect(acknowledged).toBe(BATCHES);
    // Half the users come to the experiment only now; their history counts from the start.
    const assignments = USERS.slice(30).map((user_id) => ({
      user_id,
      variant_key: variantOf.get(user_id),
      assigned_at: '2026-01-01T00:00:00Z',
    }));
    expect((await call('POST', '/experiments/kill/assignments/import', { assignments })).status).toBe(200);

    const all = batches.flat();
    await until('quiet', async () => (await countOf('event_ledger')) === all.length, 45_000);
    expect(await countOf('events')).toBe(all.length);
    expect(await countOf('dead_events')).toBe(0);
    const rows = await database.source.query('SELECT event_id FROM events');
    expect(new Set(rows.map(({ event_id }: { event_id: string }) => event_id))).toEqual(
      new Set(all.map(({ event_id }) => event_id)),
    );

    type Results = {
      metrics: {
        key: string;
        kind: string;
        variants: { key: string; events: number; conversions: number; value_sum: number }[];
      }[];
    };
    const { body: results } = await call<Results>('GET', '/experiments/kill/results');
    for (const metric of results.metrics.filter(({ kind }) => kind === 'conversion')) {
      for (const variant of metric.variants) {
        const own = all.filter(
          ({ type, user_id }) => type === metric.key && variantOf.get(user_id) === variant.key,
        );
        const cents = own.reduce((sum, { value }) => sum + Math.round(value * 100), 0);
        const { events, conversions, value_sum } = variant;
        expect({ events, conversions, value_sum }).toEqual({
          events: own.length,
          conversions: new Set(own.map(({ user_id }) => user_id)).size,
          value_sum: cents / 100,
        });
      }
    }
    const { location } = await call('POST', '/experiments/kill/verify');
    const job = await until('the verification', async () => {
      const { body } = await call<{ state: string; result: { drift: number } }>(
        'GET',
        (location as string).replace('/api/v1', ''),
      );
      return body.state === 'completed' ? body : null;
    });
    expect(job.result.drift).toBe(0);
  }, 90_000);
});
