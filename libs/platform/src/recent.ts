/** A Map that forgets what was not asked for longest once it is full: of so many entries, or of such a weight. */
export class Recent<V> {
  private readonly entries = new Map<string, V>();
  private weight = 0;

  constructor(
    private readonly most: number,
    private readonly weightOf: (value: V) => number = () => 1,
  ) {}

  get(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.entries.set(key, value);
    this.weight += this.weightOf(value);
    for (const oldest of this.entries.keys()) {
      if (this.weight <= this.most) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.weight -= this.weightOf(value);
    this.entries.delete(key);
  }

  deleteWhere(test: (value: V) => boolean): void {
    for (const [key, value] of this.entries) if (test(value)) this.delete(key);
  }

  get size(): number {
    return this.entries.size;
  }
}
