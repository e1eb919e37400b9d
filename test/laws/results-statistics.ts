// Statistics of an experiment from the outcome of every user, by the shortest formula there is: tails by quadrature, limits by bisection.

/** Moments of the users of one arm; the variance is null below two users. */
export interface Sample {
  n: number;
  mean: number;
  variance: number | null;
}

/** Users of an arm within an epoch, control and treatment side by side. */
export type Pair<T> = [control: T, treatment: T];

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** From whole numbers, so that nothing is lost: mean in units of `scale`, variance across users with n - 1. */
export function exactSample(totals: readonly bigint[], scale = 1e9): Sample {
  const n = totals.length;
  const all = totals.reduce((a, b) => a + b, 0n);
  const squares = totals.reduce((a, b) => a + b * b, 0n);
  const spread = BigInt(n) * squares - all * all;
  return {
    n,
    mean: Number(all) / n / scale,
    variance: n < 2 ? null : Number(spread) / (n * (n - 1)) / scale / scale,
  };
}

export function sampleOf(totals: readonly number[]): Sample {
  const n = totals.length;
  const mean = sum(totals) / n;
  const variance = n < 2 ? null : sum(totals.map((total) => (total - mean) ** 2)) / (n - 1);
  return { n, mean, variance };
}

/** Type 7: between the two neighbours at (n - 1) times the share. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

/** Precision weights of the strata in which both arms have at least so many users; the others weigh 0. */
export function weights(sizes: readonly Pair<number>[], least: number): number[] {
  const raw = sizes.map(([c, t]) => (Math.min(c, t) >= least ? (c * t) / (c + t) : 0));
  const total = sum(raw);
  return raw.map((weight) => (total === 0 ? 0 : weight / total));
}

export interface Effect {
  difference: number | null;
  lift: number | null;
  p: number | null;
}

/** Rates within strata, Cochran 1954: the test pools both arms of a stratum. */
export function compareRates(strata: readonly Pair<{ users: number; conversions: number }>[]): Effect {
  const w = weights(
    strata.map(([c, t]): Pair<number> => [c.users, t.users]),
    1,
  );
  if (sum(w) === 0) return { difference: null, lift: null, p: null };
  const used = strata.map((pair, i) => ({ pair, weight: w[i] })).filter(({ weight }) => weight > 0);
  const rate = (side: 0 | 1): number =>
    sum(used.map(({ pair, weight }) => (weight * pair[side].conversions) / pair[side].users));
  const difference = rate(1) - rate(0);
  const variance = sum(
    used.map(({ pair: [c, t], weight }) => {
      const pooled = (c.conversions + t.conversions) / (c.users + t.users);
      return weight ** 2 * pooled * (1 - pooled) * (1 / c.users + 1 / t.users);
    }),
  );
  return {
    difference,
    lift: rate(0) === 0 ? null : rate(1) / rate(0) - 1,
    p: variance === 0 ? null : normalTwoSided(difference / Math.sqrt(variance)),
  };
}

/** Means within strata: Welch 1947, with the degrees of freedom of Satterthwaite 1946 over all arms. */
export function compareMeans(strata: readonly Pair<Sample>[]): Effect {
  const sizes = strata.map(([c, t]): Pair<number> => [c.n, t.n]);
  const two = weights(sizes, 2);
  const w = sum(two) > 0 ? two : weights(sizes, 1);
  if (sum(w) === 0) return { difference: null, lift: null, p: null };
  const used = strata.map((pair, i) => ({ pair, weight: w[i] })).filter(({ weight }) => weight > 0);
  const mean = (side: 0 | 1): number => sum(used.map(({ pair, weight }) => weight * pair[side].mean));
  const parts = used.flatMap(({ pair, weight }) =>
    pair.map(({ n, variance }) => ({ n, part: (weight ** 2 * (variance ?? 0)) / n })),
  );
  const difference = mean(1) - mean(0);
  const se2 = sum(parts.map(({ part }) => part));
  const df = se2 ** 2 / sum(parts.map(({ n, part }) => (n < 2 ? 0 : part ** 2 / (n - 1))));
  return {
    difference,
    lift: mean(0) === 0 ? null : difference / Math.abs(mean(0)),
    p: se2 === 0 || sum(two) === 0 ? null : studentTwoSided(difference / Math.sqrt(se2), df),
  };
}

/** P(|Z| >= |z|); Craig 1991: an integral over angles, exact in the tails. */
export function normalTwoSided(z: number): number {
  return (
    (2 / Math.PI) * integral((angle) => Math.exp(-(z ** 2) / (2 * Math.sin(angle) ** 2)), 0, Math.PI / 2)
  );
}

/** P(|T| >= |t|): with t = sqrt(df) tan(angle) the density is a power of the cosine. */
export function studentTwoSided(t: number, df: number): number {
  // From the far end, so that the angle is small where the density is.
  const density = (rest: number): number => Math.sin(rest) ** (df - 1);
  const whole = integral(density, 0, Math.PI / 2);
  return integral(density, 0, Math.atan2(Math.sqrt(df), Math.abs(t))) / whole;
}

/** P(X >= x) of chi-square with whole degrees of freedom, two at a time from one or two. */
export function chiSquareTail(x: number, df: number): number {
  let tail = df % 2 === 0 ? Math.exp(-x / 2) : normalTwoSided(Math.sqrt(x));
  let term = df % 2 === 0 ? Math.exp(-x / 2) * (x / 2) : Math.sqrt((2 * x) / Math.PI) * Math.exp(-x / 2);
  for (let k = df % 2 === 0 ? 2 : 1; k < df; k += 2) {
    tail += term;
    term *= x / (k + 2);
  }
  return tail;
}

/** The two rates from which the observed one is z standard errors away (Wilson 1927), found by halving. */
export function wilson(conversions: number, users: number, z: number): { low: number; high: number } {
  const rate = conversions / users;
  const tooFar = (candidate: number): boolean =>
    Math.abs(rate - candidate) > z * Math.sqrt((candidate * (1 - candidate)) / users);
  return {
    low: conversions === 0 ? 0 : 1 - halve((rest) => tooFar(1 - rest), 1 - rate, 1),
    high: conversions === users ? 1 : halve(tooFar, rate, 1),
  };
}

/** The hybrid of Newcombe 1998, method 10. */
export function newcombe(
  [c, t]: Pair<{ users: number; conversions: number }>,
  z: number,
): { low: number; high: number } {
  const [lc, lt] = [wilson(c.conversions, c.users, z), wilson(t.conversions, t.users, z)];
  const [pc, pt] = [c.conversions / c.users, t.conversions / t.users];
  return {
    low: pt - pc - Math.hypot(pt - lt.low, lc.high - pc),
    high: pt - pc + Math.hypot(lt.high - pt, pc - lc.low),
  };
}

/** z such that this much lies outside -z..z. */
export function criticalValue(outside: number): number {
  return halve((z) => normalTwoSided(z) < outside, 0, 40);
}

function halve(isAbove: (x: number) => boolean, low: number, high: number): number {
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (isAbove(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Running maximum over the smallest first; nulls take no part. */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const tests = ps.flatMap((p, place) => (p === null ? [] : [{ p, place }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = ps.map(() => null);
  let most = 0;
  tests.forEach(({ p, place }, i) => {
    most = Math.max(most, Math.min(1, (tests.length - i) * p));
    adjusted[place] = most;
  });
  return adjusted;
}

/** Tanh-sinh quadrature (Takahasi & Mori 1974): the ends of the interval may be singular. */
function integral(f: (x: number) => number, from: number, to: number): number {
  const step = 1 / 64;
  const half = (to - from) / 2;
  let total = 0;
  for (let k = -4 * 64; k <= 4 * 64; k++) {
    const u = (Math.PI / 2) * Math.sinh(k * step);
    // Measured from the nearer end, where a difference from the middle would lose its digits.
    const fromEnd = (half * Math.exp(-Math.abs(u))) / Math.cosh(u);
    const x = u < 0 ? from + fromEnd : to - fromEnd;
    const value = f(x);
    if (Number.isFinite(value))
      total += (value * half * (Math.PI / 2) * Math.cosh(k * step)) / Math.cosh(u) ** 2;
  }
  return total * step;
}
