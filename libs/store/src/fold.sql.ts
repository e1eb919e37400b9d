/** What the totals of experiments hold beyond hours and days; the parts of a statement that nobody needs are left out of it. */
export interface Held {
  /** Measures beyond those that event types have by themselves. */
  declared: boolean;
  /** Sums of what users did before their anchor. */
  covariates: boolean;
  /** Products of two measures. */
  ratios: boolean;
}

const TOUCHED = `
  touched AS (
    SELECT DISTINCT arm_id, user_id, measure_id FROM delta
  )`;

const TOUCHED_WITH_RATIOS = `
  changed AS (
    SELECT DISTINCT arm_id, user_id, measure_id FROM delta
  ),
  touched AS (
    SELECT * FROM changed
    UNION
    SELECT c.arm_id, c.user_id, other.measure_id
    FROM changed c
    JOIN arms ON arms.id = c.arm_id
    JOIN experiment_ratios r ON r.experiment_id = arms.experiment_id AND c.measure_id IN (r.numerator_id, r.denominator_id)
    CROSS JOIN LATERAL (VALUES (r.numerator_id), (r.denominator_id)) AS other (measure_id)
  )`;

const MOVED = '(was_active, previous_before) <> (is_active, previous_after)';

// Sums of numeric skip zeros, which most values are, and events of a user are summed as integers: a sum of numeric costs much more than a
// comparison.
const DAYS = `
  hours AS MATERIALIZED (
    SELECT
      merged.*,
      events_before > 0 AS was_active,
      events_before + events_added > 0 AS is_active,
      min(hour) FILTER (WHERE events_before > 0) OVER own AS first_before,
      min(hour) FILTER (WHERE events_before + events_added > 0) OVER own AS first_after
    FROM (
      SELECT
        rows.arm_id, rows.user_id, rows.measure_id, rows.day, rows.hour,
        bool_or(rows.is_stored) AS is_stored,
        coalesce(max(rows.events) FILTER (WHERE rows.is_stored), 0) AS events_before,
        coalesce(max(rows.value) FILTER (WHERE rows.is_stored), 0) AS value_before,
        coalesce(sum(rows.events::int) FILTER (WHERE NOT rows.is_stored), 0)::int AS events_added,
        coalesce(sum(rows.value) FILTER (WHERE NOT rows.is_stored AND rows.value <> 0), 0) AS value_added
      FROM (
        SELECT true AS is_stored, h.arm_id, h.user_id, h.measure_id, h.day, h.hour, h.events, h.value_sum AS value
        FROM touched
        JOIN user_hours h USING (arm_id, user_id, measure_id)
        UNION ALL
        SELECT false, arm_id, user_id, measure_id, day, hour, events, value FROM delta
      ) rows
      GROUP BY rows.arm_id, rows.user_id, rows.measure_id, rows.day, rows.hour
    ) merged
    WINDOW own AS (
      PARTITION BY arm_id, user_id, measure_id ORDER BY day, hour ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
  ),
  history AS MATERIALIZED (
    SELECT
      days.*,
      value_before + value_added AS value_after,
      coalesce(max(day) FILTER (WHERE was_active) OVER earlier, '-infinity') AS previous_before,
      coalesce(max(day) FILTER (WHERE is_active) OVER earlier, '-infinity') AS previous_after,
      coalesce(sum(value_before) FILTER (WHERE value_before <> 0) OVER earlier, 0) AS earlier_before,
      coalesce(sum(value_added) FILTER (WHERE value_added <> 0) OVER earlier, 0) AS earlier_added
    FROM (
      SELECT
        arm_id, user_id, measure_id, day,
        bool_or(was_active) AS was_active, bool_or(is_active) AS is_active, sum(events_added) AS events_added,
        coalesce(sum(value_before) FILTER (WHERE value_before <> 0), 0) AS value_before,
        coalesce(sum(value_added) FILTER (WHERE value_added <> 0), 0) AS value_added
      FROM hours
      GROUP BY arm_id, user_id, measure_id, day
    ) days
    WINDOW earlier AS (
      PARTITION BY arm_id, user_id, measure_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
  ),
  add_user_hours AS (
    INSERT INTO user_hours (arm_id, user_id, measure_id, day, hour, events, value_sum)
    SELECT arm_id, user_id, measure_id, day, hour, events_added, value_added
    FROM hours
    WHERE NOT is_stored
    ORDER BY arm_id, user_id, measure_id, day, hour
  ),
  change_user_hours AS (
    UPDATE user_hours stored SET events = stored.events + h.events_added, value_sum = stored.value_sum + h.value_added
    FROM hours h
    WHERE h.is_stored AND (h.events_added <> 0 OR h.value_added <> 0)
      AND (stored.arm_id, stored.user_id, stored.measure_id, stored.hour) = (h.arm_id, h.user_id, h.measure_id, h.hour)
  ),
  write_hourly_totals AS (
    INSERT INTO hourly_totals AS stored (arm_id, measure_id, hour, events, active_users, converters, value_sum)
    SELECT * FROM (
      SELECT
        arm_id, measure_id, hour,
        sum(events_added) AS events,
        sum(is_active::int - was_active::int) AS active_users,
        sum((is_active AND hour = first_after)::int - (was_active AND hour = first_before)::int) AS converters,
        coalesce(sum(value_added) FILTER (WHERE value_added <> 0), 0) AS value_sum
      FROM hours
      GROUP BY arm_id, measure_id, hour
      ORDER BY arm_id, measure_id, hour
    ) sums
    WHERE (events, active_users, converters, value_sum) <> (0, 0, 0, 0)
    ON CONFLICT (arm_id, measure_id, hour) DO UPDATE SET
      events = stored.events + excluded.events,
      active_users = stored.active_users + excluded.active_users,
      converters = stored.converters + excluded.converters,
      value_sum = stored.value_sum + excluded.value_sum
  ),
  write_daily_totals AS (
    INSERT INTO daily_totals AS stored (arm_id, measure_id, day, events, active_users, converters, value_sum, value_squares, products)
    SELECT * FROM (
      SELECT
        arm_id, measure_id, day,
        sum(events_added) AS events,
        sum(is_active::int - was_active::int) AS active_users,
        sum((is_active AND previous_after = '-infinity')::int - (was_active AND previous_before = '-infinity')::int) AS converters,
        coalesce(sum(value_added) FILTER (WHERE value_added <> 0), 0) AS value_sum,
        coalesce(sum(value_after * value_after - value_before * value_before) FILTER (WHERE value_added <> 0), 0) AS value_squares,
        coalesce(sum(value_after * earlier_added + value_added * earlier_before) FILTER (WHERE value_added <> 0 OR earlier_added <> 0), 0)
          AS products
      FROM history
      GROUP BY arm_id, measure_id, day
      ORDER BY arm_id, measure_id, day
    ) sums
    WHERE (events, active_users, converters, value_sum, value_squares, products) <> (0, 0, 0, 0, 0, 0)
    ON CONFLICT (arm_id, measure_id, day) DO UPDATE SET
      events = stored.events + excluded.events,
      active_users = stored.active_users + excluded.active_users,
      converters = stored.converters + excluded.converters,
      value_sum = stored.value_sum + excluded.value_sum,
      value_squares = stored.value_squares + excluded.value_squares,
      products = stored.products + excluded.products
  ),
  write_gaps AS (
    INSERT INTO gaps AS stored (arm_id, measure_id, previous_day, day, users)
    SELECT arm_id, measure_id, previous_day, day, sum(users)
    FROM (
      SELECT arm_id, measure_id, previous_after AS previous_day, day, 1 AS users FROM history WHERE is_active AND ${MOVED}
      UNION ALL
      SELECT arm_id, measure_id, previous_before, day, -1 FROM history WHERE was_active AND ${MOVED}
    ) changes
    GROUP BY arm_id, measure_id, previous_day, day
    HAVING sum(users) <> 0
    ORDER BY arm_id, measure_id, day, previous_day
    ON CONFLICT (arm_id, measure_id, day, previous_day) DO UPDATE SET users = stored.users + excluded.users
  ),
  vectors AS (
    SELECT
      arm_id, measure_id,
      array_agg(day ORDER BY day) AS days,
      array_agg(value_before ORDER BY day) AS before,
      array_agg(value_after ORDER BY day) AS after
    FROM history
    WHERE value_before <> 0 OR value_after <> 0
    GROUP BY arm_id, measure_id, user_id
    HAVING count(*) > 1 AND bool_or(value_added <> 0)
  ),
  write_day_products AS (
    INSERT INTO day_products AS stored (arm_id, measure_id, day_a, day_b, product)
    SELECT v.arm_id, v.measure_id, a.day, b.day, sum(a.after * b.after - a.before * b.before)
    FROM vectors v
    CROSS JOIN LATERAL unnest(v.days, v.before, v.after) WITH ORDINALITY AS a (day, before, after, place)
    CROSS JOIN LATERAL unnest(v.days, v.before, v.after) WITH ORDINALITY AS b (day, before, after, place)
    WHERE a.place < b.place
    GROUP BY v.arm_id, v.measure_id, a.day, b.day
    HAVING sum(a.after * b.after - a.before * b.before) <> 0
    ORDER BY v.arm_id, v.measure_id, a.day, b.day
    ON CONFLICT (arm_id, measure_id, day_a, day_b) DO UPDATE SET product = stored.product + excluded.product
  )`;

const CROSS_PRODUCTS = `
  sides AS (
    SELECT
      h.arm_id, r.numerator_id, r.denominator_id,
      array_agg(h.day ORDER BY h.day) FILTER (WHERE h.measure_id = r.numerator_id) AS numerator_days,
      array_agg(h.value_before ORDER BY h.day) FILTER (WHERE h.measure_id = r.numerator_id) AS numerator_before,
      array_agg(h.value_after ORDER BY h.day) FILTER (WHERE h.measure_id = r.numerator_id) AS numerator_after,
      array_agg(h.day ORDER BY h.day) FILTER (WHERE h.measure_id = r.denominator_id) AS denominator_days,
      array_agg(h.value_before ORDER BY h.day) FILTER (WHERE h.measure_id = r.denominator_id) AS denominator_before,
      array_agg(h.value_after ORDER BY h.day) FILTER (WHERE h.measure_id = r.denominator_id) AS denominator_after
    FROM history h
    JOIN arms ON arms.id = h.arm_id
    JOIN experiment_ratios r ON r.experiment_id = arms.experiment_id AND h.measure_id IN (r.numerator_id, r.denominator_id)
    WHERE h.value_before <> 0 OR h.value_after <> 0
    GROUP BY h.arm_id, h.user_id, r.numerator_id, r.denominator_id
    HAVING bool_or(h.value_added <> 0)
  ),
  write_cross_products AS (
    INSERT INTO cross_products AS stored (arm_id, numerator_id, denominator_id, numerator_day, denominator_day, product)
    SELECT s.arm_id, s.numerator_id, s.denominator_id, n.day, d.day, sum(n.after * d.after - n.before * d.before)
    FROM sides s
    CROSS JOIN LATERAL unnest(s.numerator_days, s.numerator_before, s.numerator_after) AS n (day, before, after)
    CROSS JOIN LATERAL unnest(s.denominator_days, s.denominator_before, s.denominator_after) AS d (day, before, after)
    GROUP BY s.arm_id, s.numerator_id, s.denominator_id, n.day, d.day
    HAVING sum(n.after * d.after - n.before * d.before) <> 0
    ORDER BY s.arm_id, s.numerator_id, s.denominator_id, n.day, d.day
    ON CONFLICT (arm_id, numerator_id, denominator_id, numerator_day, denominator_day) DO UPDATE SET
      product = stored.product + excluded.product
  )`;

const COVARIATE_PRODUCTS = `
  write_covariate_products AS (
    INSERT INTO covariate_products AS stored (arm_id, measure_id, day, product)
    SELECT arm_id, measure_id, h.day, sum(c.value * h.value_added)
    FROM history h
    JOIN user_covariates c USING (arm_id, user_id, measure_id)
    WHERE h.value_added <> 0
    GROUP BY arm_id, measure_id, h.day
    HAVING sum(c.value * h.value_added) <> 0
    ORDER BY arm_id, measure_id, h.day
    ON CONFLICT (arm_id, measure_id, day) DO UPDATE SET product = stored.product + excluded.product
  )`;

// In: a CTE `delta (arm_id, user_id, measure_id, day, hour, events, value)` with amounts positive or negative, any number of rows per user,
// measure and hour. Out: user_hours and the totals of the fold `days` changed by exactly that. The caller holds the experiments' locks: a row that
// is not there now is written by nobody else, so it is inserted plainly.
// All parts read the state before the statement (one snapshot) and write their table once. No part joins two large sets whose size the
// planner must guess: neighbours come from windows and pairs of days from arrays.
export function applyDelta({ covariates, ratios }: Omit<Held, 'declared'>): string {
  return [
    ratios ? TOUCHED_WITH_RATIOS : TOUCHED,
    DAYS,
    ...(ratios ? [CROSS_PRODUCTS] : []),
    ...(covariates ? [COVARIATE_PRODUCTS] : []),
  ].join(',');
}

// In: pairs of experiment and user ($1 uuid[], $2 text[]). Out: `delta` = what the stored events say now, less what user_hours says;
// `counted` = those events.
export const REFOLD_DELTA = `
  pairs AS (
    SELECT DISTINCT experiment_id, user_id FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
  ),
  counted AS MATERIALIZED (
    SELECT c.* FROM pairs JOIN counted_events c USING (experiment_id, user_id) WHERE c.fold = 'days'
  ),
  delta AS MATERIALIZED (
    SELECT arm_id, user_id, measure_id, day, hour, sum(events)::bigint AS events, sum(value) AS value
    FROM (
      SELECT c.arm_id, c.user_id, c.measure_id, c.day, c.hour, count(*) AS events, sum(c.value) AS value
      FROM counted c
      GROUP BY c.arm_id, c.user_id, c.measure_id, c.day, c.hour
      UNION ALL
      SELECT h.arm_id, h.user_id, h.measure_id, h.day, h.hour, -h.events, -h.value_sum
      FROM pairs
      JOIN arms USING (experiment_id)
      JOIN user_hours h ON h.arm_id = arms.id AND h.user_id = pairs.user_id
    ) shares
    GROUP BY arm_id, user_id, measure_id, day, hour
    HAVING sum(events) <> 0 OR sum(value) <> 0
  )`;
