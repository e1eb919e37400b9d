import * as fc from 'fast-check';
import { moverLift } from './lift';
import { newcombeInterval } from './newcombe';
import { stratifiedProportions } from './stratified-proportions';
import { twoProportionZTest } from './two-proportion-z';

const arm = (min: number, max: number) =>
  fc
    .integer({ min, max })
    .chain((users) =>
      fc.record({ users: fc.constant(users), conversions: fc.integer({ min: 0, max: users }) }),
    );
const stratum = fc.record({ control: arm(0, 3000), treatment: arm(0, 3000) });

describe('rates compared within strata', () => {
  it('are the plain comparison when there is one stratum', () => {
    fc.assert(
      fc.property(stratum, fc.constantFrom(0.01, 0.05, 0.2), (only, alpha) => {
        const got = stratifiedProportions({ strata: [only], alpha });
        const newcombe = newcombeInterval({ ...only, alpha });
        const { pooled, unpooled, reason } = twoProportionZTest({ ...only, alpha });
        expectSame(
          [got.diff, got.lower, got.upper, got.z, got.pValue, got.se, got.pooledSe],
          [newcombe.diff, newcombe.lower, newcombe.upper, pooled.z, pooled.pValue, unpooled.se, pooled.se],
        );
        const lift = moverLift({ ...only, alpha });
        expectSame([got.lift.lift, got.lift.lower, got.lift.upper], [lift.lift, lift.lower, lift.upper]);
        expect([got.reason, got.lift.reason]).toEqual([reason, lift.reason]);
      }),
      { numRuns: 300 },
    );
  });

  it('give the figures worked out by hand for two strata', () => {
    // Weights 100*100/200 = 50 and 200*100/300 = 66.67, that is 3/7 and 4/7.
    const got = stratifiedProportions({
      strata: [
        { control: { users: 100, conversions: 10 }, treatment: { users: 100, conversions: 20 } },
        { control: { users: 200, conversions: 30 }, treatment: { users: 100, conversions: 20 } },
      ],
    });
    expect(got.controlRate).toBeCloseTo((3 * 0.1 + 4 * 0.15) / 7, 14);
    expect(got.treatmentRate).toBeCloseTo(0.2, 14);
    expect(got.diff).toBeCloseTo(0.5 / 7, 14);
    // Control: v = .0009 and .0006375, quantile 1.959964 * .0193249/.0272851 = 1.388198, Wilson .095724 to .171719.
    // Treatment: v = .0016 twice, quantile 1.959964 * 5/7 = 1.399974, Wilson .150010 to .261524.
    // .0714286 - sqrt((.2 - .150010)^2 + (.171719 - .128571)^2), and so on.
    expect([got.lower, got.upper]).toEqual([
      expect.closeTo(0.005392731143162, 13),
      expect.closeTo(0.14117211142389, 13),
    ]);
    expect(got.lift).toMatchObject({
      lift: expect.closeTo(5 / 9, 13),
      lower: expect.closeTo(0.034340521983848, 12),
      upper: expect.closeTo(1.316663621033399, 12),
    });
    // Cochran: 50*.1 + 66.67*.05 = 8.3333 over sqrt(50*.15*.85 + 66.67*.16667*.83333) = sqrt(6.375 + 9.25926).
    expect(got.z).toBeCloseTo(8.333333333333333 / Math.sqrt(6.375 + 250 / 27), 12);
    expect(got.pValue).toBeCloseTo(0.035069002818394, 12);
    expect(got.se).toBeCloseTo(0.034493418478999, 13);
    expect(got).toMatchObject({ used: 2, dropped: 0, reason: null });
  });

  it('see no effect where a ramp with a drifting base rate shows a large one', () => {
    // 1 % of the users treated at a rate of 2 %, then 50 % at a rate of 10 %; the arms are equal in each stratum.
    const strata = [
      { control: { users: 99_000, conversions: 1980 }, treatment: { users: 1000, conversions: 20 } },
      { control: { users: 50_000, conversions: 5000 }, treatment: { users: 50_000, conversions: 5000 } },
    ];
    expect(stratifiedProportions({ strata })).toMatchObject({ diff: 0, z: 0, pValue: 1, lift: { lift: 0 } });
    const naive = moverLift({
      control: { users: 149_000, conversions: 6980 },
      treatment: { users: 51_000, conversions: 5020 },
    });
    expect(naive.lift).toBeGreaterThan(1.1);
    expect(naive.lower).toBeGreaterThan(1);
  });

  it('have the score test of Mantel and Haenszel but for their n - 1', () => {
    // Admissions to Berkeley in 1973 by department: admitted and rejected men, then women. R,
    // mantelhaen.test(UCBAdmissions): X-squared 1.4269 with its continuity correction.
    const admissions = [
      [512, 313, 89, 19],
      [353, 207, 17, 8],
      [120, 205, 202, 391],
      [138, 279, 131, 244],
      [53, 138, 94, 299],
      [22, 351, 24, 317],
    ];
    let excess = 0;
    let exact = 0;
    let cochran = 0;
    for (const [a, b, c, d] of admissions) {
      const n = a + b + c + d;
      const product = ((a + b) * (c + d) * (a + c) * (b + d)) / (n * n);
      excess += a - ((a + b) * (a + c)) / n;
      exact += product / (n - 1);
      cochran += product / n;
    }
    expect((Math.abs(excess) - 0.5) ** 2 / exact).toBeCloseTo(1.4269, 4);
    const got = stratifiedProportions({
      strata: admissions.map(([a, b, c, d]) => ({
        control: { users: a + b, conversions: a },
        treatment: { users: c + d, conversions: c },
      })),
    });
    expect(got.z).toBeCloseTo(-excess / Math.sqrt(cochran), 12);
    // Women look worse by 14 points when the departments are pooled, and are better by two within them.
    expect(got.diff).toBeGreaterThan(0.015);
  });

  it('leave out strata in which an arm has no users, and say so', () => {
    const good = { control: { users: 50, conversions: 10 }, treatment: { users: 60, conversions: 9 } };
    const poor = { control: { users: 900, conversions: 9 }, treatment: { users: 0, conversions: 0 } };
    const alone = stratifiedProportions({ strata: [good] });
    expect(stratifiedProportions({ strata: [poor, good] })).toEqual({ ...alone, dropped: 1 });
    const none = { diff: null, controlRate: null, pValue: null, se: null, used: 0, reason: 'no_users' };
    expect(stratifiedProportions({ strata: [poor] })).toMatchObject({ ...none, dropped: 1 });
    expect(stratifiedProportions({ strata: [] })).toMatchObject({
      ...none,
      dropped: 0,
      lift: { lift: null, reason: 'no_users' },
    });
  });

  it('keep the limits of one arm when the strata are alike, without any conversion too', () => {
    for (const conversions of [0, 3, 100]) {
      const half = {
        control: { users: 100, conversions },
        treatment: { users: 100, conversions: 0 },
      };
      const whole = {
        control: { users: 200, conversions: 2 * conversions },
        treatment: { users: 200, conversions: 0 },
      };
      const got = stratifiedProportions({ strata: [half, half] });
      const plain = newcombeInterval(whole);
      expectSame([got.lower, got.upper], [plain.lower, plain.upper]);
    }
  });

  it('exclude 0 with the difference and the lift together, and turn round with the arms', () => {
    fc.assert(
      fc.property(fc.array(stratum, { minLength: 1, maxLength: 5 }), (strata) => {
        const got = stratifiedProportions({ strata });
        fc.pre(got.diff !== null && got.lift.lower !== null);
        const back = stratifiedProportions({
          strata: strata.map(({ control, treatment }) => ({ control: treatment, treatment: control })),
        });
        expectSame([got.diff, got.lower, got.upper], [-back.diff!, -back.upper!, -back.lower!]);
        expect(got.lower).toBeLessThanOrEqual(got.diff + 1e-15);
        expect(got.upper).toBeGreaterThanOrEqual(got.diff - 1e-15);
        if (Math.abs(got.lower!) > 1e-9) expect(got.lift.lower > 0).toBe(got.lower! > 0);
        if (Math.abs(got.upper!) > 1e-9) expect(got.lift.upper! < 0).toBe(got.upper! < 0);
      }),
      { numRuns: 300 },
    );
  });

  it('refuse counts that are none', () => {
    const arms = { control: { users: 1, conversions: 2 }, treatment: { users: 1, conversions: 0 } };
    expect(() => stratifiedProportions({ strata: [arms] })).toThrow(RangeError);
    expect(() => stratifiedProportions({ strata: [], alpha: 0 })).toThrow(RangeError);
  });
});

/** Equal to 1e-12, relative above 1. */
function expectSame(got: readonly (number | null)[], want: readonly (number | null)[]): void {
  const close = got.every((value, i) => {
    const wanted = want[i]!;
    if (value === null || wanted === null || !Number.isFinite(wanted)) return value === wanted;
    return Math.abs(value - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted));
  });
  if (!close) expect(got).toEqual(want);
}
