import { Experiment, groupBy } from '@app/model';
import { normalTwoSidedP } from '@app/stats';
import type { ArmAge } from '@app/store';
import type { AskedMetric } from './catalogue';
import { differenceOf, EffectFigures, effectOf, pairsOf } from './effect';
import type { Novelty } from './metric.schema';
import { addSums, emptySums, UserSums } from './sums';
import { sampleOf } from './sums';

// Pure: the effect by days since the anchor, over the same users at every age. By calendar day the mix of new and old users changes, and
// passes for an effect that wears off.

/** Ages 0 to this, at most; half of the days of the experiment, so that enough users have reached it. */
const MOST_AGE = 13;
const LEAST_AGE = 2;
/** A trend is called one below this; the ages of one user are not independent, so it is an indication. */
const TREND_ALPHA = 0.01;

/** null when the experiment is too young to tell. */
export function lastAge(daysOver: number): number | null {
  const age = Math.min(MOST_AGE, Math.floor(daysOver / 2) - 1);
  return age < LEAST_AGE ? null : age;
}

/** Of a ratio, a retention or a funnel there is no figure per age. */
export function hasAges({ kind, measureIds }: AskedMetric): boolean {
  return (kind === 'conversion' || kind === 'count' || kind === 'mean') && measureIds.length === 1;
}

export function noNovelty(metric: AskedMetric, reason: string): Novelty {
  return { horizon_days: null, measure: measureOf(metric), ages: [], trends: [], reason };
}

export function noveltyOf(
  experiment: Experiment,
  metric: AskedMetric,
  { rows, horizonDays, alpha }: { rows: readonly ArmAge[]; horizonDays: number; alpha: number },
): Novelty {
  const ages = [...groupBy(rows, ({ age }) => age)].sort(([a], [b]) => a - b);
  if (rows.every(({ users }) => users === 0))
    return { ...noNovelty(metric, 'no_users'), horizon_days: horizonDays };
  const effects = ages.map(([age, own]) => ({ age, ...effectsAt(experiment, metric, own, alpha) }));
  const treatments = effects[0].comparisons.map(({ variant }) => variant);
  return {
    horizon_days: horizonDays,
    measure: measureOf(metric),
    ages: effects.map(({ age, variants, comparisons }) => ({
      age,
      variants,
      comparisons: comparisons.map(({ variant, effect }) => ({ variant, difference: differenceOf(effect) })),
    })),
    trends: treatments.map((variant, index) =>
      trendOf(
        variant,
        effects.map(({ comparisons }) => comparisons[index].effect),
      ),
    ),
    reason: null,
  };
}

function effectsAt(experiment: Experiment, metric: AskedMetric, rows: readonly ArmAge[], alpha: number) {
  const kind = metric.kind === 'conversion' ? 'conversion' : 'mean';
  const empty = emptySums(metric);
  const variants = experiment.variants.map((variant) => {
    const epochs = experiment.arms
      .filter((arm) => arm.variantId === variant.id)
      .map((arm): { epoch: number; sums: UserSums } => {
        const row = rows.find(({ arm_id }) => arm_id === arm.id);
        if (row === undefined) return { epoch: arm.epoch, sums: empty };
        const { users, active_users: conversions, value_sum: valueSum, value_squares: valueSquares } = row;
        return { epoch: arm.epoch, sums: { ...empty, users, conversions, valueSum, valueSquares } };
      });
    return { ...variant, epochs, all: epochs.map(({ sums }) => sums).reduce(addSums, empty) };
  });
  const control = variants.find(({ isControl }) => isControl);
  return {
    variants: variants.map(({ key, all }) => ({
      key,
      users: all.users,
      active_users: all.conversions,
      rate: all.users === 0 ? null : all.conversions / all.users,
      mean_per_user: sampleOf(all).mean,
    })),
    comparisons: variants
      .filter((variant) => control !== undefined && variant !== control)
      .map(({ key, epochs }) => ({
        variant: key,
        effect: effectOf(kind, pairsOf(control?.epochs ?? [], epochs), alpha),
      })),
  };
}

/** The mean effect of the first third of the ages against that of the last, as if ages were independent: users who are active on one day
 * are so on another, which makes the difference of the two less uncertain than this says. */
function trendOf(variant: string, effects: readonly EffectFigures[]): Novelty['trends'][number] {
  const size = Math.max(1, Math.floor(effects.length / 3));
  const first = meanOf(effects.slice(0, size));
  const last = meanOf(effects.slice(-size));
  if (first === null || last === null) {
    return { variant, first: first?.value ?? null, last: last?.value ?? null, p_value: null, changes: null };
  }
  const se = Math.sqrt(first.variance + last.variance);
  const p = se === 0 ? null : normalTwoSidedP((last.value - first.value) / se);
  return {
    variant,
    first: first.value,
    last: last.value,
    p_value: p,
    changes: p === null ? null : p < TREND_ALPHA,
  };
}

function meanOf(effects: readonly EffectFigures[]): { value: number; variance: number } | null {
  let value = 0;
  let variance = 0;
  for (const { estimate, se } of effects) {
    if (estimate === null || se === null) return null;
    value += estimate / effects.length;
    variance += (se / effects.length) ** 2;
  }
  return { value, variance };
}

function measureOf({ kind }: AskedMetric): Novelty['measure'] {
  return kind === 'conversion' ? 'rate' : 'mean_per_user';
}
