import { bucketOf } from '@app/bucketing';
import { Entry, Holdout, LayerSlot, matches, Segments, Subject } from '@app/model';

// Pure: who may enter an experiment that is running. Three hashes by three seeds, so that who is held out, who lies in which slot and who
// gets which variant have nothing to do with one another.

/** What the rules of all experiments refer to. */
export interface Eligibility {
  segments: Segments;
  holdout: Holdout;
}

/** The rule that keeps a user out; the first of them in this order. */
export type Barrier = 'targeting' | 'holdout' | 'layer';

/** @returns null when the user may enter */
export function barrierOf(
  entry: Entry,
  subject: Subject,
  { segments, holdout }: Eligibility,
): Barrier | null {
  if (entry.targeting !== null && !matches(entry.targeting, subject, segments)) return 'targeting';
  if (entry.holdout && isHeldOut(holdout, subject.userId)) return 'holdout';
  if (entry.layer !== null && !isInSlot(entry.layer, subject.userId)) return 'layer';
  return null;
}

export function isHeldOut({ shareBp, seed }: Holdout, userId: string): boolean {
  return shareBp > 0 && bucketOf(seed, userId) < shareBp;
}

export function isInSlot({ seed, fromBp, toBp }: LayerSlot, userId: string): boolean {
  const bucket = bucketOf(seed, userId);
  return fromBp <= bucket && bucket < toBp;
}
