/** An entry between its neighbours in the order of use. */
interface Link<V> {
  key: string;
  value: V;
  older: Link<V>;
  newer: Link<V>;
}

/**
 * A Map that forgets what was not asked for longest once it is full: of so many entries, or of such a weight. The order is a ring of links:
 * a Map in the order of use is full of gaps, and to find its first entry is to walk over all of them.
 */
export class Recent<V> {
  private readonly links = new Map<string, Link<V>>();
  /** No entry: it stands between the newest, which is older than it, and the oldest. */
  private readonly seam = {} as Link<V>;
  private weight = 0;

  constructor(
    private readonly most: number,
    private readonly weightOf: (value: V) => number = () => 1,
  ) {
    this.seam.older = this.seam.newer = this.seam;
  }

  get(key: string): V | undefined {
    const link = this.links.get(key);
    if (link === undefined) return undefined;
    if (link !== this.seam.older) {
      unlink(link);
      this.append(link);
    }
    return link.value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    const link = { key, value } as Link<V>;
    this.links.set(key, link);
    this.append(link);
    this.weight += this.weightOf(value);
    while (this.weight > this.most && this.size > 0) this.delete(this.seam.newer.key);
  }

  delete(key: string): void {
    const link = this.links.get(key);
    if (link === undefined) return;
    this.weight -= this.weightOf(link.value);
    this.links.delete(key);
    unlink(link);
  }

  deleteWhere(test: (value: V) => boolean): void {
    for (const [key, { value }] of this.links) if (test(value)) this.delete(key);
  }

  get size(): number {
    return this.links.size;
  }

  private append(link: Link<V>): void {
    link.older = this.seam.older;
    link.newer = this.seam;
    link.older.newer = link;
    this.seam.older = link;
  }
}

function unlink({ older, newer }: Link<unknown>): void {
  older.newer = newer;
  newer.older = older;
}
