import {
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  addDecimals,
  wholeDecimal,
} from './decimal';
import { requireCount } from './domain';
import { deltaRatio, fiellerRatio, type DeltaRatio, type FiellerRatio } from './ratio-interval';
import type { Reason } from './reason';
import { studentTCritical } from './student-t';
import { welchTest, type WelchTest } from './welch';

/** User-level sums of a ratio metric (num per den) as exact decimal strings. Users with den 0 stay in. */
export interface RatioSums {
  n: number;
  sumNum: string;
  sumDen: string;
  sumNumSq: string;
  sumDenSq: string;
  sumNumDen: string;
}

/** A ratio of sums; null: `no_users`, `zero_denominator`, and without spread `insufficient_data` below two users. */
export interface RatioEstimate {
  ratio: number | null;
  /** Variance of one user's linearised value. */
  unitVariance: number | null;
  /** Standard error of the ratio. */
  se: number | null;
  reason: Reason | null;
}

/** Treatment - control of a ratio metric with its Welch test and lift. */
export interface RatioComparison {
  control: RatioEstimate;
  treatment: RatioEstimate;
  difference: WelchTest;
  /** Delta-method lift with the Welch t critical value. */
  delta: DeltaRatio;
  /** The lift to report: Fieller with the Welch t critical value. */
  fieller: FiellerRatio;
}

/**
 * Ratio of sums by the delta method: V = (var_m - 2R cov + R^2 var_d)/mean_d^2. The users are the unit. Deng,
 * Knoblich & Lu 2018 (KDD, arXiv:1803.06336), sec. 3. With R = Sm/Sd this is
 * n^2 (Smm Sd^2 - 2 Sm Sd Smd + Sm^2 Sdd)/((n-1) Sd^4), which is formed exactly and divided once.
 */
export function ratioEstimate(sums: RatioSums): RatioEstimate {
  requireCount(sums.n, 'n');
  const none = { ratio: null, unitVariance: null, se: null };
  if (sums.n === 0) return { ...none, reason: 'no_users' };
  const num = parseDecimal(sums.sumNum);
  const den = parseDecimal(sums.sumDen);
  if (den.digits === 0n) return { ...none, reason: 'zero_denominator' };
  const ratio = divideDecimals(num, den);
  if (sums.n === 1) return { ...none, ratio, reason: 'insufficient_data' };
  const squares = addDecimals(
    multiplyDecimals(parseDecimal(sums.sumNumSq), den, den),
    multiplyDecimals(num, num, parseDecimal(sums.sumDenSq)),
  );
  const products = multiplyDecimals(wholeDecimal(2), num, den, parseDecimal(sums.sumNumDen));
  const n = wholeDecimal(sums.n);
  const unitVariance = divideDecimals(
    multiplyDecimals(n, n, subtractDecimals(squares, products)),
    multiplyDecimals(wholeDecimal(sums.n - 1), den, den, den, den),
  );
  if (unitVariance < 0) throw new RangeError('impossible sums of a ratio metric');
  return { ratio, unitVariance, se: Math.sqrt(unitVariance / sums.n), reason: null };
}

/** The gravest first, whichever arm has it. */
const ARM_REASONS: Reason[] = ['no_users', 'zero_denominator', 'insufficient_data'];

/** Welch test and lift of a ratio metric; parts are null with the reasons of the arms or of `welchTest`. */
export function compareRatios(input: {
  control: RatioSums;
  treatment: RatioSums;
  alpha?: number;
}): RatioComparison {
  const { alpha = 0.05 } = input;
  const control = ratioEstimate(input.control);
  const treatment = ratioEstimate(input.treatment);
  const difference = welchTest({
    control: { n: input.control.n, mean: control.ratio, variance: control.unitVariance },
    treatment: { n: input.treatment.n, mean: treatment.ratio, variance: treatment.unitVariance },
    alpha,
  });
  if (difference.df === null) {
    const reason =
      ARM_REASONS.find((one) => one === control.reason || one === treatment.reason) ?? difference.reason;
    const none = { lift: null, lower: null, upper: null, reason };
    return {
      control,
      treatment,
      difference: { ...difference, reason },
      delta: { ...none, se: null },
      fieller: { ...none, g: null, kind: 'undefined' },
    };
  }
  const critical = studentTCritical(alpha, difference.df);
  const c = { value: control.ratio!, variance: control.unitVariance! / input.control.n };
  const t = { value: treatment.ratio!, variance: treatment.unitVariance! / input.treatment.n };
  return {
    control,
    treatment,
    difference,
    delta: deltaRatio(c, t, critical),
    fieller: fiellerRatio(c, t, critical),
  };
}
