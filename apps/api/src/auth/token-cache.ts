import { AssayError } from '@app/model';
import { classify, Stamp, TokenRights } from '@app/store';
import { Recent } from '@app/platform';

/** A revoked token stops within this time in every process. */
export const FRESH_MS = 5_000;
/** While the database is away a token that was seen alive is believed for so long: events can still be accepted. */
export const BELIEVED_MS = 10 * 60_000;
/** After a failure nobody asks for so long: requests must not queue up before a database that is away. */
const SILENCE_MS = 1_000;
const MOST_ENTRIES = 10_000;

interface Entry {
  /** When the read began: what was revoked before is known to it. */
  readAt: number;
  stamp: Stamp;
  rights: TokenRights | null;
}

/**
 * What the database says about tokens, up to five seconds old. Concurrent misses share one read. The unknown are kept apart from the
 * known, so that no flood of random tokens drives out a real one.
 */
export class TokenCache {
  private readonly known = new Recent<Entry & { rights: TokenRights }>(MOST_ENTRIES);
  private readonly unknown = new Recent<Entry>(MOST_ENTRIES);
  private readonly reads = new Map<string, Promise<Entry>>();
  private failedAt = -Infinity;

  constructor(
    private readonly read: (hash: Buffer) => Promise<TokenRights | null>,
    /** Differs as soon as a change of some token is announced, so that mostly nobody waits for those five seconds. */
    private readonly stamp: () => Stamp = () => null,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws AssayError store_unavailable when only the database could tell, and it does not answer */
  async get(hash: Buffer): Promise<TokenRights | null> {
    const key = hash.toString('base64');
    const entry = this.known.get(key) ?? this.unknown.get(key);
    if (entry !== undefined && this.isFresh(entry)) return entry.rights;
    if (this.now() - this.failedAt < SILENCE_MS) return this.believed(key) ?? refuse();
    try {
      return (await this.shared(key, hash)).rights;
    } catch (error) {
      return this.believed(key) ?? refuse(error);
    }
  }

  /** Is there such a token, for all that is known without asking the database? */
  holds(hash: Buffer): boolean {
    return this.known.get(hash.toString('base64')) !== undefined;
  }

  /** What is known without asking the database; null when it would be asked, and for a token that is known to be none. */
  current(hash: Buffer): TokenRights | null {
    const entry = this.known.get(hash.toString('base64'));
    return entry !== undefined && this.isFresh(entry) ? entry.rights : null;
  }

  /** This process has just changed the token, and need not wait for five seconds to know. */
  forget(id: string): void {
    this.known.deleteWhere(({ rights }) => rights.id === id);
  }

  private isFresh({ readAt, stamp }: Entry): boolean {
    return this.now() - readAt < FRESH_MS && stamp === this.stamp();
  }

  private shared(key: string, hash: Buffer): Promise<Entry> {
    const underway = this.reads.get(key);
    if (underway !== undefined) return underway;
    const read = this.fresh(key, hash).finally(() => {
      if (this.reads.get(key) === read) this.reads.delete(key);
    });
    this.reads.set(key, read);
    return read;
  }

  private async fresh(key: string, hash: Buffer): Promise<Entry> {
    const seen = { readAt: this.now(), stamp: this.stamp() };
    try {
      const rights = await this.read(hash);
      if (rights === null) {
        this.known.delete(key);
        this.unknown.set(key, { ...seen, rights });
        return { ...seen, rights };
      }
      this.unknown.delete(key);
      this.known.set(key, { ...seen, rights });
      return { ...seen, rights };
    } catch (error) {
      this.failedAt = this.now();
      throw error;
    }
  }

  private believed(key: string): TokenRights | null {
    const entry = this.known.get(key);
    return entry !== undefined && this.now() - entry.readAt < FRESH_MS + BELIEVED_MS ? entry.rights : null;
  }
}

function refuse(cause?: unknown): never {
  // A missing table or right is a defect that somebody must see, not a database that is away.
  if (cause instanceof Error && classify(cause) === 'program') throw cause;
  const detail = 'The database does not answer, so nobody knows this token; try again later.';
  throw new AssayError('store_unavailable', detail, {}, cause);
}
