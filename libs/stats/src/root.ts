// In: an increasing or decreasing function with its slope, and a bracket. Out: the point where it is 0.
// Law: the bracket only shrinks, so the search ends even where Newton's step would leave it.

export interface Tangent {
  value: number;
  slope: number;
}

const MAX_STEPS = 200;

/**
 * Newton's method kept inside a shrinking bracket (Press et al., Numerical Recipes, rtsafe), for x on a logarithmic scale. `low`
 * and `high` must enclose the root; a step that is not finite or leaves the bracket is replaced by halving.
 */
export function newtonRoot(
  tangentAt: (x: number) => Tangent,
  bracket: { low: number; high: number; start: number; increasing: boolean },
): number {
  let { low, high, start: x } = bracket;
  if (!(x > low && x < high)) x = (low + high) / 2;
  for (let step = 0; step < MAX_STEPS; step++) {
    const { value, slope } = tangentAt(x);
    if (value === 0) return x;
    if (value < 0 === bracket.increasing) low = x;
    else high = x;
    const newton = x - value / slope;
    // x is a logarithm in every caller, so an absolute step this small is the last digit of its exponential. Asked
    // before the bracket: noise in the last digit may point just outside of it.
    if (Math.abs(newton - x) <= 1e-15 * Math.max(1, Math.abs(x))) return newton;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (next === x) return x;
    x = next;
  }
  return x;
}

/**
 * Plain bisection of an increasing function to the last bit. Used where the slope is not at hand. `low` must be
 * below the root and `high` at or above it.
 */
export function bisect(valueAt: (x: number) => number, low: number, high: number): number {
  let below = low;
  let above = high;
  for (let step = 0; step < MAX_STEPS; step++) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) break;
    if (valueAt(middle) < 0) below = middle;
    else above = middle;
  }
  return above;
}
