import { fnv1a32, murmur3 } from './hash';

export const BUCKETS = 10_000;

export type HashAlgorithm = 'fnv1a' | 'murmur3';

/**
 * The bucket of a user, 0 to 9,999. `fnv1a` is what GrowthBook calls hash version 2, so its SDKs agree with it:
 * the text of the first hash is hashed again. `murmur3` hashes seed and user once.
 */
export function bucketOf(seed: string, userId: string, algorithm: HashAlgorithm = 'fnv1a'): number {
  const hash = algorithm === 'murmur3' ? murmur3(seed + userId) : fnv1a32(String(fnv1a32(seed + userId)));
  return hash % BUCKETS;
}

/**
 * Which variant owns a bucket: variant i owns [start_i, start_i + coverage * weight_i), where start_i is the sum of the weights
 * before it. Starts do not depend on the coverage, so raising it never moves anyone.
 * @param weights basis points in declared order, 10,000 together
 * @param coverageBp basis points of each range that takes part
 * @returns the index of the variant, or null when no range holds the bucket
 */
export function pickVariant(weights: readonly number[], coverageBp: number, bucket: number): number | null {
  let start = 0;
  for (const [index, weight] of weights.entries()) {
    // Whole numbers on both sides, so no rounding decides where a user goes.
    if (bucket >= start && (bucket - start) * BUCKETS < coverageBp * weight) return index;
    start += weight;
  }
  return null;
}

/** The buckets [from, to) that `pickVariant` gives to each variant. */
export function rangesOf(weights: readonly number[], coverageBp: number): { from: number; to: number }[] {
  let start = 0;
  return weights.map((weight) => {
    const from = start;
    start += weight;
    return { from, to: from + Math.ceil((coverageBp * weight) / BUCKETS) };
  });
}
