import type { Sample } from './moments';
import { quantileOfSorted } from './quantile';

/** Caps of a metric; null where a side is not capped. */
export interface Caps {
  lowerCap: number | null;
  upperCap: number | null;
}

/** Shares of the pooled users below the caps; 0 and 1 cap nothing. */
export interface CapShares {
  lowerQuantile?: number;
  upperQuantile?: number;
  /** Takes the quantiles of the values other than 0 only. */
  excludeZeros?: boolean;
}

/**
 * Caps from the user values of ALL arms together: caps per arm would bias the effect. Quantiles are type 7 (Hyndman
 * & Fan 1996). Null caps when no value is left to take a quantile of.
 */
export function pooledCaps(arms: readonly (readonly number[])[], shares: CapShares): Caps {
  const { lowerQuantile = 0, upperQuantile = 1, excludeZeros = false } = shares;
  if (lowerQuantile > upperQuantile) throw new RangeError('lowerQuantile lies above upperQuantile');
  const pooled = arms.flat().filter((value) => !excludeZeros || value !== 0);
  pooled.sort((a, b) => a - b);
  return {
    lowerCap: lowerQuantile === 0 ? null : quantileOfSorted(pooled, lowerQuantile),
    upperCap: upperQuantile === 1 ? null : quantileOfSorted(pooled, upperQuantile),
  };
}

/** Moments of an arm with every value clamped to the caps; clamped users stay in. Two passes, so exact enough. */
export function winsorizedMoments(values: readonly number[], { lowerCap, upperCap }: Caps): Sample {
  const n = values.length;
  if (n === 0) return { n, mean: null, variance: null };
  const capped = values.map((value) =>
    Math.min(upperCap ?? Infinity, Math.max(lowerCap ?? -Infinity, value)),
  );
  const mean = capped.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, variance: null };
  return { n, mean, variance: capped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) };
}
