import * as fc from 'fast-check';
import { formatDecimal, parseDecimal } from './decimal';
import { fiellerMeanLift, meanLift } from './lift-means';
import { addExact, covarianceFromSums, mergeMoments, mergeSums, momentsFromSums } from './moments';
import { welchTest } from './welch';

const cents = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 2, maxLength: 40 });

function sumsOf(values: number[]) {
  const sum = values.reduce((total, value) => total + BigInt(value), 0n);
  const squares = values.reduce((total, value) => total + BigInt(value) ** 2n, 0n);
  return { n: values.length, sum: sum.toString(), sumSquares: squares.toString() };
}

function centredOf(pairs: [number, number][]) {
  const start = { n: 0, meanX: 0, meanY: 0, m2X: 0, m2Y: 0, cXy: 0 };
  return pairs
    .map(([meanX, meanY]) => ({ ...start, n: 1, meanX, meanY }))
    .reduce((merged, one) => mergeMoments(merged, one), start);
}

describe('moments from exact sums', () => {
  it('do not depend on where the values lie', () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 0, max: 9_000_000_000_000 }), (values, offset) => {
        const near = momentsFromSums(sumsOf(values));
        const far = momentsFromSums(sumsOf(values.map((value) => value + offset)));
        expect(far.variance).toBe(near.variance);
        expect(far.mean).toBeCloseTo(near.mean! + offset, 2);
      }),
    );
  });

  it('read what PostgreSQL prints', () => {
    const whole = momentsFromSums({ n: 4, sum: '10', sumSquares: '30' });
    expect(momentsFromSums({ n: 4, sum: '10.000', sumSquares: '30.0' })).toEqual(whole);
    expect(momentsFromSums({ n: 4, sum: '-10', sumSquares: '30' })).toEqual({ ...whole, mean: -2.5 });
    expect(momentsFromSums({ n: 4, sum: '.5'.padStart(3, '0'), sumSquares: '9' }).mean).toBe(0.125);
  });

  it.each(['', 'NaN', 'Infinity', '1e5', '1,5', ' 1', '1.2.3', '--1'])('refuse %j', (sum) => {
    expect(() => momentsFromSums({ n: 4, sum, sumSquares: '30' })).toThrow(RangeError);
  });

  it('have no mean without users and no variance below two', () => {
    expect(momentsFromSums({ n: 0, sum: '0', sumSquares: '0' })).toEqual({
      n: 0,
      mean: null,
      variance: null,
      reason: 'no_users',
    });
    expect(momentsFromSums({ n: 1, sum: '7', sumSquares: '49' })).toEqual({
      n: 1,
      mean: 7,
      variance: null,
      reason: 'insufficient_data',
    });
    expect(momentsFromSums({ n: 3, sum: '0.3', sumSquares: '0.03' }).variance).toBe(0);
  });

  it('refuse sums that no values can have', () => {
    expect(() => momentsFromSums({ n: 2, sum: '10', sumSquares: '1' })).toThrow(/impossible sums/);
    expect(() => momentsFromSums({ n: 1.5, sum: '1', sumSquares: '1' })).toThrow(RangeError);
  });

  it('divide exactly even where the doubles overflow or underflow', () => {
    const huge = '9'.repeat(200);
    const tiny = `0.${'0'.repeat(199)}1`;
    expect(momentsFromSums({ n: 2, sum: huge, sumSquares: '0'.padEnd(401, '9') }).mean).toBeCloseTo(
      5e199,
      -190,
    );
    expect(momentsFromSums({ n: 2, sum: tiny, sumSquares: '1' }).mean! * 1e200).toBeCloseTo(0.5, 12);
  });

  it('add up over disjoint groups of users', () => {
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(mergeSums(sumsOf(a), sumsOf(b))).toEqual(sumsOf([...a, ...b]));
      }),
    );
    expect(addExact('0.1', '0.2')).toBe('0.3');
    expect(addExact('-1.50', '1.5')).toBe('0.00');
    expect(addExact('-0.05', '0.01')).toBe('-0.04');
  });

  it('print a decimal as it was read', () => {
    for (const text of ['0', '12', '-12', '0.05', '-0.05', '100.00', '-100.10']) {
      expect(formatDecimal(parseDecimal(text))).toBe(text);
    }
  });

  it('give a covariance that is the variance for equal values', () => {
    const { n, sum, sumSquares } = sumsOf([3, 4, 4, 9]);
    const covariance = covarianceFromSums({ n, sumX: sum, sumY: sum, sumXY: sumSquares });
    expect(covariance).toBe(momentsFromSums({ n, sum, sumSquares }).variance);
  });
});

describe('merging centred moments', () => {
  const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  const group = fc.array(fc.tuple(value, value), { maxLength: 8 }).map(centredOf);

  it('does not depend on the order or the grouping', () => {
    fc.assert(
      fc.property(group, group, group, (a, b, c) => {
        const left = mergeMoments(mergeMoments(a, b), c);
        const right = mergeMoments(a, mergeMoments(b, c));
        const turned = mergeMoments(mergeMoments(c, a), b);
        for (const key of ['n', 'meanX', 'meanY', 'm2X', 'm2Y', 'cXy'] as const) {
          expect(Math.abs(left[key] - right[key])).toBeLessThan(1e-6);
          expect(Math.abs(left[key] - turned[key])).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('leaves the other side as it is when one is empty', () => {
    const some = centredOf([
      [1, 2],
      [3, 5],
    ]);
    expect(mergeMoments(centredOf([]), some)).toBe(some);
    expect(mergeMoments(some, centredOf([]))).toBe(some);
    expect(some).toEqual({ n: 2, meanX: 2, meanY: 3.5, m2X: 2, m2Y: 4.5, cXy: 3 });
  });
});

describe('comparing two means', () => {
  const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true });
  const sample = fc.record({ n: fc.integer({ min: 2, max: 1e6 }), mean: positive, variance: positive });

  it('excludes no effect together: Welch and Fieller', () => {
    fc.assert(
      fc.property(sample, sample, (control, treatment) => {
        const { pValue } = welchTest({ control, treatment });
        const { kind, lower, upper } = fiellerMeanLift({ control, treatment });
        fc.pre(kind === 'bounded' && Math.abs(pValue! - 0.05) > 1e-9);
        expect(lower! > 0 || upper! < 0).toBe(pValue! < 0.05);
      }),
    );
  });

  it('has degrees of freedom between the smaller arm and both together', () => {
    fc.assert(
      fc.property(sample, sample, (control, treatment) => {
        const df = welchTest({ control, treatment }).df!;
        expect(df).toBeGreaterThanOrEqual((Math.min(control.n, treatment.n) - 1) * (1 - 1e-12));
        expect(df).toBeLessThanOrEqual((control.n + treatment.n - 2) * (1 + 1e-12));
      }),
    );
  });

  it('stands tiny variances', () => {
    const arm = { n: 5, mean: 1, variance: 1e-200 };
    expect(welchTest({ control: arm, treatment: { ...arm, mean: 1 + 1e-9 } }).df).toBeCloseTo(8, 9);
  });

  const good = { n: 10, mean: 3, variance: 2 };
  it.each([
    ['no_users', { n: 0, mean: null, variance: null }, good, null],
    ['insufficient_data', { n: 1, mean: 3, variance: null }, good, 0],
    ['zero_variance', { ...good, variance: 0 }, { ...good, variance: 0 }, 0],
  ])('is null with %s', (reason, control, treatment, diff) => {
    const test = welchTest({ control, treatment });
    expect(test).toMatchObject({ diff, t: null, df: null, pValue: null, lower: null, upper: null, reason });
    const lift = meanLift({ control, treatment });
    for (const part of Object.values(lift)) expect(part).toMatchObject({ lower: null, upper: null, reason });
    expect(lift.fieller.lift).toBe(diff);
  });

  it('keeps testing when one arm does not vary', () => {
    expect(welchTest({ control: { ...good, variance: 0 }, treatment: good })).toMatchObject({
      df: 9,
      reason: null,
    });
  });

  it('has a lift with the sign of the change for a negative baseline, but no ratio interval', () => {
    const { delta, fieller, log } = meanLift({
      control: { ...good, mean: -3 },
      treatment: { ...good, mean: -2 },
    });
    expect(delta).toMatchObject({ reason: null });
    expect(delta.lift).toBeCloseTo(1 / 3, 12);
    expect(fieller).toMatchObject({ lower: null, upper: null, reason: 'negative_baseline' });
    expect(log).toMatchObject({ lower: null, reason: 'negative_baseline' });
  });

  it('has no lift over a mean of 0', () => {
    const lift = meanLift({ control: { ...good, mean: 0 }, treatment: good });
    for (const part of Object.values(lift))
      expect(part).toMatchObject({ lower: null, reason: 'zero_baseline' });
    const log = meanLift({ control: good, treatment: { ...good, mean: 0 } }).log;
    expect(log).toMatchObject({ logRatio: null, reason: 'zero_count' });
  });
});
