import type { ArmAge } from '@app/store';
import { asked, EXPERIMENT } from './fixture';
import { lastAge, noveltyOf } from './novelty';

/** A thousand users in each variant; the rate of the treatment follows the ages. */
const ages = (rates: number[]): ArmAge[] =>
  rates.flatMap((rate, age) =>
    [[1, 0.1], [2, rate]].map(([arm_id, share]) => ({
      arm_id, age, users: 1000, active_users: 1000 * share, value_sum: String(1000 * share), value_squares: String(1000 * share),
    })),
  ); // prettier-ignore
const novelty = (rates: number[]) =>
  noveltyOf(EXPERIMENT, asked(), { rows: ages(rates), horizonDays: rates.length - 1, alpha: 0.05 });

describe('the effect by age', () => {
  it('that wears off is called a change', () => {
    const { trends, ages: shown } = novelty([0.2, 0.2, 0.15, 0.15, 0.1, 0.1]);
    expect(shown[0]).toMatchObject({
      age: 0,
      variants: [
        { key: 'a', users: 1000, rate: 0.1 },
        { key: 'b', active_users: 200 },
      ],
    });
    // 0.1 against 0, standard errors of about 0.0158 over two ages: far apart.
    expect(trends).toEqual([
      { variant: 'b', first: expect.closeTo(0.1, 12), last: 0, p_value: expect.any(Number), changes: true },
    ]);
    expect(trends[0].p_value).toBeLessThan(1e-8);
  });

  it('that stays is not', () => {
    const [trend] = novelty([0.15, 0.15, 0.15, 0.15, 0.15, 0.15]).trends;
    expect(trend).toMatchObject({ changes: false, p_value: expect.closeTo(1, 9) });
  });

  it('is null without users', () => {
    const none = ages([0.1]).map((row) => ({
      ...row,
      users: 0,
      active_users: 0,
      value_sum: '0',
      value_squares: '0',
    }));
    expect(noveltyOf(EXPERIMENT, asked(), { rows: none, horizonDays: 5, alpha: 0.05 })).toMatchObject({
      ages: [],
      reason: 'no_users',
    });
  });

  it.each([[5, null], [6, 2], [20, 9], [28, 13], [365, 13]])('of %d days looks at ages up to %p', (days, expected) => {
    expect(lastAge(days)).toBe(expected);
  }); // prettier-ignore
});
