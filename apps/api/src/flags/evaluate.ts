import { bucketOf, pickVariant } from '@app/bucketing';
import {
  Evaluation,
  EvaluationReason,
  Experiment,
  ExperimentRule,
  fitsType,
  Flag,
  FlagRule,
  FlagVariant,
  matches,
  RolloutRule,
  Segments,
  Subject,
  toBasisPoints,
  Variant,
} from '@app/model';
import type { AssignmentAnswer } from '../assignments/assignments.schema';

// Pure: what a user gets, from the flag, what is known of the user, and the answers of experiments.

/** By the key of the experiment; null for one that does not exist. */
export type Answers = ReadonlyMap<string, AssignmentAnswer | null>;

/** Either what the user gets, or the experiment that must answer before anybody can tell. */
export type Evaluated = { evaluation: Evaluation } | { needs: string };

export function evaluateFlag(flag: Flag, subject: Subject, segments: Segments, answers: Answers): Evaluated {
  if (flag.state !== 'enabled') return { evaluation: serve(flag, flag.off_variant, 'DISABLED') };
  for (const rule of flag.rules) {
    if (rule.targeting !== null && !matches(rule.targeting, subject, segments)) continue;
    if (rule.kind === 'experiment' && !answers.has(rule.experiment)) return { needs: rule.experiment };
    const evaluation = byRule(flag, rule, subject.userId, answers);
    if (evaluation !== null) return { evaluation };
  }
  return { evaluation: serve(flag, flag.default_variant, 'STATIC') };
}

/** Experiments that some rule may ask; none where nobody gets as far as the rules. */
export function experimentsOf(flag: Flag): string[] {
  if (flag.state !== 'enabled') return [];
  return flag.rules.flatMap((rule) => (rule.kind === 'experiment' ? [rule.experiment] : []));
}

export function isTargeted(flag: Flag): boolean {
  return flag.state === 'enabled' && flag.rules.some(({ targeting }) => targeting !== null);
}

/** null: the rule is for this user, and has nothing to give. */
function byRule(flag: Flag, rule: FlagRule, userId: string, answers: Answers): Evaluation | null {
  switch (rule.kind) {
    case 'variant':
      return serve(flag, rule.variant, rule.targeting === null ? 'STATIC' : 'TARGETING_MATCH', rule);
    case 'rollout': {
      const variant = rolledOut(rule, userId);
      return variant === null ? null : serve(flag, variant, 'SPLIT', rule);
    }
    case 'experiment': {
      const answer = answers.get(rule.experiment) ?? null;
      return answer === null ? null : byExperiment(flag, rule, answer);
    }
  }
}

function rolledOut({ id, coverage_pct, variants }: RolloutRule, userId: string): string | null {
  const weights = variants.map(({ allocation_pct }) => toBasisPoints(allocation_pct) ?? 0);
  const index = pickVariant(weights, toBasisPoints(coverage_pct) ?? 0, bucketOf(id, userId));
  return index === null ? null : variants[index].key;
}

function byExperiment(flag: Flag, rule: ExperimentRule, answer: AssignmentAnswer): Evaluation | null {
  const given = answer.variant === null ? null : variantFor(flag, rule, answer.variant);
  if (given === null) return null;
  const { metadata } = serve(flag, null, 'SPLIT', rule);
  return {
    key: flag.key,
    value: given.value,
    variant: given.key,
    reason: reasonOf(answer),
    metadata: { ...metadata, ...metadataOf(answer) },
    experiment: countedIn(answer),
  };
}

/** What the rule names; else the variant with the same key; else what the experiment itself says. */
export function variantFor(
  { type, variants }: Pick<Flag, 'type' | 'variants'>,
  rule: ExperimentRule,
  { key, config }: Pick<Variant, 'key' | 'config'>,
): Pick<FlagVariant, 'key' | 'value'> | null {
  const named = rule.variants !== null && Object.hasOwn(rule.variants, key) ? rule.variants[key] : key;
  const own = variants.find((variant) => variant.key === named);
  if (own !== undefined) return own;
  if (fitsType(type, config)) return { key, value: config };
  return type === 'string' ? { key, value: key } : null;
}

function serve(
  { id, key, type, version, variants }: Flag,
  name: string | null,
  reason: EvaluationReason,
  rule?: FlagRule,
): Evaluation {
  const variant = variants.find((one) => one.key === name);
  return {
    key,
    ...(variant === undefined ? {} : { value: variant.value }),
    variant: variant?.key ?? null,
    reason,
    metadata: {
      flagId: id,
      version,
      type,
      ...(rule && { ruleId: rule.id }),
      ...(reason === 'SPLIT' && { bucketed: true }),
    },
    experiment: null,
  };
}

/** An experiment as if it were a flag of the same key. Whoever takes no part gets what the control gets, and no variant. */
export function evaluateExperiment(experiment: Experiment, answer: AssignmentAnswer): Evaluation {
  const given = answer.variant ?? experiment.variants.find(({ isControl }) => isControl) ?? null;
  return {
    key: experiment.key,
    ...(given && { value: valueOf(experiment.variants, given) }),
    variant: answer.variant?.key ?? null,
    reason: reasonOf(answer),
    metadata: { version: experiment.version, ...metadataOf(answer) },
    experiment: countedIn(answer),
  };
}

type Valued = Pick<Variant, 'key' | 'config'>;

/**
 * What an application gets that asks for an experiment as if it were a flag. It asks for a value of one type, and whoever gets another
 * one is an error to its client and is not seen to take part; so either every variant has such a value, or all of them give their keys.
 */
export function valueOf(variants: readonly Valued[], { key, config }: Valued): unknown {
  const types = new Set(variants.map((variant) => typeof (variant.config ?? variant.key)));
  return types.size === 1 ? (config ?? key) : key;
}

const REASONS: Record<AssignmentAnswer['reason'], EvaluationReason> = {
  assigned: 'SPLIT',
  not_in_traffic: 'SPLIT',
  layer: 'SPLIT',
  holdout: 'SPLIT',
  override: 'TARGETING_MATCH',
  targeting: 'STATIC',
  winner: 'STATIC',
  not_started: 'DISABLED',
  paused: 'DISABLED',
  completed: 'DISABLED',
  archived: 'DISABLED',
  unknown_experiment: 'UNKNOWN',
};

function reasonOf({ reason }: AssignmentAnswer): EvaluationReason {
  return REASONS[reason];
}

function metadataOf(answer: AssignmentAnswer): Evaluation['metadata'] {
  return {
    experimentId: answer.experiment_id,
    experimentKey: answer.experiment_key,
    experimentReason: answer.reason,
    ...(answer.variant && { experimentVariant: answer.variant.key }),
    ...(reasonOf(answer) === 'SPLIT' && { bucketed: true }),
  };
}

/** A winner that is rolled out and a variant that is forced are no part of the experiment. */
function countedIn(answer: AssignmentAnswer): Evaluation['experiment'] {
  if (answer.variant === null || answer.reason !== 'assigned') return null;
  return { id: answer.experiment_id, key: answer.experiment_key, variant: answer.variant.key };
}
