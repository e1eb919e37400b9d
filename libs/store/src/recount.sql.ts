// The recount: what the totals must be, derived from raw rows by plain GROUP BY and windows. It shares the counting rules (the views)
// with the fold but none of its arithmetic, so each checks the other.

export const CREATE_RECOUNT = `
  CREATE TEMPORARY TABLE recounted_days (
    arm_id integer, user_id text COLLATE "C", metric_id integer, day date, events bigint, value_sum numeric
  ) ON COMMIT DROP`;

/** In: an experiment ($1). Every user-day of it as the stored events say. */
export const FILL_RECOUNT = `
  INSERT INTO recounted_days
  SELECT arm_id, user_id, metric_id, day, count(*) AS events, sum(value) AS value_sum
  FROM counted_events
  WHERE experiment_id = $1
  GROUP BY arm_id, user_id, metric_id, day`;

interface Recount {
  key: string[];
  measures: string[];
  /** The rows as they should be, from recounted_days or from the assignments of the experiment ($1). */
  expected: string;
  /** The stored rows of the experiment ($1). */
  stored: string;
}

const ARMS = '(SELECT id FROM arms WHERE experiment_id = $1)';

const ACTIVE_DAYS = `
  SELECT arm_id, metric_id, user_id, day, events, value_sum,
    coalesce(lag(day) OVER (PARTITION BY arm_id, metric_id, user_id ORDER BY day), '-infinity') AS previous_day
  FROM recounted_days`;

/** One entry for every table of totals. */
export const RECOUNTS = {
  user_days: {
    key: ['arm_id', 'user_id', 'metric_id', 'day'],
    measures: ['events', 'value_sum'],
    expected: 'SELECT * FROM recounted_days',
    stored: `SELECT * FROM user_days WHERE arm_id IN ${ARMS}`,
  },
  daily_totals: {
    key: ['arm_id', 'metric_id', 'day'],
    measures: ['events', 'active_users', 'converters', 'value_sum', 'value_squares'],
    expected: `
      SELECT arm_id, metric_id, day, sum(events) AS events, count(*) AS active_users,
        count(*) FILTER (WHERE previous_day = '-infinity') AS converters,
        sum(value_sum) AS value_sum, sum(value_sum * value_sum) AS value_squares
      FROM (${ACTIVE_DAYS}) active
      GROUP BY arm_id, metric_id, day`,
    stored: `SELECT * FROM daily_totals WHERE arm_id IN ${ARMS}`,
  },
  gaps: {
    key: ['arm_id', 'metric_id', 'previous_day', 'day'],
    measures: ['users'],
    expected: `
      SELECT arm_id, metric_id, previous_day, day, count(*) AS users
      FROM (${ACTIVE_DAYS}) active
      GROUP BY arm_id, metric_id, previous_day, day`,
    stored: `SELECT * FROM gaps WHERE arm_id IN ${ARMS}`,
  },
  day_products: {
    key: ['arm_id', 'metric_id', 'day_a', 'day_b'],
    measures: ['product'],
    expected: `
      SELECT a.arm_id, a.metric_id, a.day AS day_a, b.day AS day_b, sum(a.value_sum * b.value_sum) AS product
      FROM recounted_days a
      JOIN recounted_days b USING (arm_id, user_id, metric_id)
      WHERE a.day < b.day AND a.value_sum <> 0 AND b.value_sum <> 0
      GROUP BY a.arm_id, a.metric_id, a.day, b.day`,
    stored: `SELECT * FROM day_products WHERE arm_id IN ${ARMS}`,
  },
  daily_users: {
    key: ['arm_id', 'day'],
    measures: ['users'],
    expected: `
      SELECT arm_id, (anchor AT TIME ZONE timezone)::date AS day, count(*) AS users
      FROM anchored_users WHERE experiment_id = $1 GROUP BY 1, 2`,
    stored: `SELECT * FROM daily_users WHERE arm_id IN ${ARMS}`,
  },
} satisfies Record<string, Recount>;

export type TotalsTable = keyof typeof RECOUNTS;

/**
 * In: an experiment ($1). Out: every row of one table that differs from the recount, with both sides; a row of zeros equals no row.
 * `cells` counts the rows compared.
 */
export function differences(table: TotalsTable): string {
  const { key, measures, expected, stored } = RECOUNTS[table];
  const side = (name: string): string =>
    measures.map((column) => `coalesce(${name}.${column}, 0)`).join(', ');
  const json = (columns: string[], name: string): string =>
    `jsonb_build_object(${columns.map((column) => `'${column}', ${name}${column}`).join(', ')})`;
  return `
    WITH expected AS (${expected}), stored AS (${stored}),
    compared AS (
      SELECT ${json(key, '')} AS key,
        CASE WHEN (${side('expected')}) IS DISTINCT FROM (${side('stored')}) THEN ${json(measures, 'expected.')} END AS expected,
        ${json(measures, 'stored.')} AS stored
      FROM expected FULL JOIN stored USING (${key.join(', ')})
    )
    SELECT
      (SELECT count(*) FROM compared) AS cells,
      (SELECT count(*) FROM compared WHERE expected IS NOT NULL) AS differences,
      coalesce((
        SELECT jsonb_agg(shown) FROM (SELECT key, expected, stored FROM compared WHERE expected IS NOT NULL LIMIT 20) shown
      ), '[]') AS rows`;
}

/** In: an experiment ($1). Replaces the rows of one table by the recount. */
export function rebuild(table: TotalsTable): { clear: string; fill: string } {
  const { key, measures, expected } = RECOUNTS[table];
  const columns = [...key, ...measures].join(', ');
  return {
    clear: `DELETE FROM ${table} WHERE arm_id IN ${ARMS}`,
    fill: `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM (${expected}) expected`,
  };
}

// The two statements below set every assignment against what the view says of it. They group instead of joining: statistics may not know
// a freshly imported experiment yet, and a join of two sides guessed at one row each is a nested loop, quadratic in the users.
const SAID_AND_STORED = `
    SELECT a.experiment_id, a.user_id, a.counted_arm_id, a.counted_day, NULL::integer AS arm_id, NULL::date AS day
    FROM assignments a
    WHERE a.experiment_id = $1
    UNION ALL
    SELECT u.experiment_id, u.user_id, NULL, NULL, u.arm_id, (u.anchor AT TIME ZONE u.timezone)::date
    FROM anchored_users u
    WHERE u.experiment_id = $1`;

const WRONG_CELLS = `
  SELECT experiment_id, user_id, max(arm_id) AS arm_id, max(day) AS day
  FROM (${SAID_AND_STORED}) sides
  GROUP BY experiment_id, user_id
  HAVING (max(counted_arm_id), max(counted_day)) IS DISTINCT FROM (max(arm_id), max(day))`;

/** In: an experiment ($1). Assignments whose exposure or place in the population is not what the raw rows say. */
export const WRONG_ASSIGNMENTS = `
  SELECT experiment_id, user_id FROM (${WRONG_CELLS}) cells
  UNION
  SELECT a.experiment_id, a.user_id
  FROM assignments a
  JOIN experiments x ON x.id = a.experiment_id
  WHERE a.experiment_id = $1
    AND a.exposed_at IS DISTINCT FROM least(a.enrolled_at, a.imported_exposed_at, (
      SELECT min(e.timestamp) FROM events e
      WHERE e.user_id = a.user_id AND e.type = 'exposure' AND e.experiment_id = a.experiment_id
        AND e.timestamp >= a.assigned_at AND e.timestamp < coalesce(least(x.ended_at, x.ends_at), 'infinity')
        AND e.received_at >= a.assigned_at - interval '10 minutes'
    ))`;

/** In: an experiment ($1). Writes down in which cell of daily_users each assignment stands. */
export const SETTLE_CELLS = `
  UPDATE assignments a SET counted_arm_id = w.arm_id, counted_day = w.day
  FROM (${WRONG_CELLS}) w
  WHERE a.experiment_id = w.experiment_id AND a.user_id = w.user_id`;
