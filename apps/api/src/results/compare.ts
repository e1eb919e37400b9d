import type { AnalysisMode } from '@app/model';
import type { Compared } from './adjust';
import { beliefOf } from './bayes';
import {
  cupedOf,
  differenceOf,
  effectOf,
  EpochPair,
  finite,
  isLow,
  isRate,
  liftOf,
  pairsOf,
  sequentialOf,
  strataOf,
} from './effect';
import type { Comparison } from './metric.schema';
import { powerOf, TYPICAL_LIFT } from './power';
import { addSums, emptySums, MetricSums, UserSums, VariantSums } from './sums';
import { valueOf } from './variants';
import { ALPHA } from './verdict';

// Pure: each treatment against the control, before anything is corrected or called a verdict.

export interface CompareOptions {
  /** Of the intervals on display. */
  alpha: number;
  mode: AnalysisMode;
  /** N* of a treatment, by its key. */
  tuningUsers: (treatment: string) => number;
  daysLeft: { days: number | null; reason: string | null };
}

export function compareAll(sums: MetricSums, options: CompareOptions): Compared {
  const control = sums.variants.find(({ isControl }) => isControl);
  const treatments = sums.variants.filter((variant) => variant !== control);
  // A metric that the totals do not hold has users, but nothing was counted of it.
  if (control === undefined || isUnknown(sums))
    return { metric: sums.metric, comparisons: [], smallerArms: [] };
  const alphaPer = ALPHA / treatments.length;
  return {
    metric: sums.metric,
    comparisons: treatments.map((treatment) => compare({ control, treatment, alphaPer }, sums, options)),
    smallerArms: treatments.map(({ all }) => Math.min(all.users, control.all.users)),
  };
}

/** Declared, but not yet counted. */
export function isUnknown({ metric }: MetricSums): boolean {
  return metric.definition !== null && metric.measureIds.length === 0;
}

interface Arms {
  control: VariantSums;
  treatment: VariantSums;
  alphaPer: number;
}

function compare(arms: Arms, { metric }: MetricSums, options: CompareOptions): Comparison {
  const { control, treatment } = arms;
  const { alpha, mode } = options;
  const pairs = pairsOf(control.epochs, treatment.epochs);
  const effect = effectOf(metric.kind, pairs, alpha);
  const tuningUsers = options.tuningUsers(treatment.key);
  // The p-value belongs to the experiment's own error, whatever level the intervals are shown at.
  const sequential = sequentialOf(effect, ALPHA, tuningUsers);
  const shown = sequentialOf(effect, alpha, tuningUsers);
  return {
    variant: treatment.key,
    control: control.key,
    difference: differenceOf(effect),
    lift: liftOf(effect),
    p_value: effect.pValue,
    p_value_adjusted: null,
    adjusted_by: null,
    q_value: null,
    sequential_p_value: sequential.pValue,
    sequential_interval: { low: shown.lower, high: shown.upper, method: 'confidence_sequence' },
    ...beliefOf(metric, pairs, effect),
    decision: { basis: mode, p_value: null, adjusted_by: null, alpha: ALPHA },
    verdict: null,
    reason: effect.reason,
    low_counts: isLow(metric.kind, control.all) || isLow(metric.kind, treatment.all),
    method: effect.method,
    power: powerIn(arms, pairs, { metric, options, tuningUsers, se: effect.used > 1 ? effect.se : null }),
    ...cupedIn(pairs, alpha, tuningUsers),
    ...(pairs.length > 1 ? { strata: strataOf(metric.kind, pairs, alpha) } : {}),
  };
}

function powerIn(
  { control, treatment, alphaPer }: Arms,
  pairs: readonly EpochPair[],
  context: { metric: MetricSums['metric']; options: CompareOptions; tuningUsers: number; se: number | null },
): Comparison['power'] {
  const { metric, options, tuningUsers, se } = context;
  const { days, reason } = options.daysLeft;
  const left = { days_left: days, days_left_reason: reason };
  if (control.all.users === 0 || treatment.all.users === 0) {
    const nothing = { mde: null, mde_relative: null, users_needed_per_arm: null, for_lift: TYPICAL_LIFT };
    return { ...nothing, reason: 'no_users', ...left };
  }
  const baseline = pairs.map((pair) => pair.control).reduce<UserSums>(addSums, emptySums(metric));
  return {
    ...powerOf({
      baseline: { isRate: isRate(metric.kind), ...valueOf(metric.kind, baseline) },
      nControl: control.all.users,
      nTreatment: treatment.all.users,
      direction: metric.direction,
      mode: options.mode,
      alpha: alphaPer,
      tuningUsers,
      pooledSe: se,
    }),
    ...left,
  };
}

function cupedIn(pairs: readonly EpochPair[], alpha: number, tuningUsers: number): Pick<Comparison, 'cuped'> {
  const found = cupedOf(pairs, alpha);
  if (found === null) return {};
  return {
    cuped: {
      theta: found.theta,
      variance_reduction: found.varianceReduction === null ? null : finite(found.varianceReduction),
      difference: { ...differenceOf(found), method: 'cuped_welch' },
      lift: { ...liftOf(found), method: 'cuped_fieller' },
      p_value: found.pValue,
      sequential_p_value: sequentialOf(found, ALPHA, tuningUsers).pValue,
      reason: found.reason,
    },
  };
}
