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
  private busy = false;
  /** What is written for many must not become part of the transaction of the one who came first. */
  private readonly nobody = new AsyncResource('NaturalBatch');

  /**
   * @param work what one call does with what has gathered
   * @param limit most weight in one call; a single heavier item goes alone
   */
  constructor(
    private readonly work: (items: Item[]) => Promise<Result>,
    private readonly limit: number,
    private readonly weight: (item: Item) => number = () => 1,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (!this.busy) void this.nobody.runInAsyncScope(() => this.drain());
    });
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batch = this.take();
      try {
        const result = await this.work(batch.map((waiting) => waiting.item));
        for (const { done } of batch) done(result);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.busy = false;
  }

  private take(): Waiting<Item, Result>[] {
    let total = 0;
    const over = this.waiting.findIndex(
      ({ item }, index) => (total += this.weight(item)) > this.limit && index > 0,
    );
    return this.waiting.splice(0, over === -1 ? this.waiting.length : over);
  }
}
