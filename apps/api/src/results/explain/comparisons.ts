import { remark, text } from './literal';
import type { Frame } from './people';
import { statement, Step } from './statement';
import { ExplainedKind, ExplainedMetric, userTotals } from './user-totals';

// Pure: each treatment against the control. Arms are compared within epochs only, and epochs weigh n_c n_t / (n_c + n_t), so that neither
// a change of the allocation nor a drifting base rate can pass for an effect (Cochran 1954; Mantel & Haenszel 1959).

export function comparisonsSql(frame: Frame, metric: ExplainedMetric): string {
  const method = METHODS[methodOf(metric.kind)];
  const title = [
    `Comparisons of the metric ${remark(metric.key)}: treatment - control, epoch by epoch.`,
    'difference and lift are the estimates of the answer; strata has the epochs in which both variants have users.',
    ...method.title,
  ];
  return statement(
    title,
    [...userTotals(frame, metric), ...method.steps],
    `
SELECT v.key AS variant, c.key AS control,
  ${method.columns.map((column) => `p.${column}`).join(', ')}${method.last}${perTreatment(frame)}`,
  );
}

/** Every treatment has a row, also without users. */
export const perTreatment = ({ experiment }: Frame): string => `
FROM variants v
JOIN variants c ON c.experiment_id = v.experiment_id AND c.is_control
LEFT JOIN pooled p ON p.variant_id = v.id
WHERE v.experiment_id = ${text(experiment.id)} AND NOT v.is_control
ORDER BY v.position`;

type Method = 'rates' | 'means' | 'ratios';

function methodOf(kind: ExplainedKind): Method {
  if (kind === 'ratio') return 'ratios';
  return kind === 'count' || kind === 'mean' ? 'means' : 'rates';
}

/** The two arms of each comparison in each epoch, with these figures of both. */
function pairs(figures: readonly [name: string, sql: string][]): Step[] {
  const both = figures.flatMap(([name]) => [
    `c.${name} AS control_${name}`,
    `t.${name} AS treatment_${name}`,
  ]);
  return [
    {
      name: 'arms',
      note: 'A variant within one epoch.',
      body: `
SELECT t.variant_id, v.is_control, t.epoch, count(*)::float8 AS users,
  ${figures.map(([name, sql]) => `${sql} AS ${name}`).join(',\n  ')}
FROM totals t
JOIN variants v ON v.id = t.variant_id
GROUP BY t.variant_id, v.is_control, t.epoch`,
    },
    {
      name: 'pairs',
      note: 'A treatment and the control in an epoch in which both have users.',
      body: `
SELECT t.variant_id, t.epoch, c.variant_id AS control_id, c.users AS control_users, t.users AS treatment_users,
  ${both.join(', ')},
  c.users * t.users / (c.users + t.users) AS share
FROM arms t
JOIN arms c ON c.epoch = t.epoch AND c.is_control
WHERE NOT t.is_control`,
    },
  ];
}

/** A variance takes two users in each arm. */
export const KEPT: Step = {
  name: 'kept',
  note: 'Epochs with two users in each arm, since a variance takes two; when there is none, those with one.',
  body: `
SELECT *
FROM pairs p
WHERE least(p.control_users, p.treatment_users) >= 2
  OR NOT EXISTS (SELECT FROM pairs q WHERE q.variant_id = p.variant_id AND least(q.control_users, q.treatment_users) >= 2)`,
};

export function weighed(from: string): Step {
  return {
    name: 'weighed',
    note: 'The weights of a comparison add up to 1.',
    body: `SELECT *, share / sum(share) OVER (PARTITION BY variant_id) AS weight FROM ${from}`,
  };
}

function strata(difference: string): string {
  return `jsonb_agg(
    jsonb_build_object('epoch', epoch, 'weight', weight, 'difference', ${difference}) ORDER BY epoch
  ) AS strata`;
}

const RATES: Step[] = [
  ...pairs([['conversions', 'count(*) FILTER (WHERE t.converted)::float8']]),
  weighed('pairs'),
  {
    name: 'strata',
    note: 'The test supposes equal rates within each epoch, so its variance comes from both arms together.',
    body: `
SELECT *,
  control_conversions / control_users AS control_rate,
  treatment_conversions / treatment_users AS treatment_rate,
  (control_conversions + treatment_conversions) / (control_users + treatment_users) AS rate
FROM weighed`,
  },
  {
    name: 'sums',
    note: 'Sums over the epochs.',
    body: `
SELECT variant_id,
  sum(weight * control_rate) AS control_rate,
  sum(weight * treatment_rate) AS treatment_rate,
  sqrt(sum(weight ^ 2 * rate * (1 - rate) * (1 / control_users + 1 / treatment_users))) AS standard_error,
  ${strata('treatment_rate - control_rate')}
FROM strata
GROUP BY variant_id`,
  },
  {
    name: 'pooled',
    note: 'One row for every treatment.',
    body: `
SELECT variant_id, strata, standard_error,
  treatment_rate - control_rate AS difference,
  treatment_rate / nullif(control_rate, 0) - 1 AS lift,
  (treatment_rate - control_rate) / nullif(standard_error, 0) AS z
FROM sums`,
  },
];

const LIFT_OF = (value: string): string =>
  `(treatment_${value} - control_${value}) / abs(nullif(control_${value}, 0)) AS lift`;

/** From two parts of a variance for each epoch to the test of Welch and Satterthwaite. */
function welch(
  value: string,
  variance: { control: string; treatment: string },
  difference: string,
  group = '',
): string {
  const parts = [
    `(${variance.control}) ^ 2 / nullif(control_users - 1, 0)`,
    `(${variance.treatment}) ^ 2 / nullif(treatment_users - 1, 0)`,
  ];
  return `
SELECT variant_id, ${value},
  sum(weight ^ 2 * (${variance.control} + ${variance.treatment})) AS variance,
  sum(weight ^ 4 * (${parts.join(' + ')})) AS spread,
  ${strata(difference)}
FROM ${group}
GROUP BY variant_id`;
}

const MEANS: Step[] = [
  ...pairs([
    ['mean', 'avg(t.total)::float8'],
    ['variance', 'var_samp(t.total)::float8'],
  ]),
  KEPT,
  weighed('kept'),
  {
    name: 'sums',
    note: 'Sums over the epochs.',
    body: welch(
      'sum(weight * control_mean) AS control_mean, sum(weight * treatment_mean) AS treatment_mean',
      { control: 'control_variance / control_users', treatment: 'treatment_variance / treatment_users' },
      'treatment_mean - control_mean',
      'weighed',
    ),
  },
  {
    name: 'pooled',
    note: 'One row for every treatment.',
    body: `
SELECT variant_id, strata, sqrt(variance) AS standard_error,
  treatment_mean - control_mean AS difference,
  ${LIFT_OF('mean')},
  (treatment_mean - control_mean) / nullif(sqrt(variance), 0) AS t,
  variance ^ 2 / nullif(spread, 0) AS df
FROM sums`,
  },
];

const RATIOS: Step[] = [
  ...pairs([
    ['numerator', 'avg(t.total)::float8'],
    ['denominator', 'avg(t.denominator)::float8'],
  ]),
  KEPT,
  weighed('kept'),
  {
    name: 'ratios',
    note: 'Means over the epochs, then their ratio.',
    body: `
SELECT variant_id,
  sum(weight * control_denominator) AS control_denominator,
  sum(weight * treatment_denominator) AS treatment_denominator,
  sum(weight * control_numerator) / nullif(sum(weight * control_denominator), 0) AS control_ratio,
  sum(weight * treatment_numerator) / nullif(sum(weight * treatment_denominator), 0) AS treatment_ratio
FROM weighed
GROUP BY variant_id`,
  },
  {
    name: 'residuals',
    note: 'How far users are from the ratio of their arm: numerator - ratio * denominator (the delta method; Deng, Knoblich & Lu 2018).',
    body: `
SELECT w.variant_id, w.epoch, w.weight, w.control_users, w.treatment_users,
  w.control_numerator / nullif(w.control_denominator, 0) AS own_control_ratio,
  w.treatment_numerator / nullif(w.treatment_denominator, 0) AS own_treatment_ratio,
  var_samp(t.total::float8 - r.control_ratio * t.denominator::float8) FILTER (WHERE t.variant_id = w.control_id)
    / r.control_denominator ^ 2 AS control_variance,
  var_samp(t.total::float8 - r.treatment_ratio * t.denominator::float8) FILTER (WHERE t.variant_id = w.variant_id)
    / r.treatment_denominator ^ 2 AS treatment_variance
FROM weighed w
JOIN ratios r ON r.variant_id = w.variant_id AND r.control_denominator <> 0 AND r.treatment_denominator <> 0
JOIN totals t ON t.epoch = w.epoch AND t.variant_id IN (w.control_id, w.variant_id)
GROUP BY w.variant_id, w.epoch, w.weight, w.control_users, w.treatment_users, w.control_numerator, w.control_denominator,
  w.treatment_numerator, w.treatment_denominator, r.control_denominator, r.treatment_denominator`,
  },
  {
    name: 'sums',
    note: 'Sums over the epochs.',
    body: welch(
      'count(*) AS epochs',
      { control: 'control_variance / control_users', treatment: 'treatment_variance / treatment_users' },
      'own_treatment_ratio - own_control_ratio',
      'residuals',
    ),
  },
  {
    name: 'pooled',
    note: 'One row for every treatment.',
    body: `
SELECT s.variant_id, s.strata, sqrt(s.variance) AS standard_error,
  treatment_ratio - control_ratio AS difference,
  ${LIFT_OF('ratio')},
  (treatment_ratio - control_ratio) / nullif(sqrt(s.variance), 0) AS t,
  s.variance ^ 2 / nullif(s.spread, 0) AS df
FROM sums s
JOIN ratios r ON r.variant_id = s.variant_id`,
  },
];

export const T_TITLE =
  'PostgreSQL has no t distribution: p_value is the two-sided tail of t with df degrees of freedom.';

const METHODS: Record<Method, { title: string[]; steps: Step[]; columns: string[]; last: string }> = {
  rates: {
    title: [
      'erfc exists since PostgreSQL 16: on an older server delete the column p_value and stop at z (p_value is its two-sided normal tail).',
    ],
    steps: RATES,
    columns: ['difference', 'lift', 'standard_error', 'z', 'strata'],
    last: ',\n  erfc(abs(p.z) / sqrt(2)) AS p_value',
  },
  means: {
    title: [T_TITLE],
    steps: MEANS,
    columns: ['difference', 'lift', 'standard_error', 't', 'df', 'strata'],
    last: '',
  },
  ratios: {
    title: [T_TITLE],
    steps: RATIOS,
    columns: ['difference', 'lift', 'standard_error', 't', 'df', 'strata'],
    last: '',
  },
};
