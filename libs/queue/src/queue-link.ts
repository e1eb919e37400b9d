import { Redis } from 'ioredis';
import type { DurabilityProbe, UnsafeSetting } from '@app/platform';

const SAFE: Record<string, { safe: (value: string) => boolean; fix: string }> = {
  appendonly: { safe: (value) => value === 'yes', fix: 'set `appendonly yes`' },
  appendfsync: { safe: (value) => value === 'always', fix: 'set `appendfsync always`' },
  'maxmemory-policy': {
    safe: (value) => value === 'noeviction',
    fix: 'set `maxmemory-policy noeviction`; every other policy throws accepted events away',
  },
};

const FIRST_CONNECTION_MS = 2_000;

export interface LinkOptions {
  redisUrl: string | undefined;
  role: 'producer' | 'consumer';
}

/** Our own connection to Redis: a producer's queues work over it, and it answers what BullMQ does not ask. Without Redis it is nothing. */
export class QueueLink {
  readonly redis: Redis | null;

  constructor({ redisUrl, role }: LinkOptions) {
    this.redis = redisUrl === undefined ? null : connect(redisUrl, role);
  }

  /** False while a command would fail anyway. BullMQ would wait for the first connection instead, for ever if need be. */
  get isOpen(): boolean {
    return this.redis === null || this.redis.status === 'ready';
  }

  /** Share of `maxmemory` in use; null when there is no limit, or no Redis. */
  async memoryShare(): Promise<number | null> {
    if (this.redis === null) return null;
    const info = await this.redis.info('memory');
    const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
    const limit = field('maxmemory');
    return limit === 0 ? null : field('used_memory') / limit;
  }

  /** Settings of Redis under which accepted jobs can be lost; null when it does not tell, as managed services may not. */
  async unsafeSettings(): Promise<UnsafeSetting[] | null> {
    const { redis } = this;
    if (redis === null) return [];
    try {
      const values = await Promise.all(Object.keys(SAFE).map((name) => redis.config('GET', name)));
      const settings = Object.fromEntries((values as string[][]).map(([name, value]) => [name, value]));
      if (Object.keys(SAFE).some((name) => settings[name] === undefined)) return null;
      return Object.entries(SAFE)
        .filter(([name, { safe }]) => !safe(settings[name]))
        .map(([name, { fix }]) => ({ setting: `Redis ${name}`, value: settings[name], fix }));
    } catch (error) {
      if (/NOPERM|unknown (sub)?command|not allowed/i.test((error as Error).message)) return null;
      throw error;
    }
  }

  /** What DurabilityWatch asks of the queue: nothing when it is in PostgreSQL, which is asked anyway. */
  probes(): Record<string, DurabilityProbe> {
    return this.redis === null ? {} : { redis: () => this.unsafeSettings() };
  }

  /** After the first and each new connection. */
  onOpen(listener: () => void): void {
    this.redis?.on('ready', listener);
  }

  /** Before anything is asked of it: the first connection stands, or there has been time enough for it. */
  async onModuleInit(): Promise<void> {
    const { redis } = this;
    if (redis === null || redis.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FIRST_CONNECTION_MS);
      redis.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Without a word to the server: one that is frozen would not answer QUIT. */
  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}

/**
 * Fails fast in every case that was measured: down, frozen (only commandTimeout notices), never there. A command whose connection was
 * cut is not sent again by the client: the caller decides that.
 */
function connect(url: string, role: LinkOptions['role']): Redis {
  const redis = new PatientRedis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 1_000,
    connectTimeout: 1_000,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(50 * times, 1_000),
    connectionName: `assay-${role}`,
  });
  // Told by whoever needs Redis; without a listener ioredis writes to standard error for each attempt.
  redis.on('error', () => undefined);
  return redis;
}

/** BullMQ asks for INFO once, after the first connection, and its queue stays broken for good if that one answer is lost. */
class PatientRedis extends Redis {
  override async info(...args: unknown[]): Promise<string> {
    const ask = super.info.bind(this) as (...all: unknown[]) => Promise<string>;
    if (args.length > 0) return ask(...args);
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (this.status === 'end') throw error;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
  }
}
