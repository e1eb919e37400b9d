import { Inject, Injectable } from '@nestjs/common';
import { NaturalBatch, Recent, type Env } from '@app/platform';
import { Assignment, AssignmentsStore, ChangeFeed, Pair, Stamp, StoredPair } from '@app/store';
import { ENV } from '../injected';
import type { Stored } from './decide';

const MOST_ENTRIES = 200_000;
/** Most users looked up by one statement. */
const MOST_IN_ONE_READ = 1_000;

interface Entry {
  stored: Stored;
  stamp: Stamp;
  readAt: number;
}

/**
 * What the database has about users in experiments. It is remembered until the experiment's assignments are announced as changed: an
 * import, an override, an erasure. Only `exposed_at` may lag behind an exposure event by ASSIGNMENT_CACHE_TTL seconds. Look-ups of
 * concurrent requests share a statement.
 */
@Injectable()
export class StoredAnswers {
  private readonly known = new Recent<Entry>(MOST_ENTRIES);
  private readonly reads: NaturalBatch<Pair[], Map<string, Stored>>;
  private readonly ttlMs: number;

  constructor(
    private readonly assignments: AssignmentsStore,
    private readonly changes: ChangeFeed,
    @Inject(ENV) env: Env,
  ) {
    this.ttlMs = env.ASSIGNMENT_CACHE_TTL * 1_000;
    this.reads = new NaturalBatch(
      (requests) => this.read(requests.flat()),
      MOST_IN_ONE_READ,
      (pairs) => pairs.length,
    );
  }

  /** In the order of the pairs. */
  async of(pairs: readonly Pair[], refresh = false): Promise<Stored[]> {
    const found = pairs.map((pair) => (refresh ? undefined : this.remembered(pair)));
    const missing = pairs.filter((_, index) => found[index] === undefined);
    if (missing.length === 0) return found as Stored[];
    const stamps = this.stamps(missing);
    const read = await this.reads.add(missing);
    return pairs.map((pair, index) => {
      const known = found[index];
      if (known !== undefined) return known;
      const stored = read.get(nameOf(pair)) ?? NOTHING;
      this.remember(pair, stored, stamps.get(pair.experiment_id) ?? null);
      return stored;
    });
  }

  /** What can be said without asking. */
  remembered(pair: Pair): Stored | undefined {
    const entry = this.known.get(nameOf(pair));
    if (entry === undefined || entry.stamp === null) return undefined;
    if (entry.stamp !== this.changes.stamp('assignments', pair.experiment_id)) return undefined;
    return performance.now() - entry.readAt < this.ttlMs ? entry.stored : undefined;
  }

  /** To be taken before what is then remembered is read or written. */
  stamps(pairs: readonly Pair[]): Map<string, Stamp> {
    const stamps = new Map<string, Stamp>();
    for (const { experiment_id: id } of pairs)
      if (!stamps.has(id)) stamps.set(id, this.changes.stamp('assignments', id));
    return stamps;
  }

  remember(pair: Pair, stored: Stored, stamp: Stamp): void {
    this.known.set(nameOf(pair), { stored, stamp, readAt: performance.now() });
  }

  /** This process has written something about them. */
  forget(pairs: readonly Pair[]): void {
    for (const pair of pairs) this.known.delete(nameOf(pair));
  }

  /** This process has changed the users of an experiment; it need not wait for the news. */
  changed(experimentId: string): void {
    this.changes.noted('assignments', experimentId);
  }

  private async read(pairs: readonly Pair[]): Promise<Map<string, Stored>> {
    const rows = await this.assignments.stored(pairs);
    return new Map(rows.map((row) => [nameOf(row), storedOf(row)]));
  }
}

function storedOf({ override_variant_id, ...row }: StoredPair): Stored {
  return {
    assignment: row.variant_id === null ? undefined : (row as Assignment),
    overrideVariantId: override_variant_id ?? undefined,
  };
}

const NOTHING: Stored = { assignment: undefined, overrideVariantId: undefined };

export function nameOf({ experiment_id, user_id }: Pair): string {
  return `${experiment_id} ${user_id}`;
}
