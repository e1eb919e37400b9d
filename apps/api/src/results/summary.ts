import type { Comparison, MetricResult } from './metric.schema';
import type { Population, Summary } from './results.schema';

// Pure: what the verdicts come to in one sentence, and what to do about it. Only the primary metric makes a winner, and only when no
// guardrail is worse in the same variant.

export interface SummaryInput {
  metrics: readonly MetricResult[];
  population: Population;
  control: string | null;
  horizonReached: boolean;
  mode: 'sequential' | 'fixed';
}

export function summaryOf({ metrics, population, control, horizonReached, mode }: SummaryInput): Summary {
  const primary = metrics.find(({ role }) => role === 'primary');
  if (population.users === 0) return say('Nobody is in the experiment yet.', 'continue', 'Wait for users.');
  if (population.srm.status === 'mismatch') {
    return say(
      'The users are not split as configured, so no comparison can be trusted.',
      'investigate',
      'Find out why before reading any result.',
    );
  }
  if (primary === undefined || control === null) {
    return say(
      'There is no primary metric to decide by.',
      'decide_by_hand',
      'Choose a primary metric before the start.',
    );
  }
  const best = bestOf(primary);
  if (best !== undefined) return winning(primary, best, metrics);
  const verdicts = primary.comparisons.map(({ verdict }) => verdict);
  if (verdicts.length > 0 && verdicts.every((verdict) => verdict === 'worse')) {
    return say(
      `Nothing beats ${control} in ${primary.name}: ${figures(primary, primary.comparisons[0])}.`,
      'keep_control',
      `Keep ${control}.`,
    );
  }
  return undecided(primary, { horizonReached, mode, control });
}

/** Among the better ones the one with the largest effect in the metric's direction. */
function bestOf({ comparisons, direction }: MetricResult): Comparison | undefined {
  const sign = direction === 'increase' ? 1 : -1;
  return comparisons
    .filter(({ verdict }) => verdict === 'better')
    .sort((a, b) => sign * ((b.difference.estimate ?? 0) - (a.difference.estimate ?? 0)))[0];
}

function winning(primary: MetricResult, best: Comparison, metrics: readonly MetricResult[]): Summary {
  const harmed = metrics.filter(
    ({ role, comparisons }) =>
      role === 'guardrail' &&
      comparisons.some(({ variant, verdict }) => variant === best.variant && verdict === 'worse'),
  );
  const headline = `${best.variant} beats ${best.control} in ${primary.name}: ${figures(primary, best)}.`;
  const winner = best.variant;
  if (harmed.length > 0) {
    const names = harmed.map(({ name }) => name).join(', ');
    return {
      headline,
      winner,
      action: 'decide_by_hand',
      recommendation: `Do not ship yet: ${winner} is worse in ${names}.`,
    };
  }
  return { headline, winner, action: 'ship', recommendation: `Ship ${winner}.` };
}

const WHY: Record<string, string> = {
  post_hoc: 'The primary metric was chosen after the start, so it decides nothing.',
  backfill_pending: 'The primary metric is still being counted as it is declared now.',
  min_sample_size: 'There are too few users for a verdict.',
  low_counts: 'There are too few conversions for a verdict.',
  horizon_not_reached: 'The planned end is not reached, and before it nothing is decided.',
};

function undecided(
  primary: MetricResult,
  {
    horizonReached,
    mode,
    control,
  }: { horizonReached: boolean; mode: 'sequential' | 'fixed'; control: string },
): Summary {
  const open = primary.comparisons.find(({ verdict }) => verdict === null);
  if (open !== undefined) {
    const why = WHY[open.reason ?? ''] ?? 'There is not enough data for a verdict.';
    const action = open.reason === 'post_hoc' ? 'decide_by_hand' : 'continue';
    return say(
      why,
      action,
      action === 'continue' ? 'Keep the experiment running.' : 'Take it as a hint for the next experiment.',
    );
  }
  const headline = `No difference in ${primary.name} is proven yet.`;
  if (horizonReached && mode === 'fixed') {
    return say(
      `No difference in ${primary.name} was found.`,
      'keep_control',
      `Keep ${control}; the interval says which effects remain possible.`,
    );
  }
  return say(headline, 'continue', 'Keep the experiment running, or stop it and keep the control.');
}

function figures({ kind }: MetricResult, { lift, difference }: Comparison): string {
  if (lift.estimate !== null) {
    const range =
      typeof lift.low !== 'number' || typeof lift.high !== 'number'
        ? ''
        : ` (${percent(lift.low)} to ${percent(lift.high)})`;
    return `${percent(lift.estimate)}${range}`;
  }
  const isRate = kind === 'conversion' || kind === 'retention' || kind === 'funnel';
  const value = difference.estimate ?? 0;
  return isRate ? `${signed(value * 100)} points` : signed(value);
}

function percent(share: number): string {
  return `${signed(share * 100)} %`;
}

function signed(value: number): string {
  const text = Math.abs(value) >= 0.1 ? value.toFixed(1) : value.toPrecision(2);
  return value > 0 ? `+${text}` : text;
}

function say(headline: string, action: Summary['action'], recommendation: string): Summary {
  return { headline, winner: null, action, recommendation };
}
