import { Inject, Injectable } from '@nestjs/common';
import { NaturalBatch, Recent, type Env } from '@app/platform';
import { Assignment, AssignmentsStore, ChangeFeed, Pair, Stamp, StoredPair } from '@app/store';
import { ENV } from '../injected';
import type { Stored } from './decide';
import { IdentityCache, LinkStamp } from './identity-cache';

const MOST_ENTRIES = 200_000;
/** Most users looked up by one statement. */
const MOST_IN_ONE_READ = 1_000;

interface Entry {
  stored: Stored;
  stamp: Stamp;
  /** A link brings rows of another id. */
  links: LinkStamp;
  readAt: number;
}

/** That nothing has changed since, of experiments and of users. */
interface Stamps {
  experiments: Map<string, Stamp>;
  users: Map<string, LinkStamp>;
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
    private readonly identities: IdentityCache,
    @Inject(ENV) env: Env,
  ) {
    this.ttlMs = env.ASSIGNMENT_CACHE_TTL * 1_000;
    this.reads = new NaturalBatch(
      (requests) => this.read(requests.flat()),
      MOST_IN_ONE_READ,
      (pairs) => pairs.length,
    );
  }

  /**
   * In the order of the pairs.
   * @param targeted experiments that another request, which says other things of the user, may have entered meanwhile. The rows that the hash
   *   makes are announced to nobody, so that there was none is not believed of these.
   */
  async of(pairs: readonly Pair[], refresh = false, targeted: ReadonlySet<string> = NONE): Promise<Stored[]> {
    const believed = (pair: Pair): Stored | undefined => {
      const known = refresh ? undefined : this.remembered(pair);
      return known === NOTHING && targeted.has(pair.experiment_id) ? undefined : known;
    };
    const found = pairs.map(believed);
    const missing = pairs.filter((_, index) => found[index] === undefined);
    if (missing.length === 0) return found as Stored[];
    const stamps = this.stamps(missing);
    const read = await this.reads.add(missing);
    return pairs.map((pair, index) => {
      const known = found[index];
      if (known !== undefined) return known;
      const stored = read.get(nameOf(pair)) ?? NOTHING;
      this.remember(pair, stored, stamps);
      return stored;
    });
  }

  /** What can be said without asking. */
  remembered(pair: Pair): Stored | undefined {
    const entry = this.known.get(nameOf(pair));
    if (entry === undefined || entry.stamp === null) return undefined;
    if (entry.stamp !== this.changes.stamp('assignments', pair.experiment_id)) return undefined;
    if (!this.identities.isCurrent(pair.user_id, entry.links)) return undefined;
    return performance.now() - entry.readAt < this.ttlMs ? entry.stored : undefined;
  }

  /** To be taken before what is then remembered is read or written. */
  stamps(pairs: readonly Pair[]): Stamps {
    const experiments = new Map<string, Stamp>();
    const users = new Map<string, LinkStamp>();
    for (const { experiment_id: id, user_id: userId } of pairs) {
      if (!experiments.has(id)) experiments.set(id, this.changes.stamp('assignments', id));
      if (!users.has(userId)) users.set(userId, this.identities.stamp(userId));
    }
    return { experiments, users };
  }

  remember(pair: Pair, stored: Stored, { experiments, users }: Stamps): void {
    const stamp = experiments.get(pair.experiment_id) ?? null;
    const links = users.get(pair.user_id) ?? NO_STAMP;
    this.known.set(nameOf(pair), { stored, stamp, links, readAt: performance.now() });
  }

  /** This process has written something about them. */
  forget(pairs: readonly Pair[]): void {
    for (const pair of pairs) this.known.delete(nameOf(pair));
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

const NO_STAMP: LinkStamp = { all: null, own: null };
const NONE: ReadonlySet<string> = new Set();
const NOTHING: Stored = { assignment: undefined, overrideVariantId: undefined };

export type { Stamps };

export function nameOf({ experiment_id, user_id }: Pair): string {
  return `${experiment_id} ${user_id}`;
}
