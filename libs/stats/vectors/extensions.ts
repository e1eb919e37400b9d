import * as stats from '../src';
import { camel, comparison, proportion, snake, type Counts, type Pair } from './shapes';

// Adapters of the planning, Bayesian, ratio, covariate, capping, quantile and allocation functions.

type Sums = Record<string, number>;

interface Arms {
  control: Sums;
  treatment: Sums;
  alpha: number;
}

interface WinsorInput {
  control: number[];
  treatment: number[];
  lower_quantile?: number;
  upper_quantile?: number;
  exclude_zeros_from_caps?: boolean;
  absolute_upper_cap?: number;
}

interface ThompsonInput {
  model: 'beta' | 'gaussian';
  arms: Counts[];
}

export const extensions: Record<string, (input: never) => unknown> = {
  power_proportions: (input: object) => ({ power: stats.powerProportions(camel(input)) }),
  sample_size_proportions: (input: object) => snake(stats.sampleSizeProportions(camel(input))),
  mde_proportions: (input: object) => snake(stats.mdeProportions(camel(input))),
  power_means: (input: object) => ({ power: stats.powerMeans(camel(input)) }),
  sample_size_means: (input: object) => snake(stats.sampleSizeMeans(camel(input))),
  mde_means: (input: object) => ({ mde_absolute: stats.mdeMeans(camel(input)) }),
  bayes_beta_binomial: (input: Pair & { prior_alpha: number; prior_beta: number }) =>
    snake(
      stats.betaBinomial({
        ...comparison(input),
        priorAlpha: input.prior_alpha,
        priorBeta: input.prior_beta,
      }),
    ),
  bayes_gaussian: (input: object) => snake(stats.gaussianPosterior(camel(input))),
  ratio_metric_delta: ({ control, treatment, alpha }: Arms) => {
    const result = stats.compareRatios({ control: exact(control), treatment: exact(treatment), alpha });
    const { se, ...difference } = result.difference;
    return {
      control: snake(result.control),
      treatment: snake(result.treatment),
      ...snake(difference),
      se_diff: se,
      lift: result.delta.lift,
      lift_se: result.delta.se,
      lift_lower_t: result.delta.lower,
      lift_upper_t: result.delta.upper,
      lift_fieller_kind_t: result.fieller.kind,
      lift_fieller_lower_t: result.fieller.lower,
      lift_fieller_upper_t: result.fieller.upper,
    };
  },
  cuped: ({ control, treatment, alpha }: Arms) => {
    const { test, ...rest } = stats.cuped({ control: exact(control), treatment: exact(treatment), alpha });
    return { ...snake(test), ...snake(rest) };
  },
  winsorized_mean: (input: WinsorInput) => {
    const arms = [input.control, input.treatment];
    const caps =
      input.absolute_upper_cap === undefined
        ? stats.pooledCaps(arms, {
            lowerQuantile: input.lower_quantile,
            upperQuantile: input.upper_quantile,
            excludeZeros: input.exclude_zeros_from_caps,
          })
        : { lowerCap: null, upperCap: input.absolute_upper_cap };
    return {
      ...snake(caps),
      control: stats.winsorizedMoments(input.control, caps),
      treatment: stats.winsorizedMoments(input.treatment, caps),
    };
  },
  quantile_difference: ({ control, treatment, alpha }: Arms) => {
    const { test, ...rest } = stats.quantileDifference({
      control: quantileSummary(control),
      treatment: quantileSummary(treatment),
      alpha,
    });
    return { ...snake(test), ...snake(rest) };
  },
  thompson_weights: (input: ThompsonInput) =>
    snake(
      input.model === 'beta'
        ? stats.thompsonBeta({ ...camel<object>(input), arms: input.arms.map(proportion) })
        : stats.thompsonGaussian(camel(input)),
    ),
  sequential_srm: (input: object) => snake(stats.sequentialSrm(camel(input))),
  alpha_spending: (input: object) => snake(stats.alphaSpending(camel(input))),
};

/** The vectors hold whole numbers; the library reads decimal strings. */
function exact<T extends { n: number }>(sums: Sums): T {
  const strings = Object.entries(sums).map(([key, value]) => [key, key === 'n' ? value : String(value)]);
  return camel(Object.fromEntries(strings) as object);
}

function quantileSummary(sums: Sums): stats.QuantileSummary {
  const summary = camel<stats.QuantileSummary & stats.ClusterSums>(sums);
  return { ...summary, clusters: 'n_clusters' in sums ? summary : null };
}
