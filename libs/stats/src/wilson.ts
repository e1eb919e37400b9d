import { requireAlpha } from './domain';
import { normalCritical } from './normal';
import { requireProportion, type Proportion } from './proportion';
import type { Reason } from './reason';

/** A conversion rate with its interval; all four are null with reason `no_users` when the arm is empty. */
export interface WilsonInterval {
  /** conversions / users */
  rate: number | null;
  lower: number | null;
  upper: number | null;
  /** Middle of the interval, pulled from the rate towards 1/2. */
  center: number | null;
  reason: Reason | null;
}

/** Rate and limits of an arm that has users. */
export interface WilsonLimits {
  rate: number;
  lower: number;
  upper: number;
}

/**
 * Wilson score interval of one conversion rate, no continuity correction. Defined at 0 of n and n of n, where
 * the limit is exactly 0 or 1. Wilson 1927, JASA 22:209; Newcombe 1998, Stat Med 17:857, method 3.
 */
export function wilsonInterval(arm: Proportion, alpha = 0.05): WilsonInterval {
  requireProportion(arm);
  requireAlpha(alpha);
  if (arm.users === 0) return { rate: null, lower: null, upper: null, center: null, reason: 'no_users' };
  const z2 = normalCritical(alpha) ** 2;
  const center = (arm.conversions + z2 / 2) / (arm.users + z2);
  return { ...wilsonLimits(arm, normalCritical(alpha)), center, reason: null };
}

/** The same limits for a given critical value z; needs at least one user. */
export function wilsonLimits({ users, conversions }: Proportion, z: number): WilsonLimits {
  const z2 = z * z;
  const half = z * Math.sqrt((conversions * (users - conversions)) / users + z2 / 4);
  const top = conversions + z2 / 2 + half;
  return {
    rate: conversions / users,
    // center - half cancels for few conversions of many users; this is the same and exactly 0 at none.
    lower: (conversions * (conversions / users)) / top,
    // Rounding leaves n of n a hair off 1.
    upper: conversions === users ? 1 : Math.min(1, top / (users + z2)),
  };
}
