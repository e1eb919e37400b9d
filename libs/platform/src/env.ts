import { isIP } from 'node:net';
import { Static, Type } from '@sinclair/typebox';
import { validator } from './validate';

// The one place that reads the environment. Problems are reported together, by name, and never with the value: it may be a secret.

const positive = (fallback: number, maximum = 2 ** 31 - 1) =>
  Type.Integer({ minimum: 1, maximum, default: fallback });

const PROXIES = 'number of hops (1 to 10) or list of addresses and networks';

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
  BEARER_TOKENS: Type.Array(Type.String({ minLength: 32, maxLength: 256, pattern: '^[\\x21-\\x7e]*$' }), {
    default: [],
  }),
  RATE_LIMIT_ENABLED: Type.Boolean({ default: true }),
  // In seconds.
  RATE_LIMIT_PERIOD: positive(60, 86_400),
  RATE_LIMIT_REQUESTS: positive(6_000),
  RATE_LIMIT_ASSIGNMENTS: positive(600_000),
  RATE_LIMIT_EVENTS: positive(6_000_000),
  RATE_LIMIT_FAILED_AUTH: positive(100),
  RATE_LIMIT_EXPECTED_PROCESSES: positive(1, 1_000),
  TRUST_PROXY: Type.Optional(Type.String({ format: PROXIES })),
  FLAG_STREAMS_MAX: positive(5_000, 100_000),
  SHED_LOOP_DELAY_MS: Type.Integer({ minimum: 0, maximum: 60_000, default: 1_000 }),
  ASSIGNMENT_CACHE_TTL: Type.Integer({ minimum: 0, maximum: 86_400, default: 60 }),
  RESULTS_CACHE_TTL: Type.Integer({ minimum: 0, maximum: 86_400, default: 60 }),
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
  if (checked.ok && checked.value.BEARER_TOKENS.some(isWeak)) {
    problems.push('BEARER_TOKENS has a token that is easy to guess; make one with: openssl rand -hex 24.');
  }
  if (problems.length > 0 || !checked.ok) throw new InvalidEnvironment(problems);
  return Object.freeze(checked.value);
}

const check = validator(
  Environment,
  { [PROXIES]: namesProxies },
  { allErrors: true, coerceTypes: true, useDefaults: true },
);

const FEWEST_CHARACTERS = 10;
const FROM_AN_EXAMPLE =
  /change.?(me|this)|password|example|default|insecure|replace.?me|your.?token|long.?random/i;

/** Long, and still no secret: made of few characters, or copied from an example. */
function isWeak(token: string): boolean {
  return new Set(token).size < FEWEST_CHARACTERS || FROM_AN_EXAMPLE.test(token);
}

function namesProxies(text: string): boolean {
  return /^([1-9]|10)$/.test(text) || text.split(',').every((entry) => isNetwork(entry.trim()));
}

function isNetwork(text: string): boolean {
  const [address, prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address) as 0 | 4 | 6];
  return (
    more.length === 0 &&
    bits > 0 &&
    (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
  );
}
