import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bucketOf, HashAlgorithm, rangesOf } from '@app/bucketing';
import { Experiment, Holdout, instantOfDate } from '@app/model';
import { decide } from './decide';
import { anExperiment } from './fixture';

// docs/bucketing.json is what others check their own hashing against; it was worked out by another program.

type Hashed = [seed: string, user: string, bucket: number];
interface Published {
  fnv1a: Hashed[];
  murmur3: Hashed[];
  ranges: { weights_bp: number[]; coverage_bp: number; ranges: [number, number][] }[];
  decisions: {
    experiment: {
      hash: { algorithm: HashAlgorithm; seed: string };
      coverage_bp: number;
      variants: { key: string; weight_bp: number }[];
      layer: { seed: string; from_bp: number; to_bp: number } | null;
      holdout: boolean;
    };
    holdout: { share_bp: number; seed: string };
    users: [user: string, variant: string | null, reason: string, bucket: number][];
  }[];
}

const file = join(__dirname, '../../../../docs/bucketing.json');
const published = JSON.parse(readFileSync(file, 'utf8')) as Published;
const NOW = instantOfDate(new Date('2026-11-21T12:00:00Z'));

function asExperiment({
  hash,
  coverage_bp,
  variants,
  layer,
  holdout,
}: Published['decisions'][0]['experiment']) {
  return anExperiment({
    hashAlgorithm: hash.algorithm,
    hashSeed: hash.seed,
    holdout,
    layer: layer && { id: 'l', key: 'l', seed: layer.seed, fromBp: layer.from_bp, toBp: layer.to_bp },
    epochs: [{ number: 1, coverageBp: coverage_bp, openedAt: '2026-11-01T00:00:00.000Z' }],
    variants: variants.map(({ key }) => ({ id: key, key, name: key, isControl: false, config: null })),
    arms: variants.map(({ key, weight_bp }, id) => ({ id, epoch: 1, variantId: key, weightBp: weight_bp })),
  });
}

function outcomeOf(experiment: Experiment, holdout: Holdout, userId: string) {
  const known = { subject: { userId, facts: {} }, eligibility: { segments: new Map(), holdout } };
  const decision = decide(experiment, { assignment: undefined, overrideVariantId: undefined }, known, NOW);
  if ('answer' in decision) return [userId, null, decision.answer.reason, decision.answer.bucket];
  return [userId, experiment.arms[decision.armId].variantId, 'assigned', decision.bucket];
}

describe('the published vectors', () => {
  it.each(['fnv1a', 'murmur3'] as const)('of %s are the buckets', (algorithm) => {
    const rows = published[algorithm];
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.map(([seed, user]) => [seed, user, bucketOf(seed, user, algorithm)])).toEqual(rows);
  });

  it('of ranges are those of the variants', () => {
    for (const { weights_bp, coverage_bp, ranges } of published.ranges)
      expect(rangesOf(weights_bp, coverage_bp).map(({ from, to }) => [from, to])).toEqual(ranges);
  });

  it('of whole decisions are what is decided, with every outcome among them', () => {
    const reasons = new Set<string>();
    for (const { experiment, holdout, users } of published.decisions) {
      const heldOut = { shareBp: holdout.share_bp, seed: holdout.seed };
      const outcomes = users.map(([user]) => outcomeOf(asExperiment(experiment), heldOut, user));
      expect(outcomes).toEqual(users);
      for (const [, , reason] of users) reasons.add(reason);
    }
    expect([...reasons].toSorted()).toEqual(['assigned', 'holdout', 'layer', 'not_in_traffic']);
  });
});
