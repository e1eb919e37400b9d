import * as fc from 'fast-check';
import { alphaSpending } from './alpha-spending';
import { benjaminiHochberg, holm } from './multiple-testing';
import { msprt, runningMinimum, sequentialInterval } from './sequential';

const effect = fc.double({ min: -10, max: 10, noNaN: true });
const error = fc.double({ min: 1e-6, max: 10, noNaN: true });

describe('the always-valid interval', () => {
  it('excludes 0 exactly when its p-value is below alpha', () => {
    fc.assert(
      fc.property(effect, error, fc.integer({ min: 1, max: 1e8 }), (estimate, se, n) => {
        const { halfWidth, lower, upper, pValue } = sequentialInterval({ estimate, se, n });
        fc.pre(Math.abs(Math.abs(estimate) / halfWidth! - 1) > 1e-9);
        expect(lower! > 0 || upper! < 0).toBe(pValue! < 0.05);
      }),
    );
  });

  it('is the mixture ratio test at tau = rho se sqrt(n)', () => {
    fc.assert(
      fc.property(effect, error, fc.integer({ min: 1, max: 1e6 }), (estimate, se, n) => {
        const { rho, logEValue } = sequentialInterval({ estimate, se, n });
        const tau = rho * se * Math.sqrt(n);
        const { logLikelihoodRatio } = msprt({ estimates: [estimate], standardErrors: [se], tau });
        expect(logLikelihoodRatio[0]! / logEValue!).toBeCloseTo(1, 6);
      }),
    );
  });

  it('is null where there is nothing to judge', () => {
    const rest = { halfWidth: null, lower: null, upper: null, logEValue: null, pValue: null };
    expect(sequentialInterval({ estimate: 0, se: 0, n: 10 })).toMatchObject({
      ...rest,
      reason: 'zero_variance',
    });
    for (const input of [
      { estimate: null, se: null, n: 0 },
      { estimate: 1, se: null, n: 1 },
      { estimate: 1, se: 1, n: 0 },
    ]) {
      expect(sequentialInterval(input)).toMatchObject({ ...rest, reason: 'insufficient_data' });
    }
  });

  it('has no one-sided limit for an alpha of a half and more', () => {
    const input = { estimate: 1, se: 1, n: 100 };
    expect(sequentialInterval({ ...input, alpha: 0.49 }).oneSidedHalfWidth).toBeGreaterThan(0);
    expect(sequentialInterval({ ...input, alpha: 0.5 })).toMatchObject({
      oneSidedHalfWidth: null,
      reason: null,
    });
  });

  it('stands an overwhelming effect', () => {
    const { logEValue, pValue } = sequentialInterval({ estimate: 1, se: 1e-6, n: 1e6 });
    expect(logEValue).toBeGreaterThan(1e6);
    expect(pValue).toBe(0);
  });

  it('refuses alpha and tuning outside their domain', () => {
    expect(() => sequentialInterval({ estimate: 1, se: 1, n: 1, alpha: 1 })).toThrow(RangeError);
    expect(() => sequentialInterval({ estimate: 1, se: 1, n: 1, tuningN: 0 })).toThrow(RangeError);
    expect(() => msprt({ estimates: [1], standardErrors: [], tau: 1 })).toThrow(RangeError);
  });
});

describe('running p-values', () => {
  it('never rise and wait for the first one', () => {
    expect(runningMinimum([null, 0.5, 0.7, null, 0.2])).toEqual([null, 0.5, 0.5, 0.5, 0.2]);
    expect(runningMinimum([])).toEqual([]);
  });

  it('skip looks that cannot be judged', () => {
    const looks = msprt({ estimates: [null, 3, 3], standardErrors: [1, 1, 0], tau: 1 });
    expect(looks.logLikelihoodRatio[0]).toBeNull();
    expect(looks.logLikelihoodRatio[2]).toBeNull();
    expect(looks.pValueRunning[0]).toBeNull();
    expect(looks.pValueRunning[2]).toBe(looks.pValueRunning[1]);
  });
});

describe('adjusted p-values', () => {
  const pValues = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 12 });

  it('lie between the raw one and 1, Holm above Benjamini-Hochberg, nulls in place', () => {
    fc.assert(
      fc.property(pValues, (raw) => {
        const strict = holm(raw);
        benjaminiHochberg(raw).forEach((loose, i) => {
          if (raw[i] === null) return expect([loose, strict[i]]).toEqual([null, null]);
          expect(loose).toBeGreaterThanOrEqual(raw[i] * (1 - 1e-12));
          expect(strict[i]).toBeGreaterThanOrEqual(loose! * (1 - 1e-12));
          expect(strict[i]).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('keep the order of the raw ones', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (raw) => {
        for (const adjusted of [holm(raw), benjaminiHochberg(raw)]) {
          raw.forEach((p, i) => {
            raw.forEach((q, j) => {
              if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
            });
          });
        }
      }),
    );
  });

  it.each([-0.1, 1.1, NaN])('refuse a p-value of %s', (p) => expect(() => holm([p])).toThrow(RangeError));
});

describe('group-sequential boundaries', () => {
  it('are the fixed test for a single look', () => {
    expect(alphaSpending({ informationFractions: [1] }).zBoundaries[0]).toBeCloseTo(1.959963984540054, 10);
  });

  it('spend all of alpha at the last look and need ever less evidence (O’Brien-Fleming)', () => {
    const { cumulativeAlphaPerSide, zBoundaries } = alphaSpending({
      informationFractions: [0.25, 0.5, 0.75, 1],
    });
    expect(cumulativeAlphaPerSide[3]).toBeCloseTo(0.025, 14);
    expect([...zBoundaries].sort((a, b) => b - a)).toEqual(zBoundaries);
  });

  it.each([[[0.5, 0.5]], [[0.5, 0.2]], [[0]], [[1.1]]])('refuse the fractions %j', (informationFractions) => {
    expect(() => alphaSpending({ informationFractions })).toThrow(RangeError);
  });

  it('never reject at a look with nothing to spend', () => {
    const { zBoundaries } = alphaSpending({ informationFractions: [1e-4, 2e-4, 1] });
    expect(zBoundaries.slice(0, 2)).toEqual([Infinity, Infinity]);
    expect(zBoundaries[2]).toBeCloseTo(1.959963984540054, 6);
  });
});
