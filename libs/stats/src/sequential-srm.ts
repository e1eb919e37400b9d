import { requireCount, requirePositive } from './domain';
import { deviance, stirlingError } from './gamma';
import { runningMinimum } from './sequential';

/** One entry per look. */
export interface SequentialSrm {
  /** Natural log of the Bayes factor for "the ratio is off". */
  logBayesFactor: number[];
  /** Running minimum of 1/factor, at most 1: valid however often it is read. */
  pValueRunning: number[];
}

/**
 * Sample ratio mismatch that may be checked at every request: Dirichlet-multinomial Bayes factor against the
 * weights. `cumulativeUsers` holds all users so far per look and arm; arms without weight are left out.
 * `concentration` is the strength of the prior around the weights, fixed before the start. Lindon & Malek 2022
 * (NeurIPS, arXiv:2011.03567).
 */
export function sequentialSrm(input: {
  cumulativeUsers: readonly (readonly number[])[];
  weights: readonly number[];
  concentration?: number;
}): SequentialSrm {
  const { cumulativeUsers, weights, concentration = 1000 } = input;
  requirePositive(concentration, 'concentration');
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  requirePositive(total, 'sum of weights');
  const logBayesFactor = cumulativeUsers.map((users) => {
    if (users.length !== weights.length) throw new RangeError('users and weights differ in length');
    users.forEach((count) => requireCount(count, 'users'));
    const n = users.reduce((sum, count, i) => sum + (weights[i] > 0 ? count : 0), 0);
    // The log gammas of the closed form, with Stirling's main parts cancelled on paper: they would lose 1e-8 at
    // ten million users. What is left is the deviance of the posterior from the weights.
    return users.reduce((sum, count, i) => {
      const share = weights[i] / total;
      if (share === 0) return sum;
      const prior = concentration * share;
      return sum + deviance(prior + count, (concentration + n) * share) + growth(prior, count);
    }, -growth(concentration, n));
  });
  const pValues = logBayesFactor.map((log) => Math.min(1, Math.exp(-log)));
  return { logBayesFactor, pValueRunning: runningMinimum(pValues).map((p) => p ?? 1) };
}

/** log Gamma(a + x) - log Gamma(a) without the terms (a+x) log(a+x) - a log a - x. */
function growth(a: number, x: number): number {
  return stirlingError(a + x) - stirlingError(a) - Math.log1p(x / a) / 2;
}
