import { TokenBucket } from 'limiter';
import type { Limit, Verdict } from './account';

const MOST_BUCKETS = 100_000;

/** Limits of one process alone: where nothing is shared, or while what is shared does not answer. */
export class LocalCredit {
  private readonly buckets = new Map<string, TokenBucket>();

  /** @param processes how many share the limits; each takes its part */
  constructor(private readonly processes = 1) {}

  take(key: string, limit: Limit, cost: number): Verdict {
    const size = Math.max(1, Math.floor(limit.max / this.processes));
    let bucket = this.buckets.get(key);
    if (bucket?.bucketSize !== size) {
      bucket = fresh(size, limit.periodMs);
      this.buckets.set(key, bucket);
      if (this.buckets.size > MOST_BUCKETS) this.buckets.delete(this.buckets.keys().next().value as string);
    }
    if (cost > limit.max) return { ok: false, remaining: Math.floor(bucket.content), retryMs: Infinity };
    // What is allowed to all of them together must not be for ever too much for one.
    const charge = Math.min(cost, size);
    const ok = bucket.tryRemoveTokens(charge);
    const retryMs = ok ? 0 : Math.max(1, bucket.getWaitTime(charge));
    return { ok, remaining: Math.floor(bucket.content), retryMs };
  }
}

function fresh(size: number, periodMs: number): TokenBucket {
  const bucket = new TokenBucket({ bucketSize: size, tokensPerInterval: size, interval: periodMs });
  bucket.content = size;
  return bucket;
}
