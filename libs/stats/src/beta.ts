import { deviance, logBeta, stirlingError } from './gamma';
import { newtonRoot } from './root';

// Beta distribution: density, both tails and quantile. Arguments come as x and its complement y = 1 - x where
// the caller knows both, so that neither end loses digits.

/** Both tails of a beta distribution at one point; the smaller one has full relative accuracy. */
export interface BetaTails {
  cdf: number;
  sf: number;
}

const MAX_TERMS = 200_000;

/** I_x(a, b) = P(X <= x) and its complement, by the continued fraction DLMF 8.17.22 (TOMS 708, 1992). */
export function betaTails(x: number, a: number, b: number, y = 1 - x): BetaTails {
  requireShape(a, b);
  if (!(x >= 0 && y >= 0)) throw new RangeError(`beta needs x in 0..1, got ${x}`);
  if (x === 0) return { cdf: 0, sf: 1 };
  if (y === 0) return { cdf: 1, sf: 0 };
  const front = betaDensityTimesXY(x, y, a, b);
  if (x < (a + 1) / (a + b + 2)) {
    const cdf = Math.min(1, (front / a) * continuedFraction(x, a, b));
    return { cdf, sf: 1 - cdf };
  }
  const sf = Math.min(1, (front / b) * continuedFraction(y, b, a));
  return { cdf: 1 - sf, sf };
}

/** P(X <= x), the regularised incomplete beta function I_x(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  return betaTails(x, a, b).cdf;
}

/** P(X > x) = I_{1-x}(b, a). */
export function betaSf(x: number, a: number, b: number): number {
  return betaTails(x, a, b).sf;
}

/** The x with P(X <= x) = p. Newton on the logarithm of the smaller tail against log(x/(1-x)). */
export function betaQuantile(p: number, a: number, b: number): number {
  requireShape(a, b);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p must lie in 0..1, got ${p}`);
  if (p === 0 || p === 1) return p;
  const tail = p <= 0.5 ? 'cdf' : 'sf';
  const area = p <= 0.5 ? p : 1 - p;
  const logit = newtonRoot(
    (u) => {
      const [x, y] = fromLogit(u);
      const got = betaTails(x, a, b, y)[tail];
      const slope = (betaDensityTimesXY(x, y, a, b) / got) * (tail === 'cdf' ? 1 : -1);
      return { value: Math.log(got) - Math.log(area), slope };
    },
    { low: -745, high: 745, start: Math.log(a / b), increasing: tail === 'cdf' },
  );
  return fromLogit(logit)[0];
}

/** x and 1 - x for u = log(x/(1-x)), each with full relative accuracy. */
export function fromLogit(u: number): [x: number, y: number] {
  return [1 / (1 + Math.exp(-u)), 1 / (1 + Math.exp(u))];
}

/**
 * x^a y^b / B(a, b): the density on the log-odds scale. Loader's deviance form for large a and b, where
 * differences of log gammas lose 1e-7 at a = 1e6.
 */
export function betaDensityTimesXY(x: number, y: number, a: number, b: number): number {
  if (x === 0 || y === 0) return 0;
  const n = a + b;
  if (Math.min(a, b) < 15) {
    const logX = x > 0.5 ? Math.log1p(-y) : Math.log(x);
    const logY = y > 0.5 ? Math.log1p(-x) : Math.log(y);
    return Math.exp(a * logX + b * logY - logBeta(a, b));
  }
  const correction = stirlingError(n) - stirlingError(a) - stirlingError(b);
  return (
    Math.sqrt((a / n) * (b / (2 * Math.PI))) * Math.exp(correction - deviance(a, n * x) - deviance(b, n * y))
  );
}

/** I_x(a, b) a B(a, b) / (x^a y^b) by Lentz's method; fast for x below the mean. */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 3e-16) break;
  }
  return fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

function requireShape(a: number, b: number): void {
  if (!(a > 0 && b > 0 && a + b < Infinity)) throw new RangeError(`beta needs a, b > 0, got ${a}, ${b}`);
}
