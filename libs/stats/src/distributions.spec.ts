import * as fc from 'fast-check';
import { betaCdf, betaQuantile, betaSf } from './beta';
import { chiSquareCdf, chiSquareQuantile, chiSquareSf, chiSquareUpperQuantile } from './chi-square';
import { logBeta, logGamma } from './gamma';
import { normalCdf, normalCritical, normalPdf, normalQuantile, normalSf, normalTwoSidedP } from './normal';
import { studentTCdf, studentTCritical, studentTQuantile, studentTSf, studentTTwoSidedP } from './student-t';

const share = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });
const shape = fc.double({ min: 0.05, max: 1e6, noNaN: true });

/** Relative distance of the smaller tails, the only fair measure near 0 and 1. */
function tailError(got: number, p: number): number {
  return Math.abs(got - p) / Math.min(p, 1 - p);
}

describe('the normal distribution', () => {
  it('has a quantile that its cdf takes back', () => {
    fc.assert(fc.property(share, (p) => tailError(normalCdf(normalQuantile(p)), p) < 1e-9));
  });

  it('never has a p-value of 0 where a double can hold it', () => {
    expect(normalTwoSidedP(9)).toBeCloseTo(2.2571768119e-19, 28);
    expect(normalTwoSidedP(-38)).toBeGreaterThan(0);
    expect(normalTwoSidedP(0)).toBe(1);
  });

  it('joins its two formulas without a step', () => {
    const step = normalSf(2.5 - 1e-9) - normalSf(2.5);
    expect(step / (1e-9 * normalPdf(2.5))).toBeCloseTo(1, 4);
  });

  it('is 0 or 1 at the infinities, not NaN', () => {
    expect([normalSf(Infinity), normalSf(-Infinity), normalPdf(Infinity)]).toEqual([0, 1, 0]);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });

  it('gives the critical value of a two-sided test', () => {
    expect(normalCritical(0.05)).toBeCloseTo(1.959963984540054, 14);
  });

  it.each([-0.1, 1.1, NaN])('refuses p = %s', (p) => expect(() => normalQuantile(p)).toThrow(RangeError));
});

describe("Student's t distribution", () => {
  it('has a quantile that its cdf takes back', () => {
    const df = fc.double({ min: 0.5, max: 1e7, noNaN: true });
    fc.assert(fc.property(share, df, (p, n) => tailError(studentTCdf(studentTQuantile(p, n), n), p) < 1e-9));
  });

  it('finds the quantile where the last digit of its cdf is noise', () => {
    const df = 1963792.8602262223;
    const p = 6.999337753154524e-12;
    expect(tailError(studentTCdf(studentTQuantile(p, df), df), p)).toBeLessThan(1e-9);
    expect(studentTSf(1e300, 1e6)).toBe(0);
  });

  it('becomes the normal one for endless degrees of freedom', () => {
    expect(studentTSf(1.96, Infinity)).toBe(normalSf(1.96));
    expect(studentTCritical(0.05, Infinity)).toBe(normalCritical(0.05));
    expect(studentTSf(1.96, 1e12)).toBeCloseTo(normalSf(1.96), 12);
  });

  it('joins the incomplete beta and the expansion without a step', () => {
    for (const t of [0.1, 1, 2, 5, 10]) {
      expect(studentTSf(t, 100_001) / studentTSf(t, 99_999)).toBeCloseTo(1, 5);
      expect(Math.abs(studentTSf(t, 100_000.5) / studentTSf(t, 100_000) - 1)).toBeLessThan(1e-6);
    }
  });

  it('is symmetric and survives huge t', () => {
    expect(studentTCdf(-1.3, 4)).toBe(studentTSf(1.3, 4));
    expect(studentTTwoSidedP(0, 3)).toBe(1);
    expect(studentTSf(Infinity, 3)).toBe(0);
    expect(studentTSf(1e200, 1)).toBeCloseTo(0);
    expect([studentTQuantile(0, 3), studentTQuantile(1, 3)]).toEqual([-Infinity, Infinity]);
  });

  it.each([0, -1, NaN])('refuses %s degrees of freedom', (df) => {
    expect(() => studentTSf(1, df)).toThrow(RangeError);
  });
});

describe('the chi-square distribution', () => {
  it('has a quantile that its cdf takes back', () => {
    const df = fc.double({ min: 0.5, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(share, df, (p, n) => tailError(chiSquareCdf(chiSquareQuantile(p, n), n), p) < 1e-8),
    );
  });

  it('has the squared normal as one degree of freedom', () => {
    expect(chiSquareSf(1.96 ** 2, 1)).toBeCloseTo(normalTwoSidedP(1.96), 14);
  });

  it('ends at 0 and infinity', () => {
    expect([chiSquareCdf(0, 2), chiSquareSf(0, 2), chiSquareSf(Infinity, 2)]).toEqual([0, 1, 0]);
    expect([chiSquareQuantile(0, 2), chiSquareQuantile(1, 2)]).toEqual([0, Infinity]);
    expect([chiSquareUpperQuantile(0, 2), chiSquareUpperQuantile(1, 2)]).toEqual([Infinity, 0]);
    expect(chiSquareUpperQuantile(0.9, 3)).toBeCloseTo(chiSquareQuantile(0.1, 3), 12);
  });

  it('refuses what is outside its domain', () => {
    expect(() => chiSquareSf(-1, 2)).toThrow(RangeError);
    expect(() => chiSquareSf(1, 0)).toThrow(RangeError);
  });
});

describe('the beta distribution', () => {
  it('has a quantile that its cdf takes back', () => {
    fc.assert(
      fc.property(share, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        // Where the quantile lies within rounding of 0 or 1 a double cannot hold it.
        return x < 1e-300 || x > 1 - 1e-9 || tailError(betaCdf(x, a, b), p) < 1e-6;
      }),
    );
  });

  it('mirrors itself', () => {
    fc.assert(
      fc.property(shape, shape, fc.integer({ min: 1, max: 63 }), (a, b, n) => {
        // Not the same bits: each side may take the other tail as its complement.
        expect(Math.abs(betaCdf(n / 64, a, b) - betaSf(1 - n / 64, b, a))).toBeLessThan(1e-12);
      }),
    );
  });

  it('ends at 0 and 1', () => {
    expect([betaCdf(0, 2, 3), betaCdf(1, 2, 3), betaSf(0, 2, 3)]).toEqual([0, 1, 1]);
    expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
  });

  it('refuses what is outside its domain', () => {
    expect(() => betaCdf(1.5, 1, 1)).toThrow(RangeError);
    expect(() => betaCdf(0.5, 0, 1)).toThrow(RangeError);
    expect(() => betaQuantile(2, 1, 1)).toThrow(RangeError);
    expect(() => logGamma(0)).toThrow(RangeError);
  });
});

describe('log gamma and log beta', () => {
  it('obey the recurrence across every switch of method', () => {
    for (const a of [0.1, 0.4999, 0.5, 1, 7.3, 13.9, 14.5, 15, 40]) {
      expect(logGamma(a + 1) - logGamma(a)).toBeCloseTo(Math.log(a), 12);
      for (const b of [0.2, 14.9, 15.1, 300]) {
        expect(logBeta(a + 1, b) - logBeta(a, b)).toBeCloseTo(Math.log(a / (a + b)), 11);
        expect(logBeta(a, b)).toBe(logBeta(b, a));
      }
    }
  });
});
