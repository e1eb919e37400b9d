import { requireCount } from './domain';

/** Users of one arm, and how many of them converted at least once. */
export interface Proportion {
  users: number;
  conversions: number;
}

/** The two arms of a comparison of conversion rates; every effect is treatment - control. */
export interface ProportionComparison {
  control: Proportion;
  treatment: Proportion;
  /** Two-sided error, 0.05 unless told. */
  alpha?: number;
}

/** Throws unless both counts are whole and no more users converted than there are. */
export function requireProportion({ users, conversions }: Proportion): void {
  requireCount(users, 'users');
  requireCount(conversions, 'conversions');
  if (conversions > users) throw new RangeError(`${conversions} conversions of only ${users} users`);
}

/** p(1-p) by the exact complement count, so that it does not cancel near 1. */
export function bernoulliVariance({ users, conversions }: Proportion): number {
  return (conversions / users) * ((users - conversions) / users);
}

/**
 * True when an arm has fewer than 5 conversions or fewer than 5 users without one: the normal approximation
 * behind the z test is then rough, and the numbers deserve a warning. PostHog gates on the same bound.
 */
export function hasLowCounts({ users, conversions }: Proportion): boolean {
  return conversions < 5 || users - conversions < 5;
}
