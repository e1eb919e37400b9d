import { Static, Type } from '@sinclair/typebox';
import { validator } from './validate';

// The one place that reads the environment. Problems are reported together, by name, and never with the value: it may be a secret.

const positive = (fallback: number, maximum = 2 ** 31 - 1) =>
  Type.Integer({ minimum: 1, maximum, default: fallback });

const Environment = Type.Object({
  NODE_ENV: Type.String({ default: 'production' }),
  DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://' }),
  // Two at least: the drain of the inbox holds one while ingest needs another.
  DATABASE_POOL_SIZE: Type.Integer({ minimum: 2, maximum: 1000, default: 10 }),
  // Without it results are read with DATABASE_URL, over connections that are read-only all the same.
  DATABASE_READER_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
  DATABASE_READER_POOL_SIZE: Type.Integer({ minimum: 1, maximum: 1000, default: 4 }),
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://' })),
  QUEUE_PREFIX: Type.String({ default: 'assay', pattern: '^[a-z0-9_-]{1,40}$' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 3000 }),
  HOST: Type.String({ default: '127.0.0.1', minLength: 1 }),
  BEARER_TOKENS: Type.Array(Type.String({ minLength: 16, maxLength: 256 }), { default: [] }),
  SLOW_API_THRESHOLD_MS: positive(1_000),
  INGEST_MAX_EVENTS: positive(5_000, 50_000),
  INGEST_FALLBACK: Type.Unsafe<'none' | 'inbox'>({
    type: 'string',
    enum: ['none', 'inbox'],
    default: 'none',
  }),
  INGEST_MAX_LAG_SECONDS: positive(21_600),
  INGEST_MAX_QUEUE_JOBS: positive(1_000_000),
  ALLOW_RELAXED_DURABILITY: Type.Boolean({ default: false }),
  SHUTDOWN_DELAY_MS: Type.Integer({ minimum: 0, maximum: 15_000, default: 5_000 }),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info' },
  ),
});

export type Env = Readonly<Static<typeof Environment>>;

export class InvalidEnvironment extends Error {
  constructor(readonly problems: string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Reads and checks the environment. @throws InvalidEnvironment naming every variable that is missing or wrong. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const problems: string[] = [];
  const raw: Record<string, unknown> = {};
  for (const name of Object.keys(Environment.properties)) {
    const text = source[name];
    if (text !== undefined && text !== '') raw[name] = text;
  }
  if (typeof raw.BEARER_TOKENS === 'string') {
    try {
      raw.BEARER_TOKENS = JSON.parse(raw.BEARER_TOKENS);
    } catch {
      problems.push('BEARER_TOKENS must be a JSON array of strings, such as ["a-long-random-secret"].');
      delete raw.BEARER_TOKENS;
    }
  }
  const checked = check(raw);
  if (!checked.ok) {
    for (const { pointer, message } of checked.findings) {
      problems.push(`${pointer.slice(1).split('/')[0]}: ${message}`);
    }
  }
  if (problems.length > 0 || !checked.ok) throw new InvalidEnvironment(problems);
  return Object.freeze(checked.value);
}

const check = validator(Environment, {}, { allErrors: true, coerceTypes: true, useDefaults: true });
