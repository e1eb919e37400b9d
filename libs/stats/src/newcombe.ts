import { requireAlpha } from './domain';
import { normalCritical } from './normal';
import { requireProportion, type ProportionComparison } from './proportion';
import type { Reason } from './reason';
import { wilsonLimits, type WilsonLimits } from './wilson';

/** Difference of conversion rates (0.03 = three points); null with `no_users` when an arm is empty. */
export interface NewcombeInterval {
  diff: number | null;
  lower: number | null;
  upper: number | null;
  reason: Reason | null;
}

/**
 * Hybrid score interval of treatment - control, no continuity correction. Newcombe 1998, Stat Med 17:873,
 * method 10; the square-and-add rule is MOVER (Zou & Donner 2008).
 */
export function newcombeInterval({
  control,
  treatment,
  alpha = 0.05,
}: ProportionComparison): NewcombeInterval {
  requireProportion(control);
  requireProportion(treatment);
  requireAlpha(alpha);
  if (control.users === 0 || treatment.users === 0) {
    return { diff: null, lower: null, upper: null, reason: 'no_users' };
  }
  const z = normalCritical(alpha);
  return { ...squareAndAdd(wilsonLimits(control, z), wilsonLimits(treatment, z)), reason: null };
}

/** The difference and its limits from the limits of the two rates; MOVER's rule for any pair of them. */
export function squareAndAdd(control: WilsonLimits, treatment: WilsonLimits) {
  const diff = treatment.rate - control.rate;
  // The limits cross: the difference is smallest at the treatment's lower and the control's upper limit.
  return {
    diff,
    lower: diff - Math.hypot(treatment.rate - treatment.lower, control.upper - control.rate),
    upper: diff + Math.hypot(treatment.upper - treatment.rate, control.rate - control.lower),
  };
}
