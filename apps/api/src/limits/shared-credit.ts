import { Redis } from 'ioredis';
import RedisGCRA from 'redis-gcra';
import type { Logger } from '@app/platform';
import type { Limit, Taken } from './account';

const COMMAND_MS = 100;
const FIRST_CONNECTION_MS = 2_000;
const PAUSE_MS = 1_000;

/**
 * What all processes share, in Redis. Whether it is there is known before anybody needs it: one question that gets no answer in time
 * is enough to leave it alone, and only the probe, on which no request waits, brings it back.
 */
export class SharedCredit {
  private readonly redis: Redis;
  private readonly gcra: ReturnType<typeof RedisGCRA>;
  private isAway = false;
  private probing: NodeJS.Timeout | undefined;

  constructor(
    url: string,
    prefix: string,
    private readonly logger: Logger,
  ) {
    this.redis = connect(url);
    this.gcra = RedisGCRA({ redis: this.redis, keyPrefix: `${prefix}:limits` });
  }

  get isThere(): boolean {
    return !this.isAway && this.redis.status === 'ready';
  }

  /** @throws when it does not answer in time */
  async take(key: string, { max, periodMs }: Limit, cost: number): Promise<Taken> {
    try {
      const asked = this.gcra.limit({ key, burst: max, rate: max, period: periodMs, cost });
      const { limited, remaining, resetIn } = await soon(asked, COMMAND_MS);
      // Both are rounded down.
      return { ok: !limited, level: Math.max(remaining, max - (resetIn * max) / periodMs) };
    } catch (error) {
      this.leaveAlone(error);
      throw error;
    }
  }

  /** Until the first connection stands, or there has been time enough for it. */
  async connected(): Promise<void> {
    if (this.redis.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FIRST_CONNECTION_MS);
      this.redis.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  close(): void {
    clearTimeout(this.probing);
    this.redis.disconnect();
  }

  private leaveAlone(error: unknown): void {
    if (this.isAway) return;
    this.isAway = true;
    this.logger.warn({ err: error }, 'rate limits are not shared while Redis does not answer');
    this.probeLater();
  }

  private probeLater(): void {
    this.probing = setTimeout(() => void this.probe(), PAUSE_MS).unref();
  }

  private async probe(): Promise<void> {
    if (this.redis.status === 'end') return;
    try {
      await soon(this.redis.ping(), COMMAND_MS);
      this.isAway = false;
      this.logger.info('rate limits are shared again');
    } catch {
      this.probeLater();
    }
  }
}

function connect(url: string): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectTimeout: 1_000,
    // Commands to a Redis that is frozen pile up no longer than this; then the connection is made anew.
    socketTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(50 * times, 1_000),
    connectionName: 'assay-limits',
  });
  redis.on('error', () => undefined);
  return redis;
}

/** A process that was busy for longer than `ms` looks at what has arrived before it calls the other side slow. */
async function soon<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(() => reject(new Error(`no answer within ${ms} ms`))), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
