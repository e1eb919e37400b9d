import { chiSquareSf } from '@app/stats';
import { Random } from './random';

describe('seeded random numbers', () => {
  it('are the same for the same seed and others for another', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it.each([
    [30, 0.1],
    [7, 0.8],
    [60, 0.3],
    [400, 0.5],
    [1000, 0.97],
  ])('have the binomial distribution for %d trials of %d', (n, p) => {
    const random = new Random(5);
    const draws = 20_000;
    const seen = new Array<number>(n + 1).fill(0);
    for (let i = 0; i < draws; i++) seen[random.binomial(n, p)] += 1;
    const { chiSquare, df } = goodness(
      seen,
      masses(n, p).map((mass) => mass * draws),
    );
    expect(chiSquareSf(chiSquare, df)).toBeGreaterThan(1e-4);
  });

  it('know the ends', () => {
    const random = new Random(1);
    expect([random.binomial(0, 0.3), random.binomial(9, 0), random.binomial(9, 1)]).toEqual([0, 0, 9]);
  });

  it('are exponential with mean 1', () => {
    const random = new Random(3);
    const values = Array.from({ length: 40_000 }, () => random.exponential());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(values.length));
    const above = values.filter((value) => value > 2).length / values.length;
    expect(Math.abs(above - Math.exp(-2))).toBeLessThan(0.007);
  });
});

/** Binomial probabilities by the exact recursion from the mode. */
function masses(n: number, p: number): number[] {
  const mode = Math.floor((n + 1) * p);
  const mass = new Array<number>(n + 1).fill(0);
  mass[mode] = 1;
  for (let k = mode; k < n; k++) mass[k + 1] = (mass[k] * ((n - k) * p)) / ((k + 1) * (1 - p));
  for (let k = mode; k > 0; k--) mass[k - 1] = (mass[k] * (k * (1 - p))) / ((n - k + 1) * p);
  const total = mass.reduce((sum, value) => sum + value, 0);
  return mass.map((value) => value / total);
}

/** Pearson's statistic over cells that are wide enough; what is left at the end goes into one more. */
function goodness(seen: number[], expected: number[]): { chiSquare: number; df: number } {
  let chiSquare = 0;
  let cells = 0;
  let [gotSoFar, wantedSoFar] = [0, 0];
  seen.forEach((count, k) => {
    gotSoFar += count;
    wantedSoFar += expected[k];
    if (wantedSoFar < 20 && k < seen.length - 1) return;
    if (wantedSoFar > 0) chiSquare += (gotSoFar - wantedSoFar) ** 2 / wantedSoFar;
    cells += 1;
    [gotSoFar, wantedSoFar] = [0, 0];
  });
  return { chiSquare, df: cells - 1 };
}
