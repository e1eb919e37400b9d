import * as fc from 'fast-check';
import { betaBinomial } from './bayes';
import { gaussianPosterior } from './bayes-gaussian';
import { thompsonBeta, thompsonGaussian } from './thompson';

const arm = fc
  .integer({ min: 0, max: 50_000 })
  .chain((users) =>
    fc.record({ users: fc.constant(users), conversions: fc.integer({ min: 0, max: users }) }),
  );

describe('beta-binomial comparison', () => {
  it('agrees with itself when the arms change places', () => {
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const there = betaBinomial({ control, treatment });
        const back = betaBinomial({ control: treatment, treatment: control });
        expect(there.probTreatmentBest + back.probTreatmentBest).toBeCloseTo(1, 9);
        expect(there.expectedLossTreatment).toBeCloseTo(back.expectedLossControl, 10);
      }),
      { numRuns: 20 },
    );
  });

  it('has losses that differ by the difference of the means', () => {
    fc.assert(
      fc.property(arm, arm, (control, treatment) => {
        const got = betaBinomial({ control, treatment });
        const losses = got.expectedLossTreatment - got.expectedLossControl;
        expect(losses).toBeCloseTo(got.meanControl - got.meanTreatment, 12);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps the losses exact when the arms lie far apart', () => {
    const control = { users: 1_000_000, conversions: 999_990 };
    const treatment = { users: 1_000_000, conversions: 10 };
    const got = betaBinomial({ control, treatment });
    const losses = got.expectedLossTreatment - got.expectedLossControl;
    expect(losses).toBeCloseTo(got.meanControl - got.meanTreatment, 12);
  });

  it('is an even chance for equal arms, whatever the prior', () => {
    const same = { users: 400, conversions: 0 };
    for (const priorAlpha of [0.1, 1, 20]) {
      const { probTreatmentBest } = betaBinomial({
        control: same,
        treatment: same,
        priorAlpha,
        priorBeta: 3,
      });
      expect(probTreatmentBest).toBeCloseTo(0.5, 8);
    }
  });

  it('stays defined without users and with all of millions converting', () => {
    const none = { users: 0, conversions: 0 };
    expect(betaBinomial({ control: none, treatment: none }).probTreatmentBest).toBeCloseTo(0.5, 12);
    const all = { users: 5_000_000, conversions: 5_000_000 };
    expect(betaBinomial({ control: none, treatment: all }).probTreatmentBest).toBeCloseTo(1, 6);
  });

  it('refuses a prior of 0', () => {
    const some = { users: 3, conversions: 1 };
    expect(() => betaBinomial({ control: some, treatment: some, priorAlpha: 0 })).toThrow(RangeError);
  });
});

describe('gaussian posterior', () => {
  const control = { n: 100, mean: 10, variance: 4 };
  const treatment = { n: 120, mean: 10.5, variance: 5 };

  it('turns round when lower is better', () => {
    const input = { control, treatment, differenceType: 'relative' as const };
    const up = gaussianPosterior(input);
    const down = gaussianPosterior({ ...input, inverse: true });
    expect(up.chanceToWin! + down.chanceToWin!).toBeCloseTo(1, 14);
    expect([down.riskControl, down.riskTreatment]).toEqual([up.riskTreatment, up.riskControl]);
    expect(up.riskControl! - up.riskTreatment!).toBeCloseTo(up.posteriorMean!, 14);
  });

  it('keeps the small risk positive and continuous far out', () => {
    const risk = (mean: number) =>
      gaussianPosterior({
        control: { n: 2, mean: 100, variance: 1 },
        treatment: { n: 2, mean: 100 + mean, variance: 1 },
        differenceType: 'absolute',
      }).riskTreatment!;
    expect(risk(25)).toBeGreaterThan(0);
    for (const mean of [2.5, 2.9999999, 3.0000001, 5, 20]) {
      expect(risk(mean + 1e-7) / risk(mean)).toBeCloseTo(1, 4);
    }
  });

  it('shrinks towards its prior', () => {
    const flat = gaussianPosterior({ control, treatment, differenceType: 'absolute' });
    const sure = gaussianPosterior({
      control,
      treatment,
      differenceType: 'absolute',
      prior: { mean: 0, variance: 1e-12 },
    });
    expect(flat.posteriorMean).toBeCloseTo(0.5, 12);
    expect(sure.posteriorMean).toBeCloseTo(0, 6);
  });

  it.each([
    ['no_users', { n: 0, mean: null, variance: null }, 'relative'],
    ['no_users', { n: 0, mean: null, variance: null }, 'absolute'],
    ['insufficient_data', { n: 1, mean: 1, variance: null }, 'relative'],
    ['insufficient_data', { n: 1, mean: 1, variance: null }, 'absolute'],
    ['zero_baseline', { n: 9, mean: 0, variance: 1 }, 'relative'],
  ] as const)('is null with %s', (reason, poor, differenceType) => {
    const got = gaussianPosterior({ control: poor, treatment, differenceType });
    expect(got).toMatchObject({ chanceToWin: null, posteriorMean: null, riskControl: null, reason });
  });

  it('is null without variance, and with a relative prior over an absolute 0', () => {
    const still = { n: 5, mean: 2, variance: 0 };
    for (const differenceType of ['relative', 'absolute'] as const) {
      const got = gaussianPosterior({ control: still, treatment: still, differenceType });
      expect(got).toMatchObject({ estimate: 0, se: 0, chanceToWin: null, reason: 'zero_variance' });
    }
    const prior = { mean: 0, variance: 1 };
    const zero = { ...control, mean: 0 };
    expect(gaussianPosterior({ control: zero, treatment, differenceType: 'absolute', prior })).toMatchObject({
      estimate: 10.5,
      chanceToWin: null,
      reason: 'zero_baseline',
    });
    expect(() =>
      gaussianPosterior({ control, treatment, differenceType: 'absolute', prior: { mean: 0, variance: 0 } }),
    ).toThrow(RangeError);
  });
});

describe('Thompson weights', () => {
  it('add up to 1 and match the two-arm comparison', () => {
    fc.assert(
      fc.property(fc.array(arm, { minLength: 1, maxLength: 4 }), (arms) => {
        const { bestArmProbability, topTwoWeight, weights } = thompsonBeta({ arms, minimumWeight: 0.05 });
        for (const list of [bestArmProbability, topTwoWeight, weights]) {
          expect(list.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 8);
        }
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0.05 - 1e-12);
        if (arms.length !== 2) return;
        const { probTreatmentBest } = betaBinomial({ control: arms[0], treatment: arms[1] });
        expect(bestArmProbability[1]).toBeCloseTo(probTreatmentBest, 9);
      }),
      { numRuns: 10 },
    );
  });

  it('turn round when lower is better', () => {
    const means = [1, 2, 4];
    const sds = [1, 0.5, 2];
    const low = thompsonGaussian({ means, sds, inverse: true });
    expect(low).toEqual(thompsonGaussian({ means: means.map((mean) => -mean), sds }));
  });

  it('are equal shares when the floors use up everything', () => {
    const arms = [
      { users: 10, conversions: 1 },
      { users: 10, conversions: 9 },
    ];
    expect(thompsonBeta({ arms, minimumWeight: 0.5 }).weights).toEqual([0.5, 0.5]);
  });

  it('refuse arms that are none', () => {
    expect(() => thompsonBeta({ arms: [] })).toThrow(RangeError);
    expect(() => thompsonGaussian({ means: [1], sds: [] })).toThrow(RangeError);
    expect(() => thompsonGaussian({ means: [1], sds: [0] })).toThrow(RangeError);
    expect(() => thompsonGaussian({ means: [1], sds: [1], minimumWeight: 2 })).toThrow(RangeError);
  });
});
