import { Injectable } from '@nestjs/common';
import { NaturalBatch, Recent } from '@app/platform';
import { ChangeFeed, IdentitiesStore, identityBucket, Stamp } from '@app/store';

const MOST_ENTRIES = 200_000;
const MOST_IN_ONE_READ = 1_000;

/** That nobody has linked an id, or made it a user's, since. */
export interface LinkStamp {
  /** Of all ids: nearly always enough, and cheap. */
  all: Stamp;
  own: Stamp;
}

interface Entry {
  userId: string;
  stamp: LinkStamp;
}

/** Whose the ids are that requests name. Without any link nothing is asked of the database; otherwise each id once, until it is linked. */
@Injectable()
export class IdentityCache {
  private readonly known = new Recent<Entry>(MOST_ENTRIES);
  private readonly reads: NaturalBatch<string[], Map<string, string>>;
  /** When this is the stamp of all, there are no links. */
  private none: Stamp = null;

  constructor(
    private readonly identities: IdentitiesStore,
    private readonly changes: ChangeFeed,
  ) {
    this.reads = new NaturalBatch(
      (requests) => this.read(requests.flat()),
      MOST_IN_ONE_READ,
      (ids) => ids.length,
    );
  }

  /** The user of each id, in order: the id itself when it is nobody's alias. */
  async of(ids: readonly string[], refresh = false): Promise<string[]> {
    const found = ids.map((id) => (refresh ? null : this.remembered(id)));
    const missing = ids.filter((_, index) => found[index] === null);
    if (missing.length === 0) return found as string[];
    const stamps = missing.map((id) => this.stamp(id));
    const owners = await this.reads.add(missing);
    for (const [index, id] of missing.entries())
      this.known.set(id, { userId: owners.get(id) ?? id, stamp: stamps[index] });
    return ids.map((id, index) => found[index] ?? owners.get(id) ?? id);
  }

  /** What can be said without asking; null when it cannot. */
  remembered(id: string): string | null {
    const all = this.changes.stamp('identities');
    if (all === null) return null;
    if (all === this.none) return id;
    const entry = this.known.get(id);
    return entry !== undefined && this.isCurrent(id, entry.stamp) ? entry.userId : null;
  }

  /** To be taken before what depends on the id is read. */
  stamp(id: string): LinkStamp {
    return {
      all: this.changes.stamp('identities'),
      own: this.changes.stamp('identities', identityBucket(id)),
    };
  }

  isCurrent(id: string, stamp: LinkStamp): boolean {
    const all = this.changes.stamp('identities');
    if (all === null || stamp.own === null) return false;
    return stamp.all === all || stamp.own === this.changes.stamp('identities', identityBucket(id));
  }

  private async read(ids: readonly string[]): Promise<Map<string, string>> {
    const stamp = this.changes.stamp('identities');
    const { owners, areThereAny } = await this.identities.lookUp(ids);
    this.none = areThereAny ? null : stamp;
    return owners;
  }
}
