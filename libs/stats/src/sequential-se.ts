import type { Proportion } from './proportion';
import type { Stratum } from './strata';

/** From this many conversions, and users without one, an arm's own variance is a fair measure of its error. */
const ENOUGH = 20;

/** Standard errors of one effect: with the variance of each arm, and with that of both arms as one sample. */
export interface StandardErrors {
  se: number | null;
  pooledSe: number | null;
}

/**
 * The standard error for the always-valid numbers. An arm that has hardly begun shows no variance, or far too little, and the
 * confidence sequence takes the first unlucky user for proof: of A/A ramps from 1 % to 50 %, 79 % were significant at one of 28
 * daily looks with `se` alone, 2.5 % with this rule (`npm run calibrate`). So the larger of the two counts; for rates only while some
 * arm of some stratum has fewer than 20 conversions or 20 users without one, because beyond that `se` is right by itself.
 * @param strata the arms of rates; absent for means, where no count says when there is enough
 * @returns null when the effect has no standard error
 */
export function sequentialSe(
  { se, pooledSe }: StandardErrors,
  strata?: readonly Stratum<Proportion>[],
): number | null {
  if (se === null || pooledSe === null) return se ?? pooledSe;
  const arms = strata?.flatMap(({ control, treatment }) => [control, treatment]);
  const enough = arms?.every(
    ({ users, conversions }) => users === 0 || Math.min(conversions, users - conversions) >= ENOUGH,
  );
  return enough === true ? se : Math.max(se, pooledSe);
}
