import { TokenBucket } from 'limiter';

const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/**
 * How often an address may come with tokens that nobody knows. Who is over it waits, before any look into the database; tokens
 * that are known never come here. Of more addresses than fit, those that have not failed for longest are forgotten.
 */
export class FailedAuth {
  private readonly buckets = new Map<string, TokenBucket>();

  /** @param perMinute failures of one address; null: as many as it likes */
  constructor(
    private readonly perMinute: number | null,
    private readonly mostAddresses = MOST_ADDRESSES,
  ) {}

  /** Null when it may try, else the whole seconds until then. */
  mayTry(ip: string): number | null {
    if (this.buckets.size === 0) return null;
    const waitMs = this.buckets.get(networkOf(ip))?.getWaitTime(1) ?? 0;
    return waitMs > 0 ? Math.ceil(waitMs / 1000) : null;
  }

  failed(ip: string): void {
    if (this.perMinute === null) return;
    const network = networkOf(ip);
    const bucket = this.buckets.get(network) ?? full(this.perMinute);
    bucket.tryRemoveTokens(1);
    // A Map keeps the order of insertion: the first is the one that has been quiet for longest.
    this.buckets.delete(network);
    this.buckets.set(network, bucket);
    if (this.buckets.size > this.mostAddresses)
      this.buckets.delete(this.buckets.keys().next().value as string);
  }
}

function full(perMinute: number): TokenBucket {
  const bucket = new TokenBucket({
    bucketSize: perMinute,
    tokensPerInterval: perMinute,
    interval: MINUTE_MS,
  });
  bucket.content = perMinute;
  return bucket;
}

/** Whoever has one address of IPv6 has all 2^64 of its network. */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped !== null) return mapped[1];
  const [head, tail] = ip.toLowerCase().split('%')[0].split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...new Array<string>(Math.max(0, gap)).fill('0'), ...after];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
