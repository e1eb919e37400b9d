import type { Sample, SampleComparison } from './moments';
import { normalCritical } from './normal';
import {
  deltaRatio,
  fiellerRatio,
  logRatio,
  type DeltaRatio,
  type Estimate,
  type FiellerRatio,
  type LogRatio,
} from './ratio-interval';
import type { Reason } from './reason';
import { studentTCritical } from './student-t';
import { welchTest } from './welch';

/**
 * The lift to report for means: Fieller with the critical value of Welch's test, so it excludes 0 exactly when
 * that test rejects. Beyond `fiellerRatio`: `no_users`, `insufficient_data` below two users in an arm and
 * `zero_variance` as in `welchTest`.
 */
export function fiellerMeanLift({ control, treatment, alpha = 0.05 }: SampleComparison): FiellerRatio {
  const welch = welchTest({ control, treatment, alpha });
  if (welch.df === null) return { ...pointLift(control, treatment), reason: welch.reason };
  return fiellerRatio(estimateOf(control), estimateOf(treatment), studentTCritical(alpha, welch.df));
}

/** All intervals of a lift of means, for comparison; report `fiellerMeanLift`. */
export interface MeanLift {
  lift: number | null;
  /** Normal critical value. */
  delta: DeltaRatio;
  /** Welch t critical value. */
  deltaWelch: DeltaRatio;
  log: LogRatio;
  fieller: FiellerRatio;
  fiellerWelch: FiellerRatio;
  reason: Reason | null;
}

/** Delta-method, log-ratio and Fieller intervals of the lift of means; null when Welch's test cannot be run. */
export function meanLift({ control, treatment, alpha = 0.05 }: SampleComparison): MeanLift | null {
  const { df } = welchTest({ control, treatment, alpha });
  if (df === null) return null;
  const c = estimateOf(control);
  const t = estimateOf(treatment);
  const z = normalCritical(alpha);
  const critical = studentTCritical(alpha, df);
  const delta = deltaRatio(c, t, z);
  return {
    lift: delta.lift,
    delta,
    deltaWelch: deltaRatio(c, t, critical),
    log: logRatio(c, t, z),
    fieller: fiellerRatio(c, t, z),
    fiellerWelch: fiellerRatio(c, t, critical),
    reason: delta.reason,
  };
}

function pointLift(control: Sample, treatment: Sample): FiellerRatio {
  const lift =
    control.mean && treatment.mean !== null ? (treatment.mean - control.mean) / Math.abs(control.mean) : null;
  return { lift, g: null, kind: 'undefined', lower: null, upper: null, reason: null };
}

/** Only after Welch's test has found both moments. */
function estimateOf({ n, mean, variance }: Sample): Estimate {
  return { value: mean ?? NaN, variance: (variance ?? NaN) / n };
}
