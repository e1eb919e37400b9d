import { Static, Type } from '@sinclair/typebox';
import { DIRECTIONS } from '@app/model';
import { literals, Nullable } from '../http/schema';

// One metric of the results: what was counted in each variant, and each treatment against the control.

const Num = Nullable(Type.Number());
const Text = Type.String();
const Reason = Nullable(Type.String({ description: 'Why something here is null.' }));
const described = (description: string) => Nullable(Type.Number({ description }));

/** `include_ci=false` leaves intervals out. */
const Interval = Type.Object({ low: Num, high: Num, method: Text, reason: Reason });
const OptionalInterval = Type.Optional(Interval);
/** The reason stands beside them. */
const OptionalLimits = Type.Optional(Type.Object({ low: Num, high: Num, method: Text }));

const Effect = Type.Object({
  estimate: Num,
  low: Type.Optional(Num),
  high: Type.Optional(described('null also stands for no upper limit.')),
  method: Text,
  reason: Reason,
});

const Step = Type.Object({
  step: Type.Integer(),
  name: Text,
  users: Type.Integer({ description: 'Users who came this far.' }),
  rate: described('Of all users, whatever the step.'),
  interval: OptionalInterval,
  of_previous: described('Of the users of the step before.'),
  reason: Reason,
});

export const VariantResult = Type.Object({
  key: Text,
  is_control: Type.Boolean(),
  users: Type.Integer({ description: 'The denominator; for retention only users whose window has closed.' }),
  conversions: Type.Integer({ description: 'Distinct users with a qualifying event in the range.' }),
  rate: Num,
  interval: OptionalInterval,
  events: Nullable(Type.Integer({ description: 'Not kept of retention and funnels.' })),
  value_sum: described('Of a capped metric after the cap.'),
  mean_per_user: Num,
  mean_interval: OptionalInterval,
  variance: described('Across users, those without events as zeros.'),
  reason: Reason,
  ratio: Type.Optional(
    Type.Object({
      numerator_sum: Num,
      denominator_sum: Num,
      estimate: Num,
      interval: OptionalLimits,
      reason: Reason,
    }),
  ),
  steps: Type.Optional(Type.Array(Step)),
  retention: Type.Optional(Type.Object({ from_day: Type.Integer(), to_day: Type.Integer() })),
  cap: Type.Optional(Type.Object({ lower: Num, upper: Num, users_capped: Type.Integer() })),
});

const Power = Type.Object({
  mde: described('Smallest true effect found with a power of 0.8 at the users of now.'),
  mde_relative: described('The same as a share of the control.'),
  users_needed_per_arm: described('To find a lift of `for_lift` with a power of 0.8, in arms of equal size.'),
  for_lift: Type.Number(),
  reason: Reason,
  days_left: described('Until `planned_users`, at the pace of the complete days.'),
  days_left_reason: Reason,
});

const Cuped = Type.Object({
  theta: described('null when there are several epochs: each has its own.'),
  variance_reduction: Num,
  difference: Effect,
  lift: Effect,
  p_value: Num,
  sequential_p_value: Num,
  reason: Reason,
});

export const Comparison = Type.Object({
  variant: Text,
  control: Text,
  difference: Effect,
  lift: Effect,
  p_value: described('Fixed horizon: valid at one look that was planned.'),
  p_value_adjusted: described('Over the treatments of this metric; null for guardrails.'),
  adjusted_by: Nullable(literals(['holm', 'benjamini_hochberg'])),
  q_value: described('Benjamini-Hochberg over every comparison of the goal metrics, or of the other ones.'),
  sequential_p_value: described('Always valid: may be read at any time.'),
  sequential_interval: OptionalLimits,
  chance_to_beat_control: described('Being better as `direction` says.'),
  expected_loss: described(
    'What shipping the variant costs on average if it is worse, in units of the difference.',
  ),
  bayes_method: Nullable(literals(['beta_binomial', 'normal'])),
  decision: Type.Object({
    basis: literals(['sequential', 'fixed']),
    p_value: described('What the verdict compares with alpha, after correction.'),
    adjusted_by: Nullable(literals(['holm', 'benjamini_hochberg'])),
    alpha: Type.Number(),
  }),
  verdict: Nullable(literals(['better', 'worse', 'inconclusive'])),
  reason: Nullable(Type.String({ description: 'Why the verdict, or the test, is null.' })),
  low_counts: Type.Boolean(),
  method: Text,
  power: Power,
  cuped: Type.Optional(Cuped),
  strata: Type.Optional(
    Type.Array(Type.Object({ epoch: Type.Integer(), weight: Type.Number(), difference: Num })),
  ),
});

const AgeVariant = Type.Object({
  key: Text,
  users: Type.Integer(),
  active_users: Type.Integer(),
  rate: Num,
  mean_per_user: Num,
});

export const Novelty = Type.Object({
  horizon_days: Nullable(
    Type.Integer({ description: 'The last age. Only users who have reached it are in any age.' }),
  ),
  measure: literals(['rate', 'mean_per_user']),
  ages: Type.Array(
    Type.Object({
      age: Type.Integer({ description: 'Days since the anchor day of the user.' }),
      variants: Type.Array(AgeVariant),
      comparisons: Type.Array(Type.Object({ variant: Text, difference: Effect })),
    }),
  ),
  trends: Type.Array(
    Type.Object({
      variant: Text,
      first: described('Mean effect over the first third of the ages.'),
      last: described('Over the last third.'),
      p_value: Num,
      changes: Nullable(Type.Boolean()),
    }),
  ),
  reason: Reason,
});

export const METRIC_RESULT_KINDS = ['conversion', 'count', 'mean', 'ratio', 'retention', 'funnel'] as const;

export const MetricResult = Type.Object({
  key: Text,
  name: Text,
  kind: literals(METRIC_RESULT_KINDS),
  role: literals(['primary', 'goal', 'guardrail', 'other']),
  direction: literals(DIRECTIONS),
  event_types: Type.Array(Text),
  declared: Type.Boolean(),
  version: Nullable(Type.Integer()),
  post_hoc: Type.Boolean({ description: 'Not part of what was registered when the experiment started.' }),
  backfill: literals(['current', 'pending']),
  definition: Type.Optional(Type.Unknown({ description: 'As the totals hold it. Declared metrics only.' })),
  variants: Type.Array(VariantResult),
  comparisons: Type.Array(Comparison),
  novelty: Type.Optional(Novelty),
});

const Cumulative = Type.Object({
  users: Type.Integer(),
  conversions: Type.Integer(),
  rate: Num,
  interval: OptionalInterval,
  mean: Num,
  mean_interval: OptionalInterval,
  reason: Reason,
});

const PointVariant = Type.Object({
  key: Text,
  users: Type.Integer({
    description: 'Users whose anchor lies here; for retention: whose window closes here.',
  }),
  conversions: Type.Integer({
    description: 'Distinct users active here; for retention and funnels: who came through here.',
  }),
  rate: described('Of all users until here; null for retention and funnels.'),
  interval: OptionalInterval,
  events: Nullable(Type.Integer()),
  value_sum: Num,
  mean_per_user: described('`value_sum` over all users until here.'),
  reason: Reason,
  cumulative: Cumulative,
});

export const Point = Type.Object({
  metric: Text,
  day: Type.Optional(Text),
  hour: Type.Optional(Text),
  variants: Type.Array(PointVariant),
  comparisons: Type.Array(
    Type.Object({
      variant: Text,
      control: Text,
      difference: Effect,
      lift: Effect,
      p_value: Num,
      sequential_p_value: Num,
    }),
    { description: 'Of the cumulative figures.' },
  ),
});

export type Interval = Static<typeof Interval>;
export type Effect = Static<typeof Effect>;
export type VariantResult = Static<typeof VariantResult>;
export type Comparison = Static<typeof Comparison>;
export type Power = Static<typeof Power>;
export type MetricResult = Static<typeof MetricResult>;
export type Novelty = Static<typeof Novelty>;
export type Point = Static<typeof Point>;
export type PointVariant = Static<typeof PointVariant>;
