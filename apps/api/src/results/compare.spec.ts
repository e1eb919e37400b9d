import { metricResults, VariantSums } from './compare';

const ALPHA = 0.05;
const sums = (key: string, users: number, conversions: number, more: Partial<VariantSums> = {}): VariantSums => ({
  key, isControl: key === 'control', users, conversions, events: conversions, valueSum: '0', valueSquares: '0', ...more,
}); // prettier-ignore
const results = (...variants: VariantSums[]) =>
  metricResults({ eventType: 'purchase', role: 'primary', variants }, ALPHA);

describe('comparing rates', () => {
  // By hand: 20 of 100 against 30 of 100. Pooled rate 0.25, standard error sqrt(0.25 * 0.75 / 50) = 0.0612, z = 1.633, p = 0.1025.
  const [metric, ...rest] = results(sums('control', 100, 20), sums('treatment', 100, 30));
  const [comparison] = metric.comparisons;

  it('gives each variant its rate and Wilson interval', () => {
    expect(metric.variants.map((variant) => variant.rate)).toEqual([0.2, 0.3]);
    expect(metric.variants[0].interval.low).toBeCloseTo(0.1334, 4);
    expect(metric.variants[0].interval.high).toBeCloseTo(0.2888, 4);
    expect(metric.variants[1].interval.low).toBeCloseTo(0.2189, 4);
    expect(metric.variants[1].interval.high).toBeCloseTo(0.3958, 4);
  });

  it('gives the difference with Newcombe’s interval, made of the two Wilson intervals', () => {
    expect(comparison.difference).toMatchObject({ method: 'newcombe', reason: null });
    expect(comparison.difference.estimate).toBeCloseTo(0.1, 12);
    expect(comparison.difference.low).toBeCloseTo(0.1 - Math.hypot(0.3 - 0.2189, 0.2888 - 0.2), 3);
    expect(comparison.difference.high).toBeCloseTo(0.1 + Math.hypot(0.3958 - 0.3, 0.2 - 0.1334), 3);
  });

  it('gives the lift in shares of the control and the p-value of the pooled test', () => {
    expect(comparison.lift.estimate).toBeCloseTo(0.5, 12);
    expect(comparison.p_value).toBeCloseTo(0.1025, 4);
    expect(comparison).toMatchObject({
      variant: 'treatment',
      control: 'control',
      method: 'two_proportion_z',
    });
  });

  it('shows no mean metric where no event carries a value', () => {
    expect(rest).toEqual([]);
  });

  it('never promises more by looking early: the sequential p-value is not smaller', () => {
    expect(comparison.sequential_p_value).toBeGreaterThanOrEqual(comparison.p_value as number);
  });
});

describe('comparing means', () => {
  // By hand: control 2, 4, 0, 0 and treatment 4, 4, 8, 0. Means 1.5 and 4, variances 11/3 and 32/3, standard error sqrt(43/12).
  const [, mean] = results(
    sums('control', 4, 2, { events: 3, valueSum: '6', valueSquares: '20' }),
    sums('treatment', 4, 3, { events: 3, valueSum: '16.0', valueSquares: '96' }),
  );

  it('counts users without events as zeros', () => {
    expect(mean).toMatchObject({ key: 'purchase:value', kind: 'mean', event_type: 'purchase' });
    expect(mean.variants.map((variant) => variant.mean_per_user)).toEqual([1.5, 4]);
    expect(mean.variants[0].variance).toBeCloseTo(11 / 3, 12);
    expect(mean.variants[1].variance).toBeCloseTo(32 / 3, 12);
  });

  it('tests by Welch: t = 1.3207 with 4.84 degrees of freedom lies between the tables of 4 and 5', () => {
    const [comparison] = mean.comparisons;
    expect(comparison.difference.estimate).toBe(2.5);
    expect(comparison.lift.estimate).toBeCloseTo(5 / 3, 12);
    expect(comparison.p_value).toBeGreaterThan(0.2438);
    expect(comparison.p_value).toBeLessThan(0.2572);
  });

  it('keeps the cents of sums that a double cannot add', () => {
    const [, exact] = results(
      sums('control', 2, 2, { valueSum: '0.3', valueSquares: '0.05' }),
      sums('treatment', 2, 2, { valueSum: '0.30', valueSquares: '0.050' }),
    );
    expect(exact.variants[0].variance).toBe(exact.variants[1].variance);
    expect(exact.comparisons[0].difference.estimate).toBe(0);
  });
});

describe('several treatments', () => {
  it('are each compared with the control, and adjusted together by Holm', () => {
    const [{ comparisons }] = results(sums('b', 1000, 130), sums('control', 1000, 100), sums('c', 1000, 140));
    expect(comparisons.map(({ variant, control }) => [variant, control])).toEqual([['b', 'control'], ['c', 'control']]); // prettier-ignore
    const [b, c] = comparisons;
    expect(c.p_value_adjusted).toBeCloseTo(2 * (c.p_value as number), 12);
    expect(b.p_value_adjusted).toBe(Math.max(b.p_value as number, c.p_value_adjusted as number));
  });
});

describe('what cannot be computed', () => {
  it.each([
    ['nobody anywhere', sums('control', 0, 0), sums('treatment', 0, 0)],
    ['nobody in the control', sums('control', 0, 0), sums('treatment', 10, 5)],
    ['nobody in the treatment', sums('control', 10, 5), sums('treatment', 0, 0)],
  ])('is null with a reason: %s', (_, control, treatment) => {
    const [{ comparisons }] = results(control, treatment);
    expect(comparisons[0]).toMatchObject({ p_value: null, difference: { estimate: null } });
    expect(comparisons[0].reason).not.toBeNull();
    expect(JSON.parse(JSON.stringify(comparisons))).toEqual(comparisons);
  });

  it.each([
    ['no conversions', 0],
    ['only conversions', 10],
  ])('does not divide by nothing at %s', (_, conversions) => {
    const [metric] = results(sums('control', 10, conversions), sums('treatment', 10, conversions));
    expect(metric.variants[0].rate).toBe(conversions / 10);
    expect(metric.comparisons[0].difference.estimate).toBe(0);
    expect(JSON.parse(JSON.stringify(metric))).toEqual(metric);
  });
});
