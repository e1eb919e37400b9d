import { Compared, decide } from './adjust';
import { compareAll } from './compare';
import { asked, EXPERIMENT, sums } from './fixture';
import { Candidate, horizonReached, Judgement, verdictOf } from './verdict';

const candidate: Candidate = {
  role: 'primary',
  direction: 'increase',
  postHoc: false,
  backfill: 'current',
  reason: null,
  lowCounts: false,
  users: 1000,
  estimate: 0.02,
  pValue: 0.01,
};
const judgement: Judgement = {
  mode: 'sequential',
  srmMismatch: false,
  horizonReached: false,
  minSampleSize: 100,
};
const verdict = (more: Partial<Candidate>, how: Partial<Judgement> = {}) =>
  Object.values(verdictOf({ ...candidate, ...more }, { ...judgement, ...how }));

describe('a verdict', () => {
  it.each([
    ['increase', 0.02, 0.01, 'better'],
    ['increase', -0.02, 0.01, 'worse'],
    ['decrease', -0.02, 0.01, 'better'],
    ['decrease', 0.02, 0.01, 'worse'],
    ['increase', 0.02, 0.05, 'inconclusive'],
    ['decrease', 0.02, 0.9, 'inconclusive'],
  ] as const)(
    'reads the sign as %s is better: %d with p %d is %s',
    (direction, estimate, pValue, expected) => {
      expect(verdict({ direction, estimate, pValue })).toEqual([expected, null]);
    },
  );

  it.each([
    ['no_users', { reason: 'no_users', pValue: null }, {}],
    ['srm_mismatch', {}, { srmMismatch: true }],
    ['backfill_pending', { backfill: 'pending' as const }, {}],
    ['not_selected', { role: 'other' as const }, {}],
    ['post_hoc', { postHoc: true }, {}],
    ['min_sample_size', { users: 99 }, {}],
    ['low_counts', { lowCounts: true }, {}],
    ['horizon_not_reached', {}, { mode: 'fixed' as const }],
  ])('is withheld: %s', (reason, more, how) => {
    expect(verdict(more, how)).toEqual([null, reason]);
  });

  it('of a fixed plan comes at its horizon', () => {
    expect(verdict({}, { mode: 'fixed', horizonReached: true })).toEqual(['better', null]);
  });
});

describe('the horizon', () => {
  const now = new Date('2026-11-10T00:00:00Z');
  const reached = (horizonAt: string | null, plannedUsers: number | null, users: number, over = false) =>
    horizonReached({ ...EXPERIMENT, horizonAt, plannedUsers }, users, now, over);

  it('is the planned time or the planned users, whichever comes first', () => {
    expect(reached('2026-11-10T00:00:00Z', null, 0)).toBe(true);
    expect(reached('2026-11-10T00:00:00.001Z', null, 0)).toBe(false);
    expect(reached('2026-12-01T00:00:00Z', 100, 100)).toBe(true);
    expect(reached('2026-12-01T00:00:00Z', 100, 99, true)).toBe(false);
  });

  it('is the end of the experiment when nothing else was planned', () => {
    expect([reached(null, null, 1e6), reached(null, null, 0, true)]).toEqual([false, true]);
  });

  it('is that of the plan as it was sealed', () => {
    const preregistration = {
      sealed_at: '2026-11-01T00:00:00Z', primary: null, metrics: [], analysis_mode: 'fixed' as const, planned_users: 500, horizon_at: null, hypothesis: null,
    }; // prettier-ignore
    expect(horizonReached({ ...EXPERIMENT, preregistration, plannedUsers: 10 }, 10, now, false)).toBe(false);
  });
});

describe('correcting for many comparisons', () => {
  const OPTIONS = {
    alpha: 0.05,
    mode: 'fixed' as const,
    tuningUsers: () => 5000,
    daysLeft: { days: null, reason: null },
  };
  const compared = (
    key: string,
    role: 'primary' | 'goal' | 'guardrail' | 'other',
    ...conversions: number[]
  ): Compared => {
    const variants = [100, ...conversions].map((count, index) => [
      `v${index}`,
      [{ users: 1000, conversions: count }],
    ]);
    return compareAll(sums(asked({ key, role }), Object.fromEntries(variants)), OPTIONS);
  };
  const decided = (...all: Compared[]) => decide(all, { ...judgement, mode: 'fixed', horizonReached: true });

  it('takes the treatments of a metric together, by Holm', () => {
    const [{ comparisons }] = decided(compared('p', 'primary', 130, 140));
    const [b, c] = comparisons;
    expect(c.p_value_adjusted).toBeCloseTo(2 * (c.p_value as number), 12);
    expect(b.p_value_adjusted).toBe(Math.max(b.p_value as number, c.p_value_adjusted as number));
    expect(b).toMatchObject({ adjusted_by: 'holm', q_value: null, verdict: 'better' });
    expect(b.decision).toMatchObject({ basis: 'fixed', p_value: b.p_value_adjusted, adjusted_by: 'holm' });
  });

  it('takes all comparisons of the goals together, by Benjamini and Hochberg', () => {
    // p of 130 and 120 against 100 of 1000: 0.0355 and 0.1530; of two, the smaller one doubles.
    const [first, second] = decided(compared('g1', 'goal', 130), compared('g2', 'goal', 120));
    const [p1, p2] = [first, second].map(({ comparisons }) => comparisons[0].p_value as number);
    expect(first.comparisons[0].q_value).toBeCloseTo(2 * p1, 12);
    expect(second.comparisons[0].q_value).toBe(p2);
    expect(first.comparisons[0]).toMatchObject({ verdict: 'inconclusive', p_value_adjusted: p1 });
    expect(first.comparisons[0].decision.adjusted_by).toBe('benjamini_hochberg');
  });

  it('does not let event types that nobody selected make a goal harder to reach', () => {
    const alone = decided(compared('g', 'goal', 135))[0].comparisons[0];
    const crowd = decided(
      compared('g', 'goal', 135),
      compared('x', 'other', 101),
      compared('y', 'other', 99),
    )[0].comparisons[0];
    expect(crowd).toEqual(alone);
  });

  it('does not let a goal that came after the start do so either', () => {
    const late = compared('late', 'goal', 101);
    const all = decided(compared('g', 'goal', 135), { ...late, metric: { ...late.metric, postHoc: true } });
    expect(all[0].comparisons[0].q_value).toBe(all[0].comparisons[0].p_value);
  });

  it('leaves guardrails uncorrected', () => {
    const [guardrail] = decided(compared('g', 'guardrail', 70, 100));
    expect(guardrail.comparisons[0]).toMatchObject({
      p_value_adjusted: null,
      adjusted_by: null,
      q_value: null,
      verdict: 'worse',
    });
    expect(guardrail.comparisons[0].decision.p_value).toBe(guardrail.comparisons[0].p_value);
  });
});
