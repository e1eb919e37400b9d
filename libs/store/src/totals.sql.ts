import { prepared } from './transaction';

// What the results read: totals only. In each statement: an experiment ($1), the first day ($2) and the day after the last one ($3),
// '-infinity' and 'infinity' when the range is open.

const ARM = 'arm AS (SELECT id AS arm_id FROM arms WHERE experiment_id = $1)';

export const FRESHNESS = prepared(
  'SELECT version, last_event_at, changed_at AS as_of FROM totals_versions WHERE experiment_id = $1',
);

/**
 * In: ids ($1) and keys ($2) of experiments. Out: `state`, which stays the same for as long as nothing changes that results are made of:
 * the experiment, its totals, the declarations of its metrics. By the transactions that wrote the rows, so that no change slips through,
 * not even one by hand; whatever changes a variant, an arm or an epoch writes its experiment as well.
 */
export const STATES = prepared(`
  SELECT x.id, x.key, concat_ws(' ', x.id, x.xmin, t.version, t.xmin, (
    SELECT string_agg(concat(m.id, m.xmin), ' ' ORDER BY m.id)
    FROM jsonb_array_elements(x.metrics) AS selected JOIN metrics m ON m.id = (selected ->> 'metric_id')::uuid
  )) AS state
  FROM experiments x LEFT JOIN totals_versions t ON t.experiment_id = x.id
  WHERE x.id = ANY ($1::uuid[]) OR x.key = ANY ($2::text[])`);

export const PLAIN_MEASURES = prepared(`
  SELECT id AS measure_id, event_type FROM measures
  WHERE event_type IS NOT NULL AND id IN (
    SELECT measure_id FROM daily_totals WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = $1)
  )
  ORDER BY event_type`);

export const RANGE_USERS = prepared(`
  SELECT arm_id, day, users FROM arms JOIN daily_users ON arm_id = id
  WHERE experiment_id = $1 AND day < $2::date AND users > 0 ORDER BY day, arm_id`);

/** From the first day on ($2 is the day after the last one): what a day adds is in its row, so nothing else is read. */
export const EVER_MEASURES = prepared(`
  WITH ${ARM}
  SELECT arm_id, measure_id, sum(converters)::bigint AS converters, sum(events)::bigint AS events,
    sum(value_sum) AS value_sum, sum(value_squares + 2 * products) AS value_squares
  FROM arm JOIN daily_totals USING (arm_id)
  WHERE day < $2::date
  GROUP BY arm_id, measure_id
  HAVING sum(events) > 0
  ORDER BY measure_id, arm_id`);

export const EVER_DAYS = prepared(`
  WITH ${ARM}
  SELECT arm_id, measure_id, day, events, active_users, converters AS new_converters, value_sum, value_squares, 2 * products AS products
  FROM arm JOIN daily_totals USING (arm_id)
  WHERE day < $2::date AND events > 0
  ORDER BY measure_id, day, arm_id`);

// Users active on a day whose last active day before lies before the range. Day by day, because the rows of one day begin with those.
const FIRST_IN_RANGE = `
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.users), 0) AS users FROM gaps g
    WHERE g.arm_id = t.arm_id AND g.measure_id = t.measure_id AND g.day = t.day AND g.previous_day < $2::date
  ) first_in_range`;

export const RANGE_MEASURES = prepared(`
  WITH ${ARM},
  products AS (
    SELECT arm_id, measure_id, 2 * sum(product) AS products
    FROM arm JOIN day_products USING (arm_id)
    WHERE day_a >= $2::date AND day_b < $3::date
    GROUP BY arm_id, measure_id
  ),
  sums AS (
    SELECT t.arm_id, t.measure_id, sum(first_in_range.users) AS converters, sum(t.events) AS events, sum(t.value_sum) AS value_sum,
      sum(t.value_squares) AS value_squares
    FROM arm JOIN daily_totals t USING (arm_id) ${FIRST_IN_RANGE}
    WHERE t.day >= $2::date AND t.day < $3::date
    GROUP BY t.arm_id, t.measure_id
  )
  SELECT arm_id, measure_id, converters::bigint AS converters, events::bigint AS events,
    value_sum, value_squares + coalesce(products, 0) AS value_squares
  FROM sums LEFT JOIN products USING (arm_id, measure_id)
  WHERE events > 0
  ORDER BY measure_id, arm_id`);

export const RANGE_DAYS = prepared(`
  WITH ${ARM},
  products AS (
    SELECT arm_id, measure_id, day_b AS day, 2 * sum(product) AS products
    FROM arm JOIN day_products USING (arm_id)
    WHERE day_a >= $2::date AND day_b < $3::date
    GROUP BY arm_id, measure_id, day_b
  )
  SELECT t.arm_id, t.measure_id, t.day, t.events, t.active_users, first_in_range.users::bigint AS new_converters,
    t.value_sum, t.value_squares, coalesce(p.products, 0) AS products
  FROM arm
  JOIN daily_totals t USING (arm_id) ${FIRST_IN_RANGE}
  LEFT JOIN products p ON (p.arm_id, p.measure_id, p.day) = (t.arm_id, t.measure_id, t.day)
  WHERE t.day >= $2::date AND t.day < $3::date AND t.events > 0
  ORDER BY t.measure_id, t.day, t.arm_id`);

export const RANGE_CROSS = prepared(`
  WITH ${ARM}
  SELECT arm_id, numerator_id, denominator_id, greatest(numerator_day, denominator_day) AS day, sum(product) AS product
  FROM arm JOIN cross_products USING (arm_id)
  WHERE least(numerator_day, denominator_day) >= $2::date AND greatest(numerator_day, denominator_day) < $3::date
  GROUP BY 1, 2, 3, 4
  ORDER BY numerator_id, denominator_id, day, arm_id`);

/** Also in: the day before which a retention window must close ($4). */
export const RANGE_SPANS = prepared(`
  WITH ${ARM}
  SELECT arm_id, measure_id, end_day, sum(users)::bigint AS users
  FROM arm JOIN span_totals USING (arm_id) JOIN measures m ON m.id = measure_id
  WHERE start_day >= $2::date AND (previous_start < $2::date OR previous_start = '-infinity')
    AND end_day < CASE m.fold WHEN 'retention' THEN least($3::date, $4::date) ELSE $3::date END
  GROUP BY arm_id, measure_id, end_day
  HAVING sum(users) > 0
  ORDER BY measure_id, end_day, arm_id`);

export const RANGE_COVARIATES = prepared(`
  WITH ${ARM},
  products AS (
    SELECT arm_id, measure_id, sum(product) AS product
    FROM arm JOIN covariate_products USING (arm_id)
    WHERE day >= $2::date AND day < $3::date
    GROUP BY arm_id, measure_id
  )
  SELECT arm_id, measure_id, sum(value_sum) AS value_sum, sum(value_squares) AS value_squares, coalesce(max(product), 0) AS product
  FROM arm JOIN covariate_totals USING (arm_id) LEFT JOIN products USING (arm_id, measure_id)
  WHERE anchor_day < $3::date
  GROUP BY arm_id, measure_id
  ORDER BY measure_id, arm_id`);

/** In: an experiment ($1). Users who do not count, by variant: those found in two variants and those with a forced one. */
export const EXCLUDED = prepared(`
  SELECT v.id AS variant_id, coalesce(c.users, 0)::bigint AS contaminated, coalesce(o.users, 0)::bigint AS overridden
  FROM variants v
  LEFT JOIN (
    SELECT arms.variant_id, count(*) AS users
    FROM assignments a JOIN arms ON arms.id = a.arm_id
    WHERE a.experiment_id = $1 AND a.contaminated
    GROUP BY arms.variant_id
  ) c ON c.variant_id = v.id
  LEFT JOIN (
    SELECT variant_id, count(*) AS users FROM overrides WHERE experiment_id = $1 GROUP BY variant_id
  ) o ON o.variant_id = v.id
  WHERE v.experiment_id = $1
  ORDER BY v.position`);

// By the local day and not between two instants: where clocks go back at midnight, a day begins twice.
const HOUR_IN_RANGE =
  '(hour AT TIME ZONE timezone)::date >= $2::date AND (hour AT TIME ZONE timezone)::date < $3::date';
const ZONED_ARM = `
  arm AS (
    SELECT arms.id AS arm_id, x.timezone FROM arms JOIN experiments x ON x.id = arms.experiment_id WHERE x.id = $1
  )`;

export const RANGE_HOURS = prepared(`
  WITH ${ZONED_ARM}
  SELECT arm_id, measure_id, hour, events, active_users, converters, value_sum
  FROM arm JOIN hourly_totals USING (arm_id)
  WHERE ${HOUR_IN_RANGE} AND events > 0
  ORDER BY measure_id, hour, arm_id`);

export const RANGE_HOURLY_USERS = prepared(`
  WITH ${ZONED_ARM}
  SELECT arm_id, hour, users FROM arm JOIN hourly_users USING (arm_id)
  WHERE ${HOUR_IN_RANGE} AND users > 0
  ORDER BY hour, arm_id`);

/** In: an experiment ($1), a day ($2). */
export const CONVERTERS_BEFORE = prepared(`
  WITH ${ARM}
  SELECT arm_id, measure_id, sum(converters)::bigint AS converters
  FROM arm JOIN daily_totals USING (arm_id) WHERE day < $2::date
  GROUP BY arm_id, measure_id`);
