import * as fc from 'fast-check';
import { cuped, type CupedSums } from './cuped';
import { quantileOfSorted } from './quantile';
import { quantileDifference } from './quantile-difference';
import { compareRatios, ratioEstimate, type RatioSums } from './ratio';
import { welchTest } from './welch';
import { pooledCaps, winsorizedMoments } from './winsorize';

type Pair = readonly [x: number, y: number];

const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 50 })), {
  minLength: 3,
  maxLength: 30,
});

function sums(of: readonly Pair[]) {
  const total = (term: (pair: Pair) => number) => String(of.reduce((sum, pair) => sum + term(pair), 0));
  return [
    total(([x]) => x),
    total(([x]) => x * x),
    total(([, y]) => y),
    total(([, y]) => y * y),
    total(([x, y]) => x * y),
  ];
}

function ratioOf(of: readonly Pair[]): RatioSums {
  const [sumNum, sumNumSq, sumDen, sumDenSq, sumNumDen] = sums(of) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { n: of.length, sumNum, sumDen, sumNumSq, sumDenSq, sumNumDen };
}

function cupedOf(of: readonly Pair[]): CupedSums {
  const [sumPost, sumPostSq, sumPre, sumPreSq, sumPostPre] = sums(of) as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { n: of.length, sumPost, sumPostSq, sumPre, sumPreSq, sumPostPre };
}

function momentsOf(values: readonly number[]) {
  return winsorizedMoments(values, { lowerCap: null, upperCap: null });
}

describe('a ratio metric', () => {
  it('has the variance of its linearised users', () => {
    fc.assert(
      fc.property(pairs, (users) => {
        const got = ratioEstimate(ratioOf(users));
        const meanDen = users.reduce((sum, [, den]) => sum + den, 0) / users.length;
        const linear = users.map(([num, den]) => (num - got.ratio! * den) / meanDen);
        expect(got.unitVariance).toBeCloseTo(momentsOf(linear).variance!, 8);
      }),
    );
  });

  it('is the mean when every denominator is 1', () => {
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        const [control, treatment] = [a, b].map((users) => users.map(([num]) => num));
        const ones = (values: number[]) => ratioOf(values.map((num) => [num, 1] as const));
        const got = compareRatios({ control: ones(control), treatment: ones(treatment) }).difference;
        const mean = welchTest({ control: momentsOf(control), treatment: momentsOf(treatment) });
        expect(got.diff).toBeCloseTo(mean.diff!, 9);
        if (mean.pValue !== null) expect(got.pValue).toBeCloseTo(mean.pValue, 9);
      }),
    );
  });

  const good = ratioOf([
    [1, 2],
    [5, 3],
    [2, 7],
  ]);
  const zero = { n: 3, sumNum: '0', sumDen: '0', sumNumSq: '0', sumDenSq: '0', sumNumDen: '0' };

  it.each([
    ['no_users', { ...zero, n: 0 }],
    ['zero_denominator', zero],
    ['insufficient_data', ratioOf([[3, 4]])],
  ])('is null with %s', (reason, poor) => {
    for (const arms of [
      { control: poor, treatment: good },
      { control: good, treatment: poor },
    ]) {
      const got = compareRatios(arms);
      expect(got.difference).toMatchObject({ pValue: null, df: null, lower: null, reason });
      expect(got.delta).toMatchObject({ se: null, lower: null, reason });
      expect(got.fieller).toMatchObject({ kind: 'undefined', lower: null, reason });
    }
  });

  it('is null with zero_variance when all users have the same ratio', () => {
    const same = ratioOf([
      [2, 1],
      [4, 2],
      [6, 3],
    ]);
    const { difference, control } = compareRatios({ control: same, treatment: same });
    expect(control).toMatchObject({ ratio: 2, unitVariance: 0, se: 0 });
    expect(difference).toMatchObject({ diff: 0, pValue: null, reason: 'zero_variance' });
  });

  it('refuses sums that no values can have', () => {
    expect(() => ratioEstimate({ ...good, sumNumSq: '0', sumDenSq: '0' })).toThrow(/impossible sums/);
  });
});

describe('CUPED', () => {
  it('does not move when the covariate is shifted or scaled', () => {
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        const plain = cuped({ control: cupedOf(a), treatment: cupedOf(b) });
        const moved = (users: readonly Pair[]) => cupedOf(users.map(([post, pre]) => [post, 3 * pre + 1000]));
        const got = cuped({ control: moved(a), treatment: moved(b) });
        expect(got.adjustedDiff).toBeCloseTo(plain.adjustedDiff!, 6);
        if (plain.test.pValue !== null) expect(got.test.pValue).toBeCloseTo(plain.test.pValue, 6);
      }),
    );
  });

  it('is the plain test when the covariate is constant', () => {
    const arm = (values: number[]) => cupedOf(values.map((post) => [post, 7] as const));
    const got = cuped({ control: arm([1, 2, 4]), treatment: arm([3, 3, 9]) });
    expect(got).toMatchObject({ theta: 0, thetaPooledWithin: 0, varianceReduction: 0, reason: null });
    expect(got.adjustedDiff).toBe(got.unadjustedDiff);
  });

  it('does not mistake the rounding left by a perfect covariate for precision', () => {
    const arm = (values: number[]) => cupedOf(values.map((pre) => [3 * pre, pre] as const));
    const got = cuped({ control: arm([1, 2, 4, 9]), treatment: arm([3, 3, 9, 11, 14]) });
    expect(got.test).toMatchObject({ se: 0, pValue: null });
    expect(got.reason).toBe('zero_variance');
  });

  it('is null with the reason of the test', () => {
    const some = cupedOf([
      [1, 1],
      [2, 5],
    ]);
    const one = cupedOf([[1, 1]]);
    const none = { n: 0, sumPost: '0', sumPostSq: '0', sumPre: '0', sumPreSq: '0', sumPostPre: '0' };
    expect(cuped({ control: one, treatment: some })).toMatchObject({
      theta: null,
      reason: 'insufficient_data',
    });
    expect(cuped({ control: some, treatment: none })).toMatchObject({ theta: null, reason: 'no_users' });
  });

  it('has no lift over a mean of 0', () => {
    const control = cupedOf([
      [-1, 2],
      [1, 5],
      [0, 1],
    ]);
    const treatment = cupedOf([
      [1, 2],
      [3, 1],
    ]);
    expect(cuped({ control, treatment })).toMatchObject({
      lift: null,
      liftSe: null,
      reason: 'zero_baseline',
    });
  });
});

describe('capping', () => {
  it('takes caps from all arms together', () => {
    const caps = pooledCaps(
      [
        [1, 2, 3],
        [4, 100],
      ],
      { upperQuantile: 0.75 },
    );
    expect(caps).toEqual({ lowerCap: null, upperCap: 4 });
    expect(winsorizedMoments([4, 100], caps)).toEqual({ n: 2, mean: 4, variance: 0 });
  });

  it('has no caps without values and no moments without users', () => {
    expect(pooledCaps([[0], [0]], { upperQuantile: 0.9, excludeZeros: true }).upperCap).toBeNull();
    expect(winsorizedMoments([], { lowerCap: 0, upperCap: 1 })).toEqual({ n: 0, mean: null, variance: null });
    expect(winsorizedMoments([7], { lowerCap: 0, upperCap: 5 })).toEqual({ n: 1, mean: 5, variance: null });
    expect(() => pooledCaps([], { lowerQuantile: 0.9, upperQuantile: 0.1 })).toThrow(RangeError);
  });

  it('reads quantiles between the values', () => {
    const values = [10, 20, 40];
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantileOfSorted(values, share))).toEqual([
      10, 15, 20, 30, 40,
    ]);
    expect(quantileOfSorted([], 0.5)).toBeNull();
    expect(() => quantileOfSorted(values, 1.5)).toThrow(RangeError);
  });
});

describe('a difference of quantiles', () => {
  const arm = { n: 600, nStar: 600, quantileLevel: 0.5, quantile: 3, quantileLower: 2.8, quantileUpper: 3.2 };

  it('refuses to judge a quantile beyond the sample', () => {
    const poor = { ...arm, n: 60, quantileLevel: 0.99 };
    expect(quantileDifference({ control: poor, treatment: poor })).toMatchObject({
      unitVarianceControl: null,
      lift: 0,
      liftSe: null,
      reason: 'insufficient_data',
    });
    expect(quantileDifference({ control: { ...arm, n: 0 }, treatment: arm }).reason).toBe('no_users');
  });

  it('does not take tied values for certainty in large samples', () => {
    const tied = { ...arm, quantileLower: 3, quantileUpper: 3 };
    expect(quantileDifference({ control: tied, treatment: tied }).unitVarianceControl).toBe(1e-5);
    const few = { ...tied, n: 99, nStar: 99 };
    expect(quantileDifference({ control: few, treatment: few }).reason).toBe('zero_variance');
  });

  it('has no lift over a quantile of 0', () => {
    const got = quantileDifference({ control: { ...arm, quantile: 0 }, treatment: arm });
    expect(got).toMatchObject({ lift: null, reason: 'zero_baseline' });
    expect(got.test.pValue).not.toBeNull();
  });
});
