// The part of one token's limit that one process may spend without asking. Asking the shared store for every request would cost a
// round trip each; so credit is taken ahead, in chunks, and what is not spent within a second is given up: two processes together
// stay within 1 % of the limit (account.spec.ts).

export interface Limit {
  /** Most at once; and so much comes back per period. */
  max: number;
  periodMs: number;
}

export interface Taken {
  ok: boolean;
  /** What is left there now, fractions of one included. */
  level: number;
}

/** Takes all of the cost or nothing. */
export type Source = (cost: number) => Promise<Taken>;

export interface Verdict {
  ok: boolean;
  remaining: number;
  /** Until the same request may succeed; 0 when it did, Infinity when it never will. */
  retryMs: number;
}

const LEASE_MS = 1_000;
const LARGEST_CHUNK = 0.005;
/** Adding up fractions must not refuse a whole one. */
const TINY = 1e-6;

export class Account {
  private credit = 0;
  private spent = 0;
  private expiresAt = 0;
  private chunk = 1;
  /** The most that the source can hold, as of `levelAt`: others may only have taken from it since. */
  private level: number;
  private levelAt: number;
  private asking: Promise<void> | null = null;
  /** Costs of those who wait, in the order in which they will be served. */
  private readonly waiting: number[] = [];

  /** @param now in milliseconds, of a clock that never goes back */
  constructor(
    readonly limit: Limit,
    private readonly source: Source,
    private readonly now: () => number,
  ) {
    this.level = limit.max;
    this.levelAt = now();
  }

  /** At once when the lease, or what is known about the source, is enough to tell. @throws what the source throws */
  take(cost: number): Verdict | Promise<Verdict> {
    return this.settle(cost) ?? this.wait(cost);
  }

  private settle(cost: number): Verdict | null {
    const now = this.now();
    this.giveUpUnspent(now);
    if (this.credit >= cost) {
      this.credit -= cost;
      this.spent += cost;
      return { ok: true, remaining: this.remaining(now), retryMs: 0 };
    }
    return this.credit + this.levelAfter(now) + TINY < cost ? this.refusal(cost, now) : null;
  }

  /** Who comes while the source is being asked waits for that answer; the next question then is for all of them together. */
  private async wait(cost: number): Promise<Verdict> {
    this.waiting.push(cost);
    try {
      for (;;) {
        if (this.asking === null) {
          this.asking = this.ask(cost).finally(() => (this.asking = null));
          await this.asking;
          return this.settle(cost) ?? this.refusal(cost, this.now());
        }
        await this.asking;
        const verdict = this.settle(cost);
        if (verdict !== null) return verdict;
      }
    } finally {
      this.waiting.splice(this.waiting.indexOf(cost), 1);
    }
  }

  private async ask(least: number): Promise<void> {
    const chunk = this.nextChunk(this.now());
    const want = Math.max(chunk, this.neededWithin(this.limit.max) - this.credit);
    if (await this.takeFromSource(want)) return;
    const rest = Math.floor(this.level + TINY);
    if (rest >= want || rest + this.credit < least) return;
    const needed = this.neededWithin(rest + this.credit) - this.credit;
    await this.takeFromSource(Math.max(Math.min(chunk, rest), needed));
  }

  /** What of `available` those who wait will spend. More than that would only lie here. */
  private neededWithin(available: number): number {
    return this.waiting.reduce((sum, cost) => (sum + cost > available ? sum : sum + cost), 0);
  }

  private async takeFromSource(cost: number): Promise<boolean> {
    const askedAt = this.now();
    const { ok, level } = await this.source(cost);
    this.level = level;
    this.levelAt = askedAt;
    if (ok) {
      this.credit += cost;
      this.expiresAt = askedAt + LEASE_MS;
    }
    return ok;
  }

  /** What a second needs is learnt: twice as much after a lease that did not last, what was spent after one that was not used up. */
  private nextChunk(now: number): number {
    const doubled = now < this.expiresAt ? this.chunk * 2 : this.chunk;
    this.chunk = Math.max(1, Math.floor(Math.min(doubled, this.limit.max * LARGEST_CHUNK)));
    return this.chunk;
  }

  private giveUpUnspent(now: number): void {
    if (now < this.expiresAt) return;
    if (this.credit > 0) this.chunk = this.spent;
    this.credit = 0;
    this.spent = 0;
  }

  private refusal(cost: number, now: number): Verdict {
    // Without the lease: it may have run out by then.
    const missing = cost - this.levelAfter(now);
    const retryMs =
      cost > this.limit.max ? Infinity : Math.max(1, (missing * this.limit.periodMs) / this.limit.max);
    return { ok: false, remaining: this.remaining(now), retryMs };
  }

  private remaining(now: number): number {
    // What was taken ahead is coming back already while it still lies here.
    const left = this.credit + this.levelAfter(now);
    return Math.min(this.limit.max, Math.floor(left + TINY));
  }

  private levelAfter(now: number): number {
    const { max, periodMs } = this.limit;
    return Math.min(max, this.level + ((now - this.levelAt) * max) / periodMs);
  }
}
