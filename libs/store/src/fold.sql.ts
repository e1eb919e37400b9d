// In: a CTE `delta (arm_id, user_id, metric_id, day, events, value)`, one row per key, amounts positive or negative.
// Out: user_days, daily_totals, gaps and day_products changed by exactly that; the caller holds the experiments' locks.
// All parts read the state before the statement (one snapshot) and write their table once. No part joins two large sets whose size the
// planner must guess: neighbours come from windows and pairs of days from arrays.
export const APPLY_DELTA = `
  touched AS (
    SELECT DISTINCT arm_id, user_id, metric_id FROM delta
  ),
  merged AS (
    SELECT
      days.arm_id, days.user_id, days.metric_id, days.day,
      sum(days.events_before) AS events_before, sum(days.value_before) AS value_before,
      sum(days.events_added) AS events_added, sum(days.value_added) AS value_added
    FROM (
      SELECT d.arm_id, d.user_id, d.metric_id, d.day,
        d.events AS events_before, d.value_sum AS value_before, 0 AS events_added, 0::numeric AS value_added
      FROM touched
      JOIN user_days d USING (arm_id, user_id, metric_id)
      UNION ALL
      SELECT arm_id, user_id, metric_id, day, 0, 0, events, value FROM delta
    ) days
    GROUP BY days.arm_id, days.user_id, days.metric_id, days.day
  ),
  history AS MATERIALIZED (
    SELECT
      merged.*,
      events_before > 0 AS was_active,
      events_before + events_added > 0 AS is_active,
      value_before + value_added AS value_after,
      coalesce(max(day) FILTER (WHERE events_before > 0) OVER earlier, '-infinity') AS previous_before,
      coalesce(max(day) FILTER (WHERE events_before + events_added > 0) OVER earlier, '-infinity') AS previous_after
    FROM merged
    WINDOW earlier AS (
      PARTITION BY arm_id, user_id, metric_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
  ),
  write_user_days AS (
    INSERT INTO user_days AS stored (arm_id, user_id, metric_id, day, events, value_sum)
    SELECT arm_id, user_id, metric_id, day, events, value FROM delta ORDER BY arm_id, user_id, metric_id, day
    ON CONFLICT (arm_id, user_id, metric_id, day) DO UPDATE SET
      events = stored.events + excluded.events,
      value_sum = stored.value_sum + excluded.value_sum
  ),
  write_daily_totals AS (
    INSERT INTO daily_totals AS stored (arm_id, metric_id, day, events, active_users, converters, value_sum, value_squares)
    SELECT
      arm_id, metric_id, day,
      sum(events_added),
      sum(is_active::int - was_active::int),
      sum((is_active AND previous_after = '-infinity')::int - (was_active AND previous_before = '-infinity')::int),
      sum(value_added),
      sum(value_after * value_after - value_before * value_before)
    FROM history
    GROUP BY arm_id, metric_id, day
    ORDER BY arm_id, metric_id, day
    ON CONFLICT (arm_id, metric_id, day) DO UPDATE SET
      events = stored.events + excluded.events,
      active_users = stored.active_users + excluded.active_users,
      converters = stored.converters + excluded.converters,
      value_sum = stored.value_sum + excluded.value_sum,
      value_squares = stored.value_squares + excluded.value_squares
  ),
  write_gaps AS (
    INSERT INTO gaps AS stored (arm_id, metric_id, previous_day, day, users)
    SELECT arm_id, metric_id, previous_day, day, sum(users)
    FROM (
      SELECT arm_id, metric_id, previous_after AS previous_day, day, 1 AS users FROM history WHERE is_active
      UNION ALL
      SELECT arm_id, metric_id, previous_before, day, -1 FROM history WHERE was_active
    ) changes
    GROUP BY arm_id, metric_id, previous_day, day
    HAVING sum(users) <> 0
    ORDER BY arm_id, metric_id, day, previous_day
    ON CONFLICT (arm_id, metric_id, day, previous_day) DO UPDATE SET users = stored.users + excluded.users
  ),
  vectors AS (
    SELECT
      arm_id, metric_id,
      array_agg(day ORDER BY day) AS days,
      array_agg(value_before ORDER BY day) AS before,
      array_agg(value_after ORDER BY day) AS after
    FROM history
    WHERE value_before <> 0 OR value_after <> 0
    GROUP BY arm_id, metric_id, user_id
    HAVING count(*) > 1 AND bool_or(value_added <> 0)
  ),
  write_day_products AS (
    INSERT INTO day_products AS stored (arm_id, metric_id, day_a, day_b, product)
    SELECT v.arm_id, v.metric_id, a.day, b.day, sum(a.after * b.after - a.before * b.before)
    FROM vectors v
    CROSS JOIN LATERAL unnest(v.days, v.before, v.after) WITH ORDINALITY AS a (day, before, after, place)
    CROSS JOIN LATERAL unnest(v.days, v.before, v.after) WITH ORDINALITY AS b (day, before, after, place)
    WHERE a.place < b.place
    GROUP BY v.arm_id, v.metric_id, a.day, b.day
    HAVING sum(a.after * b.after - a.before * b.before) <> 0
    ORDER BY v.arm_id, v.metric_id, a.day, b.day
    ON CONFLICT (arm_id, metric_id, day_a, day_b) DO UPDATE SET product = stored.product + excluded.product
  )`;

// In: pairs of experiment and user ($1 uuid[], $2 text[]). Out: `delta` = what the stored events say now, less what user_days says;
// `counted` = those events.
export const REFOLD_DELTA = `
  pairs AS (
    SELECT DISTINCT experiment_id, user_id FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
  ),
  counted AS MATERIALIZED (
    SELECT c.* FROM pairs JOIN counted_events c USING (experiment_id, user_id)
  ),
  delta AS MATERIALIZED (
    SELECT arm_id, user_id, metric_id, day, sum(events) AS events, sum(value) AS value
    FROM (
      SELECT c.arm_id, c.user_id, c.metric_id, c.day, count(*) AS events, sum(c.value) AS value
      FROM counted c
      GROUP BY c.arm_id, c.user_id, c.metric_id, c.day
      UNION ALL
      SELECT d.arm_id, d.user_id, d.metric_id, d.day, -d.events, -d.value_sum
      FROM pairs
      JOIN arms USING (experiment_id)
      JOIN user_days d ON d.arm_id = arms.id AND d.user_id = pairs.user_id
    ) shares
    GROUP BY arm_id, user_id, metric_id, day
    HAVING sum(events) <> 0 OR sum(value) <> 0
  )`;
