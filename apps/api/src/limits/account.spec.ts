import * as fc from 'fast-check';
import { Account, Limit, Source, Verdict } from './account';

/** A bucket as in the textbook, on a clock of its own; what it answers arrives later. */
function world(limit: Limit): { clock: { ms: number }; source: Source; asked: number[] } {
  const clock = { ms: 0 };
  const asked: number[] = [];
  let level = limit.max;
  let at = 0;
  const source: Source = async (cost) => {
    asked.push(cost);
    level = Math.min(limit.max, level + ((clock.ms - at) * limit.max) / limit.periodMs);
    at = clock.ms;
    const ok = level + 1e-9 >= cost;
    if (ok) level -= cost;
    await Promise.resolve();
    return { ok, level };
  };
  return { clock, source, asked };
}

function account(limit: Limit): ReturnType<typeof world> & { account: Account } {
  const parts = world(limit);
  return { ...parts, account: new Account(limit, parts.source, () => parts.clock.ms) };
}

/** By how much the fullest stretch of time was over burst + rate x time. */
function mostOver({ max, periodMs }: Limit, allowed: { at: number; cost: number }[]): number {
  let most = -Infinity;
  let level = 0;
  let before = 0;
  for (const { at, cost } of allowed) {
    level = Math.max(0, level - ((at - before) * max) / periodMs) + cost;
    before = at;
    most = Math.max(most, level - max);
  }
  return most;
}

const MINUTE = { max: 6_000, periodMs: 60_000 };

describe('spending a limit on credit', () => {
  it('asks for nothing while the lease lasts, and for ever more when it does not', async () => {
    const { account: one, asked } = account(MINUTE);
    for (let i = 0; i < 1_000; i += 1) expect((await one.take(1)).ok).toBe(true);
    expect(asked.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(asked.length).toBeLessThan(40);
  });

  it('never has more left than the limit', async () => {
    const { account: one, clock } = account(MINUTE);
    for (let i = 0; i < 200; i += 1) {
      const { remaining } = await one.take(1);
      expect(remaining).toBeLessThanOrEqual(MINUTE.max);
      clock.ms += 20;
    }
  });

  it('answers at once from the lease', async () => {
    const { account: one } = account(MINUTE);
    await one.take(1);
    await one.take(1);
    expect(one.take(1)).not.toBeInstanceOf(Promise);
  });

  it('gives up within a second what it does not need, and asks for less then', async () => {
    const { account: one, clock, asked } = account(MINUTE);
    for (let i = 0; i < 100; i += 1) await one.take(1);
    for (let second = 0; second < 5; second += 1) {
      clock.ms += 1_000;
      await one.take(1);
    }
    expect(asked.slice(-3)).toEqual([1, 1, 1]);
  });

  it('asks once for all who wait', async () => {
    const { account: one, asked } = account(MINUTE);
    const verdicts = await Promise.all(Array.from({ length: 500 }, async () => one.take(1)));
    expect(verdicts.every(({ ok }) => ok)).toBe(true);
    expect(asked).toEqual([1, 499]);
  });

  it('takes what is left for those whom it is enough for', async () => {
    const { account: one } = account({ max: 1_000, periodMs: 60_000 });
    expect((await one.take(990)).ok).toBe(true);
    const verdicts = await Promise.all([one.take(4), one.take(4), one.take(4), one.take(2)]);
    expect(verdicts.map(({ ok }) => ok)).toEqual([true, true, false, true]);
  });

  it('does not ask again before it can have changed', async () => {
    const { account: one, asked, clock } = account(MINUTE);
    expect((await one.take(6_000)).ok).toBe(true);
    const before = asked.length;
    for (let i = 0; i < 1_000; i += 1) expect((await one.take(5)).ok).toBe(false);
    expect(asked.length - before).toBe(0);
    const { retryMs } = await one.take(5);
    expect(retryMs).toBe(50);
    clock.ms += retryMs;
    expect(await one.take(5)).toMatchObject({ ok: true });
  });

  it('says never to what is more than the whole limit', async () => {
    const { account: one } = account(MINUTE);
    expect(await one.take(6_001)).toMatchObject({ ok: false, retryMs: Infinity, remaining: 6_000 });
    expect((await one.take(6_000)).ok).toBe(true);
  });

  it('passes on that the source does not answer, and asks it again next time', async () => {
    let broken = true;
    const { source, clock } = world(MINUTE);
    const one = new Account(
      MINUTE,
      (cost) => (broken ? Promise.reject(new Error('away')) : source(cost)),
      () => clock.ms,
    );
    await expect(Promise.allSettled([one.take(1), one.take(1)])).resolves.toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
    broken = false;
    expect((await one.take(1)).ok).toBe(true);
  });

  const schedule = fc.array(
    fc.record({
      process: fc.nat(1),
      wait: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3_000 })),
      costs: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }),
    }),
    { minLength: 1, maxLength: 150 },
  );
  const anyLimit = fc.record({
    max: fc.integer({ min: 40, max: 4_000 }),
    periodMs: fc.constantFrom(1_000, 5_000, 60_000),
  });

  it('keeps two processes within the limit and 1 % of it, over every stretch of any schedule', async () => {
    await fc.assert(
      fc.asyncProperty(anyLimit, schedule, async (limit, steps) => {
        const { clock, source } = world(limit);
        const both = [0, 1].map(() => new Account(limit, source, () => clock.ms));
        const allowed: { at: number; cost: number }[] = [];
        for (const { process, wait, costs } of steps) {
          clock.ms += wait;
          const verdicts = await Promise.all(costs.map(async (cost) => both[process].take(cost)));
          verdicts.forEach(({ ok }, index) => {
            if (ok) allowed.push({ at: clock.ms, cost: costs[index] });
          });
        }
        expect(mostOver(limit, allowed)).toBeLessThanOrEqual(Math.max(2, limit.max * 0.01) + 1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('lets in again after the time it named, when nobody else comes', async () => {
    await fc.assert(
      fc.asyncProperty(anyLimit, schedule, async (limit, steps) => {
        const { clock, account: one } = account(limit);
        for (const { wait, costs } of steps) {
          clock.ms += wait;
          const cost = costs[0];
          let verdict: Verdict = await one.take(cost);
          if (!verdict.ok) {
            clock.ms += Math.ceil(verdict.retryMs);
            verdict = await one.take(cost);
          }
          expect(verdict.ok).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never refuses who stays below half of the limit', async () => {
    await fc.assert(
      fc.asyncProperty(anyLimit, fc.array(fc.integer({ min: 1, max: 1_000 })), async (limit, costs) => {
        const { clock, account: one } = account(limit);
        for (const some of costs) {
          const cost = Math.min(some, limit.max);
          expect((await one.take(cost)).ok).toBe(true);
          clock.ms += (2 * cost * limit.periodMs) / limit.max;
        }
      }),
    );
  });
});
