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
import { studentTCritical } from './student-t';
import { welchTest } from './welch';

/**
 * The lift to report for means: Fieller with the critical value of Welch's test, so it excludes 0 exactly when
 * that test rejects. Beyond `fiellerRatio`: limits null with `no_users`, `insufficient_data` (an arm below two
 * users) and `zero_variance` as in `welchTest`.
 */
export function fiellerMeanLift(input: SampleComparison): FiellerRatio {
  return meanLift(input).fiellerWelch;
}

/** Every interval of a lift of means, each with its own reason when it is null; report `fiellerWelch`. */
export interface MeanLift {
  /** Normal critical value. */
  delta: DeltaRatio;
  /** Welch t critical value. */
  deltaWelch: DeltaRatio;
  log: LogRatio;
  fieller: FiellerRatio;
  fiellerWelch: FiellerRatio;
}

/** Delta-method, log-ratio and Fieller intervals of the lift of means, normal and Welch t critical values. */
export function meanLift({ control, treatment, alpha = 0.05 }: SampleComparison): MeanLift {
  const { df, reason } = welchTest({ control, treatment, alpha });
  if (df === null) {
    const point = { lift: pointLift(control, treatment), lower: null, upper: null, reason };
    const delta = { ...point, se: null };
    const fieller = { ...point, g: null, kind: 'undefined' as const };
    const log = { logRatio: null, seLog: null, lower: null, upper: null, reason };
    return { delta, deltaWelch: delta, log, fieller, fiellerWelch: fieller };
  }
  const c = estimateOf(control);
  const t = estimateOf(treatment);
  const z = normalCritical(alpha);
  const critical = studentTCritical(alpha, df);
  return {
    delta: deltaRatio(c, t, z),
    deltaWelch: deltaRatio(c, t, critical),
    log: logRatio(c, t, z),
    fieller: fiellerRatio(c, t, z),
    fiellerWelch: fiellerRatio(c, t, critical),
  };
}

/** A mean as an estimate with the variance of that mean; needs two users. */
export function estimateOf({ n, mean, variance }: Sample): Estimate {
  if (mean === null || variance === null) throw new RangeError('the sample has no mean or no variance');
  return { value: mean, variance: variance / n };
}

function pointLift(control: Sample, treatment: Sample): number | null {
  if (!control.mean || treatment.mean === null) return null;
  return (treatment.mean - control.mean) / Math.abs(control.mean);
}
