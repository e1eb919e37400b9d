import * as fc from 'fast-check';
import { cuped, type CupedSums } from './cuped';
import { fiellerMeanLift } from './lift-means';
import { compareRatios, type RatioSums } from './ratio';
import { stratifiedCuped } from './stratified-cuped';
import { stratifiedMeans } from './stratified-means';
import { stratifiedRatios } from './stratified-ratios';
import { welchTest } from './welch';
import { winsorizedMoments } from './winsorize';

type Pair = readonly [x: number, y: number];

const sample = fc
  .record({ n: fc.integer({ min: 2, max: 500 }), mean: fc.integer(), variance: fc.nat(1000) })
  .map(({ n, mean, variance }) => ({ n, mean: mean / 2 ** 24, variance: variance / 10 }));
const poorSample = fc.constantFrom(
  { n: 0, mean: null, variance: null },
  { n: 1, mean: 3, variance: null },
  { n: 9, mean: 0, variance: 0 },
);
const arm = fc.oneof({ weight: 9, arbitrary: sample }, { weight: 1, arbitrary: poorSample });
const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 50 })), {
  maxLength: 30,
});

describe('means compared within strata', () => {
  it('are the plain comparison when there is one stratum', () => {
    fc.assert(
      fc.property(arm, arm, fc.constantFrom(0.01, 0.05), (control, treatment, alpha) => {
        const got = stratifiedMeans({ strata: [{ control, treatment }], alpha });
        expectTest(got, welchTest({ control, treatment, alpha }));
        const lift = fiellerMeanLift({ control, treatment, alpha });
        expectSame([got.lift.lift, got.lift.lower, got.lift.upper], [lift.lift, lift.lower, lift.upper]);
        expect(got.lift.reason).toBe(lift.reason);
      }),
      { numRuns: 300 },
    );
  });

  it('give the figures worked out by hand for two strata', () => {
    // Weights 4*4/8 = 2 and 6*3/9 = 2: one half each.
    const got = stratifiedMeans({
      strata: [
        { control: { n: 4, mean: 10, variance: 4 }, treatment: { n: 4, mean: 13, variance: 8 } },
        { control: { n: 6, mean: 20, variance: 6 }, treatment: { n: 3, mean: 21, variance: 3 } },
      ],
    });
    // se^2 = (4/4 + 8/4 + 6/6 + 3/3)/4 = 1.25; df = 1.25^2/(.25^2/3 + .5^2/3 + .25^2/5 + .25^2/2) = 10.56338.
    expect(got).toMatchObject({
      controlMean: 15,
      treatmentMean: 17,
      diff: 2,
      used: 2,
      dropped: 0,
      reason: null,
    });
    expect(got.se).toBeCloseTo(Math.sqrt(1.25), 14);
    // One sample each: (3*4 + 3*8 + 4*4/8*3^2)/7 = 54/7 and (5*6 + 2*3 + 6*3/9*1^2)/8 = 38/8, by 1/4 + 1/4 and 1/6 + 1/3.
    expect(got.pooledSe).toBeCloseTo(Math.sqrt((54 / 7 / 2 + 38 / 8 / 2) / 4), 14);
    expect(got.df).toBeCloseTo(10.56338028169014, 12);
    expect(got.t).toBeCloseTo(2 / Math.sqrt(1.25), 14);
    // scipy 1.10: p .1023125, t critical 2.212135; Fieller with variances 1/2 and 3/4 of the means 15 and 17.
    expect(got.pValue).toBeCloseTo(0.10231250373031, 12);
    expect([got.lower, got.upper]).toEqual([
      expect.closeTo(-0.473242810869104, 11),
      expect.closeTo(4.473242810869104, 11),
    ]);
    expect(got.lift).toMatchObject({
      lift: expect.closeTo(2 / 15, 14),
      lower: expect.closeTo(-0.029613946941781, 12),
      upper: expect.closeTo(0.321200569093086, 12),
    });
  });

  it('drop a stratum with a single user in an arm rather than lose the rest', () => {
    const good = { control: { n: 4, mean: 10, variance: 4 }, treatment: { n: 4, mean: 13, variance: 8 } };
    const poor = { control: { n: 99, mean: 10, variance: 4 }, treatment: { n: 1, mean: 50, variance: null } };
    const alone = stratifiedMeans({ strata: [good] });
    expect(stratifiedMeans({ strata: [poor, good] })).toEqual({ ...alone, dropped: 1 });
    const lost = stratifiedMeans({ strata: [poor] });
    expect(lost).toMatchObject({ diff: 40, se: null, used: 1, reason: 'insufficient_data' });
    expect(stratifiedMeans({ strata: [] })).toMatchObject({ controlMean: null, used: 0, reason: 'no_users' });
  });

  it('see no effect where the mix of strata differs between the arms', () => {
    const day = (mean: number, nControl: number, nTreatment: number) => ({
      control: { n: nControl, mean, variance: 1 },
      treatment: { n: nTreatment, mean, variance: 1 },
    });
    const got = stratifiedMeans({ strata: [day(1, 9900, 100), day(3, 5000, 5000)] });
    expect(got).toMatchObject({ diff: 0, t: 0, lift: { lift: 0 } });
  });
});

describe('ratio metrics compared within strata', () => {
  it('are the plain comparison when there is one stratum', () => {
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        const [control, treatment] = [ratioOf(a), ratioOf(b)];
        const got = stratifiedRatios({ strata: [{ control, treatment }] });
        const plain = compareRatios({ control, treatment });
        expectTest(got, plain.difference);
        expectSame(
          [got.lift.lift, got.lift.lower, got.lift.upper],
          [plain.fieller.lift, plain.fieller.lower, plain.fieller.upper],
        );
        expect(got.lift.reason).toBe(plain.fieller.reason);
        if (plain.control.ratio !== null && b.length > 0)
          expectSame([got.controlRatio], [plain.control.ratio]);
      }),
      { numRuns: 200 },
    );
  });

  it('are means when every denominator is 1', () => {
    const values = [
      [
        [1, 4, 2],
        [3, 3, 9],
      ],
      [
        [7, 8, 8, 1],
        [9, 5],
      ],
    ] as const;
    const strata = values.map(([control, treatment]) => ({
      control: [...control],
      treatment: [...treatment],
    }));
    const ones = (arm: number[]) => ratioOf(arm.map((num) => [num, 1] as const));
    const ratios = stratifiedRatios({
      strata: strata.map(({ control, treatment }) => ({
        control: ones(control),
        treatment: ones(treatment),
      })),
    });
    const means = stratifiedMeans({
      strata: strata.map(({ control, treatment }) => ({
        control: momentsOf(control),
        treatment: momentsOf(treatment),
      })),
    });
    expectTest(ratios, means);
    expect(ratios.pooledSe).toBeGreaterThan(0);
    expectSame([ratios.controlRatio, ratios.lift.upper], [means.controlMean, means.lift.upper]);
  });

  it('are ratios of standardised means, not means of ratios', () => {
    // Equal weights; control (1 + 30)/(1 + 10), treatment (2 + 20)/(1 + 10): 31/11 and 2.
    const flat = (num: number, den: number) =>
      ratioOf([
        [num, den],
        [num, den],
      ]);
    const got = stratifiedRatios({
      strata: [
        { control: flat(1, 1), treatment: flat(2, 1) },
        { control: flat(30, 10), treatment: flat(20, 10) },
      ],
    });
    expect(got.controlRatio).toBeCloseTo(31 / 11, 13);
    expect(got.treatmentRatio).toBeCloseTo(2, 13);
    expect(got).toMatchObject({ pValue: null, reason: 'zero_variance', lift: { lift: null } });
  });

  it('are null when a denominator adds up to 0, and refuse impossible sums', () => {
    const good = ratioOf([
      [1, 2],
      [5, 3],
    ]);
    const zero = { ...good, sumDen: '0', sumDenSq: '0', sumNumDen: '0' };
    const got = stratifiedRatios({ strata: [{ control: good, treatment: zero }] });
    expect(got).toMatchObject({ treatmentRatio: null, diff: null, reason: 'zero_denominator' });
    expect(got.lift).toMatchObject({ lift: null, reason: 'zero_denominator' });
    const impossible = { ...good, sumNumSq: '0', sumDenSq: '0' };
    expect(() => stratifiedRatios({ strata: [{ control: good, treatment: impossible }] })).toThrow(
      RangeError,
    );
  });
});

describe('CUPED within strata', () => {
  it('is the plain one when there is one stratum', () => {
    fc.assert(
      fc.property(pairs, pairs, (a, b) => {
        const [control, treatment] = [cupedOf(a), cupedOf(b)];
        const got = stratifiedCuped({ strata: [{ control, treatment }] });
        const plain = cuped({ control, treatment });
        expectTest(got, plain.test);
        expectSame(
          [got.unadjusted.se, got.unadjusted.diff],
          [plain.unadjustedSe ?? got.unadjusted.se, got.unadjusted.diff],
        );
        if (plain.theta === null || got.reason !== null) return;
        expectSame(
          [got.theta[0]!, got.lift.lift, got.liftSe, got.varianceReduction],
          [plain.theta, plain.lift, plain.liftSe, plain.varianceReduction],
        );
        if (got.lift.lower === null || Math.abs(got.pValue! - 0.05) < 1e-9) return;
        expect(got.lift.lower > 0 || got.lift.upper! < 0).toBe(got.pValue! < 0.05);
      }),
      { numRuns: 200 },
    );
  });

  it('has the Fieller lift of the plain means when the covariate says nothing', () => {
    const flat = (values: number[]) => cupedOf(values.map((post) => [post, 7] as const));
    const strata = [
      { control: flat([5, 6, 9]), treatment: flat([8, 8, 9]) },
      { control: flat([4, 4, 7, 6]), treatment: flat([6, 9]) },
    ];
    const got = stratifiedCuped({ strata });
    expect(got).toMatchObject({ theta: [0, 0], varianceReduction: 0 });
    expectTest(got, got.unadjusted);
    const { lift } = got.unadjusted;
    expectSame([got.lift.lift, got.lift.lower, got.lift.upper], [lift.lift, lift.lower, lift.upper]);
  });

  it('takes a slope of its own in each stratum', () => {
    // post = pre in the first, 10 - 2 pre in the second, one point more in treatment, and a little noise.
    const noise = [0.1, -0.1, -0.1, 0.1];
    const line = (slope: number, from: number) =>
      noise.map((e, pre) => [from + slope * pre + e, pre] as const);
    const strata = [
      { control: cupedOf(line(1, 0)), treatment: cupedOf(line(1, 1)) },
      { control: cupedOf(line(-2, 10)), treatment: cupedOf(line(-2, 11)) },
    ];
    const got = stratifiedCuped({ strata });
    expectSame([got.diff, ...got.theta], [1, 1, -2], 1e-9);
    expect(got.varianceReduction).toBeGreaterThan(0.95);
    expect(got.controlMean).toBeCloseTo((1.5 + 7) / 2, 12);
  });

  it('has no theta, and no lift, where there is nothing to compute them from', () => {
    const one = cupedOf([[1, 1]]);
    const some = cupedOf([
      [1, 1],
      [2, 5],
    ]);
    const got = stratifiedCuped({ strata: [{ control: one, treatment: some }] });
    expect(got).toMatchObject({
      theta: [null],
      se: null,
      varianceReduction: null,
      reason: 'insufficient_data',
    });
    expect(stratifiedCuped({ strata: [] })).toMatchObject({ theta: [], diff: null, reason: 'no_users' });
    const zero = cupedOf([
      [-1, 2],
      [1, 5],
      [0, 1],
    ]);
    const lost = stratifiedCuped({ strata: [{ control: zero, treatment: some }] });
    expect(lost).toMatchObject({ reason: null, liftSe: null, lift: { lift: null, reason: 'zero_baseline' } });
  });
});

function momentsOf(values: number[]) {
  return winsorizedMoments(values, { lowerCap: null, upperCap: null });
}

function sumsOf(users: readonly Pair[]) {
  const scale = 100n;
  // In whole hundredths, so that the strings are exact.
  const whole = users.map(([x, y]) => [BigInt(Math.round(x * 100)), BigInt(Math.round(y * 100))] as const);
  const total = (term: (x: bigint, y: bigint) => bigint) =>
    whole.reduce((sum, [x, y]) => sum + term(x, y), 0n);
  const text = (value: bigint, unit: bigint) => {
    const digits = (value < 0n ? -value : value).toString().padStart(5, '0');
    const places = unit === scale ? 2 : 4;
    return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  };
  return {
    n: users.length,
    x: text(
      total((x) => x),
      scale,
    ),
    xx: text(
      total((x) => x * x),
      scale * scale,
    ),
    y: text(
      total((_, y) => y),
      scale,
    ),
    yy: text(
      total((_, y) => y * y),
      scale * scale,
    ),
    xy: text(
      total((x, y) => x * y),
      scale * scale,
    ),
  };
}

function ratioOf(users: readonly Pair[]): RatioSums {
  const { n, x, xx, y, yy, xy } = sumsOf(users);
  return { n, sumNum: x, sumNumSq: xx, sumDen: y, sumDenSq: yy, sumNumDen: xy };
}

function cupedOf(users: readonly Pair[]): CupedSums {
  const { n, x, xx, y, yy, xy } = sumsOf(users);
  return { n, sumPost: x, sumPostSq: xx, sumPre: y, sumPreSq: yy, sumPostPre: xy };
}

type Test = Pick<
  ReturnType<typeof welchTest>,
  'diff' | 'se' | 't' | 'df' | 'pValue' | 'lower' | 'upper' | 'reason'
>;

function expectTest(got: Test, want: Test, tolerance = 1e-12): void {
  expect(got.reason).toBe(want.reason);
  const numbers = ({ diff, se, t, df, pValue, lower, upper }: Test) => [
    diff,
    se,
    t,
    df,
    pValue,
    lower,
    upper,
  ];
  expectSame(numbers(got), numbers(want), tolerance);
}

/** Equal to the tolerance, relative above 1. */
function expectSame(
  got: readonly (number | null)[],
  want: readonly (number | null)[],
  tolerance = 1e-12,
): void {
  const close = got.every((value, i) => {
    const wanted = want[i]!;
    if (value === null || wanted === null || !Number.isFinite(wanted)) return value === wanted;
    return Math.abs(value - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
  });
  if (!close) expect(got).toEqual(want);
}
