import { asked, EXPERIMENT, material, OPTIONS, sums } from './fixture';
import { breakdownOf, SEGMENTS_SHOWN } from './breakdown';
import { compareAll } from './compare';
import { decide } from './adjust';
import type { MetricResult } from './metric.schema';
import { describe as described } from './breakdown';
import { populationOf } from './population';
import { report } from './report';
import { summaryOf } from './summary';

const day = '2026-11-02';

describe('the population', () => {
  const split = (users: number[], excluded: object[] = [], arms = EXPERIMENT.arms) =>
    report(
      { ...EXPERIMENT, arms },
      material({
        users: users.map((count, index) => ({ arm_id: index + 1, day, users: count })),
        excluded: excluded as never,
      }),
      OPTIONS,
    );

  it('counts an arm without users as a broken split', () => {
    expect(split([300, 0, 0, 0]).population.srm).toMatchObject({ status: 'mismatch' });
  });

  it('alarms of users where no share was, and leaves them out of the test', () => {
    const arms = EXPERIMENT.arms.map((arm) =>
      arm.epoch === 1 ? { ...arm, weightBp: arm.id === 1 ? 10_000 : 0 } : arm,
    );
    const { population, warnings } = split([500, 3, 20, 80], [], arms);
    expect(population.srm).toMatchObject({ leaked: ['b'], status: 'ok' });
    expect(population.srm.epochs[0]).toMatchObject({ expected: { a: 500, b: null }, p_value: null });
    expect(warnings).toContainEqual({
      code: 'zero_weight_arm_users',
      variant: 'b',
      message: expect.any(String),
    });
  });

  it('expects of a small coverage what the buckets of the arms make of it', () => {
    // 0.1 % of 95:5 is 9.5 and 0.5 buckets of 10,000, and so 10 and 1. The users are those that the hash took in of 2,500,000.
    const at = (coverageBp: number, weights: number[]) => ({
      ...EXPERIMENT,
      epochs: [{ ...EXPERIMENT.epochs[0], coverageBp }],
      arms: weights.map((weightBp, index) => ({ ...EXPERIMENT.arms[index], weightBp })),
    });
    const users = [{ arm_id: 1, day, users: 2528 }, { arm_id: 2, day, users: 269 }]; // prettier-ignore
    const { srm } = populationOf(at(10, [9500, 500]), { users, excluded: [] });
    expect(srm.expected).toEqual({ a: (2797 * 10) / 11, b: 2797 / 11 });
    expect(srm.epochs[0].expected).toEqual(srm.expected);
    expect(srm).toMatchObject({ status: 'ok', p_value: expect.closeTo(0.3327, 4), sequential_p_value: 1 });
    for (const full of [0, 10_000]) {
      const { expected } = populationOf(at(full, [9500, 500]), { users, excluded: [] }).srm;
      expect(expected.a).toBeCloseTo(2797 * 0.95, 9);
    }
    // Of 3 in 10,000 the buckets of these are 1 and 2, although the allocation means halves.
    expect(populationOf(at(3, [3333, 3334]), { users, excluded: [] }).srm.expected.b).toBeCloseTo(
      2797 * (2 / 3),
      9,
    );
  });

  it('says who was left out, and whether evenly', () => {
    const lost = (a: number, b: number) => [
      { variant_id: 'v-a', contaminated: a, overridden: 1 },
      { variant_id: 'v-b', contaminated: b, overridden: 0 },
    ];
    const even = split([500, 500], lost(20, 22));
    expect(even.population.excluded).toEqual({
      contaminated: 42, overridden: 1, by_variant: { a: { contaminated: 20, overridden: 1 }, b: { contaminated: 22, overridden: 0 } },
    }); // prettier-ignore
    expect(even.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['contaminated_users', 'overridden_users']),
    );
    expect(split([500, 500], lost(2, 40)).warnings.map(({ code }) => code)).toContain(
      'contaminated_users_uneven',
    );
  });

  it('has a p-value of the split that may be read at any time', () => {
    const totals = { users: [{ arm_id: 1, day, users: 3000 }, { arm_id: 2, day, users: 2000 }], excluded: [] }; // prettier-ignore
    expect(populationOf(EXPERIMENT, totals).srm.sequential_p_value).toBeLessThan(1e-10);
  });
});

describe('the summary', () => {
  const users = (conversions: number) => [{ users: 1000, conversions }];
  const metric = (role: MetricResult['role'], key: string, ...conversions: number[]): MetricResult => {
    const own = asked({ role, key, name: key });
    const arms = Object.fromEntries(
      [100, ...conversions].map((count, index) => [index === 0 ? 'control' : `t${index}`, users(count)]),
    );
    const options = {
      alpha: 0.05,
      mode: 'sequential' as const,
      tuningUsers: () => 5000,
      daysLeft: { days: null, reason: null },
    };
    const judgement = {
      mode: 'sequential' as const,
      srmMismatch: false,
      horizonReached: false,
      minSampleSize: 100,
    };
    const [{ comparisons }] = decide([compareAll(sums(own, arms), options)], judgement);
    return { ...described(own), variants: [], comparisons };
  };
  const population = populationOf(EXPERIMENT, { users: [{ arm_id: 1, day, users: 500 }, { arm_id: 2, day, users: 500 }], excluded: [] }); // prettier-ignore
  const summary = (...metrics: MetricResult[]) =>
    summaryOf({ metrics, population, control: 'control', horizonReached: false, mode: 'sequential' });

  it('names the best of several winners', () => {
    expect(summary(metric('primary', 'buy', 180, 220, 90))).toMatchObject({ winner: 't2', action: 'ship' });
  });

  it('gives the lift with its interval', () => {
    expect(summary(metric('primary', 'buy', 200)).headline).toMatch(
      /^t1 beats control in buy: \+100\.0 % \(\+\d+\.\d % to \+\d+\.\d %\)\.$/,
    );
  });

  it('does not ship what harms a guardrail', () => {
    const harmed = summary(metric('primary', 'buy', 200), metric('guardrail', 'errors', 40));
    expect(harmed).toMatchObject({ winner: 't1', action: 'decide_by_hand' });
    expect(harmed.recommendation).toContain('errors');
  });

  it('keeps the control when everything is worse, and makes no winner of a goal', () => {
    expect(summary(metric('primary', 'buy', 40))).toMatchObject({ winner: null, action: 'keep_control' });
    expect(summary(metric('primary', 'buy', 101), metric('goal', 'visit', 300))).toMatchObject({
      winner: null,
      action: 'continue',
    });
    expect(summary(metric('goal', 'visit', 300))).toMatchObject({ winner: null, action: 'decide_by_hand' });
  });
});

describe('a breakdown', () => {
  const segment = (value: string | null, users: number) => ({
    value,
    users: [{ arm_id: 1, day, users }, { arm_id: 2, day, users }],
    measures: [{ arm_id: 2, measure_id: 1, converters: users / 2, events: users, value_sum: '0', value_squares: '0' }],
    cross: [], spans: [], covariates: [],
  }); // prettier-ignore
  const values = Array.from({ length: SEGMENTS_SHOWN + 2 }, (_, index) =>
    segment(`v${index}`, 100 - 2 * index),
  );
  const breakdown = breakdownOf(EXPERIMENT, values, {
    attribute: 'country', metrics: [asked()], frame: { start: null, maturedBefore: '2026-12-01' },
    alpha: 0.05, mode: 'sequential', tuningUsers: () => 5000, daysLeft: { days: null, reason: null },
  }); // prettier-ignore

  it('shows the twenty largest segments and puts the rest together', () => {
    expect(breakdown).toMatchObject({ shown: 20, other_values: 2 });
    expect(breakdown.segments.at(-1)).toMatchObject({
      value: null, is_other: true, users: 2 * (60 + 58), metrics: [{ variants: [{ conversions: 0 }, { conversions: 59 }] }],
    }); // prettier-ignore
    const users = breakdown.segments.reduce((sum, own) => sum + own.users, 0);
    expect(users).toBe(values.reduce((sum, own) => sum + 2 * own.users[0].users, 0));
  });

  it('gives no verdicts, and corrects over all segments', () => {
    const comparisons = breakdown.segments.flatMap(({ metrics }) => metrics[0].comparisons);
    expect(new Set(comparisons.map(({ verdict, reason }) => `${verdict} ${reason}`))).toEqual(
      new Set(['null exploratory']),
    );
    for (const { p_value, p_value_adjusted } of comparisons) {
      expect(p_value_adjusted as number).toBeGreaterThanOrEqual(p_value as number);
    }
  });
});
