declare module 'redis-gcra' {
  import type { Redis } from 'ioredis';

  interface Question {
    key: string;
    /** Most at once. */
    burst: number;
    /** What comes back per period. */
    rate: number;
    /** Milliseconds. */
    period: number;
    cost: number;
  }

  interface Answer {
    limited: boolean;
    remaining: number;
    retryIn: number;
    resetIn: number;
  }

  function RedisGCRA(options: { redis: Redis; keyPrefix: string }): {
    limit: (question: Question) => Promise<Answer>;
  };

  export = RedisGCRA;
}
