import type { Cap } from '@app/model';
import type { Caps, Sample } from '@app/stats';

// Pure: caps of a metric from the distribution of the users' totals. In: how many users have which total, of all arms. Law: the same
// figures as `pooledCaps` and `winsorizedMoments` of libs/stats give for one value per user.

/** So many users with this value each. */
export interface Weighted {
  value: number;
  users: number;
}

/** Where a bound is a share it is taken of all users of all arms together: caps per arm would bias the effect. */
export function capsOf(cap: Cap, pooled: readonly Weighted[]): Caps {
  const ascending = pooled.filter(({ users }) => users > 0).sort((a, b) => a.value - b.value);
  const bound = (fixed: number | undefined, share: number | undefined): number | null =>
    fixed ?? (share === undefined ? null : quantileOfWeighted(ascending, share));
  return {
    lowerCap: bound(cap.lower, cap.lower_percentile),
    upperCap: bound(cap.upper, cap.upper_percentile),
  };
}

/** Type 7 of Hyndman & Fan 1996, as `quantileOfSorted`; null without users. */
export function quantileOfWeighted(ascending: readonly Weighted[], share: number): number | null {
  const users = ascending.reduce((sum, row) => sum + row.users, 0);
  if (users === 0) return null;
  const position = (users - 1) * share;
  const below = Math.floor(position);
  const low = valueAt(ascending, below);
  return low + (position - below) * (valueAt(ascending, Math.min(below + 1, users - 1)) - low);
}

export function capValue(value: number, { lowerCap, upperCap }: Caps): number {
  return Math.min(upperCap ?? Infinity, Math.max(lowerCap ?? -Infinity, value));
}

/** Two passes, so nothing cancels. */
export function weightedMoments(rows: readonly Weighted[]): Sample {
  const n = rows.reduce((sum, { users }) => sum + users, 0);
  if (n === 0) return { n, mean: null, variance: null };
  // What is capped is often all alike; a mean that is rounded would make a variance of it.
  const [first] = rows;
  const isConstant = rows.every(({ value }) => value === first.value);
  const mean = isConstant ? first.value : weightedSum(rows) / n;
  if (n === 1) return { n, mean, variance: null };
  return {
    n,
    mean,
    variance: rows.reduce((sum, row) => sum + row.users * (row.value - mean) ** 2, 0) / (n - 1),
  };
}

export function weightedSum(rows: readonly Weighted[]): number {
  return rows.reduce((sum, { value, users }) => sum + value * users, 0);
}

function valueAt(ascending: readonly Weighted[], index: number): number {
  let passed = 0;
  for (const { value, users } of ascending) {
    passed += users;
    if (index < passed) return value;
  }
  return ascending[ascending.length - 1].value;
}
