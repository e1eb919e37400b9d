import { rangesOf } from '@app/bucketing';
import {
  Experiment,
  ExperimentRule,
  Flag,
  FlagRule,
  Holdout,
  RolloutRule,
  Segments,
  statusAt,
  Targeting,
  toBasisPoints,
  WHOLE_BP,
} from '@app/model';
import { valueOf, variantFor } from '../../flags/evaluate';
import { Condition, conditionOf } from './condition';

// Pure: flags and experiments as features of GrowthBook, so that its SDKs give each user what `evaluate.ts` gives a user of whom nothing
// is stored. Ranges, never weights: they would be added up as fractions, and a bucket at the border would change hands.

type Range = [from: number, to: number];

interface Filter {
  attribute: 'id';
  seed: string;
  hashVersion: 2;
  ranges: Range[];
}

interface Limits {
  condition?: Condition;
  filters?: Filter[];
}

/** Everybody whom it is for, in a range of buckets when there is one. */
interface ForceRule extends Limits {
  id: string;
  force: unknown;
  hashAttribute?: 'id';
  hashVersion?: 2;
  seed?: string;
  range?: Range;
}

interface SplitRule extends Limits {
  id: string;
  /** Of the experiment, as it comes with `Experiment Viewed`. */
  key: string;
  name: string;
  phase: string;
  seed: string;
  hashVersion: 2;
  hashAttribute: 'id';
  variations: unknown[];
  ranges: Range[];
  /** Who gets a variant that the flag has no value for goes on to the next rule. */
  meta: { key: string; name: string; passthrough?: true }[];
}

export interface Feature {
  /** Absent: what the application has as its default. */
  defaultValue?: unknown;
  rules?: (ForceRule | SplitRule)[];
}

export interface World {
  flags: readonly Flag[];
  experiments: readonly Experiment[];
  segments: Segments;
  holdout: Holdout;
  nowUs: number;
}

/** What cannot be said so that SDK and server agree is left out, and named. */
export function featuresOf(world: World): { features: Record<string, Feature>; left_out: string[] } {
  const flagged = new Set(world.flags.map(({ key }) => key));
  const all: [string, Feature | null][] = [
    ...world.flags
      .filter(({ state }) => state !== 'archived')
      .map((flag): [string, Feature | null] => [flag.key, ofFlag(flag, world)]),
    ...world.experiments
      .filter(({ key }) => !flagged.has(key))
      .map((one): [string, Feature | null] => [one.key, ofExperiment(one, world)]),
  ];
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    features: Object.fromEntries(all.filter((entry): entry is [string, Feature] => entry[1] !== null)),
    left_out: all.flatMap(([key, feature]) => (feature === null ? [key] : [])),
  };
}

function ofFlag(flag: Flag, world: World): Feature | null {
  const value = (name: string | null): unknown => flag.variants.find(({ key }) => key === name)?.value;
  if (flag.state !== 'enabled')
    return flag.off_variant === null ? {} : { defaultValue: value(flag.off_variant) };
  const rules: (ForceRule | SplitRule)[] = [];
  for (const rule of flag.rules) {
    const said = ofRule(rule, flag, world);
    if (said === null) return null;
    rules.push(...said);
  }
  return { defaultValue: value(flag.default_variant), rules };
}

/** @returns null when it cannot be said; nothing when it is for nobody */
function ofRule(rule: FlagRule, flag: Flag, world: World): (ForceRule | SplitRule)[] | null {
  const limits = limitsOf(rule.targeting, world.segments);
  if (limits === null) return null;
  switch (rule.kind) {
    case 'variant':
      return [{ id: rule.id, ...limits, force: valueNamed(flag, rule.variant) }];
    case 'rollout':
      return ofRollout(rule, flag, limits);
    case 'experiment': {
      const experiment = world.experiments.find(({ key }) => key === rule.experiment);
      return experiment === undefined ? [] : ofExperimentRule(rule, flag, experiment, limits, world);
    }
  }
}

/** One rule for each variant: an experiment of theirs would be told of as met, and this is none. */
function ofRollout({ id, coverage_pct, variants }: RolloutRule, flag: Flag, limits: Limits): ForceRule[] {
  const weights = variants.map(({ allocation_pct }) => toBasisPoints(allocation_pct) ?? 0);
  const ranges = rangesOf(weights, toBasisPoints(coverage_pct) ?? 0).map(share);
  return variants.map(({ key }, index) => ({
    id,
    ...limits,
    force: valueNamed(flag, key),
    hashAttribute: 'id',
    hashVersion: 2,
    seed: id,
    range: ranges[index],
  }));
}

function ofExperimentRule(
  rule: ExperimentRule,
  flag: Flag,
  experiment: Experiment,
  limits: Limits,
  world: World,
): (ForceRule | SplitRule)[] | null {
  switch (statusAt(experiment, world.nowUs)) {
    case 'running': {
      const values = experiment.variants.map((variant) => variantFor(flag, rule, variant));
      const split = splitOf(rule.id, experiment, values, world);
      return split === null ? null : [{ ...split, ...both(limits.condition, split.condition) }];
    }
    case 'completed':
    case 'archived': {
      const winner = experiment.variants.find(({ key }) => key === experiment.winner);
      const given = winner === undefined ? null : variantFor(flag, rule, winner);
      return given === null ? [] : [{ id: rule.id, ...limits, force: given.value }];
    }
    case 'draft':
    case 'paused':
      return [];
  }
}

/** An experiment without a flag: whoever takes no part gets what the control gets. */
function ofExperiment(experiment: Experiment, world: World): Feature | null {
  const status = statusAt(experiment, world.nowUs);
  const isOver = status === 'completed' || status === 'archived';
  const winner = experiment.variants.find(({ key }) => isOver && key === experiment.winner);
  const shown = winner ?? experiment.variants.find(({ isControl }) => isControl);
  const feature: Feature = shown === undefined ? {} : { defaultValue: valueOf(experiment.variants, shown) };
  if (status !== 'running') return feature;
  const values = experiment.variants.map((variant) => ({ value: valueOf(experiment.variants, variant) }));
  const split = splitOf(experiment.id, experiment, values, world);
  return split === null ? null : { ...feature, rules: [split] };
}

function splitOf(
  id: string,
  experiment: Experiment,
  values: readonly ({ value: unknown } | null)[],
  { segments, holdout }: World,
): SplitRule | null {
  const limits = limitsOf(experiment.targeting, segments);
  if (limits === null || experiment.hashAlgorithm !== 'fnv1a') return null;
  const filters = filtersOf(experiment, holdout);
  return {
    id,
    key: experiment.key,
    name: experiment.name,
    phase: String(experiment.epochs[experiment.epochs.length - 1].number),
    seed: experiment.hashSeed,
    hashVersion: 2,
    hashAttribute: 'id',
    variations: values.map((given) => given?.value ?? null),
    ranges: armRanges(experiment),
    meta: experiment.variants.map(({ key, name }, index) => ({
      key,
      name,
      ...(values[index] === null && { passthrough: true }),
    })),
    ...limits,
    ...(filters.length > 0 && { filters }),
  };
}

/** Each by a seed of its own, as the server asks them. */
function filtersOf({ holdout: isSubject, layer }: Experiment, holdout: Holdout): Filter[] {
  const filters: Filter[] = [];
  const add = (seed: string, from: number, to: number): void => {
    filters.push({ attribute: 'id', seed, hashVersion: 2, ranges: [share({ from, to })] });
  };
  if (isSubject && holdout.shareBp > 0) add(holdout.seed, holdout.shareBp, WHOLE_BP);
  if (layer !== null) add(layer.seed, layer.fromBp, layer.toBp);
  return filters;
}

function armRanges({ epochs, arms, variants }: Experiment): Range[] {
  const { number, coverageBp } = epochs[epochs.length - 1];
  const weights = variants.map(
    ({ id }) => arms.find((arm) => arm.epoch === number && arm.variantId === id)?.weightBp ?? 0,
  );
  return rangesOf(weights, coverageBp).map(share);
}

function limitsOf(targeting: Targeting | null, segments: Segments): Limits | null {
  if (targeting === null) return {};
  const condition = conditionOf(targeting, segments);
  return condition === null ? null : { condition };
}

function both(one: Condition | undefined, other: Condition | undefined): Limits {
  const given = [one, other].filter((condition) => condition !== undefined);
  if (given.length === 0) return {};
  return { condition: given.length === 1 ? given[0] : { $and: given } };
}

function valueNamed({ variants }: Flag, name: string): unknown {
  return variants.find(({ key }) => key === name)?.value ?? null;
}

/** Buckets as shares. The quotient is the same number that an SDK divides a bucket into, so that no border moves. */
function share({ from, to }: { from: number; to: number }): Range {
  return [from / WHOLE_BP, to / WHOLE_BP];
}
