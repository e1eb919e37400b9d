import * as fc from 'fast-check';
import { pooledCaps, winsorizedMoments } from '@app/stats';
import { capsOf, capValue, quantileOfWeighted, Weighted, weightedMoments } from './caps';

const weighted = fc.array(
  fc.record({ value: fc.integer({ min: -50, max: 500 }), users: fc.integer({ min: 1, max: 40 }) }),
  { minLength: 1, maxLength: 20 },
);
const each = (rows: readonly Weighted[]): number[] =>
  rows.flatMap(({ value, users }) => Array<number>(users).fill(value));

describe('moments of values that are all alike', () => {
  it('have no variance, whatever a sum of them is rounded to', () => {
    // 0.1 three times is not 0.3.
    const rows = [{ value: 0.1, users: 2 }, { value: 0.1, users: 1 }]; // prettier-ignore
    expect(weightedMoments(rows)).toEqual({ n: 3, mean: 0.1, variance: 0 });
  });
});

describe('caps of a distribution', () => {
  it('are those of one value per user, of all arms together', () => {
    fc.assert(
      fc.property(weighted, weighted, fc.integer({ min: 0, max: 100 }), (control, treatment, hundredth) => {
        const share = hundredth / 100;
        const caps = capsOf({ upper_percentile: share, lower_percentile: 0.1 }, [...control, ...treatment]);
        const shares = { lowerQuantile: 0.1, upperQuantile: Math.max(0.1, share) };
        const plain = pooledCaps([each(control), each(treatment)], shares);
        expect(caps.lowerCap).toBe(plain.lowerCap);
        if (share >= 0.1 && share < 1) expect(caps.upperCap).toBe(plain.upperCap);
      }),
    );
  });

  it('give the moments of one value per user', () => {
    fc.assert(
      fc.property(weighted, fc.integer({ min: 0, max: 300 }), (rows, upperCap) => {
        const caps = { lowerCap: -10, upperCap };
        const got = weightedMoments(rows.map((row) => ({ ...row, value: capValue(row.value, caps) })));
        const want = winsorizedMoments(each(rows), caps);
        expect(got.n).toBe(want.n);
        expect(got.mean).toBeCloseTo(want.mean as number, 9);
        if (want.variance === null) expect(got.variance).toBeNull();
        else expect(got.variance).toBeCloseTo(want.variance, 7);
      }),
    );
  });

  it('take a fixed bound as it is, and none where none is asked for', () => {
    expect(capsOf({ upper: 100 }, [{ value: 5, users: 3 }])).toEqual({ lowerCap: null, upperCap: 100 });
  });

  it('lie between two users: the 90th percentile of nine zeros and a hundred is 10', () => {
    // Type 7: place 9 * 0.9 = 8.1, a tenth of the way from the ninth user (0) to the tenth (100).
    const rows = [{ value: 0, users: 9 }, { value: 100, users: 1 }]; // prettier-ignore
    expect(quantileOfWeighted(rows, 0.9)).toBeCloseTo(10, 12);
    expect(quantileOfWeighted([], 0.9)).toBeNull();
  });
});
