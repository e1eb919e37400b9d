import { ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { freshDatabase, TestDatabase } from '../support/database';
import { freePort } from '../support/redis';
import { until } from '../support/wait';

const ROOT = path.join(__dirname, '../..');
/** Another build may be tried: one with a check taken out, say. */
const DIST = process.env.DOORS_DIST ?? path.join(ROOT, 'dist');

export interface Load {
  /** Longest wait of the event loop since the last question. */
  delayMs: number;
  cpuMs: number;
  rss: number;
}

export interface Server {
  port: number;
  pid: number;
  token: string;
  database: TestDatabase;
  load: () => Promise<Load>;
  isRunning: () => boolean;
  /** Everything it has written. */
  said: () => string;
  close: () => Promise<void>;
}

/** The api as a process of its own, as it runs in production, over a fresh database and without a worker. */
export async function startServer(more: NodeJS.ProcessEnv = {}): Promise<Server> {
  const entry = path.join(DIST, 'apps/api/src/main.js');
  if (!existsSync(entry)) throw new Error(`${entry} is missing: run \`npm run build\`.`);
  const database = await freshDatabase();
  const token = randomBytes(30).toString('base64url');
  const port = await freePort();
  const child = spawn(process.execPath, ['--require', path.join(__dirname, 'probe.cjs'), entry], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      PORT: String(port),
      BEARER_TOKENS: JSON.stringify([token]),
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY_MS: '0',
      // A thousand refusals in a row are what limits are for; they have tests of their own.
      RATE_LIMIT_REQUESTS: '1000000',
      RATE_LIMIT_ASSIGNMENTS: '1000000000',
      RATE_LIMIT_EVENTS: '1000000000',
      RATE_LIMIT_FAILED_AUTH: '1000000',
      // The database of the tests does without fsync.
      ALLOW_RELAXED_DURABILITY: 'true',
      ...more,
    },
  });
  let text = '';
  child.stdout?.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (text += data.toString()));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
    await database.drop();
  };
  try {
    await until('the api', async () => {
      if (!isRunning()) throw new Error(`the api did not start: ${text}`);
      return (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status === 200;
    });
  } catch (error) {
    await close();
    throw error;
  }
  const load = asker(child);
  return { port, pid: child.pid ?? 0, token, database, load, isRunning, said: () => text, close };
}

function asker(child: ChildProcess): () => Promise<Load> {
  let last = 0;
  const waiting = new Map<number, (load: Load) => void>();
  child.on('message', ({ id, ...load }: Load & { id: number }) => {
    waiting.get(id)?.(load);
    waiting.delete(id);
  });
  return () =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, resolve);
      child.send({ ask: 'load', id: last }, (error) => {
        if (error !== null) reject(error);
      });
    });
}
