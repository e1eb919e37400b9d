/**
 * Sample quantile of ascending values, type 7 of Hyndman & Fan 1996 (PostgreSQL percentile_cont, R's default);
 * null without values.
 */
export function quantileOfSorted(ascending: readonly number[], share: number): number | null {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share must lie in 0..1, got ${share}`);
  if (ascending.length === 0) return null;
  const position = (ascending.length - 1) * share;
  const below = Math.floor(position);
  const low = ascending[below];
  const high = ascending[Math.min(below + 1, ascending.length - 1)];
  return low + (position - below) * (high - low);
}
