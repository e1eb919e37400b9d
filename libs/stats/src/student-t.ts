import { betaTails } from './beta';
import { logBeta } from './gamma';
import { normalQuantile, normalSf } from './normal';
import { newtonRoot } from './root';

// Student's t distribution with real degrees of freedom, as Welch's test needs it.
// Law: sf(t) = cdf(-t), and the two-sided p is 2 sf(|t|).

/** Above this the incomplete beta is slow and Hill's expansion is exact to a double. */
const HILL_START = 1e5;

/** P(T > t). I_{df/(df+t^2)}(df/2, 1/2)/2, DLMF 8.17 and Abramowitz & Stegun 26.7.1. */
export function studentTSf(t: number, df: number): number {
  requireDf(df);
  if (t < 0) return 1 - studentTSf(-t, df);
  if (df === Infinity) return normalSf(t);
  if (t === Infinity) return 0;
  if (df > HILL_START) return normalSf(hillDeviate(t, df));
  const square = (t * t) / df;
  return betaTails(1 / (1 + square), df / 2, 0.5, 1 / (1 + 1 / square)).cdf / 2;
}

/** P(T <= t). */
export function studentTCdf(t: number, df: number): number {
  return studentTSf(-t, df);
}

/** P(|T| > |t|), the two-sided p-value. */
export function studentTTwoSidedP(t: number, df: number): number {
  return 2 * studentTSf(Math.abs(t), df);
}

/** The t with cdf(t) = p. Hill 1970 (Algorithm 396) leading term as start, then Newton on the log tail. */
export function studentTQuantile(p: number, df: number): number {
  requireDf(df);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in 0..1, got ${p}`);
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p === 0.5) return 0;
  return p < 0.5 ? -upperQuantile(p, df) : upperQuantile(1 - p, df);
}

/** The critical value of a two-sided test: t with P(|T| > t) = alpha. */
export function studentTCritical(alpha: number, df: number): number {
  return -studentTQuantile(alpha / 2, df);
}

function upperQuantile(tail: number, df: number): number {
  const z = -normalQuantile(tail);
  if (df === Infinity) return z;
  const start = z + (z * (z * z + 1)) / (4 * df);
  // log t, because the tail is a power of t: Newton then takes a few steps even for df = 1.
  const logT = newtonRoot(
    (u) => {
      const t = Math.exp(u);
      const sf = studentTSf(t, df);
      return { value: Math.log(sf) - Math.log(tail), slope: (-t * studentTPdf(t, df)) / sf };
    },
    { low: -745, high: 709, start: Math.log(start), increasing: false },
  );
  return Math.exp(logT);
}

function studentTPdf(t: number, df: number): number {
  return Math.exp((-(df + 1) / 2) * Math.log1p((t * t) / df) - logBeta(df / 2, 0.5)) / Math.sqrt(df);
}

/** The normal deviate with the same tail, Hill 1970 (Algorithm 395), asymptotic in df. */
function hillDeviate(t: number, df: number): number {
  const a = df - 0.5;
  const b = 48 * a * a;
  const y = a * Math.log1p((t * t) / df);
  // The tail is below the smallest double, and the expansion would end in Infinity/Infinity.
  if (y > 1600) return Infinity;
  const top = ((-0.4 * y - 3.3) * y - 24) * y - 85.5;
  return ((top / (0.8 * y * y + 100 + b) + y + 3) / b + 1) * Math.sqrt(y);
}

function requireDf(df: number): void {
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be above 0, got ${df}`);
}
