import type { ChangeFeed, Changing, Stamp } from './change-feed';

/** While nobody would tell us of changes. */
const BLIND_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * Something that is read once, for all who want it, and believed until a change of its kind is announced. When it cannot be read, whoever
 * waits gets the error, and nobody after them.
 */
export class Reading<T> {
  readonly result: Promise<T>;
  /** The same, once it is there. */
  found: T | null = null;
  private hasFailed = false;
  private readonly readAt = performance.now();
  private readonly stamps: readonly Stamp[];

  constructor(
    private readonly changes: ChangeFeed,
    private readonly kinds: readonly Changing[],
    read: () => Promise<T>,
  ) {
    // The stamps first: what changes during the read makes it old.
    this.stamps = kinds.map((kind) => changes.stamp(kind));
    this.result = read();
    this.result.then(
      (found) => (this.found = found),
      () => (this.hasFailed = true),
    );
  }

  get isFresh(): boolean {
    if (this.hasFailed) return false;
    if (this.kinds.some((kind, index) => this.stamps[index] !== this.changes.stamp(kind))) return false;
    return performance.now() - this.readAt < (this.stamps.includes(null) ? BLIND_MS : LONGEST_MS);
  }
}
