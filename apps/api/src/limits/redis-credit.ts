import { Redis } from 'ioredis';
import RedisGCRA from 'redis-gcra';
import type { Limit, Taken } from './account';
import type { CreditStore } from './shared-credit';

const FIRST_CONNECTION_MS = 2_000;

/** Credit in Redis, by the clock of whoever asks. */
export class RedisCredit implements CreditStore {
  readonly name = 'Redis';
  readonly patienceMs = 100;
  private readonly redis: Redis;
  private readonly gcra: ReturnType<typeof RedisGCRA>;

  constructor(url: string, prefix: string) {
    this.redis = connect(url);
    this.gcra = RedisGCRA({ redis: this.redis, keyPrefix: `${prefix}:limits` });
  }

  get isConnected(): boolean {
    return this.redis.status === 'ready';
  }

  async take(key: string, { max, periodMs }: Limit, cost: number): Promise<Taken> {
    const { limited, remaining, resetIn } = await this.gcra.limit({
      key,
      burst: max,
      rate: max,
      period: periodMs,
      cost,
    });
    // Both are rounded down.
    return { ok: !limited, level: Math.max(remaining, max - (resetIn * max) / periodMs) };
  }

  async ping(): Promise<void> {
    await this.redis.ping();
  }

  async connected(): Promise<void> {
    if (this.isConnected) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FIRST_CONNECTION_MS);
      this.redis.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  close(): void {
    this.redis.disconnect();
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
