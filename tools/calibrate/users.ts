import type { CupedSums, RatioSums, Sample } from '@app/stats';
import type { Random } from './random';

// Arms of simulated users. Values are whole numbers, so that their sums are exact.

const CENT = 100;

/** Sums of plain values; good to ten digits here, where exact ones would take too long. */
export interface ValueSums {
  n: number;
  sum: number;
  squares: number;
}

export function addValue(sums: ValueSums, value: number): void {
  sums.n += 1;
  sums.sum += value;
  sums.squares += value * value;
}

export function momentsOf({ n, sum, squares }: ValueSums): Sample {
  const mean = n === 0 ? null : sum / n;
  return { n, mean, variance: n < 2 ? null : Math.max(0, squares - (sum * sum) / n) / (n - 1) };
}

/** n values of exponential distribution, the skew of revenue. */
export function revenue(random: Random, n: number, mean: number): Sample {
  const sums = { n: 0, sum: 0, squares: 0 };
  for (let i = 0; i < n; i++) addValue(sums, mean * random.exponential());
  return momentsOf(sums);
}

/** Clicks of pages: users see 1 to some twenty pages and have a click rate of their own, `rate` on average. */
export function clicks(random: Random, n: number, rate: number): RatioSums {
  const sums = { x: 0, xx: 0, y: 0, yy: 0, xy: 0 };
  for (let i = 0; i < n; i++) {
    const pages = 1 + Math.floor(4 * random.exponential());
    const own = rate * (random.uniform() < 0.5 ? 0.5 : 1.5);
    addPair(sums, random.binomial(pages, own), pages);
  }
  const text = toText(sums);
  return { n, sumNum: text.x, sumNumSq: text.xx, sumDen: text.y, sumDenSq: text.yy, sumNumDen: text.xy };
}

/** Mean of `spendings` without an effect, in the same cents. */
export const SPENDING_MEAN = 1500;

/** Spending that goes with earlier spending, correlation .8, shifted by an effect; all in cents. */
export function spendings(random: Random, n: number, effect: number): CupedSums {
  const sums = { x: 0, xx: 0, y: 0, yy: 0, xy: 0 };
  for (let i = 0; i < n; i++) {
    const before = Math.round(10 * CENT * random.exponential());
    const noise = Math.round(7.5 * CENT * random.exponential());
    addPair(sums, before + noise - 250 + effect, before);
  }
  const text = toText(sums);
  return { n, sumPost: text.x, sumPostSq: text.xx, sumPre: text.y, sumPreSq: text.yy, sumPostPre: text.xy };
}

interface Sums {
  x: number;
  xx: number;
  y: number;
  yy: number;
  xy: number;
}

function addPair(sums: Sums, x: number, y: number): void {
  sums.x += x;
  sums.xx += x * x;
  sums.y += y;
  sums.yy += y * y;
  sums.xy += x * y;
}

/** The sums stay far below 2^53. */
function toText({ x, xx, y, yy, xy }: Sums) {
  return { x: String(x), xx: String(xx), y: String(y), yy: String(yy), xy: String(xy) };
}
