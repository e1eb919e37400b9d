import { Evaluation as Evaluated, pickFacts, Subject } from '@app/model';
import type { Evaluation } from './ofrep.schema';

/** What cannot be compared, such as objects, is of no use and does no harm. */
export function subjectOf({ targetingKey, ...rest }: { targetingKey: string }): Subject {
  return { userId: targetingKey, facts: pickFacts(rest) };
}

export function ofrepEvaluation({ key, reason, value, variant, metadata }: Evaluated): Evaluation {
  return {
    key,
    reason,
    ...(value !== undefined && { value }),
    ...(variant !== null && { variant }),
    metadata,
  };
}
