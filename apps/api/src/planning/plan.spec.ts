import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { sequentialInterval } from '@app/stats';
import { criticalValue } from './always-valid';
import { Baseline, Design, planMde, planPower, planSize, planWarnings } from './plan';

interface Case {
  name: string;
  input: Record<string, number> & { method: string };
  expected: Record<string, number | null>;
}

/** Figures of R power.prop.test, statsmodels and 50-digit arithmetic; see libs/stats/vectors. */
function cases(name: string, method: string): [string, Case['input'], Case['expected']][] {
  const path = join(__dirname, '../../../../libs/stats/vectors', `${name}.json`);
  const all = (JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }).cases;
  return all
    .filter(({ input }) => input.method === method)
    .map(({ name: title, input, expected }) => [title, input, expected]);
}

const design = (baseline: Baseline, more: Partial<Design> = {}): Design => ({
  baseline,
  mode: 'fixed',
  alpha: 0.05,
  tuningUsers: null,
  ...more,
});
const rate = (value: number): Baseline => ({ kind: 'conversion', rate: value });
const values = (mean: number | null, sd: number): Baseline => ({ kind: 'mean', mean, sd });
const arms = (...weights: number[]) => weights.map((weight, index) => ({ name: `arm_${index}`, weight }));
const sized = (...users: number[]) => arms(...users).map((arm) => ({ ...arm, users: arm.weight }));

describe('planning agrees with R and statsmodels', () => {
  it.each(cases('sample_size_proportions', 'pooled_null'))('%s', (_, input, expected) => {
    const plan = design(rate(input.baseline_rate), { alpha: input.alpha });
    const [control, treatment] = planSize(plan, arms(1, input.allocation_ratio), input.absolute_effect, input.power); // prettier-ignore
    expect([control.users, treatment.users]).toEqual([expected.n_control, expected.n_treatment]);
  });

  it.each(cases('power_proportions', 'pooled_null'))('%s', (_, input, expected) => {
    const plan = design(rate(input.control_rate), { alpha: input.alpha });
    const effect = input.treatment_rate - input.control_rate;
    const [{ power }] = planPower(plan, sized(input.n_control, input.n_treatment), effect);
    expect(power / expected.power!).toBeCloseTo(1, 8);
  });

  it.each(cases('mde_proportions', 'pooled_null'))('%s', (_, input, expected) => {
    const plan = design(rate(input.baseline_rate), { alpha: input.alpha });
    const [{ increase }] = planMde(plan, sized(input.n_control, input.n_treatment), input.power);
    if (expected.mde_absolute === null) return expect(increase.absolute).toBeNull();
    expect(increase.absolute! / expected.mde_absolute).toBeCloseTo(1, 6);
    expect(increase.relative! / expected.mde_relative!).toBeCloseTo(1, 6);
  });

  // Plans assume one standard deviation for both arms.
  const evenSpread = ([, input]: [string, Case['input'], unknown]): boolean => input.sd_control === input.sd_treatment; // prettier-ignore
  it.each(cases('sample_size_means', 'z').filter(evenSpread))('%s', (_, input, expected) => {
    const plan = design(values(null, input.sd_control), { alpha: input.alpha });
    const [control, treatment] = planSize(plan, arms(1, input.allocation_ratio), input.effect, input.power);
    expect([control.users, treatment.users]).toEqual([expected.n_control, expected.n_treatment]);
  });
});

describe('a size', () => {
  const baseline = fc.double({ min: 0.005, max: 0.9, noNaN: true });
  const target = fc.record({
    alpha: fc.constantFrom(0.01, 0.05, 0.1),
    power: fc.constantFrom(0.5, 0.8, 0.95),
  });
  const mode = fc.constantFrom<Design['mode'][]>('fixed', 'sequential');
  const lift = fc.constantFrom(-0.3, -0.05, 0.02, 0.1);

  it('has the power, and one user fewer in each arm has not', () => {
    fc.assert(
      fc.property(baseline, target, mode, lift, (value, { alpha, power }, how, share) => {
        const plan = design(rate(value), { alpha, mode: how });
        const effect = value * share;
        const [{ users }] = planSize(plan, arms(1, 1), effect, power);
        expect(planPower(plan, sized(users, users), effect)[0].power).toBeGreaterThanOrEqual(power - 1e-9);
        expect(planPower(plan, sized(users - 1, users - 1), effect)[0].power).toBeLessThan(power);
      }),
    );
  });

  it('is that of the hardest comparison, in the proportions asked for', () => {
    const plan = design(rate(0.1));
    const planned = planSize(plan, arms(50, 40, 10), 0.02, 0.8);
    const [, alone] = planSize(plan, arms(50, 10), 0.02, 0.8);
    expect(planned[2].users).toBe(alone.users);
    expect(planned.map(({ users }) => users / planned[2].users)).toEqual([
      expect.closeTo(5, 2), expect.closeTo(4, 2), 1,
    ]); // prettier-ignore
    const [large, small] = planPower(plan, planned, 0.02);
    expect(large.power).toBeGreaterThan(small.power);
    expect(small.power).toBeGreaterThanOrEqual(0.8);
  });

  it('grows with every correction', () => {
    const sizes = [0.05, 0.025, 0.0125].map((alpha) => planSize(design(rate(0.1), { alpha }), arms(1, 1), 0.01, 0.8)[0].users); // prettier-ignore
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  });
});

describe('a smallest effect', () => {
  it.each(['fixed', 'sequential'] as const)('has exactly the power, up and down (%s)', (mode) => {
    for (const baseline of [rate(0.03), rate(0.6), values(12, 30)]) {
      const plan = design(baseline, { mode });
      const users = sized(4000, 6000);
      const [{ increase, decrease }] = planMde(plan, users, 0.8);
      for (const { absolute } of [increase, decrease]) {
        expect(planPower(plan, users, absolute!)[0].power).toBeCloseTo(0.8, 6);
      }
      expect([increase.absolute! > 0, decrease.absolute! < 0]).toEqual([true, true]);
    }
  });

  it('of a low rate is smaller downwards, where the variance is smaller', () => {
    const [{ increase, decrease }] = planMde(design(rate(0.03)), sized(4000, 4000), 0.8);
    expect(-decrease.absolute!).toBeLessThan(increase.absolute!);
  });

  it('of a mean is the same both ways', () => {
    const [{ increase, decrease }] = planMde(design(values(12, 30)), sized(500, 800), 0.8);
    expect(decrease.absolute).toBe(-increase.absolute!);
    expect(increase.treatment_value).toBe(12 + increase.absolute!);
  });

  it.each(['fixed', 'sequential'] as const)('is null where not even all or nothing would do (%s)', (mode) => {
    const [{ increase, decrease }] = planMde(design(rate(0.01), { mode }), sized(50, 50), 0.8);
    expect(increase).toMatchObject({ reason: null });
    expect(decrease).toEqual({
      absolute: null,
      relative: null,
      treatment_value: null,
      reason: 'unreachable',
    });
  });

  it('has no lift without a baseline to share', () => {
    expect(planMde(design(values(null, 3)), sized(9, 9), 0.8)[0].increase.reason).toBe('no_baseline');
    expect(planMde(design(values(-2, 3)), sized(9, 9), 0.8)[0].increase).toMatchObject({
      relative: null,
      reason: 'baseline_not_positive',
    });
  });
});

describe('a plan for the always-valid interval', () => {
  const alwaysValid = (more: Partial<Design> = {}) => design(rate(0.1), { mode: 'sequential', ...more });

  it('finds an estimate exactly where the interval of the results excludes 0', () => {
    for (const tuningUsers of [null, 300, 5000, 1e6]) {
      const bound = criticalValue({ alpha: 0.05, tuningUsers }, 8000);
      const at = (estimate: number) =>
        sequentialInterval({ estimate, se: 1, n: 8000, alpha: 0.05, tuningN: tuningUsers ?? 8000 });
      expect(at(bound * (1 + 1e-9)).pValue).toBeLessThan(0.05);
      expect(at(bound * (1 - 1e-9)).pValue).toBeGreaterThan(0.05);
    }
  });

  it('needs 1.55 times the width of a fixed test, as measured at n = N*', () => {
    expect(criticalValue({ alpha: 0.05, tuningUsers: null }, 1234) / 1.959964).toBeCloseTo(1.549, 3);
  });

  it('costs about twice the users, and more when tuned for another size', () => {
    const [fixed, tuned, small, large] = [
      design(rate(0.1)), alwaysValid(), alwaysValid({ tuningUsers: 1000 }), alwaysValid({ tuningUsers: 1e7 }),
    ].map((plan) => planSize(plan, arms(1, 1), 0.01, 0.8)[0].users); // prettier-ignore
    expect(tuned / fixed).toBeCloseTo(1.91, 1);
    expect(small).toBeGreaterThan(tuned);
    expect(large).toBeGreaterThan(tuned);
  });

  // The figures that docs/planning.md gives. Users come in 20 portions, and the interval is read after each.
  it('keeps its word in 3,000 simulated experiments', () => {
    const [{ users }] = planSize(alwaysValid(), arms(1, 1), 0.03, 0.8);
    const random = chance(7);
    const found = { last: 0, any: 0, falsely: 0 };
    for (let run = 0; run < 3000; run++) {
      const counts = { control: 0, treatment: 0, twin: 0 };
      const seen = { last: false, any: false, falsely: false };
      for (let look = 1, before = 0; look <= 20; look++) {
        const soFar = Math.round((look * users) / 20);
        counts.control += successes(random, 0.1, soFar - before);
        counts.treatment += successes(random, 0.13, soFar - before);
        counts.twin += successes(random, 0.1, soFar - before);
        before = soFar;
        seen.last = excludesZero(counts.control, counts.treatment, soFar, 2 * users);
        seen.any ||= seen.last;
        seen.falsely ||= excludesZero(counts.control, counts.twin, soFar, 2 * users);
      }
      for (const key of ['last', 'any', 'falsely'] as const) found[key] += seen[key] ? 1 : 0;
    }
    expect({ users, ...found }).toEqual({ users: 3392, last: 2418, any: 2556, falsely: 30 });
  });

  it('ends whatever it is tuned for', () => {
    for (const tuningUsers of [1, 1e12]) {
      const plan = alwaysValid({ tuningUsers, alpha: 1e-5 });
      const [{ users }] = planSize(plan, arms(1, 1), 0.05, 0.9);
      expect(planPower(plan, sized(users, users), 0.05)[0].power).toBeGreaterThanOrEqual(0.9);
    }
  });
});

describe('a warning', () => {
  it('tells of few conversions and of few users', () => {
    const codes = (baseline: Baseline, users: number, effect = 0) =>
      planWarnings(design(baseline), sized(users, users), effect).map(({ code }) => code);
    expect(codes(rate(0.01), 499)).toEqual(['low_counts']);
    expect(codes(rate(0.01), 600)).toEqual([]);
    expect(codes(rate(0.01), 600, -0.005)).toEqual(['low_counts']);
    expect(codes(values(1, 1), 29)).toEqual(['small_sample']);
    expect(codes(values(1, 1), 30)).toEqual([]);
  });
});

/** Park & Miller's generator: the same draws on every machine. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function successes(random: () => number, rate: number, trials: number): number {
  let count = 0;
  for (let trial = 0; trial < trials; trial++) if (random() < rate) count++;
  return count;
}

function excludesZero(control: number, treatment: number, users: number, tuningN: number): boolean {
  const [own, theirs] = [control / users, treatment / users];
  const se = Math.sqrt((own * (1 - own) + theirs * (1 - theirs)) / users);
  const { lower, upper } = sequentialInterval({ estimate: theirs - own, se, n: 2 * users, tuningN });
  return lower! > 0 || upper! < 0;
}
