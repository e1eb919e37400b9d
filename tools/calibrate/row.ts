// What is measured, and what theory allows it to be.

/** How often something happened in the simulated experiments. */
export class Count {
  hits = 0;
  trials = 0;

  add(hit: boolean): void {
    this.trials += 1;
    if (hit) this.hits += 1;
  }
}

export interface Row {
  name: string;
  rate: number;
  /** Monte Carlo standard error of the rate. */
  error: number;
  /** What theory says. */
  theory: string;
  verdict: 'ok' | 'FAIL' | 'info';
}

/** Noise that a correct method may show: 1 in 30,000 rows exceeds it on both sides together. */
const NOISE = 4;
/** Normal and t approximations are off by this much themselves at the sizes simulated; matters from 50,000 runs on. */
const APPROXIMATION = 0.003;

/** Runs from which on a few experiments more or less do not matter. */
const ENOUGH = 500;

/** Must be the nominal rate. */
export function near(name: string, count: Count, nominal: number): Row {
  const off = Math.abs(rateOf(count) - nominal);
  return row(name, count, percent(nominal), off <= NOISE * errorOf(count, nominal) + APPROXIMATION);
}

/** Must not exceed a bound, but for noise. */
export function atMost(name: string, count: Count, bound: number): Row {
  const allowed = bound + NOISE * errorOf(count, bound) + APPROXIMATION;
  return row(name, count, `at most ${percent(bound)}`, rateOf(count) <= allowed);
}

/** Must not fall below a bound, but for noise. */
export function atLeast(name: string, count: Count, bound: number): Row {
  const allowed = bound - NOISE * errorOf(count, bound) - APPROXIMATION;
  return row(name, count, `at least ${percent(bound)}`, rateOf(count) >= allowed);
}

/** Must lie below a bound that it keeps well away from: no allowance for noise but in a handful of runs. */
export function below(name: string, count: Count, bound: number): Row {
  const ok = count.trials < ENOUGH ? atMost(name, count, bound).verdict === 'ok' : rateOf(count) < bound;
  return row(name, count, `below ${percent(bound)}`, ok);
}

/** Must lie above a bound, as `below`. */
export function above(name: string, count: Count, bound: number): Row {
  const ok = count.trials < ENOUGH ? atLeast(name, count, bound).verdict === 'ok' : rateOf(count) > bound;
  return row(name, count, `above ${percent(bound)}`, ok);
}

/** Shown for contrast; nothing is promised. */
export function told(name: string, count: Count, theory: string): Row {
  return { ...row(name, count, theory, true), verdict: 'info' };
}

function row(name: string, count: Count, theory: string, ok: boolean): Row {
  const rate = rateOf(count);
  return { name, rate, error: errorOf(count, rate), theory, verdict: ok ? 'ok' : 'FAIL' };
}

function rateOf({ hits, trials }: Count): number {
  return trials === 0 ? NaN : hits / trials;
}

function errorOf({ trials }: Count, rate: number): number {
  return Math.sqrt((rate * (1 - rate)) / trials);
}

export function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

/** Whether an interval is there and holds the truth. */
export function covers(interval: { lower: number | null; upper: number | null }, truth: number): boolean {
  return (
    interval.lower !== null && interval.upper !== null && interval.lower <= truth && truth <= interval.upper
  );
}

/** Whether there is a p-value and it is below the level. */
export function significant(pValue: number | null, level = 0.05): boolean {
  return pValue !== null && pValue < level;
}
