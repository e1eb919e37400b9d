// What is not additive over events is settled instead of folded: worked out anew for the users concerned, compared with what is stored,
// and the totals changed by the difference. In: pairs of experiment and user ($1 uuid[], $2 text[]), in each statement.

const PAIRS = `
  pairs AS MATERIALIZED (
    SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
  )`;

/** Moves each user into the cells of daily_users and hourly_users that the anchor asks for, or out of all of them. */
export const SETTLE_POPULATION = `
  WITH ${PAIRS},
  wanted AS (
    SELECT a.experiment_id, a.user_id, a.counted_arm_id, a.counted_day, a.counted_hour, u.arm_id, u.anchor_day AS day, u.anchor_hour AS hour
    FROM pairs
    JOIN assignments a USING (experiment_id, user_id)
    LEFT JOIN anchored_users u USING (experiment_id, user_id)
  ),
  moved AS (
    UPDATE assignments a SET counted_arm_id = w.arm_id, counted_day = w.day, counted_hour = w.hour
    FROM wanted w
    WHERE a.experiment_id = w.experiment_id AND a.user_id = w.user_id
      AND (w.counted_arm_id, w.counted_day, w.counted_hour) IS DISTINCT FROM (w.arm_id, w.day, w.hour)
  ),
  changes AS (
    SELECT arm_id, day, hour, 1 AS users FROM wanted WHERE arm_id IS NOT NULL
    UNION ALL
    SELECT counted_arm_id, counted_day, counted_hour, -1 FROM wanted WHERE counted_arm_id IS NOT NULL
  ),
  write_daily_users AS (
    INSERT INTO daily_users AS stored (arm_id, day, users)
    SELECT arm_id, day, sum(users) FROM changes GROUP BY arm_id, day HAVING sum(users) <> 0 ORDER BY arm_id, day
    ON CONFLICT (arm_id, day) DO UPDATE SET users = stored.users + excluded.users
  )
  INSERT INTO hourly_users AS stored (arm_id, hour, users)
  SELECT arm_id, hour, sum(users) FROM changes GROUP BY arm_id, hour HAVING sum(users) <> 0 ORDER BY arm_id, hour
  ON CONFLICT (arm_id, hour) DO UPDATE SET users = stored.users + excluded.users`;

/** Brings the spans of these users in line with their events. */
export const SETTLE_SPANS = `
  WITH ${PAIRS},
  wanted AS MATERIALIZED (
    SELECT s.arm_id, s.user_id, s.measure_id, s.start_day, s.end_day
    FROM pairs
    CROSS JOIN LATERAL (
      SELECT * FROM counted_spans c WHERE c.experiment_id = pairs.experiment_id AND c.user_id = pairs.user_id
    ) s
  ),
  found AS MATERIALIZED (
    SELECT s.*
    FROM pairs
    JOIN arms USING (experiment_id)
    JOIN user_spans s ON s.arm_id = arms.id AND s.user_id = pairs.user_id
  ),
  gone AS (
    DELETE FROM user_spans s USING found f
    WHERE (s.arm_id, s.user_id, s.measure_id, s.start_day) = (f.arm_id, f.user_id, f.measure_id, f.start_day)
      AND NOT EXISTS (
        SELECT FROM wanted w
        WHERE (w.arm_id, w.user_id, w.measure_id, w.start_day) = (f.arm_id, f.user_id, f.measure_id, f.start_day)
      )
  ),
  kept AS (
    INSERT INTO user_spans AS stored (arm_id, user_id, measure_id, start_day, end_day)
    SELECT * FROM wanted ORDER BY arm_id, user_id, measure_id, start_day
    ON CONFLICT (arm_id, user_id, measure_id, start_day) DO UPDATE SET end_day = excluded.end_day
    WHERE stored.end_day <> excluded.end_day
  )
  INSERT INTO span_totals AS stored (arm_id, measure_id, previous_start, start_day, end_day, users)
  SELECT arm_id, measure_id, previous_start, start_day, end_day, sum(users)
  FROM (
    SELECT arm_id, measure_id, start_day, end_day, side AS users,
      coalesce(lag(start_day) OVER (PARTITION BY side, arm_id, user_id, measure_id ORDER BY start_day), '-infinity') AS previous_start
    FROM (SELECT 1 AS side, * FROM wanted UNION ALL SELECT -1, * FROM found) sides
  ) changes
  GROUP BY arm_id, measure_id, previous_start, start_day, end_day
  HAVING sum(users) <> 0
  ORDER BY arm_id, measure_id, start_day, previous_start, end_day
  ON CONFLICT (arm_id, measure_id, start_day, previous_start, end_day) DO UPDATE SET users = stored.users + excluded.users`;

/** Brings the covariates of these users in line with their events before the anchor; user_hours must be settled already. */
export const SETTLE_COVARIATES = `
  WITH ${PAIRS},
  wanted AS MATERIALIZED (
    SELECT c.arm_id, c.user_id, c.measure_id, c.anchor_day, c.value
    FROM pairs
    CROSS JOIN LATERAL (
      SELECT e.arm_id, e.user_id, e.measure_id, e.anchor_day, sum(e.value) AS value
      FROM covariate_events e
      WHERE e.experiment_id = pairs.experiment_id AND e.user_id = pairs.user_id
      GROUP BY e.arm_id, e.user_id, e.measure_id, e.anchor_day
      HAVING sum(e.value) <> 0
    ) c
  ),
  found AS MATERIALIZED (
    SELECT c.arm_id, c.user_id, c.measure_id, c.anchor_day, c.value
    FROM pairs
    JOIN arms USING (experiment_id)
    JOIN user_covariates c ON c.arm_id = arms.id AND c.user_id = pairs.user_id
  ),
  sides AS MATERIALIZED (
    SELECT 1 AS side, * FROM wanted
    UNION ALL
    SELECT -1, * FROM found
  ),
  gone AS (
    DELETE FROM user_covariates c USING found f
    WHERE (c.arm_id, c.user_id, c.measure_id) = (f.arm_id, f.user_id, f.measure_id)
      AND NOT EXISTS (SELECT FROM wanted w WHERE (w.arm_id, w.user_id, w.measure_id) = (f.arm_id, f.user_id, f.measure_id))
  ),
  kept AS (
    INSERT INTO user_covariates AS stored (arm_id, user_id, measure_id, anchor_day, value)
    SELECT * FROM wanted ORDER BY arm_id, user_id, measure_id
    ON CONFLICT (arm_id, user_id, measure_id) DO UPDATE SET anchor_day = excluded.anchor_day, value = excluded.value
  ),
  write_products AS (
    INSERT INTO covariate_products AS stored (arm_id, measure_id, day, product)
    SELECT arm_id, measure_id, h.day, sum(s.side * s.value * h.value_sum)
    FROM sides s
    JOIN user_hours h USING (arm_id, user_id, measure_id)
    GROUP BY arm_id, measure_id, h.day
    HAVING sum(s.side * s.value * h.value_sum) <> 0
    ORDER BY arm_id, measure_id, h.day
    ON CONFLICT (arm_id, measure_id, day) DO UPDATE SET product = stored.product + excluded.product
  )
  INSERT INTO covariate_totals AS stored (arm_id, measure_id, anchor_day, value_sum, value_squares)
  SELECT arm_id, measure_id, anchor_day, sum(side * value), sum(side * value * value)
  FROM sides
  GROUP BY arm_id, measure_id, anchor_day
  HAVING (sum(side * value), sum(side * value * value)) <> (0, 0)
  ORDER BY arm_id, measure_id, anchor_day
  ON CONFLICT (arm_id, measure_id, anchor_day) DO UPDATE SET
    value_sum = stored.value_sum + excluded.value_sum,
    value_squares = stored.value_squares + excluded.value_squares`;

/** In: pairs. Out: those of experiments that keep spans, and those of experiments that keep covariates. */
export const KEEPS = `
  SELECT p.experiment_id, p.user_id, bool_or(m.fold <> 'days') AS spans, bool_or(m.covariate_window IS NOT NULL) AS covariates
  FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
  JOIN experiment_measures s USING (experiment_id)
  JOIN measures m ON m.id = s.measure_id
  WHERE m.fold <> 'days' OR m.covariate_window IS NOT NULL
  GROUP BY p.experiment_id, p.user_id`;
