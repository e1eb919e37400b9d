import { BUCKETS, bucketOf, HashAlgorithm, rangesOf } from '@app/bucketing';
import { Experiment, factOf, holds, matches, Segments, statusAt, Subject, Targeting } from '@app/model';
import { answerUnwritten, armsNow, decide, Stored } from './decide';
import type { Known } from './decision-facts';
import { isHeldOut, isInSlot } from './entry';
import type { ConditionVerdict, Explanation, Hash, Rule, RuleName } from './explain.schema';

// Pure: every rule that `decide` asks, with its verdict and what it looked at, whether or not an earlier one has decided.

/** @param isContaminated whether the user was found in two variants */
export function explain(
  experiment: Experiment,
  stored: Stored,
  known: Known,
  nowUs: number,
  isContaminated = false,
): Explanation {
  const { subject } = known;
  const decision = decide(experiment, stored, known, nowUs);
  const rules = rulesOf(experiment, stored, known, nowUs);
  return {
    experiment_id: experiment.id,
    experiment_key: experiment.key,
    user_id: subject.userId,
    hashed_as: subject.userId,
    status: statusAt(experiment, nowUs),
    epoch: experiment.epochs[experiment.epochs.length - 1].number,
    decided_by: rules.find(({ passes }) => !passes)?.rule ?? 'arm',
    answer: 'answer' in decision ? decision.answer : answerUnwritten(experiment, subject.userId, decision),
    rules,
    excluded: stored.overrideVariantId !== undefined ? 'override' : isContaminated ? 'contaminated' : null,
    stored: storedOf(experiment, stored),
  };
}

function rulesOf(
  experiment: Experiment,
  { assignment, overrideVariantId }: Stored,
  { subject, eligibility: { segments, holdout } }: Known,
  nowUs: number,
): Rule[] {
  const { targeting, layer } = experiment;
  const { userId } = subject;
  const status = statusAt(experiment, nowUs);
  const variants = armsNow(experiment).map((arm) => arm?.weightBp ?? 0);
  const { coverageBp } = experiment.epochs[experiment.epochs.length - 1];
  const traffic = hashed(experiment.hashAlgorithm, experiment.hashSeed, userId, rangesOf(variants, coverageBp).map(
    (range, index) => ({ name: experiment.variants[index].key, ...range }),
  )); // prettier-ignore
  const held = hashed('fnv1a', holdout.seed, userId, [{ name: 'held out', from: 0, to: holdout.shareBp }]);
  const isTargeted = targeting === null || matches(targeting, subject, segments);
  return [
    rule('override', overrideVariantId === undefined, ['No variant is forced on the user.', 'A variant is forced on the user.']),
    rule('stored', assignment === undefined, ['The user has no variant yet.', 'The user has a variant, and keeps it.']),
    rule('status', status === 'running', ['It takes new users.', `It takes no new users: ${status}.`]),
    {
      ...rule('targeting', isTargeted, [targeting === null ? 'It is for everybody.' : 'The condition holds.', 'The condition does not hold.']),
      condition: targeting === null ? null : verdictOf(targeting, subject, segments),
    },
    {
      ...rule('holdout', !experiment.holdout || !isHeldOut(holdout, userId), [
        experiment.holdout ? 'The user is not held out.' : 'It is not subject to the holdout.',
        'The user is held out of all experiments.',
      ]),
      hash: held,
    },
    {
      ...rule('layer', layer === null || isInSlot(layer, userId), [
        layer === null ? 'It is in no layer.' : `The user lies in its slot of the layer ${layer.key}.`,
        `The user lies outside its slot of the layer ${layer?.key}.`,
      ]),
      hash: layer && hashed('fnv1a', layer.seed, userId, [{ name: experiment.key, from: layer.fromBp, to: layer.toBp }]),
    },
    {
      ...rule('traffic', traffic.ranges.some(({ is_inside }) => is_inside), [
        'A variant owns the bucket.',
        `No variant owns the bucket: ${coverageBp / (BUCKETS / 100)} % are taken in.`,
      ]),
      hash: traffic,
    },
  ]; // prettier-ignore
}

function rule(name: RuleName, passes: boolean, [yes, no]: [string, string]): Rule {
  return { rule: name, passes, why: passes ? yes : no, hash: null, condition: null };
}

function hashed(
  algorithm: HashAlgorithm,
  seed: string,
  userId: string,
  ranges: { name: string; from: number; to: number }[],
): Hash {
  const bucket = bucketOf(seed, userId, algorithm);
  return {
    algorithm,
    seed,
    input: seed + userId,
    bucket,
    ranges: ranges.map((range) => ({ ...range, is_inside: range.from <= bucket && bucket < range.to })),
  };
}

/** A condition with the verdict of each of its parts. */
export function verdictOf(targeting: Targeting, subject: Subject, segments: Segments): ConditionVerdict {
  const isMet = matches(targeting, subject, segments);
  const inner = (part: Targeting): ConditionVerdict => verdictOf(part, subject, segments);
  if ('all' in targeting) return { kind: 'all', holds: isMet, parts: targeting.all.map(inner) };
  if ('any' in targeting) return { kind: 'any', holds: isMet, parts: targeting.any.map(inner) };
  if ('not' in targeting) return { kind: 'not', holds: isMet, parts: [inner(targeting.not)] };
  if ('segment' in targeting) {
    const condition = segments.get(targeting.segment);
    return {
      kind: 'segment',
      holds: isMet,
      segment: targeting.segment,
      parts: condition === undefined ? [] : [inner(condition)],
    };
  }
  const fact = factOf(subject, targeting.attribute);
  return {
    kind: 'comparison',
    ...targeting,
    holds: holds(targeting, fact),
    is_known: fact !== undefined,
    ...(fact === undefined ? {} : { fact }),
  };
}

function storedOf(experiment: Experiment, { assignment }: Stored): Explanation['stored'] {
  if (assignment === undefined) return null;
  const { assigned_at, exposed_at, epoch, bucket, source, attributes } = assignment;
  const variant = experiment.variants.find(({ id }) => id === assignment.variant_id)?.key ?? null;
  return { variant, assigned_at, exposed_at, epoch, bucket, source, attributes };
}
