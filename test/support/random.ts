/** A small generator with a seed (mulberry32), so that a failure can be run again. */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to 1, without 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From 0 up to n, without n. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }

  /** Cuts into parts of 1 up to `most` items. */
  split<T>(items: readonly T[], most: number): T[][] {
    const parts: T[][] = [];
    for (let at = 0; at < items.length;) {
      const size = 1 + this.below(most);
      parts.push(items.slice(at, at + size));
      at += size;
    }
    return parts;
  }
}
