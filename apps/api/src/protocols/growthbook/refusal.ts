import type { Problem } from '../../http/problems';
import type { Refused } from '../dialect';

/** A problem in the words of GrowthBook's api, whose clients look at the status alone. */
export function growthbookRefusal({ status, detail }: Problem): Refused {
  return { status, body: { status, error: detail } };
}
