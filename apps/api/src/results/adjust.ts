import { groupBy } from '@app/model';
import { benjaminiHochberg, holm } from '@app/stats';
import type { Comparison, MetricResult } from './metric.schema';
import { ALPHA, Judgement, verdictOf } from './verdict';
import type { AskedMetric } from './catalogue';

// Pure: corrections for many comparisons, and the verdicts that follow. Treatments of one metric are a family (Holm), all comparisons of
// the goal metrics are one, and so are those of the other event types (Benjamini-Hochberg). Guardrails are not corrected: a harm must not
// be missed because much was measured.

export interface Compared {
  metric: AskedMetric;
  comparisons: Comparison[];
  /** Of each comparison: users in the smaller arm. */
  smallerArms: number[];
}

export function decide(compared: readonly Compared[], judgement: Judgement): Compared[] {
  const fixedQ = acrossMetrics(compared, ({ p_value }) => p_value);
  const sequentialQ = acrossMetrics(compared, ({ sequential_p_value }) => sequential_p_value);
  return compared.map((entry) => {
    const { metric, comparisons, smallerArms } = entry;
    const isGuardrail = metric.role === 'guardrail';
    const fixed = holm(comparisons.map(({ p_value }) => p_value));
    const sequential = holm(comparisons.map(({ sequential_p_value }) => sequential_p_value));
    const decided = comparisons.map((comparison, index): Comparison => {
      const q = fixedQ.get(comparison) ?? null;
      const basis = judgement.mode;
      const raw = basis === 'fixed' ? comparison.p_value : comparison.sequential_p_value;
      const byHolm = (basis === 'fixed' ? fixed : sequential)[index];
      const byRate = (basis === 'fixed' ? fixedQ : sequentialQ).get(comparison) ?? null;
      const decision = decisionOf(metric.role, { raw, byHolm, byRate });
      return {
        ...comparison,
        p_value_adjusted: isGuardrail ? null : fixed[index],
        adjusted_by: isGuardrail || fixed[index] === null ? null : 'holm',
        q_value: q,
        decision: { basis, ...decision, alpha: ALPHA },
        ...verdictOf(
          {
            ...metric,
            reason: comparison.reason,
            lowCounts: comparison.low_counts,
            users: smallerArms[index],
            estimate: comparison.difference.estimate,
            pValue: decision.p_value,
          },
          judgement,
        ),
      };
    });
    return { ...entry, comparisons: decided };
  });
}

function decisionOf(
  role: MetricResult['role'],
  { raw, byHolm, byRate }: { raw: number | null; byHolm: number | null; byRate: number | null },
): Pick<Comparison['decision'], 'p_value' | 'adjusted_by'> {
  if (role === 'guardrail') return { p_value: raw, adjusted_by: null };
  if (role === 'primary') return { p_value: byHolm, adjusted_by: 'holm' };
  return { p_value: byRate, adjusted_by: 'benjamini_hochberg' };
}

/**
 * Goals apart from event types that nobody selected, and from goals that came after the start: neither may make a registered goal
 * harder to reach.
 */
function acrossMetrics(
  compared: readonly Compared[],
  pick: (comparison: Comparison) => number | null,
): Map<Comparison, number | null> {
  const corrected = compared.filter(({ metric: { role } }) => role === 'goal' || role === 'other');
  const families = groupBy(corrected, ({ metric: { role, postHoc } }) => `${role} ${postHoc}`);
  const result = new Map<Comparison, number | null>();
  for (const members of families.values()) {
    const family = members.flatMap(({ comparisons }) => comparisons);
    benjaminiHochberg(family.map(pick)).forEach((q, index) => result.set(family[index], q));
  }
  return result;
}
