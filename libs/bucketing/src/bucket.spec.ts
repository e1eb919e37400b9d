import * as fc from 'fast-check';
import { BUCKETS, bucketOf, pickVariant, rangesOf } from './bucket';
import { fnv1a32, murmur3 } from './hash';
import vectors from '../vectors.json';

const rows = vectors.fnv1a.rows as [string, string, number][];
const hashes = vectors.murmur3.rows as [string, number][];

describe('hashing', () => {
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('gives the FNV-1a that its authors published for %j', (text, hash) => {
    expect(fnv1a32(text)).toBe(hash);
  });

  it.each(hashes)('gives the MurmurHash3 that is published for %j', (text, hash) => {
    expect(murmur3(text)).toBe(hash);
  });

  it('reads UTF-16 units for FNV-1a and UTF-8 bytes for MurmurHash3', () => {
    expect(fnv1a32('\u{1f600}')).toBe(step(step(0x811c9dc5, 0xd83d), 0xde00));
    expect(murmur3('é')).not.toBe(murmur3('e\u0301'));
  });
});

function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193) >>> 0;
}

describe('the bucket of a user', () => {
  it.each(rows)('agrees with GrowthBook for seed %j and user %j', (seed, user, bucket) => {
    expect(bucketOf(seed, user)).toBe(bucket);
  });

  it.each(hashes)('is the MurmurHash3 of seed and user modulo 10,000 for %j', (text, hash) => {
    expect(bucketOf(text.slice(0, 2), text.slice(2), 'murmur3')).toBe(hash % BUCKETS);
  });

  it('lies in 0 to 9,999 for every seed, user and algorithm', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('fnv1a', 'murmur3'),
        (seed, user, name) => {
          const bucket = bucketOf(seed, user, name);
          return Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS;
        },
      ),
    );
  });

  it('spreads users evenly: no tenth of the buckets is off by more than five sigma', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) tenths[Math.floor(bucketOf('experiment', `user-${i}`) / 1000)] += 1;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9_000));
  });
});

/** Two to six weights in basis points, 10,000 together; some may be 0. */
const someWeights = fc
  .array(fc.integer({ min: 0, max: BUCKETS }), { minLength: 1, maxLength: 5 })
  .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), BUCKETS])
  .map((edges) => edges.slice(1).map((edge, index) => edge - edges[index]));
const someCoverage = fc.integer({ min: 0, max: BUCKETS });
const everyBucket = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

describe('picking a variant', () => {
  it('gives each variant its share of the 10,000 buckets at full coverage', () => {
    fc.assert(
      fc.property(someWeights, (weights) => {
        const counts = weights.map(() => 0);
        for (const bucket of everyBucket) counts[pickVariant(weights, BUCKETS, bucket) as number] += 1;
        expect(counts).toEqual(weights);
      }),
      { numRuns: 25 },
    );
  });

  it('gives each variant its share of the coverage, rounded up to a whole bucket', () => {
    fc.assert(
      fc.property(someWeights, someCoverage, (weights, coverage) => {
        const counts = weights.map(() => 0);
        for (const bucket of everyBucket) {
          const index = pickVariant(weights, coverage, bucket);
          if (index !== null) counts[index] += 1;
        }
        expect(counts).toEqual(weights.map((weight) => Math.ceil((weight * coverage) / BUCKETS)));
      }),
      { numRuns: 25 },
    );
  });

  it('moves nobody and drops nobody when the coverage rises', () => {
    fc.assert(
      fc.property(someWeights, someCoverage, someCoverage, (weights, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        for (const bucket of everyBucket) {
          const before = pickVariant(weights, low, bucket);
          if (before !== null) expect(pickVariant(weights, high, bucket)).toBe(before);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('puts the boundary bucket into the next variant', () => {
    const weights = [3333, 0, 6667];
    expect([0, 3332, 3333, 9999].map((bucket) => pickVariant(weights, BUCKETS, bucket))).toEqual([
      0, 0, 2, 2,
    ]);
  });

  it('agrees with the ranges that are shown', () => {
    fc.assert(
      fc.property(someWeights, someCoverage, (weights, coverage) => {
        const ranges = rangesOf(weights, coverage);
        const ownerOf = (bucket: number) => ranges.findIndex(({ from, to }) => from <= bucket && bucket < to);
        return everyBucket.every(
          (bucket) => (pickVariant(weights, coverage, bucket) ?? -1) === ownerOf(bucket),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('takes nobody at coverage 0, and the first half of every range at 50 %', () => {
    expect(everyBucket.every((bucket) => pickVariant([5000, 5000], 0, bucket) === null)).toBe(true);
    const half = [0, 2499, 2500, 4999, 5000, 7499, 7500].map((bucket) =>
      pickVariant([5000, 5000], 5000, bucket),
    );
    expect(half).toEqual([0, 0, null, null, 1, 1, null]);
  });
});
