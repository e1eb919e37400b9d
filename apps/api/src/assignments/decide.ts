import { bucketOf, pickVariant } from '@app/bucketing';
import {
  Arm,
  Epoch,
  epochAt,
  Experiment,
  ExperimentStatus,
  statusAt,
  statusWas,
  Subject,
  Variant,
} from '@app/model';
import { Assignment } from '@app/store';
import { AssignmentAnswer } from './assignments.schema';
import { barrierOf, Eligibility } from './entry';

// Pure: what to answer a user, from the experiment, what is stored and known about the user, and the time. In this order: override, stored
// assignment, status, targeting, holdout, layer, traffic, arm. So whoever has a variant keeps it, whatever the rules say later.

export interface Stored {
  assignment: Assignment | undefined;
  overrideVariantId: string | undefined;
}

/** Either an answer, or the arm into which the user must be written before there is one. */
export type Decision = { answer: AssignmentAnswer } | { armId: number; bucket: number };

export function decide(
  experiment: Experiment,
  stored: Stored,
  known: { subject: Subject; eligibility: Eligibility },
  nowUs: number,
): Decision {
  const answer = storedAnswer(experiment, known.subject.userId, stored);
  if (answer !== null) return { answer };
  return decideNew(experiment, known, { status: statusAt(experiment, nowUs), epoch: epochNow(experiment) });
}

/**
 * What somebody without a row was answered at an instant: by the status and the epoch of then. Of what else decides nobody keeps a history:
 * it is taken as it is now.
 */
export function decideAt(
  experiment: Experiment,
  known: { subject: Subject; eligibility: Eligibility },
  atUs: number,
): AssignmentAnswer {
  const then = { status: statusWas(experiment, atUs), epoch: epochAt(experiment, atUs) };
  const decision = decideNew(experiment, known, then);
  return 'answer' in decision ? decision.answer : answerUnwritten(experiment, known.subject.userId, decision);
}

function decideNew(
  experiment: Experiment,
  { subject, eligibility }: { subject: Subject; eligibility: Eligibility },
  { status, epoch }: { status: ExperimentStatus; epoch: Epoch },
): Decision {
  const { userId } = subject;
  const bucket = bucketOf(experiment.hashSeed, userId, experiment.hashAlgorithm);
  const base = answerWithout(experiment, userId, bucket);
  switch (status) {
    case 'draft':
      return { answer: { ...base, reason: 'not_started' } };
    case 'paused':
      return { answer: { ...base, reason: 'paused' } };
    case 'completed':
    case 'archived': {
      const winner = experiment.variants.find((variant) => variant.key === experiment.winner);
      if (winner === undefined) return { answer: { ...base, reason: status } };
      return { answer: { ...base, variant: show(experiment, winner.id), reason: 'winner' } };
    }
    case 'running': {
      const barrier = barrierOf(experiment, subject, eligibility);
      if (barrier !== null) return { answer: { ...base, reason: barrier } };
      const arm = armFor(experiment, bucket, epoch);
      return arm === null ? { answer: { ...base, reason: 'not_in_traffic' } } : { armId: arm, bucket };
    }
  }
}

/** What is stored decides alone; null when nothing is. */
export function storedAnswer(
  experiment: Experiment,
  userId: string,
  stored: Stored,
): AssignmentAnswer | null {
  if (stored.overrideVariantId !== undefined) {
    const variant = show(experiment, stored.overrideVariantId);
    const answer = answerWithout(experiment, userId, null);
    return { ...answer, variant, source: 'override', reason: 'override' };
  }
  return stored.assignment === undefined ? null : answerAssigned(experiment, userId, stored.assignment);
}

/** The answer to a user who has an assignment. */
export function answerAssigned(
  experiment: Experiment,
  userId: string,
  { variant_id, assigned_at, exposed_at, epoch, source, attributes, bucket }: Assignment,
): AssignmentAnswer {
  return {
    experiment_id: experiment.id,
    experiment_key: experiment.key,
    user_id: userId,
    variant: show(experiment, variant_id),
    assigned_at,
    exposed_at,
    epoch,
    bucket,
    source,
    attributes,
    reason: 'assigned',
  };
}

/** The answer to a user who would be written into an arm, without writing. */
export function answerUnwritten(
  experiment: Experiment,
  userId: string,
  { armId, bucket }: { armId: number; bucket: number },
): AssignmentAnswer {
  const arm = experiment.arms.find(({ id }) => id === armId);
  if (arm === undefined) throw new Error(`no arm ${armId} in experiment ${experiment.id}`);
  const variant = show(experiment, arm.variantId);
  const { epoch } = arm;
  return {
    ...answerWithout(experiment, userId, bucket),
    variant,
    epoch,
    source: 'hash',
    reason: 'assigned',
  };
}

function answerWithout({ id, key }: Experiment, userId: string, bucket: number | null): Unreasoned {
  return { experiment_id: id, experiment_key: key, user_id: userId, ...NO_ASSIGNMENT, bucket };
}

type Unreasoned = Omit<AssignmentAnswer, 'reason'>;

const NO_ASSIGNMENT = {
  variant: null,
  assigned_at: null,
  exposed_at: null,
  epoch: null,
  bucket: null,
  source: null,
  attributes: null,
};

/** The arms of the current epoch, in the order of the variants, which is the order of their ranges. */
export function armsNow(experiment: Experiment): (Arm | undefined)[] {
  return armsIn(experiment, epochNow(experiment));
}

function epochNow({ epochs }: Experiment): Epoch {
  return epochs[epochs.length - 1];
}

function armsIn({ variants, arms }: Experiment, { number }: Epoch): (Arm | undefined)[] {
  return variants.map(({ id }) => arms.find((arm) => arm.epoch === number && arm.variantId === id));
}

/** The arm of an epoch that owns a bucket. */
function armFor(experiment: Experiment, bucket: number, epoch: Epoch): number | null {
  const arms = armsIn(experiment, epoch);
  const weights = arms.map((arm) => arm?.weightBp ?? 0);
  const index = pickVariant(weights, epoch.coverageBp, bucket);
  return index === null ? null : (arms[index]?.id ?? null);
}

function show(experiment: Experiment, variantId: string): AssignmentAnswer['variant'] {
  const variant = experiment.variants.find((candidate: Variant) => candidate.id === variantId);
  if (variant === undefined) return null;
  return {
    id: variant.id,
    key: variant.key,
    name: variant.name,
    is_control: variant.isControl,
    config: variant.config,
  };
}

/** The answer about an experiment that does not exist; both names of it are what was asked for. */
export function unknownExperiment(reference: string, userId: string): AssignmentAnswer {
  return {
    experiment_id: reference,
    experiment_key: reference,
    user_id: userId,
    ...NO_ASSIGNMENT,
    reason: 'unknown_experiment',
  };
}
