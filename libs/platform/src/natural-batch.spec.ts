import { AsyncLocalStorage } from 'node:async_hooks';
import * as fc from 'fast-check';
import { NaturalBatch } from './natural-batch';

/** A batch whose calls wait until they are let go, one by one. */
function held(limit: number, most?: number) {
  const calls: { items: number[]; done: () => void; fail: (error: Error) => void }[] = [];
  const batch = new NaturalBatch<number, number[]>(
    (items) => new Promise((done, fail) => calls.push({ items, done: () => done(items), fail })),
    limit,
    (item) => item,
    most,
  );
  return { batch, calls };
}

describe('natural batching', () => {
  it('works for nobody in particular, whoever began it', async () => {
    const caller = new AsyncLocalStorage<string>();
    const batch = new NaturalBatch<number, string | undefined>(async () => caller.getStore(), 10);
    const seen = await caller.run('first', async () => [await batch.add(1), caller.getStore()]);
    expect(seen).toEqual([undefined, 'first']);
  });

  it('sends a lone item at once', () => {
    const { batch, calls } = held(10);
    void batch.add(1);
    expect(calls.map((call) => call.items)).toEqual([[1]]);
  });

  it('sends together what gathers while a call is in flight', async () => {
    const { batch, calls } = held(10);
    const first = batch.add(1);
    const rest = [batch.add(2), batch.add(3)];
    expect(calls).toHaveLength(1);
    calls[0].done();
    await first;
    await Promise.resolve();
    expect(calls[1].items).toEqual([2, 3]);
    calls[1].done();
    expect(await Promise.all(rest)).toEqual([[2, 3], [2, 3]]); // prettier-ignore
  });

  it('fills a batch up to the limit itself, and leaves the rest for the next', async () => {
    const { batch, calls } = held(10);
    const first = batch.add(1);
    for (const item of [4, 6, 1]) void batch.add(item);
    calls[0].done();
    await first;
    await Promise.resolve();
    expect(calls[1].items).toEqual([4, 6]);
  });

  it('lets an item that is heavier than the limit go alone', async () => {
    const { batch, calls } = held(10);
    const first = batch.add(1);
    void batch.add(99);
    void batch.add(1);
    calls[0].done();
    await first;
    await Promise.resolve();
    expect(calls[1].items).toEqual([99]);
  });

  it('hands an error to the items of that batch only, and goes on', async () => {
    const { batch, calls } = held(10);
    const first = batch.add(1);
    const second = batch.add(2);
    calls[0].fail(new Error('lost'));
    await expect(first).rejects.toThrow('lost');
    await Promise.resolve();
    calls[1].done();
    expect(await second).toEqual([2]);
  });

  it('makes another call at the same time only of a whole batch', async () => {
    const { batch, calls } = held(10, 2);
    void batch.add(1);
    for (const item of [4, 5]) void batch.add(item);
    expect(calls).toHaveLength(1);
    void batch.add(3);
    expect(calls[1].items).toEqual([4, 5]);
    for (const item of [7, 8]) void batch.add(item);
    expect(calls).toHaveLength(2);
    calls[0].done();
    await new Promise(setImmediate);
    expect(calls[2].items).toEqual([3, 7]);
    calls[1].done();
    await new Promise(setImmediate);
    expect(calls).toHaveLength(3);
    calls[2].done();
    await new Promise(setImmediate);
    expect(calls[3].items).toEqual([8]);
  });

  it('carries every item exactly once, in order, in batches that keep the limit', async () => {
    const someItems = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        someItems,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 3 }),
        async (items, limit, most) => {
          const batches: number[][] = [];
          let calls = 0;
          const batch = new NaturalBatch<number, void>(
            async (taken) => {
              batches.push(taken);
              expect(++calls).toBeLessThanOrEqual(most);
              await Promise.resolve();
              calls -= 1;
            },
            limit,
            (item) => item,
            most,
          );
          await Promise.all(items.map((item) => batch.add(item)));
          expect(batches.flat()).toEqual(items);
          for (const taken of batches) {
            const weight = taken.reduce((sum, item) => sum + item, 0);
            expect(taken.length === 1 || weight <= limit).toBe(true);
          }
        },
      ),
    );
  });
});
