import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Database } from '@app/store';
import { importFile } from '../../tools/import/import';
import { Mapping } from '../../tools/import/mapping';
import { Order } from '../../tools/import/order';
import { Summary } from '../../tools/import/progress';
import { Json } from '../support/app';
import { freshDatabase, TestDatabase } from '../support/database';
import { until } from '../support/wait';

interface Stack {
  url: string;
  token: string;
  workers: { pid: number }[];
  stop: () => Promise<void>;
}
interface StackOptions {
  dir: string;
  env: NodeJS.ProcessEnv;
  port: number;
  throwaway: boolean;
}
const { startStack } = jest.requireActual<{ startStack: (options: StackOptions) => Promise<Stack> }>(
  '../../tools/lib/stack.mjs',
);
const { freePort } = jest.requireActual<{ freePort: () => Promise<number> }>('../../tools/lib/ports.mjs');

/** Where a file can be imported to, and the database behind it. */
export interface Target {
  url: string;
  token: string;
  database: TestDatabase;
}

export interface Server extends Target {
  /** Of the worker that runs now: it is started again when it is killed. */
  workerPid: () => number;
  close: () => Promise<void>;
}

/** Api and worker as processes of their own, from dist as `npm start` runs them, over a fresh database. */
export async function startServer(): Promise<Server> {
  const database = await freshDatabase();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'assay-import-'));
  const { REDIS_URL: _, BEARER_TOKENS: __, ...env } = process.env;
  const stack = await startStack({
    dir,
    env: {
      ...env,
      DATABASE_URL: database.url,
      NODE_ENV: 'production',
      // The database of the tests does without fsync.
      ALLOW_RELAXED_DURABILITY: 'true',
    },
    port: await freePort(),
    throwaway: true,
  });
  const close = async (): Promise<void> => {
    await stack.stop();
    await database.drop();
    fs.rmSync(dir, { recursive: true });
  };
  return { url: stack.url, token: stack.token, database, workerPid: () => stack.workers[0].pid, close };
}

interface How extends Partial<Order> {
  parallel?: number;
}

/** Imports the file and waits until the worker has dealt with everything. */
export async function importInto(
  target: Target,
  file: string,
  mapping: Mapping,
  how: How = {},
): Promise<Summary> {
  const { parallel = 2, ...order } = how;
  const { url, token } = target;
  const whole = { batch: 1000, skip: 0, limit: Infinity, reverse: false, shuffle: null };
  const options = { file, mapping, url, token, create: true, parallel, order: { ...whole, ...order } };
  const summary = await importFile(options, () => {});
  await settle(target);
  return summary;
}

/** The queue is worked off in order: when an event sent now is stored, so is everything before it, and once more what a kill delayed. */
export async function settle({ url, token, database }: Target): Promise<void> {
  const event_id = randomUUID();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ event_id, user_id: 'nobody', type: 'last' });
  await fetch(`${url}/api/v1/events`, { method: 'POST', headers, body });
  const stored = 'SELECT 1 FROM event_ledger WHERE event_id = $1';
  await until('the last event', async () => (await database.db.row(stored, [event_id])) !== null, 180_000);
}

export async function getJson(target: Target, address: string, method = 'GET'): Promise<Json> {
  const response = await fetch(`${target.url}/api/v1${address}`, {
    method,
    headers: { authorization: `Bearer ${target.token}` },
  });
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** What a recount from the raw rows finds wrong: 0 when nothing. */
export async function driftOf(target: Target, key: string): Promise<number> {
  const { id } = await getJson(target, `/experiments/${key}/verify`, 'POST');
  const job = await until(
    `the verification of ${key}`,
    async () => {
      const answer = await getJson(target, `/jobs/${id}`);
      return ['completed', 'failed'].includes(answer.state) ? answer : null;
    },
    120_000,
  );
  return job.state === 'completed' ? job.result.drift : NaN;
}

const TOTALS = [
  'daily_users',
  'hourly_users',
  'user_hours',
  'hourly_totals',
  'daily_totals',
  'gaps',
  'day_products',
];

/** Every row of the totals of an experiment, by names instead of numbers, so that those of two experiments can be compared. */
export async function totalsOf(db: Database, key: string): Promise<Record<string, string[]>> {
  const tables = TOTALS.map(async (table) => {
    const rows = await db.rows<{ variant: string; type: string | null; numbers: Record<string, unknown> }>(
      `SELECT v.key AS variant, m.event_type AS type, to_jsonb(t) - 'arm_id' - 'measure_id' AS numbers
       FROM experiments x
       JOIN arms ON arms.experiment_id = x.id
       JOIN variants v ON v.id = arms.variant_id
       JOIN ${table} t ON t.arm_id = arms.id
       LEFT JOIN measures m ON m.id = (to_jsonb(t) ->> 'measure_id')::integer
       WHERE x.key = $1`,
      [key],
    );
    // A row that came to nothing again says the same as no row.
    const telling = rows.filter(
      ({ numbers }) => ![numbers.users, numbers.events, numbers.product].includes(0),
    );
    return [table, telling.map((row) => JSON.stringify(row)).sort()];
  });
  return Object.fromEntries(await Promise.all(tables)) as Record<string, string[]>;
}
