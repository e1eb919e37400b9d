import { effectOf, sequentialOf } from './effect';
import { emptySums, UserSums } from './sums';

const rate = (users: number, conversions: number): UserSums => ({
  ...emptySums({ kind: 'conversion', definition: null, measureIds: [] }),
  users,
  conversions,
});

describe('the always-valid p-value', () => {
  const pOf = (control: UserSums, treatment: UserSums): number | null =>
    sequentialOf(effectOf('conversion', [{ epoch: 1, control, treatment }], 0.05), 0.05, 5000).pValue;

  it('does not take the first unlucky users of a young arm for proof', () => {
    // By its own variance the treatment is certain to have the rate 0: the standard error would be that of the control alone, 0.0109.
    expect(pOf(rate(396, 20), rate(6, 0))).toBeGreaterThan(0.9);
  });

  it('is that of the unpooled standard error once both arms have enough: the example of docs/results.md', () => {
    expect(pOf(rate(1000, 100), rate(1000, 130))).toBeCloseTo(0.3789315075857974, 12);
  });
});
