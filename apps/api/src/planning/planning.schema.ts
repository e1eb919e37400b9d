import { Static, Type } from '@sinclair/typebox';
import { MAX_VARIANTS } from '@app/model';
import { literals, named, Nullable } from '../http/schema';
import { LEAST, METHODS } from './plan';
import { TRAFFIC_REASONS } from './traffic';

const closed = { additionalProperties: false };
const Num = Nullable(Type.Number());
/** Both ends, always: JSON may say 1e999, which is read as infinity. */
const number = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Number({ minimum, maximum, description }));
const MOST = 1e12;
export const MOST_USERS = 1e12;

const COMMON = {
  kind: literals(['conversion', 'mean']),
  baseline_rate: number(
    0,
    1,
    'Conversion only: share of the users in control that convert, above 0 and below 1.',
  ),
  baseline_mean: number(
    -MOST,
    MOST,
    'Mean only: what a user in control brings on average. Needed where effects are lifts.',
  ),
  standard_deviation: number(
    LEAST,
    MOST,
    'Mean only: of the value per user, across all users, those without events as zeros.',
  ),
  experiment: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description:
        'Id or key. Whatever the request leaves out comes from it: baseline, allocation, users so far. Adds `traffic` to the answer.',
    }),
  ),
  metric: Type.Optional(
    Type.String({
      format: 'identifier',
      maxLength: 134,
      description:
        'Event type in `experiment` whose figures in control are the baseline; its primary metric when absent.',
    }),
  ),
  alpha: Type.Optional(
    Type.Number({
      minimum: 0.0001,
      maximum: 0.5,
      default: 0.05,
      description: 'Two-sided error of the whole experiment.',
    }),
  ),
  mode: Type.Optional(
    Type.Unsafe<'fixed' | 'sequential'>({
      type: 'string',
      enum: ['fixed', 'sequential'],
      default: 'fixed',
      description:
        '`fixed`: one look, at the end. `sequential`: the always-valid interval, which may be read at any time, at a planned look.',
    }),
  ),
  tuning_users: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MOST_USERS,
      description:
        'Sequential only: N*, users of the two compared arms at which the interval is tightest. The planned look when absent.',
    }),
  ),
  treatments: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_VARIANTS - 1,
      description: 'Variants compared with the control; 1 when nothing says otherwise.',
    }),
  ),
  allocation_pct: Type.Optional(
    Type.Array(Type.Number({ minimum: 0, maximum: 100 }), {
      minItems: 2,
      maxItems: MAX_VARIANTS,
      description:
        'Share of each arm, control first, at most two decimals, exactly 100 together. Equal when absent.',
    }),
  ),
  allocation_ratio: number(
    0.01,
    100,
    'Users of each treatment per user in control, in place of `allocation_pct`.',
  ),
};

const POWER = Type.Optional(
  Type.Number({
    minimum: 0.01,
    maximum: 0.9999,
    default: 0.8,
    description: 'Chance to find the effect if it is real. Above alpha.',
  }),
);

const EFFECT = {
  relative_lift: number(
    -1000,
    1000,
    'The hypothetical effect as a share of the baseline: 0.1 is 10% more, -0.1 is 10% less.',
  ),
  absolute_difference: number(
    -MOST,
    MOST,
    'The hypothetical effect as treatment less control. Give this or `relative_lift`.',
  ),
};

const USERS = {
  users: Type.Optional(
    Type.Integer({
      minimum: 2,
      maximum: MOST_USERS,
      description: 'Users of all arms together, split by the allocation.',
    }),
  ),
  users_per_arm: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: MOST_USERS }), {
      minItems: 2,
      maxItems: MAX_VARIANTS,
      description: 'Users of each arm, control first, in place of `users` and of any allocation.',
    }),
  ),
};

export const PlanSampleSize = named(
  'PlanSampleSize',
  Type.Object({ ...COMMON, ...EFFECT, power: POWER }, closed),
);
export const PlanPower = named('PlanPower', Type.Object({ ...COMMON, ...EFFECT, ...USERS }, closed));
export const PlanMde = named('PlanMde', Type.Object({ ...COMMON, ...USERS, power: POWER }, closed));
export type PlanSampleSize = Static<typeof PlanSampleSize>;
export type PlanPower = Static<typeof PlanPower>;
export type PlanMde = Static<typeof PlanMde>;

const source = (description: string) =>
  Type.Unsafe<'request' | 'experiment' | 'default'>({
    type: 'string',
    enum: ['request', 'experiment', 'default'],
    description,
  });

const Inputs = Type.Object(
  {
    kind: literals(['conversion', 'mean']),
    mode: literals(['fixed', 'sequential']),
    baseline: Type.Object({
      rate: Num,
      mean: Num,
      standard_deviation: Num,
      metric: Nullable(Type.String({ description: 'The event type it was read from.' })),
      source: source('`experiment` as soon as one figure was read from it.'),
    }),
    effect: Nullable(
      Type.Object(
        { absolute: Type.Number(), relative: Num, treatment_value: Num },
        {
          description: 'The hypothetical effect both ways, and what the treatment would then show.',
        },
      ),
    ),
    alpha: Type.Number({ description: 'Of the whole experiment.' }),
    treatments: Type.Integer(),
    alpha_per_comparison: Type.Number({
      description: 'alpha / treatments; what each comparison is held to.',
    }),
    correction: Type.Object({ method: literals(['none', 'bonferroni']), note: Type.String() }),
    power: Nullable(Type.Number({ description: 'The power asked for; null where power is the answer.' })),
    allocation_source: source('Where the split comes from.'),
    users_source: Nullable(source('Where the users come from; null where users are the answer.')),
    experiment: Nullable(Type.Object({ id: Type.String(), key: Type.String() })),
  },
  { description: 'What was computed with, defaults and corrections included.' },
);

const Arms = Type.Array(
  Type.Object({
    arm: Type.String({
      description: 'Key of the variant; `control`, `treatment_1`, … without an experiment.',
    }),
    allocation_pct: Type.Number(),
    users: Type.Integer(),
  }),
  { description: 'Control first.' },
);

const COMPARISON = {
  arm: Type.String({ description: 'The treatment that is compared with the control.' }),
  critical_value: Type.Number({
    description: 'How many standard errors from 0 the difference must lie to be found.',
  }),
  tuning_users: Nullable(Type.Integer({ description: 'N* of the always-valid interval.' })),
};

const PowerComparison = Type.Object({ ...COMPARISON, power: Type.Number() });

const Detectable = Type.Object(
  {
    absolute: Num,
    relative: Num,
    treatment_value: Nullable(
      Type.Number({ description: 'The rate or mean that the treatment would show.' }),
    ),
    reason: Nullable(
      Type.String({
        enum: ['unreachable', 'no_baseline', 'baseline_not_positive'],
        description: 'Why something here is null.',
      }),
    ),
  },
  { description: 'Unreachable: not even the largest possible effect would be found with this power.' },
);

const Traffic = named(
  'Traffic',
  Type.Object(
    {
      users_so_far: Type.Integer(),
      users_per_day: Num,
      observed: Nullable(
        Type.Object(
          { from: Type.String(), until: Type.String(), days: Type.Integer() },
          {
            description:
              'The complete days that were averaged, `until` not among them. Of three and more, the first is left out.',
          },
        ),
      ),
      target_users: Type.Integer(),
      days_needed: Nullable(Type.Integer({ description: 'From the first user on.' })),
      days_left: Nullable(
        Type.Integer({ description: 'From now on, until each arm has its users; 0 when all have.' }),
      ),
      reason: Nullable(Type.String({ enum: [...TRAFFIC_REASONS], description: 'Why there is no forecast.' })),
    },
    { description: 'The pace of the experiment, from its own totals, drawn on as a straight line.' },
  ),
);

const ANSWER = {
  inputs: Inputs,
  method: Type.Unsafe<(typeof METHODS)[number]>({
    type: 'string',
    enum: [...METHODS],
    description:
      '`pooled_null`: the two-proportion z test that results report. `normal`: z test of means. `always_valid_normal`: the ' +
      'always-valid interval at the planned look, the estimate taken as normal.',
  }),
  users_total: Type.Integer(),
  arms: Arms,
  traffic: Nullable(Traffic),
  warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
};

export const SampleSizeAnswer = named(
  'SampleSizePlan',
  Type.Object({
    ...ANSWER,
    power: Type.Number({
      description: 'Of the hardest comparison, at exactly these users. At least what was asked for.',
    }),
    comparisons: Type.Array(PowerComparison),
  }),
);
export const PowerAnswer = named(
  'PowerPlan',
  Type.Object({
    ...ANSWER,
    power: Type.Number({ description: 'Of the hardest comparison, were the effect exactly the one named.' }),
    comparisons: Type.Array(PowerComparison),
  }),
);
export const MdeAnswer = named(
  'MdePlan',
  Type.Object({
    ...ANSWER,
    increase: Detectable,
    decrease: Detectable,
    comparisons: Type.Array(Type.Object({ ...COMPARISON, increase: Detectable, decrease: Detectable })),
  }),
);
export type SampleSizeAnswer = Static<typeof SampleSizeAnswer>;
export type PowerAnswer = Static<typeof PowerAnswer>;
export type MdeAnswer = Static<typeof MdeAnswer>;
export type TrafficAnswer = Static<typeof Traffic>;
export type InputsAnswer = Static<typeof Inputs>;
