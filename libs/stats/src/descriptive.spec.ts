import * as fc from 'fast-check';
import { mean, sampleVariance } from 'simple-statistics';
import { momentsFromSums } from './moments';

// A second opinion from a library that shares no code with this one. It is asked for descriptive statistics only: its normal table
// has four digits and cannot give a p-value.

const cents = fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 2, maxLength: 200 });

describe('descriptive statistics', () => {
  it('agree with simple-statistics on mean and sample variance', () => {
    fc.assert(
      fc.property(cents, (values) => {
        const sum = values.reduce((total, value) => total + value, 0);
        const sumSquares = values.reduce((total, value) => total + BigInt(value) ** 2n, 0n);
        const moments = momentsFromSums({
          n: values.length,
          sum: String(sum),
          sumSquares: String(sumSquares),
        });
        expect(moments.mean).toBeCloseTo(mean(values), 6);
        expect(Math.abs((moments.variance ?? NaN) - sampleVariance(values))).toBeLessThanOrEqual(
          1e-9 * sampleVariance(values) + 1e-6,
        );
      }),
    );
  });
});
