// The recount: what the totals must be, derived from raw rows by plain GROUP BY and windows. It shares the counting rules (the views)
// with the fold but none of its arithmetic, so each checks the other.

/** What the recount is made of, for the length of a transaction: hours, days, spans and covariates of every user. */
export const CREATE_RECOUNT = Object.entries({
  hours: 'day date, hour timestamptz, events bigint, value_sum numeric',
  days: 'day date, events bigint, value_sum numeric, previous_day date',
  spans: 'start_day date, end_day date',
  covariates: 'anchor_day date, value numeric',
}).map(
  ([name, columns]) =>
    `CREATE TEMPORARY TABLE recounted_${name} (arm_id integer, user_id text COLLATE "C", measure_id integer, ${columns}) ON COMMIT DROP`,
);

export const CLEAR_RECOUNT =
  'TRUNCATE recounted_hours, recounted_days, recounted_spans, recounted_covariates';

const FILL_COVARIATES = `
  INSERT INTO recounted_covariates
  SELECT arm_id, user_id, measure_id, anchor_day, sum(value)
  FROM covariate_events
  WHERE experiment_id = $1
  GROUP BY arm_id, user_id, measure_id, anchor_day
  HAVING sum(value) <> 0`;

/** Whoever is assigned while the recount goes on has a covariate too. */
export const REFILL_COVARIATES = ['TRUNCATE recounted_covariates', FILL_COVARIATES];

/** In: an experiment ($1), in those that name it. Every user of it as the stored events say. */
export const FILL_RECOUNT = [
  `INSERT INTO recounted_hours
   SELECT arm_id, user_id, measure_id, day, hour, count(*), sum(value)
   FROM counted_events
   WHERE experiment_id = $1 AND fold = 'days'
   GROUP BY arm_id, user_id, measure_id, day, hour`,
  `INSERT INTO recounted_days
   SELECT arm_id, user_id, measure_id, day, sum(events), sum(value_sum),
     coalesce(lag(day) OVER (PARTITION BY arm_id, measure_id, user_id ORDER BY day), '-infinity')
   FROM recounted_hours
   GROUP BY arm_id, user_id, measure_id, day`,
  `INSERT INTO recounted_spans
   SELECT arm_id, user_id, measure_id, start_day, end_day FROM counted_spans WHERE experiment_id = $1`,
  FILL_COVARIATES,
  'ANALYZE recounted_hours, recounted_days, recounted_spans, recounted_covariates',
];

interface Recount {
  key: string[];
  measures: string[];
  /** The rows as they should be, from the recounted tables or from the assignments of the experiment ($1). */
  expected: string;
}

const ARMS = '(SELECT id FROM arms WHERE experiment_id = $1)';
const anchored = (cell: string): string =>
  `SELECT arm_id, anchor_${cell} AS ${cell}, count(*) AS users FROM anchored_users WHERE experiment_id = $1 GROUP BY 1, 2`;

/** One entry for every table of totals. */
export const RECOUNTS = {
  user_hours: {
    key: ['arm_id', 'user_id', 'measure_id', 'day', 'hour'],
    measures: ['events', 'value_sum'],
    expected: 'SELECT * FROM recounted_hours',
  },
  hourly_totals: {
    key: ['arm_id', 'measure_id', 'hour'],
    measures: ['events', 'active_users', 'converters', 'value_sum'],
    expected: `
      SELECT arm_id, measure_id, hour, sum(events) AS events, count(*) AS active_users,
        count(*) FILTER (WHERE hour = first) AS converters, sum(value_sum) AS value_sum
      FROM (SELECT *, min(hour) OVER (PARTITION BY arm_id, measure_id, user_id) AS first FROM recounted_hours) active
      GROUP BY arm_id, measure_id, hour`,
  },
  daily_totals: {
    key: ['arm_id', 'measure_id', 'day'],
    measures: ['events', 'active_users', 'converters', 'value_sum', 'value_squares', 'products'],
    expected: `
      SELECT arm_id, measure_id, day, sum(events) AS events, count(*) AS active_users,
        count(*) FILTER (WHERE previous_day = '-infinity') AS converters,
        sum(value_sum) AS value_sum, sum(value_sum * value_sum) AS value_squares,
        sum(value_sum * (value_so_far - value_sum)) AS products
      FROM (
        SELECT *, sum(value_sum) OVER (PARTITION BY arm_id, measure_id, user_id ORDER BY day) AS value_so_far FROM recounted_days
      ) active
      GROUP BY arm_id, measure_id, day`,
  },
  gaps: {
    key: ['arm_id', 'measure_id', 'previous_day', 'day'],
    measures: ['users'],
    expected: `
      SELECT arm_id, measure_id, previous_day, day, count(*) AS users
      FROM recounted_days
      GROUP BY arm_id, measure_id, previous_day, day`,
  },
  day_products: {
    key: ['arm_id', 'measure_id', 'day_a', 'day_b'],
    measures: ['product'],
    expected: `
      SELECT a.arm_id, a.measure_id, a.day AS day_a, b.day AS day_b, sum(a.value_sum * b.value_sum) AS product
      FROM recounted_days a
      JOIN recounted_days b USING (arm_id, user_id, measure_id)
      WHERE a.day < b.day AND a.value_sum <> 0 AND b.value_sum <> 0
      GROUP BY a.arm_id, a.measure_id, a.day, b.day`,
  },
  cross_products: {
    key: ['arm_id', 'numerator_id', 'denominator_id', 'numerator_day', 'denominator_day'],
    measures: ['product'],
    expected: `
      SELECT n.arm_id, r.numerator_id, r.denominator_id, n.day AS numerator_day, d.day AS denominator_day,
        sum(n.value_sum * d.value_sum) AS product
      FROM experiment_ratios r
      JOIN recounted_days n ON n.measure_id = r.numerator_id
      JOIN recounted_days d ON d.measure_id = r.denominator_id AND d.arm_id = n.arm_id AND d.user_id = n.user_id
      WHERE r.experiment_id = $1
      GROUP BY 1, 2, 3, 4, 5`,
  },
  user_spans: {
    key: ['arm_id', 'user_id', 'measure_id', 'start_day', 'end_day'],
    measures: [],
    expected: 'SELECT * FROM recounted_spans',
  },
  span_totals: {
    key: ['arm_id', 'measure_id', 'previous_start', 'start_day', 'end_day'],
    measures: ['users'],
    expected: `
      SELECT arm_id, measure_id, previous_start, start_day, end_day, count(*) AS users
      FROM (
        SELECT *, coalesce(lag(start_day) OVER (PARTITION BY arm_id, measure_id, user_id ORDER BY start_day), '-infinity') AS previous_start
        FROM recounted_spans
      ) spans
      GROUP BY arm_id, measure_id, previous_start, start_day, end_day`,
  },
  user_covariates: {
    key: ['arm_id', 'user_id', 'measure_id', 'anchor_day'],
    measures: ['value'],
    expected: 'SELECT * FROM recounted_covariates',
  },
  covariate_totals: {
    key: ['arm_id', 'measure_id', 'anchor_day'],
    measures: ['value_sum', 'value_squares'],
    expected: `
      SELECT arm_id, measure_id, anchor_day, sum(value) AS value_sum, sum(value * value) AS value_squares
      FROM recounted_covariates
      GROUP BY arm_id, measure_id, anchor_day`,
  },
  covariate_products: {
    key: ['arm_id', 'measure_id', 'day'],
    measures: ['product'],
    expected: `
      SELECT arm_id, measure_id, d.day, sum(c.value * d.value_sum) AS product
      FROM recounted_covariates c
      JOIN recounted_days d USING (arm_id, user_id, measure_id)
      GROUP BY arm_id, measure_id, d.day`,
  },
  daily_users: { key: ['arm_id', 'day'], measures: ['users'], expected: anchored('day') },
  hourly_users: { key: ['arm_id', 'hour'], measures: ['users'], expected: anchored('hour') },
} satisfies Record<string, Recount>;

export type TotalsTable = keyof typeof RECOUNTS;

/** Those that a new anchor changes, so that assigning writes them without the lock of the experiment. */
export const POPULATION_TABLES: readonly TotalsTable[] = [
  'daily_users',
  'hourly_users',
  'user_covariates',
  'covariate_totals',
  'covariate_products',
];

/**
 * In: an experiment ($1). Out: every row of one table that differs from the recount, with both sides; a row of zeros equals no row.
 * `cells` counts the rows compared.
 */
export function differences(table: TotalsTable): string {
  const { key, measures, expected }: Recount = RECOUNTS[table];
  const side = (name: string): string =>
    (measures.length === 0 ? ['present'] : measures)
      .map((column) => `coalesce(${name}.${column}, 0)`)
      .join(', ');
  const json = (columns: string[], name: string): string =>
    `jsonb_build_object(${columns.map((column) => `'${column}', ${name}${column}`).join(', ')})`;
  return `
    WITH expected AS (SELECT 1 AS present, said.* FROM (${expected}) said),
    stored AS (SELECT 1 AS present, kept.* FROM ${table} kept WHERE arm_id IN ${ARMS}),
    compared AS (
      SELECT ${json(key, '')} AS key,
        CASE WHEN ROW(${side('expected')}) IS DISTINCT FROM ROW(${side('stored')}) THEN ${json(measures, 'expected.')} END AS expected,
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
export function rebuild(table: TotalsTable): string[] {
  const { key, measures, expected }: Recount = RECOUNTS[table];
  const columns = [...key, ...measures].join(', ');
  return [
    `DELETE FROM ${table} WHERE arm_id IN ${ARMS}`,
    `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM (${expected}) expected`,
  ];
}

// The two statements below set every assignment against what the view says of it. They group instead of joining: statistics may not know
// a freshly imported experiment yet, and a join of two sides guessed at one row each is a nested loop, quadratic in the users.
const SAID_AND_STORED = `
    SELECT a.experiment_id, a.user_id, a.counted_arm_id, a.counted_day, a.counted_hour, NULL::integer AS arm_id, NULL::date AS day, NULL::timestamptz AS hour
    FROM assignments a
    WHERE a.experiment_id = $1
    UNION ALL
    SELECT u.experiment_id, u.user_id, NULL, NULL, NULL, u.arm_id, u.anchor_day, u.anchor_hour
    FROM anchored_users u
    WHERE u.experiment_id = $1`;

const WRONG_CELLS = `
  SELECT experiment_id, user_id, max(arm_id) AS arm_id, max(day) AS day, max(hour) AS hour
  FROM (${SAID_AND_STORED}) sides
  GROUP BY experiment_id, user_id
  HAVING (max(counted_arm_id), max(counted_day), max(counted_hour)) IS DISTINCT FROM (max(arm_id), max(day), max(hour))`;

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

/** In: an experiment ($1). Writes down in which cells of the population each assignment stands. */
export const SETTLE_CELLS = `
  UPDATE assignments a SET counted_arm_id = w.arm_id, counted_day = w.day, counted_hour = w.hour
  FROM (${WRONG_CELLS}) w
  WHERE a.experiment_id = w.experiment_id AND a.user_id = w.user_id`;
