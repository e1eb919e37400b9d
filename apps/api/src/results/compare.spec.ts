import { AskedMetric } from './catalogue';
import { compareAll, CompareOptions } from './compare';
import { asked, sums } from './fixture';
import { UserSums } from './sums';
import { variantsOf } from './variants';

const OPTIONS: CompareOptions = {
  alpha: 0.05,
  mode: 'sequential',
  tuningUsers: () => 5000,
  daysLeft: { days: null, reason: 'no_planned_users' },
};
const MEAN = asked({ key: 'purchase:value', kind: 'mean', ofValues: true });

const users = (count: number, conversions: number, more: Partial<UserSums> = {}): Partial<UserSums> => ({
  users: count, conversions, events: conversions, ...more,
}); // prettier-ignore
const valued = (count: number, valueSum: string, valueSquares: string): Partial<UserSums> =>
  users(count, 2, { valueSum, valueSquares });
const compare = (metric: AskedMetric, variants: Record<string, Partial<UserSums>[]>, options = OPTIONS) =>
  compareAll(sums(metric, variants), options).comparisons;

describe('comparing rates', () => {
  // By hand: 20 of 100 against 30 of 100. Pooled rate 0.25, standard error sqrt(0.25 * 0.75 / 50) = 0.0612, z = 1.633, p = 0.1025.
  const arms = { control: [users(100, 20)], treatment: [users(100, 30)] };
  const [comparison] = compare(asked(), arms);

  it('gives each variant its rate and Wilson interval', () => {
    const [control, treatment] = variantsOf(sums(asked(), arms), 0.05);
    expect([control.rate, treatment.rate]).toEqual([0.2, 0.3]);
    expect(control.interval?.low).toBeCloseTo(0.1334, 4);
    expect(control.interval?.high).toBeCloseTo(0.2888, 4);
    expect(treatment.interval?.low).toBeCloseTo(0.2189, 4);
    expect(treatment.interval?.high).toBeCloseTo(0.3958, 4);
  });

  it('gives the difference with Newcombe’s interval, made of the two Wilson intervals', () => {
    expect(comparison.difference).toMatchObject({ method: 'newcombe', reason: null });
    expect(comparison.difference.estimate).toBeCloseTo(0.1, 12);
    expect(comparison.difference.low).toBeCloseTo(0.1 - Math.hypot(0.3 - 0.2189, 0.2888 - 0.2), 3);
    expect(comparison.difference.high).toBeCloseTo(0.1 + Math.hypot(0.3958 - 0.3, 0.2 - 0.1334), 3);
  });

  it('gives the lift in shares of the control and the p-value of the pooled test', () => {
    expect(comparison.lift).toMatchObject({ method: 'mover', estimate: expect.closeTo(0.5, 12) });
    expect(comparison.p_value).toBeCloseTo(0.1025, 4);
    expect(comparison).toMatchObject({
      variant: 'treatment',
      control: 'control',
      method: 'two_proportion_z',
    });
  });

  it('never promises more by looking early: the sequential p-value is not smaller', () => {
    expect(comparison.sequential_p_value).toBeGreaterThanOrEqual(comparison.p_value as number);
  });

  it('does not take four unlucky users for proof', () => {
    // 0 of 4 against 40 of 400: the standard error of the control alone would be 0.015 and the e-value large.
    const [early] = compare(asked(), { control: [users(400, 40)], treatment: [users(4, 0)] });
    expect(early.sequential_p_value).toBe(1);
  });

  it('says how likely the variant is to be better, and what it costs when it is not', () => {
    const [fewer] = compare(asked({ direction: 'decrease' }), arms);
    expect(comparison.bayes_method).toBe('beta_binomial');
    expect(comparison.chance_to_beat_control).toBeGreaterThan(0.9);
    expect(fewer.chance_to_beat_control).toBeCloseTo(1 - (comparison.chance_to_beat_control as number), 12);
    expect(fewer.expected_loss).toBeGreaterThan(comparison.expected_loss as number);
    expect(fewer.p_value).toBe(comparison.p_value);
  });

  it('takes the normal posterior for event types that nobody selected: close, and cheap for many', () => {
    const [other] = compare(asked({ role: 'other' }), arms);
    expect(other.bayes_method).toBe('normal');
    expect(other.chance_to_beat_control).toBeCloseTo(comparison.chance_to_beat_control as number, 2);
  });

  it('shows intervals at the level asked for and takes p-values at that of the experiment', () => {
    const [wide] = compare(asked(), arms, { ...OPTIONS, alpha: 0.01 });
    expect(wide.difference.low).toBeLessThan(comparison.difference.low as number);
    expect(wide.sequential_interval?.low).toBeLessThan(comparison.sequential_interval?.low as number);
    expect(wide.sequential_p_value).toBe(comparison.sequential_p_value);
  });

  it('flags counts below five on either side', () => {
    const flags = [4, 5, 95, 96].map(
      (few) => compare(asked(), { a: [users(100, 50)], b: [users(100, few)] })[0].low_counts,
    );
    expect(flags).toEqual([true, false, false, true]);
  });
});

describe('comparing within epochs', () => {
  // A ramp from 1 % to 50 % while the rate falls from 40 % to 10 %: within each epoch the arms are alike.
  const ramp = {
    control: [users(9900, 3960), users(5000, 500)],
    treatment: [users(100, 40), users(5000, 500)],
  };
  const [comparison] = compare(asked(), ramp);

  it('finds nothing where only the mix of epochs differs', () => {
    expect(comparison.difference.estimate).toBeCloseTo(0, 12);
    expect(comparison.p_value).toBeCloseTo(1, 9);
    expect(comparison.bayes_method).toBe('normal');
    expect(comparison.chance_to_beat_control).toBeCloseTo(0.5, 9);
  });

  it('shows the epochs with their weights n_c n_t / (n_c + n_t)', () => {
    expect(comparison.strata).toEqual([
      { epoch: 1, weight: expect.closeTo(99 / 2599, 12), difference: expect.closeTo(0, 12) },
      { epoch: 2, weight: expect.closeTo(2500 / 2599, 12), difference: 0 },
    ]);
  });

  it('leaves an epoch without users out, as if it had not been', () => {
    const [one] = compare(asked(), { control: [users(100, 20)], treatment: [users(100, 30)] });
    const [two] = compare(asked(), { control: [users(100, 20), {}], treatment: [users(100, 30), {}] });
    expect(two).toEqual(one);
  });
});

describe('comparing means', () => {
  // By hand: control 2, 4, 0, 0 and treatment 4, 4, 8, 0. Means 1.5 and 4, variances 11/3 and 32/3, standard error sqrt(43/12).
  const arms = { control: [valued(4, '6', '20')], treatment: [valued(4, '16.0', '96')] };
  const [comparison] = compare(MEAN, arms);

  it('counts users without events as zeros', () => {
    const variants = variantsOf(sums(MEAN, arms), 0.05);
    expect(variants.map((variant) => variant.mean_per_user)).toEqual([1.5, 4]);
    expect(variants[0].variance).toBeCloseTo(11 / 3, 12);
    expect(variants[1].variance).toBeCloseTo(32 / 3, 12);
    // t of 3 degrees of freedom is 3.1824; standard error sqrt(11 / 12).
    expect(variants[0].mean_interval?.high).toBeCloseTo(1.5 + 3.1824 * Math.sqrt(11 / 12), 3);
  });

  it('tests by Welch: t = 1.3207 with 4.84 degrees of freedom lies between the tables of 4 and 5', () => {
    expect(comparison).toMatchObject({ method: 'welch', difference: { estimate: 2.5, method: 'welch' } });
    expect(comparison.lift).toMatchObject({ estimate: expect.closeTo(5 / 3, 12), method: 'fieller' });
    expect(comparison.p_value).toBeGreaterThan(0.2438);
    expect(comparison.p_value).toBeLessThan(0.2572);
    expect(comparison.bayes_method).toBe('normal');
  });

  it('keeps the cents of sums that a double cannot add', () => {
    const [exact] = compare(MEAN, { a: [valued(2, '0.3', '0.05')], b: [valued(2, '0.30', '0.050')] });
    expect(exact.difference.estimate).toBe(0);
  });
});

describe('comparing ratios', () => {
  // Per user (value, orders): control (10, 1), (30, 2), (0, 0), (20, 2); treatment (30, 1), (30, 1), (0, 0), (40, 2).
  const ratio = asked({ kind: 'ratio', measureIds: [1, 2] });
  const arms = {
    control: [valued(4, '60', '1400')].map((sum) => ({
      ...sum,
      denominator: { sum: '5', squares: '9', product: '110' },
    })),
    treatment: [valued(4, '100', '3400')].map((sum) => ({
      ...sum,
      denominator: { sum: '4', squares: '6', product: '140' },
    })),
  };

  it('divides sums, not users’ own ratios, and takes the variance across users', () => {
    const [control, treatment] = variantsOf(sums(ratio, arms), 0.05);
    expect([control.ratio?.estimate, treatment.ratio?.estimate]).toEqual([12, 25]);
    expect(control.ratio).toMatchObject({
      numerator_sum: 60,
      denominator_sum: 5,
      interval: { method: 'delta' },
    });
    const [comparison] = compare(ratio, arms);
    expect(comparison).toMatchObject({
      method: 'delta_welch',
      difference: { estimate: 13, method: 'delta' },
    });
    // Delta method by hand: sum (x - R d)² is 56 and 150, over (n - 1) n and squared mean denominators 25/16 and 1.
    const se = Math.sqrt(56 / 12 / (25 / 16) + 150 / 12);
    // Welch: between 3 and 6 degrees of freedom, t from 3.182 to 2.447.
    expect(comparison.difference.high).toBeGreaterThan(13 + 2.446 * se);
    expect(comparison.difference.high).toBeLessThan(13 + 3.183 * se);
  });

  it('is null with a reason when there is nothing to divide by', () => {
    const none = arms.control.map((sum) => ({
      ...sum,
      denominator: { sum: '0', squares: '0', product: '0' },
    }));
    const [comparison] = compare(ratio, { ...arms, control: none });
    expect(comparison).toMatchObject({ p_value: null, reason: 'zero_denominator', lift: { estimate: null } });
  });
});

describe('what cannot be computed', () => {
  it.each([
    ['nobody anywhere', users(0, 0), users(0, 0)],
    ['nobody in the control', users(0, 0), users(10, 5)],
    ['nobody in the treatment', users(10, 5), users(0, 0)],
  ])('is null with a reason: %s', (_, control, treatment) => {
    const comparisons = compare(asked(), { control: [control], treatment: [treatment] });
    expect(comparisons[0]).toMatchObject({
      p_value: null,
      difference: { estimate: null },
      reason: 'no_users',
      chance_to_beat_control: null,
      power: { mde: null, reason: 'no_users' },
    });
    expect(JSON.parse(JSON.stringify(comparisons))).toEqual(comparisons);
  });

  it.each([
    ['no conversions', 0],
    ['only conversions', 10],
  ])('does not divide by nothing at %s', (_, conversions) => {
    const arms = { control: [users(10, conversions)], treatment: [users(10, conversions)] };
    const comparisons = compare(asked(), arms);
    expect(comparisons[0]).toMatchObject({
      difference: { estimate: 0 },
      p_value: null,
      reason: 'zero_variance',
    });
    expect(JSON.parse(JSON.stringify(comparisons))).toEqual(comparisons);
  });
});

describe('CUPED', () => {
  const definition = { kind: 'count' as const, event_types: ['purchase'], covariate_days: 14 };
  const metric = asked({ kind: 'count', definition, version: 1 });
  // Post = pre + 1 (+ 2 in treatment), with noise of +-1; pre is 0 to 3.
  const arm = (posts: number[]): Partial<UserSums> => {
    const sum = (values: number[]): string => String(values.reduce((all, value) => all + value, 0));
    return {
      ...valued(4, sum(posts), sum(posts.map((x) => x * x))),
      covariate: { sum: '6', squares: '14', product: sum(posts.map((x, pre) => x * pre)) },
    };
  };

  it('shows the adjusted figures beside the raw ones', () => {
    const [comparison] = compare(metric, { control: [arm([2, 1, 3, 5])], treatment: [arm([3, 4, 6, 5])] });
    expect(comparison.difference.estimate).toBe(1.75);
    expect(comparison.cuped).toMatchObject({ difference: { estimate: 1.75 }, reason: null });
    expect(comparison.cuped?.variance_reduction).toBeGreaterThan(0.3);
    expect(comparison.cuped?.p_value).toBeLessThan(comparison.p_value as number);
  });

  it('is not there without a covariate, nor with a cap', () => {
    const [plain] = compare(asked({ kind: 'count' }), { control: [users(9, 5)], treatment: [users(9, 5)] });
    expect(plain.cuped).toBeUndefined();
  });
});
