import * as fc from 'fast-check';
import { deltaLift, fiellerLift, katzLift, moverLift } from './lift';
import { newcombeInterval } from './newcombe';
import { hasLowCounts, type Proportion } from './proportion';
import { twoProportionZTest } from './two-proportion-z';
import { wilsonInterval } from './wilson';

const arm = fc
  .integer({ min: 1, max: 200_000 })
  .chain((users) =>
    fc.record({ users: fc.constant(users), conversions: fc.integer({ min: 0, max: users }) }),
  );
const alpha = fc.constantFrom(0.001, 0.01, 0.05, 0.1, 0.3);

const rate = (conversions: number, users: number): Proportion => ({ users, conversions });

describe('the Wilson interval', () => {
  it('stays inside 0..1 and holds the rate', () => {
    fc.assert(
      fc.property(arm, alpha, (of, error) => {
        const { rate, lower, upper } = wilsonInterval(of, error);
        return lower! >= 0 && lower! <= rate! && rate! <= upper! && upper! <= 1;
      }),
    );
  });

  it('rises with every conversion', () => {
    fc.assert(
      fc.property(arm, alpha, ({ users, conversions }, error) => {
        fc.pre(conversions < users);
        const before = wilsonInterval({ users, conversions }, error);
        const after = wilsonInterval({ users, conversions: conversions + 1 }, error);
        return after.lower! > before.lower! && after.upper! >= before.upper!;
      }),
    );
  });

  it('narrows as the confidence falls', () => {
    fc.assert(
      fc.property(arm, (of) => {
        const wide = wilsonInterval(of, 0.01);
        const narrow = wilsonInterval(of, 0.1);
        return narrow.lower! >= wide.lower! && narrow.upper! <= wide.upper!;
      }),
    );
  });

  it('mirrors when conversions and the others change places', () => {
    fc.assert(
      fc.property(arm, ({ users, conversions }) => {
        const { lower } = wilsonInterval({ users, conversions });
        const { upper } = wilsonInterval({ users, conversions: users - conversions });
        return Math.abs(lower! - (1 - upper!)) < 1e-14;
      }),
    );
  });

  it.each([7, 1000, 1_000_000_000])('ends exactly at 0 and 1 for none and all of %i', (users) => {
    expect(wilsonInterval(rate(0, users)).lower).toBe(0);
    expect(wilsonInterval(rate(users, users)).upper).toBe(1);
  });

  it('keeps its digits for one conversion among a billion', () => {
    const z = 1.959963984540054;
    const limit = 1 / (1 + z ** 2 / 2 + z * Math.sqrt(1 + z ** 2 / 4));
    expect(wilsonInterval(rate(1, 1e9)).lower! * 1e9).toBeCloseTo(limit, 8);
  });

  it('is null without users', () => {
    const nothing = { rate: null, lower: null, upper: null, center: null, reason: 'no_users' };
    expect(wilsonInterval(rate(0, 0))).toEqual(nothing);
  });

  it.each([
    [rate(3, 2), 0.05],
    [rate(-1, 2), 0.05],
    [rate(0.5, 2), 0.05],
    [rate(1, NaN), 0.05],
    [rate(1, 2), 0],
    [rate(1, 2), 1],
    [rate(1, 2), NaN],
  ])('refuses %j at %s', (of, error) => expect(() => wilsonInterval(of, error)).toThrow(RangeError));
});

describe('difference and lift of two rates', () => {
  it('exclude no effect together: Newcombe and MOVER', () => {
    fc.assert(
      fc.property(arm, arm, alpha, (control, treatment, error) => {
        fc.pre(control.conversions > 0 || treatment.conversions > 0);
        const diff = newcombeInterval({ control, treatment, alpha: error });
        const lift = moverLift({ control, treatment, alpha: error });
        // Limits within rounding of 0 may fall on either side.
        fc.pre(Math.abs(diff.lower!) > 1e-12 && Math.abs(diff.upper!) > 1e-12);
        expect([lift.lower! > 0, lift.upper! < 0]).toEqual([diff.lower! > 0, diff.upper! < 0]);
      }),
      { numRuns: 500 },
    );
  });

  it('exclude no effect together: the unpooled test and Fieller', () => {
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const { lower, upper, kind } = fiellerLift({ control, treatment });
        const { pValue } = twoProportionZTest({ control, treatment }).unpooled;
        fc.pre(kind === 'bounded' && pValue !== null && Math.abs(pValue - 0.05) > 1e-9);
        expect(lower! > 0 || upper! < 0).toBe(pValue < 0.05);
      }),
    );
  });

  it('change sign when the arms change places', () => {
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const there = newcombeInterval({ control, treatment });
        const back = newcombeInterval({ control: treatment, treatment: control });
        expect(there.lower).toBeCloseTo(-back.upper!, 12);
        const z = twoProportionZTest({ control, treatment }).pooled.z;
        const swapped = twoProportionZTest({ control: treatment, treatment: control }).pooled.z;
        if (z !== null) expect(z).toBeCloseTo(-swapped!, 9);
      }),
    );
  });

  it('hold the point estimate and never give NaN', () => {
    fc.assert(
      fc.property(arm, arm, alpha, (control, treatment, error) => {
        const input = { control, treatment, alpha: error };
        for (const lift of [moverLift(input), katzLift(input), deltaLift(input), fiellerLift(input)]) {
          expect(Object.values(lift).some((value) => Number.isNaN(value))).toBe(false);
          if (lift.lift === null || lift.lower === null) continue;
          expect(lift.lower).toBeLessThanOrEqual(lift.lift + 1e-12);
          expect(lift.upper).toBeGreaterThanOrEqual(lift.lift - 1e-12);
        }
      }),
    );
  });
});

describe('a rate comparison that cannot be made', () => {
  const some = rate(3, 10);
  const none = rate(0, 10);
  const empty = rate(0, 0);

  it.each([
    ['control', empty, some],
    ['treatment', some, empty],
    ['both', empty, empty],
  ])('is null with no_users when %s is empty', (_, control, treatment) => {
    const input = { control, treatment };
    const limits = { lower: null, upper: null, reason: 'no_users' };
    expect(newcombeInterval(input)).toEqual({ diff: null, ...limits });
    expect(moverLift(input)).toEqual({ lift: null, ...limits });
    expect(katzLift(input)).toMatchObject({ lift: null, ...limits });
    expect(deltaLift(input)).toMatchObject({ lift: null, ...limits });
    expect(fiellerLift(input)).toMatchObject({ lift: null, kind: 'undefined', ...limits });
    const test = twoProportionZTest(input);
    expect(test).toMatchObject({ diff: null, reason: 'no_users' });
    expect(test.pooled).toEqual({ se: null, z: null, pValue: null, reason: 'no_users' });
    expect(test.unpooled).toMatchObject({ lower: null, reason: 'no_users' });
  });

  it.each([none, rate(10, 10)])('has no test without variance: %j in both arms', (of) => {
    const test = twoProportionZTest({ control: of, treatment: of });
    expect(test.pooled).toEqual({ se: 0, z: null, pValue: null, reason: 'zero_variance' });
    expect(test.unpooled).toMatchObject({ lower: null, upper: null, reason: 'zero_variance' });
    expect(test).toMatchObject({ diff: 0, reason: 'zero_variance' });
  });

  it('keeps the pooled test when only the unpooled variance is 0', () => {
    const { pooled, unpooled } = twoProportionZTest({ control: none, treatment: rate(10, 10) });
    expect(pooled.reason).toBeNull();
    expect(unpooled).toMatchObject({ lower: null, upper: null, reason: 'zero_variance' });
  });

  it('has no lift over a baseline of 0', () => {
    const input = { control: none, treatment: some };
    expect(moverLift(input)).toMatchObject({ lift: null, upper: Infinity, reason: 'zero_baseline' });
    expect(moverLift(input).lower).toBeLessThan(0);
    expect(deltaLift(input)).toMatchObject({ lift: null, se: null, reason: 'zero_baseline' });
    expect(fiellerLift(input)).toMatchObject({ lift: null, g: null, reason: 'zero_baseline' });
    expect(katzLift(input)).toMatchObject({ lift: null, reason: 'zero_count' });
    const both = { control: none, treatment: none };
    expect(moverLift(both)).toEqual({ lift: null, lower: null, upper: null, reason: 'zero_baseline' });
  });

  it('has a lift of -1 when only treatment has no conversions', () => {
    const input = { control: rate(30, 500), treatment: rate(0, 500) };
    expect(moverLift(input)).toMatchObject({ lift: -1, lower: -1, reason: null });
    expect(katzLift(input)).toMatchObject({ lift: -1, lower: null, reason: 'zero_count' });
    expect(deltaLift(input)).toMatchObject({
      lift: -1,
      se: 0,
      lower: null,
      z: null,
      reason: 'zero_variance',
    });
  });

  it('has no Fieller limits when control is not clearly above 0', () => {
    const input = { control: rate(1, 100), treatment: rate(4, 100) };
    expect(fiellerLift(input)).toMatchObject({
      kind: 'unbounded_complement',
      lower: null,
      reason: 'unstable_baseline',
    });
    expect(fiellerLift({ control: rate(1, 100), treatment: rate(1, 100) })).toMatchObject({
      kind: 'unbounded_all',
      lower: -Infinity,
      upper: Infinity,
      reason: 'unstable_baseline',
    });
  });
});

describe('low counts', () => {
  it.each([
    [4, 100, true],
    [5, 100, false],
    [95, 100, false],
    [96, 100, true],
    [0, 0, true],
  ])('%i of %i: %s', (conversions, users, low) => expect(hasLowCounts(rate(conversions, users))).toBe(low));
});
