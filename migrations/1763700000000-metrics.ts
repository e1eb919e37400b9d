import { MigrationInterface, QueryRunner } from 'typeorm';
import { RULES as FORMER_RULES } from './1760000000000-schema';
import { RULES } from './1763700000000-metrics.rules';
import { LEAVE_EXPERIMENTS, LEAVE_MEASURES, LEAVE_TOTALS } from './1763700000000-metrics.undo';

/**
 * Metrics that people declare. What the totals are kept of is called a measure from here on: every event type has one, and a declared
 * metric has one or more. The state of a user is kept by the hour, and four kinds of totals are new: hours, products of two measures
 * (ratios), spans (funnels, retention) and covariates (CUPED).
 */
export class Metrics1763700000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of [MEASURES, EXPERIMENTS, RULES, TOTALS, BACKFILL]) await db.query(statement);
  }

  /** Declared metrics are lost; event types keep their totals. */
  async down(db: QueryRunner): Promise<void> {
    for (const statement of [LEAVE_TOTALS, LEAVE_EXPERIMENTS, LEAVE_MEASURES, FORMER_RULES])
      await db.query(statement);
  }
}

const MEASURES = `
  DROP VIEW counted_events, anchored_users;

  ALTER TABLE metrics RENAME TO measures;
  ALTER TABLE measures RENAME CONSTRAINT metrics_pk TO measures_pk;
  ALTER TABLE measures RENAME CONSTRAINT metrics_event_type_unique TO measures_event_type_unique;
  ALTER TABLE daily_totals RENAME COLUMN metric_id TO measure_id;
  ALTER TABLE gaps RENAME COLUMN metric_id TO measure_id;
  ALTER TABLE day_products RENAME COLUMN metric_id TO measure_id;

  -- A measure is immutable. Either it is the one that an event type has by itself (event_type), or it is told apart by its fingerprint.
  ALTER TABLE measures
    ALTER COLUMN event_type DROP NOT NULL,
    ADD COLUMN fingerprint text COLLATE "C" CONSTRAINT measures_fingerprint_unique UNIQUE,
    ADD COLUMN fold text NOT NULL DEFAULT 'days' CONSTRAINT measures_fold_known CHECK (fold IN ('days', 'retention', 'funnel')),
    ADD COLUMN filter jsonpath,
    ADD COLUMN counts boolean NOT NULL DEFAULT false,
    ADD COLUMN value_property text,
    ADD COLUMN counting_window interval,
    ADD COLUMN covariate_window interval,
    ADD COLUMN from_day integer,
    ADD COLUMN to_day integer,
    ADD COLUMN funnel text,
    ADD COLUMN step integer,
    ADD CONSTRAINT measures_named CHECK ((event_type IS NULL) <> (fingerprint IS NULL));

  -- Which measures an event may count in, by its type.
  CREATE TABLE measure_types (
    event_type text COLLATE "C" NOT NULL,
    measure_id integer NOT NULL REFERENCES measures ON DELETE CASCADE,
    CONSTRAINT measure_types_pk PRIMARY KEY (event_type, measure_id)
  );
  INSERT INTO measure_types (event_type, measure_id) SELECT event_type, id FROM measures;

  CREATE TABLE metrics (
    id uuid CONSTRAINT metrics_pk PRIMARY KEY,
    key text COLLATE "C" NOT NULL CONSTRAINT metrics_key_unique UNIQUE,
    name text NOT NULL,
    description text,
    direction text NOT NULL CONSTRAINT metrics_direction_known CHECK (direction IN ('increase', 'decrease')),
    definition jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now())
  );
  CREATE INDEX metrics_newest ON metrics (created_at DESC, id DESC);`;

const EXPERIMENTS = `
  -- metrics: what the experiment asks for (SelectedMetric). experiment_metrics: what its totals hold. A recompute makes the second
  -- like the first; until it commits, results show what the totals hold.
  ALTER TABLE experiments
    ADD COLUMN analysis_mode text NOT NULL DEFAULT 'sequential'
      CONSTRAINT experiments_mode_known CHECK (analysis_mode IN ('sequential', 'fixed')),
    ADD COLUMN planned_users integer CONSTRAINT experiments_planned_users_positive CHECK (planned_users > 0),
    ADD COLUMN horizon_at timestamptz,
    ADD COLUMN preregistration jsonb;
  UPDATE experiments SET metrics = coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'key', key, 'metric_id', NULL, 'role', CASE WHEN key = primary_metric THEN 'primary' ELSE 'goal' END,
      'direction', NULL, 'selected_at', experiments.created_at
    ) ORDER BY place)
    FROM (
      SELECT primary_metric AS key, 0 AS place WHERE primary_metric IS NOT NULL
      UNION ALL
      SELECT named.key, named.place FROM jsonb_array_elements_text(experiments.metrics) WITH ORDINALITY AS named (key, place)
      WHERE named.key IS DISTINCT FROM primary_metric
    ) selected
  ), '[]');

  CREATE TABLE experiment_metrics (
    experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
    metric_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text NOT NULL,
    direction text NOT NULL,
    version integer NOT NULL,
    definition jsonb NOT NULL,
    measure_ids integer[] NOT NULL,
    activated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    CONSTRAINT experiment_metrics_pk PRIMARY KEY (experiment_id, metric_id)
  );
  CREATE INDEX experiment_metrics_metric ON experiment_metrics (metric_id);

  CREATE TABLE experiment_measures (
    experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
    measure_id integer NOT NULL REFERENCES measures,
    CONSTRAINT experiment_measures_pk PRIMARY KEY (experiment_id, measure_id)
  );

  CREATE TABLE experiment_ratios (
    experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
    numerator_id integer NOT NULL REFERENCES measures,
    denominator_id integer NOT NULL REFERENCES measures,
    CONSTRAINT experiment_ratios_pk PRIMARY KEY (experiment_id, numerator_id, denominator_id)
  );

  -- attributes: what was known of the user at the assignment; it never changes.
  ALTER TABLE assignments
    ADD COLUMN counted_hour timestamptz,
    ADD COLUMN attributes jsonb;
  CREATE INDEX assignments_excluded ON assignments (experiment_id, arm_id) WHERE contaminated;`;

const TOTALS = `
  -- The state of a user: by the hour, because an hour that moves to another arm must be known to be taken out of hourly_totals.
  CREATE TABLE user_hours (
    arm_id integer NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    measure_id integer NOT NULL,
    day date NOT NULL,
    hour timestamptz NOT NULL,
    events bigint NOT NULL,
    value_sum numeric NOT NULL,
    CONSTRAINT user_hours_pk PRIMARY KEY (arm_id, user_id, measure_id, hour)
  ) WITH (fillfactor = 85);

  CREATE TABLE hourly_users (
    arm_id integer NOT NULL,
    hour timestamptz NOT NULL,
    users bigint NOT NULL,
    CONSTRAINT hourly_users_pk PRIMARY KEY (arm_id, hour)
  ) WITH (fillfactor = 50);

  CREATE TABLE hourly_totals (
    arm_id integer NOT NULL,
    measure_id integer NOT NULL,
    hour timestamptz NOT NULL,
    events bigint NOT NULL,
    active_users bigint NOT NULL,
    converters bigint NOT NULL,
    value_sum numeric NOT NULL,
    CONSTRAINT hourly_totals_pk PRIMARY KEY (arm_id, measure_id, hour)
  ) WITH (fillfactor = 50);

  -- Sum over users of (numerator on one day) * (denominator on another or the same day). It gives the covariance over any range.
  CREATE TABLE cross_products (
    arm_id integer NOT NULL,
    numerator_id integer NOT NULL,
    denominator_id integer NOT NULL,
    numerator_day date NOT NULL,
    denominator_day date NOT NULL,
    product numeric NOT NULL,
    CONSTRAINT cross_products_pk PRIMARY KEY (arm_id, numerator_id, denominator_id, numerator_day, denominator_day)
  ) WITH (fillfactor = 50);

  CREATE TABLE user_spans (
    arm_id integer NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    measure_id integer NOT NULL,
    start_day date NOT NULL,
    end_day date NOT NULL,
    CONSTRAINT user_spans_pk PRIMARY KEY (arm_id, user_id, measure_id, start_day)
  );

  -- Users by span and by the start of their span before it (-infinity: none). Users with a span inside [a, b) are the sum of the rows
  -- with start_day >= a, previous_start < a and end_day < b.
  CREATE TABLE span_totals (
    arm_id integer NOT NULL,
    measure_id integer NOT NULL,
    previous_start date NOT NULL,
    start_day date NOT NULL,
    end_day date NOT NULL,
    users bigint NOT NULL,
    CONSTRAINT span_totals_pk PRIMARY KEY (arm_id, measure_id, start_day, previous_start, end_day)
  ) WITH (fillfactor = 50);

  -- What a user did before the anchor; users without are zeros and have no row.
  CREATE TABLE user_covariates (
    arm_id integer NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    measure_id integer NOT NULL,
    anchor_day date NOT NULL,
    value numeric NOT NULL,
    CONSTRAINT user_covariates_pk PRIMARY KEY (arm_id, user_id, measure_id)
  );

  CREATE TABLE covariate_totals (
    arm_id integer NOT NULL,
    measure_id integer NOT NULL,
    anchor_day date NOT NULL,
    value_sum numeric NOT NULL,
    value_squares numeric NOT NULL,
    CONSTRAINT covariate_totals_pk PRIMARY KEY (arm_id, measure_id, anchor_day)
  ) WITH (fillfactor = 50);

  -- Sum over users of covariate * (value on a day).
  CREATE TABLE covariate_products (
    arm_id integer NOT NULL,
    measure_id integer NOT NULL,
    day date NOT NULL,
    product numeric NOT NULL,
    CONSTRAINT covariate_products_pk PRIMARY KEY (arm_id, measure_id, day)
  ) WITH (fillfactor = 50);`;

// An existing database: the same events, now by the hour.
const BACKFILL = `
  INSERT INTO user_hours (arm_id, user_id, measure_id, day, hour, events, value_sum)
  SELECT arm_id, user_id, measure_id, day, hour, count(*), sum(value) FROM counted_events GROUP BY 1, 2, 3, 4, 5;
  DROP TABLE user_days;

  INSERT INTO hourly_totals (arm_id, measure_id, hour, events, active_users, converters, value_sum)
  SELECT arm_id, measure_id, hour, sum(events), count(*), count(*) FILTER (WHERE hour = first), sum(value_sum)
  FROM (SELECT *, min(hour) OVER (PARTITION BY arm_id, user_id, measure_id) AS first FROM user_hours) hours
  GROUP BY 1, 2, 3;

  UPDATE assignments a SET counted_hour = u.anchor_hour
  FROM anchored_users u
  WHERE u.experiment_id = a.experiment_id AND u.user_id = a.user_id;
  INSERT INTO hourly_users (arm_id, hour, users)
  SELECT counted_arm_id, counted_hour, count(*) FROM assignments WHERE counted_hour IS NOT NULL GROUP BY 1, 2;`;
