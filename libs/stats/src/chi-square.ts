import { deviance, logGamma, stirlingError } from './gamma';
import { normalQuantile } from './normal';
import { newtonRoot } from './root';

// Chi-square distribution with real degrees of freedom, by the regularised incomplete gamma functions P and Q.
// Law: the smaller of the two tails is computed, the other is its complement.

interface Tails {
  cdf: number;
  sf: number;
}

/** P(X <= x) with `df` > 0 degrees of freedom. DLMF 8.2.4. */
export function chiSquareCdf(x: number, df: number): number {
  return tails(x, df).cdf;
}

/** P(X > x): the p-value of a chi-square statistic. DLMF 8.2.4. */
export function chiSquareSf(x: number, df: number): number {
  return tails(x, df).sf;
}

/** The x with cdf(x) = p. Wilson & Hilferty 1931 as start, then Newton on log cdf against log x. */
export function chiSquareQuantile(p: number, df: number): number {
  if (p === 0) return 0;
  if (p === 1) return Infinity;
  return p <= 0.5 ? solve(p, df, 'cdf') : solve(1 - p, df, 'sf');
}

/** The x with sf(x) = p; keeps all digits for p far below 1e-16. */
export function chiSquareUpperQuantile(p: number, df: number): number {
  if (p === 0) return Infinity;
  if (p === 1) return 0;
  return p <= 0.5 ? solve(p, df, 'sf') : solve(1 - p, df, 'cdf');
}

function solve(p: number, df: number, tail: 'cdf' | 'sf'): number {
  requireDf(df);
  const z = tail === 'cdf' ? normalQuantile(p) : -normalQuantile(p);
  const cube = 1 - 2 / (9 * df) + z * Math.sqrt(2 / (9 * df));
  const start = cube > 0 ? Math.log(df) + 3 * Math.log(cube) : NaN;
  const logX = newtonRoot(
    (u) => {
      const x = Math.exp(u);
      const area = tails(x, df)[tail];
      const slope = (gammaDensityTimesX(df / 2, x / 2) / area) * (tail === 'cdf' ? 1 : -1);
      return { value: Math.log(area) - Math.log(p), slope };
    },
    { low: -745, high: 709, start, increasing: tail === 'cdf' },
  );
  return Math.exp(logX);
}

function tails(x: number, df: number): Tails {
  requireDf(df);
  if (!(x >= 0)) throw new RangeError(`chi-square needs x >= 0, got ${x}`);
  if (x === 0) return { cdf: 0, sf: 1 };
  if (x === Infinity) return { cdf: 1, sf: 0 };
  const a = df / 2;
  const half = x / 2;
  if (half < a + 1) {
    const cdf = gammaDensityTimesX(a, half) * lowerSeries(a, half);
    return { cdf, sf: 1 - cdf };
  }
  const sf = gammaDensityTimesX(a, half) * upperFraction(a, half);
  return { cdf: 1 - sf, sf };
}

/** x^a e^-x / Gamma(a), in Loader's form (2000) where plain logarithms would lose digits. */
function gammaDensityTimesX(a: number, x: number): number {
  if (a < 15) return Math.exp(a * Math.log(x) - x - logGamma(a));
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(-stirlingError(a) - deviance(a, x));
}

/** P(a, x) Gamma(a) / (x^a e^-x), DLMF 8.7.1. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Q(a, x) Gamma(a) / (x^a e^-x), the continued fraction DLMF 8.9.2 by Lentz's method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < 100_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 3e-16) break;
  }
  return fraction;
}

function requireDf(df: number): void {
  if (!(df > 0 && df < Infinity)) throw new RangeError(`degrees of freedom must be above 0, got ${df}`);
}
