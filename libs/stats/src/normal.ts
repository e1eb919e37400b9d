// Standard normal distribution in plain doubles: density, both tails and quantile, full relative accuracy down
// to the smallest positive doubles. Law: sf(z) = cdf(-z), and no tail is ever taken as 1 - the other one.

const SQRT_2PI = 2.5066282746310002;
/** Above this the continued fraction is used; below it 1/2 - (series) still keeps 13 digits. */
const TAIL_START = 2.5;

/** Density. exp(-z^2/2) is split at a multiple of 1/16 because z^2 itself would round (Cody 1969). */
export function normalPdf(z: number): number {
  if (Math.abs(z) > 40) return 0;
  const coarse = Math.trunc(z * 16) / 16;
  return (Math.exp(-(coarse * coarse) / 2) * Math.exp(-((z - coarse) * (z + coarse)) / 2)) / SQRT_2PI;
}

/** P(Z > z). Abramowitz & Stegun 26.2.11 in the middle, Laplace's continued fraction 26.2.14 in the tail. */
export function normalSf(z: number): number {
  if (z >= TAIL_START) return normalPdf(z) * millsRatio(z);
  if (z <= -TAIL_START) return 1 - normalSf(-z);
  return 0.5 - centralArea(z);
}

/** P(Z <= z). */
export function normalCdf(z: number): number {
  return normalSf(-z);
}

/** P(|Z| > |z|), the two-sided p-value. Never 2*(1 - cdf), which is 0 from |z| = 8.3 on. */
export function normalTwoSidedP(z: number): number {
  return 2 * normalSf(Math.abs(z));
}

/**
 * The z with cdf(z) = p; -Infinity at 0 and Infinity at 1. The z with sf(z) = p is `-normalQuantile(p)`.
 * Abramowitz & Stegun 26.2.23 as start, then Newton on the logarithm of the tail (as exact as Wichura 1988,
 * AS 241).
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in 0..1, got ${p}`);
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p === 0.5) return 0;
  // 1 - p is exact for p above 1/2.
  return p > 0.5 ? upperQuantile(1 - p) : -upperQuantile(p);
}

/** The critical value of a two-sided test: z with P(|Z| > z) = alpha. A report asks for the same one thousands of times. */
export function normalCritical(alpha: number): number {
  if (alpha !== lastCritical.alpha) lastCritical = { alpha, z: -normalQuantile(alpha / 2) };
  return lastCritical.z;
}

let lastCritical = { alpha: NaN, z: NaN };

function upperQuantile(tail: number): number {
  const logTail = Math.log(tail);
  const t = Math.sqrt(-2 * logTail);
  const top = 2.515517 + t * (0.802853 + t * 0.010328);
  const bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = t - top / bottom;
  // The start is within 4.5e-4 and the error is squared each time.
  for (let step = 0; step < 4; step++) {
    const ratio = z >= TAIL_START ? millsRatio(z) : normalSf(z) / normalPdf(z);
    const logSf = Math.log(ratio) - (z * z) / 2 - Math.log(SQRT_2PI);
    z += (logSf - logTail) * ratio;
  }
  return z;
}

function centralArea(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum * normalPdf(z);
}

/** sf(z)/pdf(z) for z >= TAIL_START. */
function millsRatio(z: number): number {
  let fraction = 0;
  // Measured: 100 levels reach double precision at z = 2.5, and the need falls with 1/z^2.
  for (let level = Math.ceil(20 + 500 / (z * z)); level >= 1; level--) fraction = level / (z + fraction);
  return 1 / (z + fraction);
}
