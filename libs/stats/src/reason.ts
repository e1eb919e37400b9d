/**
 * Why a statistic is null. A statistic that cannot be computed is never NaN, 0 or 1: it is null and its
 * result carries one of these codes.
 *
 * - `no_users`: an arm has no users at all
 * - `zero_baseline`: the control value is 0, so nothing can be relative to it
 * - `negative_baseline`: the control value is below 0, so a ratio interval is not offered
 * - `unstable_baseline`: the control value is not clearly apart from 0 (Fieller's g >= 1)
 * - `zero_variance`: the standard error is exactly 0
 * - `zero_count`: a conversion count is 0 where its logarithm is needed
 * - `zero_denominator`: the denominators of a ratio metric add up to 0
 * - `insufficient_data`: too few users or arms for the method
 */
export type Reason =
  | 'no_users'
  | 'zero_baseline'
  | 'negative_baseline'
  | 'unstable_baseline'
  | 'zero_variance'
  | 'zero_count'
  | 'zero_denominator'
  | 'insufficient_data';
