import { AsyncResource } from 'node:async_hooks';

interface Waiting<Item, Result> {
  item: Item;
  done: (result: Result) => void;
  failed: (error: unknown) => void;
}

/**
 * Natural batching: while one call is in flight, items gather; when it returns, those that gathered go together. A lone item never
 * waits, and under load the fixed cost of a call is shared. Every item of a batch gets the result of the batch, or its error.
 */
export class NaturalBatch<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private gathered = 0;
  private calls = 0;
  /** What is written for many must not become part of the transaction of the one who came first. */
  private readonly nobody = new AsyncResource('NaturalBatch');

  /**
   * @param work what one call does with what has gathered
   * @param limit most weight in one call; a single heavier item goes alone
   * @param most calls at once; beside another one, only a whole batch is a call of its own
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<Result>,
    private readonly limit: number,
    private readonly weight: (item: Item) => number = () => 1,
    private readonly most = 1,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      this.gathered += this.weight(item);
      if (this.mayCall()) void this.nobody.runInAsyncScope(() => this.drain());
    });
  }

  private mayCall(): boolean {
    return this.calls === 0 || (this.calls < this.most && this.gathered >= this.limit);
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0 && this.mayCall()) {
      const batch = this.take();
      this.calls += 1;
      try {
        const result = await this.work(batch.map((waiting) => waiting.item));
        for (const { done } of batch) done(result);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
      this.calls -= 1;
    }
  }

  private take(): Waiting<Item, Result>[] {
    let total = 0;
    const over = this.waiting.findIndex(
      ({ item }, index) => (total += this.weight(item)) > this.limit && index > 0,
    );
    const batch = this.waiting.splice(0, over === -1 ? this.waiting.length : over);
    this.gathered -= batch.reduce((sum, { item }) => sum + this.weight(item), 0);
    return batch;
  }
}
