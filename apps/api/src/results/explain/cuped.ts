import { KEPT, perTreatment, T_TITLE, weighed } from './comparisons';
import { remark } from './literal';
import { earlierEvents, Frame } from './people';
import { statement, Step } from './statement';
import { ExplainedMetric, userTotals, valueOfEvent } from './user-totals';

// Pure: the comparisons of a metric, adjusted by what users did before their anchor. Deng, Xu, Kohavi & Walker 2013.

/** @returns null for a metric without a covariate */
export function cupedSql(frame: Frame, metric: ExplainedMetric): string | null {
  const { definition } = metric;
  if (definition?.kind !== 'count' && definition?.kind !== 'mean') return null;
  // The covariate of a capped metric is not used.
  if (definition.covariate_days === undefined || definition.cap !== undefined) return null;
  const counted = {
    event_types: definition.event_types,
    filter: definition.filter,
    value: valueOfEvent(definition),
  };
  return statement(
    [
      `Comparisons of the metric ${remark(metric.key)}, adjusted by the ${definition.covariate_days} days before the anchor (CUPED).`,
      T_TITLE,
    ],
    [
      ...userTotals(frame, metric),
      earlierEvents(frame, 'earlier', counted, definition.covariate_days),
      ...STEPS,
    ],
    `
SELECT v.key AS variant, c.key AS control,
  jsonb_build_object(
    'theta', p.theta, 'variance_reduction', p.variance_reduction, 'difference', p.difference, 'lift', p.lift,
    'standard_error', p.standard_error, 't', p.t, 'df', p.df
  ) AS cuped${perTreatment(frame)}`,
  );
}

const STEPS: Step[] = [
  {
    name: 'users',
    note: 'Every user with both; those without earlier events have the covariate 0.',
    body: `
SELECT t.user_id, t.epoch, t.variant_id, t.total::float8 AS total, coalesce(sum(e.value), 0)::float8 AS covariate
FROM totals t
LEFT JOIN earlier e ON e.user_id = t.user_id
GROUP BY t.user_id, t.epoch, t.variant_id, t.total`,
  },
  {
    name: 'samples',
    note: 'For each treatment its users and those of the control.',
    body: `
SELECT v.id AS variant_id, u.epoch, u.variant_id = v.id AS is_treatment, u.total, u.covariate
FROM variants v
JOIN variants c ON c.experiment_id = v.experiment_id AND c.is_control
JOIN users u ON u.variant_id IN (v.id, c.id)
WHERE NOT v.is_control`,
  },
  {
    name: 'fits',
    note: 'The slope of each epoch, from both its arms together; 0 when the covariate is constant or an arm has a single user.',
    body: `
SELECT variant_id, epoch, avg(covariate) AS centre, count(*) OVER (PARTITION BY variant_id) AS epochs,
  CASE
    WHEN least(count(*) FILTER (WHERE is_treatment), count(*) FILTER (WHERE NOT is_treatment)) >= 2
    THEN coalesce(regr_slope(total, covariate), 0)
    ELSE 0
  END AS theta
FROM samples
GROUP BY variant_id, epoch`,
  },
  {
    name: 'pairs',
    note: 'Adjusted: total - theta * (covariate - its mean). Epochs in which both have users.',
    body: `
SELECT a.variant_id, a.epoch, a.epochs, a.theta,
  (count(*) FILTER (WHERE NOT is_treatment))::float8 AS control_users,
  (count(*) FILTER (WHERE is_treatment))::float8 AS treatment_users,
  avg(total) FILTER (WHERE NOT is_treatment) AS plain_control_mean,
  var_samp(total) FILTER (WHERE NOT is_treatment) AS plain_control_variance,
  var_samp(total) FILTER (WHERE is_treatment) AS plain_treatment_variance,
  avg(adjusted) FILTER (WHERE NOT is_treatment) AS control_mean,
  avg(adjusted) FILTER (WHERE is_treatment) AS treatment_mean,
  var_samp(adjusted) FILTER (WHERE NOT is_treatment) AS control_variance,
  var_samp(adjusted) FILTER (WHERE is_treatment) AS treatment_variance,
  count(*) FILTER (WHERE is_treatment)::float8 * count(*) FILTER (WHERE NOT is_treatment) / count(*) AS share
FROM (
  SELECT s.*, f.epochs, f.theta, s.total - f.theta * (s.covariate - f.centre) AS adjusted
  FROM samples s
  JOIN fits f ON f.variant_id = s.variant_id AND f.epoch = s.epoch
) a
GROUP BY a.variant_id, a.epoch, a.epochs, a.theta
HAVING count(*) FILTER (WHERE is_treatment) > 0 AND count(*) FILTER (WHERE NOT is_treatment) > 0`,
  },
  KEPT,
  weighed('kept'),
  {
    name: 'sums',
    note: 'Sums over the epochs.',
    body: `
SELECT variant_id,
  CASE WHEN max(epochs) = 1 THEN max(theta) END AS theta,
  sum(weight * plain_control_mean) AS baseline,
  sum(weight * (treatment_mean - control_mean)) AS difference,
  sum(weight ^ 2 * (control_variance / control_users + treatment_variance / treatment_users)) AS variance,
  sum(weight ^ 2 * (plain_control_variance / control_users + plain_treatment_variance / treatment_users)) AS plain_variance,
  sum(weight ^ 4 * (
    (control_variance / control_users) ^ 2 / nullif(control_users - 1, 0)
    + (treatment_variance / treatment_users) ^ 2 / nullif(treatment_users - 1, 0)
  )) AS spread
FROM weighed
GROUP BY variant_id`,
  },
  {
    name: 'pooled',
    note: 'One row for every treatment; the lift is relative to the control as it is, not adjusted.',
    body: `
SELECT variant_id, theta, difference, sqrt(variance) AS standard_error,
  difference / abs(nullif(baseline, 0)) AS lift,
  1 - variance / nullif(plain_variance, 0) AS variance_reduction,
  difference / nullif(sqrt(variance), 0) AS t,
  variance ^ 2 / nullif(spread, 0) AS df
FROM sums`,
  },
];
