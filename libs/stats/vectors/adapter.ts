import * as stats from '../src';
import { compositions } from './compositions';
import { extensions } from './extensions';
import { camel, comparison, proportion, snake, type Counts, type Pair } from './shapes';

// Translates the snake_case inputs of each reference function to one call of the library and its result back.
// The library knows nothing of this file.

type Adapter = (input: never) => unknown;

const numerics: Record<string, Adapter> = {
  normal_cdf: ({ z }: { z: number }) => ({
    cdf: stats.normalCdf(z),
    sf: stats.normalSf(z),
    two_sided_p: stats.normalTwoSidedP(z),
  }),
  normal_quantile: ({ p, upper }: { p: number; upper: boolean }) => ({
    z: upper ? -stats.normalQuantile(p) : stats.normalQuantile(p),
  }),
  t_cdf: ({ t, df }: { t: number; df: number }) => ({
    cdf: stats.studentTCdf(t, df),
    sf: stats.studentTSf(t, df),
    two_sided_p: stats.studentTTwoSidedP(t, df),
  }),
  t_quantile: ({ p, df }: { p: number; df: number }) => ({ t: stats.studentTQuantile(p, df) }),
  chi2_cdf: ({ x, df }: { x: number; df: number }) => ({
    cdf: stats.chiSquareCdf(x, df),
    sf: stats.chiSquareSf(x, df),
  }),
  chi2_quantile: ({ p, df, upper }: { p: number; df: number; upper: boolean }) => ({
    x: upper ? stats.chiSquareUpperQuantile(p, df) : stats.chiSquareQuantile(p, df),
  }),
  beta_cdf: ({ x, a, b }: { x: number; a: number; b: number }) => ({
    cdf: stats.betaCdf(x, a, b),
    sf: stats.betaSf(x, a, b),
  }),
  beta_quantile: ({ p, a, b }: { p: number; a: number; b: number }) => ({ x: stats.betaQuantile(p, a, b) }),
  log_beta: ({ a, b }: { a: number; b: number }) => ({
    log_beta: stats.logBeta(a, b),
    log_gamma_a: stats.logGamma(a),
  }),
};

const rates: Record<string, Adapter> = {
  wilson_interval: (input: Counts & { alpha: number }) => {
    const { rate, ...rest } = stats.wilsonInterval(proportion(input), input.alpha);
    return { estimate: rate, ...rest };
  },
  newcombe_diff_interval: (input: Pair) => stats.newcombeInterval(comparison(input)),
  two_proportion_z_test: (input: Pair) => {
    const { diff, pooledRate, pooled, unpooled } = stats.twoProportionZTest(comparison(input));
    return {
      diff,
      pooled_rate: pooledRate,
      se_pooled: pooled.se,
      z_pooled: pooled.z,
      p_pooled: pooled.pValue,
      se_unpooled: unpooled.se,
      z_unpooled: unpooled.z,
      p_unpooled: unpooled.pValue,
      wald_lower: unpooled.lower,
      wald_upper: unpooled.upper,
    };
  },
  lift_mover_interval: (input: Pair) => stats.moverLift(comparison(input)),
  lift_katz_interval: (input: Pair) => snake(stats.katzLift(comparison(input))),
  lift_delta_interval: (input: Pair) => snake(stats.deltaLift(comparison(input))),
  lift_fieller_interval: (input: Pair) => stats.fiellerLift(comparison(input)),
  srm_chi_square: (input: { users: number[]; weights: number[]; threshold: number }) =>
    snake(stats.srmChiSquare(input)),
};

const means: Record<string, Adapter> = {
  variance_from_sums: (input: { n: number; sum: string; sum_squares: string }) =>
    stats.momentsFromSums({ n: input.n, sum: input.sum, sumSquares: input.sum_squares }),
  merge_moments: ({ a, b }: { a: object; b: object }) => snake(stats.mergeMoments(camel(a), camel(b))),
  welch_t_test: (input: stats.SampleComparison) => snake(stats.welchTest(input)),
  lift_means: (input: stats.SampleComparison) => {
    const { delta, deltaWelch, log, fieller, fiellerWelch } = stats.meanLift(input);
    return {
      lift: delta.lift,
      delta_se: delta.se,
      delta_lower_z: delta.lower,
      delta_upper_z: delta.upper,
      delta_lower_t: deltaWelch.lower,
      delta_upper_t: deltaWelch.upper,
      log_ratio: log.logRatio,
      log_se: log.seLog,
      log_lower: log.lower,
      log_upper: log.upper,
      ...fiellerFields(fieller, ''),
      ...fiellerFields(fiellerWelch, '_t'),
    };
  },
};

const decisions: Record<string, Adapter> = {
  holm: ({ p_values }: { p_values: (number | null)[] }) => adjusted(stats.holm(p_values)),
  benjamini_hochberg: ({ p_values }: { p_values: (number | null)[] }) =>
    adjusted(stats.benjaminiHochberg(p_values)),
  sequential_ci: (input: object) => snake(stats.sequentialInterval(camel(input))),
  msprt: (input: object) => snake(stats.msprt(camel(input))),
};

/** One entry for each function of index.json. */
export const adapters: Record<string, Adapter> = {
  ...numerics,
  ...rates,
  ...means,
  ...decisions,
  ...extensions,
  ...compositions,
};

function adjusted(values: (number | null)[]) {
  return { adjusted: values, rejected_at_0_05: values.map((p) => p !== null && p <= 0.05) };
}

/** The vectors name no kind for a negative baseline. */
function fiellerFields({ g, kind, lower, upper }: stats.FiellerRatio, suffix: string) {
  return {
    [`fieller_g${suffix}`]: g,
    [`fieller_kind${suffix}`]: kind === 'undefined' && g !== null ? null : kind,
    [`fieller_lower${suffix}`]: lower,
    [`fieller_upper${suffix}`]: upper,
  };
}
