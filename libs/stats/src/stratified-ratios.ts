import {
  addDecimals,
  decimalOf,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  wholeDecimal,
} from './decimal';
import { requireAlpha, requireCount } from './domain';
import type { Lift } from './lift';
import type { RatioSums } from './ratio';
import type { Reason } from './reason';
import { standardise, weighForVariance, type Stratified, type Stratum, type WeighedStratum } from './strata';
import { compareArms, withoutUsers, type ArmEstimate } from './stratified-means';
import type { WelchTest } from './welch';

/**
 * Ratio metrics compared within strata; effects are treatment - control in the unit of the ratio. Null as
 * `StratifiedMeans`, and a ratio with all that follows from it with `zero_denominator`.
 */
export interface StratifiedRatios extends Stratified, WelchTest {
  /** Standardised mean of the numerator over standardised mean of the denominator. */
  controlRatio: number | null;
  treatmentRatio: number | null;
  /** As in `StratifiedMeans`, of the linearised users. */
  pooledSe: number | null;
  /** Fieller; null limits and reasons as in `compareRatios`. */
  lift: Lift;
}

/**
 * With one stratum exactly `compareRatios`. R = sum w num / sum w den per arm, linearised: its variance is
 * sum w^2 var(num - R den)/n over (sum w den)^2, the delta method of Deng, Knoblich & Lu 2018 (KDD), sec. 3, within
 * each stratum; then as `stratifiedMeans`. Strata are not averaged ratio by ratio: few denominators make those biased.
 */
export function stratifiedRatios(input: {
  strata: readonly Stratum<RatioSums>[];
  alpha?: number;
}): StratifiedRatios {
  const { strata, alpha = 0.05 } = input;
  requireAlpha(alpha);
  for (const { control, treatment } of strata) [control.n, treatment.n].forEach((n) => requireCount(n, 'n'));
  const { kept, used, dropped } = weighForVariance(strata, ({ n }) => n);
  if (used === 0) return { controlRatio: null, treatmentRatio: null, ...withoutUsers, used, dropped };
  const control = armOf(kept, 'control');
  const treatment = armOf(kept, 'treatment');
  const ratios = { controlRatio: control?.value ?? null, treatmentRatio: treatment?.value ?? null };
  if (!control || !treatment) {
    return { ...ratios, ...withoutUsers, ...without('zero_denominator'), used, dropped };
  }
  const compared = compareArms({
    control,
    treatment,
    weights: kept.map(({ weight }) => weight),
    alpha,
  });
  const lift = compared.df === null ? without(compared.reason).lift : compared.lift;
  return { ...ratios, ...compared, lift, used, dropped };
}

function without(reason: Reason | null) {
  return { reason, lift: { lift: null, lower: null, upper: null, reason } };
}

/** Null when the denominators add up to 0. */
function armOf(
  kept: readonly WeighedStratum<RatioSums>[],
  side: 'control' | 'treatment',
): ArmEstimate | null {
  const numerator = standardise(kept, ({ [side]: sums }) => meanOf(sums.sumNum, sums.n));
  const denominator = standardise(kept, ({ [side]: sums }) => meanOf(sums.sumDen, sums.n));
  if (denominator === 0) return null;
  const value = numerator / denominator;
  const samples = kept.map(({ [side]: sums }) => ({
    n: sums.n,
    mean: value,
    variance: sums.n < 2 ? null : residualVariance(sums, value) / denominator ** 2,
  }));
  return { value, samples };
}

function meanOf(sum: string, n: number): number {
  return divideDecimals(parseDecimal(sum), wholeDecimal(n));
}

/** Sample variance of num - ratio den from exact sums, so that nothing cancels when the two go together. */
function residualVariance(sums: RatioSums, ratio: number): number {
  const r = decimalOf(ratio);
  const minus2r = multiplyDecimals(wholeDecimal(-2), r);
  const combine = (num: string, both: string, den: string) =>
    addDecimals(
      addDecimals(parseDecimal(num), multiplyDecimals(minus2r, parseDecimal(both))),
      multiplyDecimals(r, r, parseDecimal(den)),
    );
  const n = wholeDecimal(sums.n);
  const sum = subtractDecimals(parseDecimal(sums.sumNum), multiplyDecimals(r, parseDecimal(sums.sumDen)));
  const squares = combine(sums.sumNumSq, sums.sumNumDen, sums.sumDenSq);
  const spread = subtractDecimals(multiplyDecimals(n, squares), multiplyDecimals(sum, sum));
  const variance = divideDecimals(spread, multiplyDecimals(n, wholeDecimal(sums.n - 1)));
  if (variance < 0) throw new RangeError('impossible sums of a ratio metric');
  const size = meanOf(sums.sumNumSq, sums.n) + ratio ** 2 * meanOf(sums.sumDenSq, sums.n);
  // The ratio is rounded: what num = ratio * den leaves is that rounding, squared, and would look like endless precision.
  return variance > 1e-28 * size ? variance : 0;
}
