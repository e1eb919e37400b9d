import * as stats from '../src';
import type { Proportion } from '../src';

// The two reference functions that are compositions of the library, put together as a results endpoint would.

interface SeriesInput {
  daily: Proportion[][];
  weights: number[];
  alpha: number;
  tuning_n: number;
}

interface ResultsInput {
  arms: (Proportion & { weight: number })[];
  control_index: number;
  alpha: number;
  srm_threshold: number;
  tuning_n: number;
}

export const compositions: Record<string, (input: never) => unknown> = {
  daily_cumulative_series: ({ daily, weights, alpha, tuning_n }: SeriesInput) => {
    const totals: Proportion[] = weights.map(() => ({ users: 0, conversions: 0 }));
    const smallest: (number | null)[] = weights.map(() => null);
    const cumulative = daily.map((day) => {
      day.forEach((arm, i) => {
        const total = totals[i]!;
        totals[i] = { users: total.users + arm.users, conversions: total.conversions + arm.conversions };
      });
      const users = totals.map((total) => total.users);
      const variants = totals.map((total, i) => {
        if (i === 0) return rate(total, alpha);
        const compared = compare(totals[0]!, total, alpha, tuning_n);
        smallest[i] = stats.runningMinimum([smallest[i] ?? null, compared.sequential_p_value])[1] ?? null;
        return { ...rate(total, alpha), ...compared, sequential_p_running: smallest[i] };
      });
      return { srm_p_value: stats.srmChiSquare({ users, weights }).pValue, variants };
    });
    return { cumulative };
  },
  results_endpoint: ({ arms, control_index, alpha, srm_threshold, tuning_n }: ResultsInput) => {
    const counts = arms.map(({ users, conversions }) => ({ users, conversions }));
    const control = counts[control_index]!;
    const treatments = counts.filter((_, i) => i !== control_index);
    const comparisons = treatments.map((treatment) => ({
      ...compare(control, treatment, alpha, tuning_n),
      ...lift(control, treatment, alpha),
      chance_to_win:
        control.users && treatment.users
          ? stats.betaBinomial({ control, treatment, alpha }).probTreatmentBest
          : null,
    }));
    const holm = stats.holm(comparisons.map((compared) => compared.p_value));
    const srm = stats.srmChiSquare({
      users: counts.map((arm) => arm.users),
      weights: arms.map((arm) => arm.weight),
      threshold: srm_threshold,
    });
    return {
      srm: { p_value: srm.pValue, mismatch: srm.mismatch },
      variants: counts.map((arm) => rate(arm, alpha)),
      comparisons: comparisons.map((compared, i) => ({ ...compared, p_value_holm: holm[i] })),
    };
  },
};

function lift(control: Proportion, treatment: Proportion, alpha: number) {
  const { lift, lower, upper } = stats.moverLift({ control, treatment, alpha });
  return { lift, lift_lower: lower, lift_upper: upper };
}

function rate(arm: Proportion, alpha: number) {
  const { rate, lower, upper } = stats.wilsonInterval(arm, alpha);
  return { ...arm, rate, wilson_lower: lower, wilson_upper: upper };
}

function compare(control: Proportion, treatment: Proportion, alpha: number, tuningN: number) {
  const { diff, lower, upper } = stats.newcombeInterval({ control, treatment, alpha });
  const { pooled, unpooled } = stats.twoProportionZTest({ control, treatment, alpha });
  const n = control.users + treatment.users;
  const sequential = stats.sequentialInterval({ estimate: diff, se: unpooled.se, n, alpha, tuningN });
  return {
    diff,
    diff_lower: lower,
    diff_upper: upper,
    z: pooled.z,
    p_value: pooled.pValue,
    sequential_lower: sequential.lower,
    sequential_upper: sequential.upper,
    sequential_p_value: sequential.pValue,
  };
}
