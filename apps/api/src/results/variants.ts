import { ratioEstimate, Sample, studentTCritical, wilsonInterval } from '@app/stats';
import type { Interval, VariantResult } from './metric.schema';
import { finite, isRate, ratioSums } from './effect';
import { capOf, MetricSums, sampleOf, UserSums } from './sums';
import { weightedSum } from './caps';
import { remember } from './remember';

// Pure: what was counted in each variant, all epochs together.

export function variantsOf({ metric, variants, caps }: MetricSums, alpha: number): VariantResult[] {
  const { definition } = metric;
  return variants.map(({ key, isControl, all }): VariantResult => {
    const keepsValues = all.events !== null;
    const sample = keepsValues ? sampleOf(all) : null;
    return {
      key,
      is_control: isControl,
      users: all.users,
      ...rateOf(all.conversions, all.users, alpha),
      events: all.events,
      value_sum: keepsValues ? valueSumOf(all) : null,
      mean_per_user: sample?.mean ?? null,
      mean_interval: meanInterval(all.users, sample, alpha),
      variance: sample?.variance ?? null,
      reason: whyNull(all.users, sample),
      ...(metric.kind === 'ratio' ? { ratio: ratioOf(all, alpha) } : {}),
      ...(definition?.kind === 'funnel' ? { steps: stepsOf(all, definition.steps, alpha) } : {}),
      ...(definition?.kind === 'retention'
        ? { retention: { from_day: definition.from_day, to_day: definition.to_day } }
        : {}),
      ...(capOf(definition) === null || caps === null
        ? {}
        : { cap: { ...caps, users_capped: all.capped?.usersCapped ?? 0 } }),
    };
  });
}

export function rateOf(conversions: number, users: number, alpha: number) {
  const { rate, lower, upper } = wilsonInterval({ users, conversions }, alpha);
  const reason = users === 0 ? 'no_users' : null;
  return { conversions, rate, interval: { low: lower, high: upper, method: 'wilson', reason } };
}

/** Why a figure of so many users is null; the gravest reason only. No sample: values are not kept. */
export function whyNull(users: number, sample: Sample | null): string | null {
  if (users === 0) return 'no_users';
  if (sample === null) return NOT_KEPT;
  return sample.variance === null ? 'insufficient_data' : null;
}

export const NOT_KEPT = 'not_kept';

/** Half a millisecond each, and the same number of users stands in many metrics and on many days. */
const criticalT = remember(studentTCritical, 5_000);

/** Of one mean, by Student's t. Users who are all alike say nothing of how far others may be: no variance, no limits. */
export function meanInterval(users: number, sample: Sample | null, alpha: number): Interval {
  const none = { low: null, high: null, method: 't', reason: whyNull(users, sample) };
  if (sample === null || sample.mean === null || sample.variance === null) return none;
  if (sample.variance === 0) return { ...none, reason: 'zero_variance' };
  const half = criticalT(alpha, sample.n - 1) * Math.sqrt(sample.variance / sample.n);
  return { low: finite(sample.mean - half), high: finite(sample.mean + half), method: 't', reason: null };
}

function valueSumOf(sums: UserSums): number {
  return sums.capped === null ? Number(sums.valueSum) : weightedSum(sums.capped.values);
}

function ratioOf(sums: UserSums, alpha: number): NonNullable<VariantResult['ratio']> {
  const { ratio, se, reason } = ratioEstimate(ratioSums(sums));
  const half = ratio === null || se === null || se === 0 ? null : criticalT(alpha, sums.users - 1) * se;
  return {
    numerator_sum: Number(sums.valueSum),
    denominator_sum: Number(sums.denominator?.sum ?? 0),
    estimate: ratio,
    interval: {
      low: half === null ? null : (ratio as number) - half,
      high: half === null ? null : (ratio as number) + half,
      method: 'delta',
    },
    reason: se === 0 ? 'zero_variance' : reason,
  };
}

/** Every step over the same users: all of them. */
function stepsOf(
  { users, steps }: UserSums,
  named: readonly { name?: string; event_types: string[] }[],
  alpha: number,
): NonNullable<VariantResult['steps']> {
  return named.map(({ name, event_types }, index) => {
    const came = steps?.[index] ?? 0;
    const before = index === 0 ? users : (steps?.[index - 1] ?? 0);
    const { rate, interval } = rateOf(came, users, alpha);
    const ofPrevious = before === 0 ? null : came / before;
    return {
      step: index + 1,
      name: name ?? event_types.join(', '),
      users: came,
      rate,
      interval,
      of_previous: ofPrevious,
      reason: ofPrevious === null ? 'no_users' : null,
    };
  });
}

/** Whether a metric has anything to show: the values of an event type only when there are any. */
export function isShown({ metric, variants }: MetricSums): boolean {
  return !metric.ofValues || variants.some(({ all }) => Number(all.valueSquares) > 0);
}

/** What an effect is measured from: the rate, the mean or the ratio of one variant. */
export function valueOf(
  kind: MetricSums['metric']['kind'],
  sums: UserSums,
): { value: number | null; sd: number | null } {
  if (isRate(kind)) {
    const rate = sums.users === 0 ? null : sums.conversions / sums.users;
    return { value: rate, sd: rate === null ? null : Math.sqrt(rate * (1 - rate)) };
  }
  if (kind === 'ratio') {
    const { ratio, unitVariance } = ratioEstimate(ratioSums(sums));
    return { value: ratio, sd: unitVariance === null ? null : Math.sqrt(unitVariance) };
  }
  const { mean, variance } = sampleOf(sums);
  return { value: mean, sd: variance === null ? null : Math.sqrt(variance) };
}
