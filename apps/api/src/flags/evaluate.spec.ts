import * as fc from 'fast-check';
import { bucketOf } from '@app/bucketing';
import { Evaluation, Flag, FlagRule, RolloutRule, Segments, Subject, Targeting } from '@app/model';

import type { AssignmentAnswer } from '../assignments/assignments.schema';
import { anExperiment } from '../assignments/fixture';
import { Answers, evaluateExperiment, evaluateFlag, experimentsOf, isTargeted, valueOf } from './evaluate';

const NOBODY: Answers = new Map();
const NONE: Segments = new Map();
const germans: Targeting = { attribute: 'country', operator: 'eq', value: 'DE' };
const someone: Subject = { userId: 'user-1', facts: { country: 'DE' } };

const BASE = { id: 'rule-1', name: null, targeting: null };
const toOn: FlagRule = { ...BASE, kind: 'variant', variant: 'on' };
const tenth: RolloutRule = {
  ...BASE,
  kind: 'rollout',
  coverage_pct: 10,
  variants: [{ key: 'on', allocation_pct: 100 }],
};
const asked: FlagRule = { ...BASE, kind: 'experiment', experiment: 'search', variants: null };

function flag(options: Partial<Flag> = {}): Flag {
  return {
    id: 'flag-1',
    key: 'new-search',
    name: 'New search',
    description: null,
    type: 'boolean',
    state: 'enabled',
    variants: [
      { key: 'off', name: 'off', value: false },
      { key: 'on', name: 'on', value: true },
    ],
    default_variant: 'off',
    off_variant: null,
    rules: [],
    version: 3,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...options,
  };
}

function evaluated(one: Flag, subject = someone, answers = NOBODY, segments = NONE): Evaluation {
  const result = evaluateFlag(one, subject, segments, answers);
  if ('needs' in result) throw new Error(`needs ${result.needs}`);
  return result.evaluation;
}

const given = (key: string, config: unknown = null) => ({
  id: key,
  key,
  name: key,
  is_control: key === 'control',
  config,
});

function answered(reason: AssignmentAnswer['reason'], variant: AssignmentAnswer['variant'] = null): Answers {
  const answer: AssignmentAnswer = {
    experiment_id: 'experiment-1',
    experiment_key: 'search',
    user_id: someone.userId,
    variant,
    assigned_at: null,
    exposed_at: null,
    epoch: null,
    bucket: null,
    source: null,
    attributes: null,
    reason,
  };
  return new Map([['search', answer]]);
}

describe('a flag', () => {
  it('without rules gives everybody its default', () => {
    expect(evaluated(flag())).toEqual({
      key: 'new-search',
      value: false,
      variant: 'off',
      reason: 'STATIC',
      metadata: { flagId: 'flag-1', version: 3, type: 'boolean' },
      experiment: null,
    });
  });

  it.each(['disabled', 'archived'] as const)('that is %s asks no rule', (state) => {
    const off = flag({ state, rules: [{ ...toOn, targeting: germans }, asked] });
    const evaluation = evaluated(off);
    expect(evaluation).toMatchObject({ variant: null, reason: 'DISABLED' });
    expect(evaluation).not.toHaveProperty('value');
    expect(evaluated({ ...off, off_variant: 'on' })).toMatchObject({
      value: true,
      variant: 'on',
      reason: 'DISABLED',
    });
    expect({ asks: experimentsOf(off), isTargeted: isTargeted(off) }).toEqual({
      asks: [],
      isTargeted: false,
    });
  });

  it('is decided by the first rule that is for the user and has something', () => {
    const french = { ...toOn, targeting: { ...germans, value: 'FR' } };
    const rules: FlagRule[] = [
      french,
      { ...tenth, coverage_pct: 0 },
      { ...toOn, id: 'third', targeting: germans },
      toOn,
    ];
    expect(evaluated(flag({ rules }))).toMatchObject({ value: true, reason: 'TARGETING_MATCH', metadata: { ruleId: 'third' } }); // prettier-ignore
    expect(evaluated(flag({ rules: [toOn] }))).toMatchObject({ value: true, reason: 'STATIC' });
    expect(evaluated(flag({ rules: [french] }))).toMatchObject({ value: false, reason: 'STATIC' });
  });

  it('knows segments', () => {
    const rules = [{ ...toOn, targeting: { segment: 'germans' } }];
    expect(evaluated(flag({ rules }), someone, NOBODY, new Map([['germans', germans]])).value).toBe(true);
    expect(evaluated(flag({ rules })).value).toBe(false);
  });
});

describe('a rollout', () => {
  const users = Array.from({ length: 20_000 }, (_, n) => `user-${n}`);
  const isOn = (rule: RolloutRule, userId: string) =>
    evaluated(flag({ rules: [rule] }), { userId, facts: {} }).value === true;

  it('takes the share that it says, by the bucket of its own id', () => {
    for (const userId of users.slice(0, 2_000))
      expect(isOn(tenth, userId)).toBe(bucketOf(tenth.id, userId) < 1_000);
    const share = users.filter((userId) => isOn(tenth, userId)).length / users.length;
    expect(Math.abs(share - 0.1)).toBeLessThan(5 * Math.sqrt(0.09 / users.length));
    expect(evaluated(flag({ rules: [{ ...tenth, coverage_pct: 100 }] }))).toMatchObject({
      variant: 'on',
      reason: 'SPLIT',
      metadata: { ruleId: tenth.id, bucketed: true },
    });
  });

  it('takes nobody out when it grows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.string(),
        (a, b, userId) => {
          const [less, more] = [Math.min(a, b) / 100, Math.max(a, b) / 100];
          return (
            !isOn({ ...tenth, coverage_pct: less }, userId) || isOn({ ...tenth, coverage_pct: more }, userId)
          );
        },
      ),
    );
  });

  it('draws anew for another rule', () => {
    const half = { ...tenth, coverage_pct: 50 };
    const both = users.filter(
      (userId) => isOn(half, userId) && isOn({ ...half, id: 'rule-2' }, userId),
    ).length;
    expect(Math.abs(both / users.length - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / users.length));
  });

  it('sends those it does not take to the next rule', () => {
    const rules: FlagRule[] = [tenth, { ...tenth, id: 'rule-2', coverage_pct: 100, variants: [{ key: 'off', allocation_pct: 100 }] }]; // prettier-ignore
    const out = users.find((userId) => !isOn(tenth, userId)) as string;
    expect(evaluated(flag({ rules }), { userId: out, facts: {} }).metadata.ruleId).toBe('rule-2');
  });
});

describe('a rule with an experiment', () => {
  const one = flag({ rules: [asked] });

  it('says which one must answer, and only when it comes to that', () => {
    expect(evaluateFlag(one, someone, NONE, NOBODY)).toEqual({ needs: 'search' });
    const first = flag({ rules: [{ ...toOn, targeting: germans }, asked] });
    expect(evaluateFlag(first, someone, NONE, NOBODY)).toMatchObject({ evaluation: { variant: 'on' } });
    expect(experimentsOf(first)).toEqual(['search']);
  });

  it.each<[string, Flag, ReturnType<typeof given>, object]>([
    ['the variant that it names', flag({ rules: [{ ...asked, variants: { treatment: 'on' } }] }), given('treatment', false), { variant: 'on', value: true }],
    ['the variant with the same key', one, given('on', false), { variant: 'on', value: true }],
    ['the config of the right type', one, given('treatment', true), { variant: 'treatment', value: true }],
    ['the key where texts are wanted', flag({ type: 'string', variants: [{ key: 'off', name: 'off', value: 'x' }], rules: [asked] }), given('treatment', { a: 1 }), { variant: 'treatment', value: 'treatment' }],
    ['a config that is an object', flag({ type: 'json', variants: [{ key: 'off', name: 'off', value: {} }], rules: [asked] }), given('treatment', { a: 1 }), { variant: 'treatment', value: { a: 1 } }],
  ])('gives %s', (_, flagged, variant, expected) => {
    expect(evaluated(flagged, someone, answered('assigned', variant))).toMatchObject({
      ...expected,
      reason: 'SPLIT',
      metadata: { experimentId: 'experiment-1', experimentKey: 'search', experimentVariant: variant.key, bucketed: true, ruleId: asked.id },
      experiment: { id: 'experiment-1', key: 'search', variant: variant.key },
    });
  }); // prettier-ignore

  it.each([
    'not_in_traffic',
    'targeting',
    'holdout',
    'layer',
    'paused',
    'not_started',
    'completed',
    'archived',
  ] as const)('goes on to the next rule when nobody is assigned: %s', (reason) => {
    const rules = [asked, { ...toOn, id: 'next' }];
    expect(evaluated(flag({ rules }), someone, answered(reason))).toMatchObject({ variant: 'on', reason: 'STATIC', metadata: { ruleId: 'next' }, experiment: null }); // prettier-ignore
  });

  it('goes on when the experiment is gone, or its variant means nothing', () => {
    expect(evaluated(one, someone, new Map([['search', null]])).variant).toBe('off');
    expect(evaluated(one, someone, answered('assigned', given('treatment', 5))).variant).toBe('off');
    expect(evaluated(one, someone, answered('assigned', given('constructor'))).variant).toBe('off');
  });

  it('counts nobody who was forced, or gets what has won', () => {
    expect(evaluated(one, someone, answered('override', given('on')))).toMatchObject({ reason: 'TARGETING_MATCH', experiment: null }); // prettier-ignore
    expect(evaluated(one, someone, answered('winner', given('on')))).toMatchObject({ reason: 'STATIC', experiment: null }); // prettier-ignore
  });
});

describe('an experiment without a flag', () => {
  const experiment = anExperiment({ key: 'search', version: 4 });
  const answer = (reason: AssignmentAnswer['reason'], variant: AssignmentAnswer['variant'] = null) =>
    evaluateExperiment(experiment, answered(reason, variant).get('search') as AssignmentAnswer);

  it.each([
    ['a text', 'blue', 'blue'],
    ['false', false, false],
    ['0', 0, 0],
    ['an object', { a: 1 }, { a: 1 }],
    ['nothing', null, 'treatment'],
  ])('has the config for its value: %s', (_, config, value) => {
    const variants = experiment.variants.map((variant) => ({ ...variant, config }));
    const assigned = answered('assigned', given('treatment', config)).get('search') as AssignmentAnswer;
    expect(evaluateExperiment({ ...experiment, variants }, assigned)).toEqual({
      key: 'search',
      value,
      variant: 'treatment',
      reason: 'SPLIT',
      metadata: {
        version: 4,
        experimentId: 'experiment-1',
        experimentKey: 'search',
        experimentReason: 'assigned',
        experimentVariant: 'treatment',
        bucketed: true,
      },
      experiment: { id: 'experiment-1', key: 'search', variant: 'treatment' },
    });
  });

  it.each<[string, unknown[], unknown[]]>([
    ['configs of one type', [{ a: 1 }, [2], {}], [{ a: 1 }, [2], {}]],
    ['no config at all', [null, null, null], ['a', 'b', 'c']],
    ['texts and none', ['blue', null, ''], ['blue', 'b', '']],
    ['configs and none', [null, { color: 'green' }, { color: 'red' }], ['a', 'b', 'c']],
    ['configs of two types', [1, true, 0], ['a', 'b', 'c']],
  ])('gives all of its variants values of one type: %s', (_, configs, values) => {
    const variants = configs.map((config, index) => ({ key: 'abc'[index], config }));
    expect(variants.map((variant) => valueOf(variants, variant))).toEqual(values);
  });

  it.each([
    ['not_started', 'DISABLED'],
    ['paused', 'DISABLED'],
    ['completed', 'DISABLED'],
    ['archived', 'DISABLED'],
    ['not_in_traffic', 'SPLIT'],
    ['layer', 'SPLIT'],
    ['holdout', 'SPLIT'],
    ['targeting', 'STATIC'],
  ] as const)('gives what the control gets, and no variant, to whom it says %s', (reason, expected) => {
    expect(answer(reason)).toMatchObject({
      value: 'a',
      variant: null,
      reason: expected,
      metadata: { experimentReason: reason },
      experiment: null,
    });
  });
});
