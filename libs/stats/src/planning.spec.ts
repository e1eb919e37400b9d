import * as fc from 'fast-check';
import { mdeMeans, powerMeans, sampleSizeMeans } from './power-means';
import { mdeProportions, powerProportions, sampleSizeProportions } from './power-proportions';

const method = fc.constantFrom('pooled_null', 'unpooled', 'arcsine');
const plan = fc.record({ alpha: fc.constantFrom(0.01, 0.05, 0.1), power: fc.constantFrom(0.5, 0.8, 0.95) });

describe('planning a test of rates', () => {
  const rates = fc.record({
    baselineRate: fc.double({ min: 0.001, max: 0.9, noNaN: true }),
    absoluteEffect: fc.double({ min: 0.001, max: 0.09, noNaN: true }),
    allocationRatio: fc.constantFrom(0.25, 1, 3),
  });

  it('finds the least size that has the power', () => {
    fc.assert(
      fc.property(rates, plan, method, (of, target, how) => {
        const size = sampleSizeProportions({ ...of, ...target, method: how });
        const armsOf = (n: number): [number, number] => [Math.ceil(n), Math.ceil(n * of.allocationRatio)];
        const powerOf = ([nControl, nTreatment]: [number, number]) =>
          powerProportions({
            controlRate: of.baselineRate,
            treatmentRate: of.baselineRate + of.absoluteEffect,
            nControl,
            nTreatment,
            alpha: target.alpha,
            method: how,
          });
        // A user more in the arm with the higher rate raises the pooled variance, so rounding up may cost a little power.
        const arms = armsOf(size.nControlExact);
        expect(powerOf(arms)).toBeGreaterThanOrEqual(target.power - 1 / Math.min(...arms));
        // Eight fewer in control and the arm that goes with them: no rounding up can make up for that.
        if (size.nControl > 40) expect(powerOf(armsOf(size.nControlExact - 8))).toBeLessThan(target.power);
        expect(size.nControl).toBe(Math.ceil(size.nControlExact));
      }),
    );
  });

  it('finds the effect that has the power', () => {
    fc.assert(
      fc.property(rates, plan, method, fc.integer({ min: 50, max: 1e6 }), (of, target, how, nControl) => {
        const sizes = { nControl, nTreatment: nControl * 2, alpha: target.alpha, method: how };
        const { mdeAbsolute, mdeRelative } = mdeProportions({ ...of, ...sizes, power: target.power });
        fc.pre(mdeAbsolute !== null);
        const rates = { controlRate: of.baselineRate, treatmentRate: of.baselineRate + mdeAbsolute };
        expect(powerProportions({ ...rates, ...sizes })).toBeCloseTo(target.power, 6);
        expect(mdeRelative).toBe(mdeAbsolute / of.baselineRate);
      }),
    );
  });

  it('has alpha as its power without an effect', () => {
    const arms = { controlRate: 0.3, treatmentRate: 0.3, nControl: 100, nTreatment: 300 };
    expect(powerProportions(arms)).toBeCloseTo(0.05, 12);
    expect(powerProportions({ ...arms, controlRate: 0, treatmentRate: 0 })).toBe(0);
    expect(powerProportions({ ...arms, controlRate: 0, treatmentRate: 1 })).toBe(1);
  });

  it('has no detectable effect when none is left below 1', () => {
    const none = { mdeAbsolute: null, mdeRelative: null, reason: 'insufficient_data' };
    expect(mdeProportions({ baselineRate: 1, nControl: 100, nTreatment: 100 })).toEqual(none);
    expect(mdeProportions({ baselineRate: 0.95, nControl: 3, nTreatment: 3 })).toEqual(none);
  });

  it('has no relative effect over a baseline of 0', () => {
    const mde = mdeProportions({ baselineRate: 0, nControl: 1000, nTreatment: 1000 });
    expect(mde).toMatchObject({ mdeRelative: null, reason: 'zero_baseline' });
    expect(mde.mdeAbsolute).toBeGreaterThan(0);
  });

  it.each([
    { absoluteEffect: 0 },
    { absoluteEffect: 0.95 },
    { baselineRate: -0.1 },
    { power: 1 },
    { power: 0.05 },
    { alpha: 0 },
    { allocationRatio: 0 },
    { baselineRate: NaN },
  ])('refuses %j', (change) => {
    expect(() => sampleSizeProportions({ baselineRate: 0.1, absoluteEffect: 0.01, ...change })).toThrow(
      RangeError,
    );
  });

  it('refuses arms without users', () => {
    const rates = { controlRate: 0.1, treatmentRate: 0.2 };
    expect(() => powerProportions({ ...rates, nControl: 0, nTreatment: 5 })).toThrow(RangeError);
    expect(() => mdeProportions({ baselineRate: 0.1, nControl: 5, nTreatment: 0.5 })).toThrow(RangeError);
  });
});

describe('planning a test of means', () => {
  const sds = { sdControl: 2, sdTreatment: 2 };

  it.each(['z', 't'] as const)('turns size and power into each other (%s)', (how) => {
    for (const effect of [0.3, -0.8, 2]) {
      const size = sampleSizeMeans({ ...sds, effect, method: how });
      const arms = { nControl: size.nControl, nTreatment: size.nTreatment };
      const power = powerMeans({ ...sds, ...arms, effect, method: how });
      expect(power).toBeGreaterThanOrEqual(0.8);
      expect(power).toBeLessThan(0.87);
    }
  });

  it('finds the effect that has the power', () => {
    const arms = { ...sds, nControl: 40, nTreatment: 90 };
    for (const how of ['z', 't'] as const) {
      const effect = mdeMeans({ ...arms, method: how });
      expect(powerMeans({ ...arms, effect, method: how })).toBeCloseTo(0.8, 9);
    }
  });

  it('needs more with the t than with the z test, and the more the smaller the arms', () => {
    const z = sampleSizeMeans({ ...sds, effect: 2 }).nControlExact;
    const t = sampleSizeMeans({ ...sds, effect: 2, method: 't' }).nControlExact;
    expect(t - z).toBeGreaterThan(0.9);
    expect(t - z).toBeLessThan(1.2);
  });

  it('stands an effect that two users show', () => {
    expect(sampleSizeMeans({ ...sds, effect: 1e4 }).nControl).toBe(1);
    expect(sampleSizeMeans({ ...sds, effect: 1e4, method: 't' }).nControl).toBeLessThanOrEqual(3);
  });

  it.each([{ effect: 0 }, { sdControl: 0 }, { power: 0.01 }, { effect: 1e-200 }])('refuses %j', (change) => {
    expect(() => sampleSizeMeans({ ...sds, effect: 1, ...change })).toThrow(RangeError);
  });

  it('refuses a t test that has no degree of freedom or two spreads', () => {
    const arms = { nControl: 1, nTreatment: 1, effect: 1, method: 't' as const };
    expect(() => powerMeans({ ...sds, ...arms })).toThrow(RangeError);
    expect(() => powerMeans({ ...arms, nControl: 9, sdControl: 1, sdTreatment: 2 })).toThrow(RangeError);
  });
});
