import { randomBytes } from 'node:crypto';
import { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, nestLogger, readEnv } from '@app/platform';
import { createDataSource, grantPrivileges } from '@app/store';
import { createApi } from '../../apps/api/src/setup';
import { WorkerModule } from '../../apps/worker/src/worker.module';
import { openProxy } from './contract';
import { freshDatabase, TestDatabase } from './database';
import { setPatience } from './patience';
import { createRoles, Roles } from './roles';

export type QueueKind = 'postgres' | 'redis';

/** An answer as it came; tests look into it freely. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test asserts the shape it expects
export type Json = any;

export interface Answer<T = Json> {
  status: number;
  headers: Headers;
  body: T;
}

/** Takes the lines of the log instead of standard output. */
interface Log {
  write: (lines: string) => void;
}

export interface TestApp {
  url: string;
  /** The same, for what the proxy of the contract cannot carry. */
  direct: string;
  token: string;
  database: TestDatabase;
  /** Sends JSON over real HTTP with the token. */
  call: <T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer<T>>;
  /** @param more environment variables of this worker alone */
  startWorker: (more?: NodeJS.ProcessEnv) => Promise<INestApplicationContext>;
  /** Another api over the same database, as a second process would be. @param more environment variables of this api alone */
  startBeside: (more?: NodeJS.ProcessEnv) => Promise<NestFastifyApplication>;
  /** What HTTP cannot reach. */
  api: NestFastifyApplication;
  close: () => Promise<void>;
}

/** The document does not speak of itself and other pages. */
const OUTSIDE = /^\/(openapi\.json|docs|metrics|queues)/;

export async function urlOf(api: NestFastifyApplication): Promise<string> {
  return (await api.getUrl()).replace('[::1]', '127.0.0.1');
}

/**
 * The real api on a real port over a fresh database, with the worker in the same process when asked for. With `roles`, or with
 * TEST_ROLES=true for any test, api and worker have no more rights than in production. With TEST_CONTRACT=true an answer that is
 * not as docs/openapi.json says becomes a 500.
 */
export async function startApp(
  options: {
    queue?: QueueKind;
    worker?: boolean;
    roles?: boolean;
    env?: NodeJS.ProcessEnv;
    log?: Log;
    /** How long the api waits for PostgreSQL: longer than in production, unless just that is tested. */
    patience?: 'production' | 'tests';
  } = {},
): Promise<TestApp> {
  const { patience = 'tests' } = options;
  setPatience(patience);
  const database = await freshDatabase();
  const roles = (options.roles ?? process.env.TEST_ROLES === 'true') ? await rolesFor(database) : undefined;
  const token = randomBytes(24).toString('base64url');
  const source: NodeJS.ProcessEnv = {
    DATABASE_URL: roles?.url('api') ?? database.url,
    DATABASE_READER_URL: roles?.url('reader'),
    REDIS_URL: options.queue === 'redis' ? redisUrl() : undefined,
    QUEUE_PREFIX: `test-${randomBytes(6).toString('hex')}`,
    PORT: '0',
    BEARER_TOKENS: JSON.stringify([token]),
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    // The database of the tests does without fsync; no test cuts the power.
    ALLOW_RELAXED_DURABILITY: 'true',
    // Tests are in a hurry, on a busy machine; those of the limits say otherwise.
    RATE_LIMIT_ENABLED: 'false',
    SHED_LOOP_DELAY_MS: '0',
    ...options.env,
  };
  const env = readEnv(source);
  const logger = createLogger('test', env.LOG_LEVEL, options.log);
  const api = await createApi(env, logger).catch(async (error: unknown) => {
    await database.drop();
    await roles?.drop();
    throw error;
  });
  await api.listen(0, '127.0.0.1');
  const direct = await urlOf(api);
  const { TEST_CONTRACT } = process.env;
  const proxy = TEST_CONTRACT === undefined ? undefined : await openProxy(TEST_CONTRACT, direct, 'accepted');
  const url = proxy?.url ?? direct;
  const workers: INestApplicationContext[] = [];
  const startWorker = async (more: NodeJS.ProcessEnv = {}): Promise<INestApplicationContext> => {
    const worker = await NestFactory.createApplicationContext(
      WorkerModule.forRoot(
        readEnv({ ...source, ...(roles && { DATABASE_URL: roles.url('worker') }), ...more }),
        logger,
      ),
      {
        logger: nestLogger(logger),
        abortOnError: false,
      },
    );
    workers.push(worker);
    return worker;
  };
  if (options.worker ?? true) await startWorker();
  const others: NestFastifyApplication[] = [];
  const startBeside = async (more: NodeJS.ProcessEnv = {}): Promise<NestFastifyApplication> => {
    setPatience(patience);
    const other = await createApi(readEnv({ ...source, ...more }), logger);
    others.push(other);
    await other.listen(0, '127.0.0.1');
    return other;
  };
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(new URL(path, OUTSIDE.test(path) ? direct : url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: json && text !== '' ? JSON.parse(text) : text,
    };
  };
  const close = async (): Promise<void> => {
    const violations = await proxy?.close();
    for (const worker of workers) await worker.close();
    for (const other of others) await other.close();
    await api.close();
    await database.drop();
    await roles?.drop();
    const faults = [...new Set(violations)].slice(0, 20);
    if (faults.length > 0) throw new Error(`not as docs/openapi.json says:\n${faults.join('\n')}`);
  };
  return { url, direct, token, database, call, startWorker, startBeside, api, close };
}

async function rolesFor(database: TestDatabase): Promise<Roles> {
  const roles = await createRoles(database.url);
  const source = createDataSource({ url: roles.url('migrate'), poolSize: 1, application: 'assay-migrate' });
  await source.initialize();
  await grantPrivileges(source);
  await source.destroy();
  return roles;
}

function redisUrl(): string {
  const url = process.env.TEST_REDIS_URL;
  if (url === undefined)
    throw new Error('TEST_REDIS_URL is not set: run `npm test`, or start `node tools/dev-services.mjs`.');
  return url;
}
