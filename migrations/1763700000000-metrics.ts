import { MigrationInterface, QueryRunner } from 'typeorm';
import { RULES as FORMER_RULES } from './1760000000000-schema';

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

const RULES = `
  -- The value an event counts with in a measure that names a property: its own value, else that property, else the usual four.
  CREATE FUNCTION countable_value(value numeric, properties jsonb, property text) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
      WHEN value IS NULL AND jsonb_typeof(properties -> property) = 'number' AND abs((properties ->> property)::numeric) <= 1e15
      THEN trim_scale(round((properties ->> property)::numeric, 9))
      ELSE countable_value(value, properties)
    END
  $$;

  -- Who counts, from when until when: a user has an anchor before the end and is neither overridden nor found in two variants.
  CREATE VIEW anchored_users AS
  SELECT
    anchored.*,
    (anchored.anchor AT TIME ZONE anchored.timezone)::date AS anchor_day,
    date_trunc('hour', anchored.anchor, anchored.timezone) AS anchor_hour
  FROM (
    SELECT
      a.user_id, a.experiment_id, a.arm_id, a.written_by, x.timezone,
      CASE x.analysis_population WHEN 'exposed' THEN a.exposed_at ELSE a.assigned_at END AS anchor,
      coalesce(least(x.ended_at, x.ends_at), 'infinity') AS experiment_end
    FROM assignments a
    JOIN experiments x ON x.id = a.experiment_id
    WHERE NOT a.overridden AND NOT a.contaminated
  ) anchored
  WHERE anchored.anchor < anchored.experiment_end;

  -- Which event counts where: in which measure, on which day and in which hour. The bound on received_at skips old partitions; it
  -- follows from the clock rule (no event is stored with a timestamp more than five minutes after its receipt).
  CREATE VIEW counted_events AS
  SELECT
    u.experiment_id, u.arm_id, u.user_id, u.written_by, u.anchor_day,
    m.id AS measure_id, m.fold, m.funnel, m.step, m.from_day, m.to_day,
    e.event_id, e.received_at, e.timestamp,
    (e.timestamp AT TIME ZONE u.timezone)::date AS day,
    date_trunc('hour', e.timestamp, u.timezone) AS hour,
    CASE
      WHEN m.counts THEN 1
      WHEN m.value_property IS NULL THEN coalesce(e.counted_value, 0)
      ELSE coalesce(countable_value(e.value, e.properties, m.value_property), 0)
    END AS value
  FROM anchored_users u
  JOIN events e
    ON e.user_id = u.user_id
    AND e.timestamp >= u.anchor
    AND e.timestamp < u.experiment_end
    AND e.received_at >= u.anchor - interval '10 minutes'
    AND (e.experiment_id IS NULL OR e.experiment_id = u.experiment_id)
  JOIN measure_types t ON t.event_type = e.type
  JOIN measures m
    ON m.id = t.measure_id
    AND (m.filter IS NULL OR coalesce(e.properties, '{}') @@ m.filter)
    AND (m.counting_window IS NULL OR e.timestamp < u.anchor + m.counting_window)
    AND (m.from_day IS NULL OR (e.timestamp AT TIME ZONE u.timezone)::date - u.anchor_day BETWEEN m.from_day AND m.to_day)
  LEFT JOIN experiment_measures s ON s.experiment_id = u.experiment_id AND s.measure_id = m.id
  WHERE m.event_type IS NOT NULL OR s.measure_id IS NOT NULL;

  -- What users did before their anchor, in the measures that have a covariate window.
  CREATE VIEW covariate_events AS
  SELECT
    u.experiment_id, u.arm_id, u.user_id, u.written_by, u.anchor_day, m.id AS measure_id, e.event_id, e.received_at,
    CASE
      WHEN m.counts THEN 1
      WHEN m.value_property IS NULL THEN coalesce(e.counted_value, 0)
      ELSE coalesce(countable_value(e.value, e.properties, m.value_property), 0)
    END AS value
  FROM anchored_users u
  JOIN experiment_measures s ON s.experiment_id = u.experiment_id
  JOIN measures m ON m.id = s.measure_id AND m.covariate_window IS NOT NULL
  JOIN measure_types t ON t.measure_id = m.id
  JOIN events e
    ON e.user_id = u.user_id
    AND e.type = t.event_type
    AND e.timestamp >= u.anchor - m.covariate_window
    AND e.timestamp < u.anchor
    AND e.received_at >= u.anchor - m.covariate_window - interval '10 minutes'
    AND (e.experiment_id IS NULL OR e.experiment_id = u.experiment_id)
    AND (m.filter IS NULL OR coalesce(e.properties, '{}') @@ m.filter);

  -- A user's way through a funnel. In: the events of one user in order of (timestamp, step, event). A step counts when its event is
  -- another one than that of the step before and not earlier. Out: for each step and each of its events that can be reached, the latest
  -- start from which it can; only those that a later start made possible.
  CREATE FUNCTION funnel_passes(steps integer[], days date[], events uuid[])
  RETURNS TABLE (step integer, start_day date, end_day date) LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
  DECLARE
    latest integer[] := '{}';    -- per step: the place of the latest first event of a chain that has come this far,
    by_event uuid[] := '{}';     -- the event that ends that chain,
    runner_up integer[] := '{}'; -- and the latest start among chains that end with another event
    reached integer;
  BEGIN
    FOR place IN 1 .. cardinality(steps) LOOP
      step := steps[place];
      reached := CASE
        WHEN step = 1 THEN place
        WHEN by_event[step - 1] = events[place] THEN runner_up[step - 1]
        ELSE latest[step - 1]
      END;
      CONTINUE WHEN reached IS NULL;
      IF reached <= latest[step] THEN
        runner_up[step] := greatest(runner_up[step], reached);
        CONTINUE;
      END IF;
      runner_up[step] := latest[step];
      latest[step] := reached;
      by_event[step] := events[place];
      start_day := days[reached];
      end_day := days[place];
      RETURN NEXT;
    END LOOP;
  END
  $$;

  -- Spans of days within which a user comes back or passes a step of a funnel: per user and measure no span lies within another, so a
  -- user counts in a range when one lies inside it.
  CREATE VIEW counted_spans AS
  SELECT experiment_id, arm_id, user_id, measure_id, start_day, min(end_day) AS end_day
  FROM (
    SELECT f.experiment_id, f.arm_id, f.user_id, m.id AS measure_id, max(p.start_day) AS start_day, p.end_day
    FROM (
      SELECT experiment_id, arm_id, user_id, funnel,
        array_agg(step ORDER BY timestamp, step, event_id) AS steps,
        array_agg(day ORDER BY timestamp, step, event_id) AS days,
        array_agg(event_id ORDER BY timestamp, step, event_id) AS events
      FROM counted_events
      WHERE fold = 'funnel'
      GROUP BY experiment_id, arm_id, user_id, funnel
    ) f
    CROSS JOIN LATERAL funnel_passes(f.steps, f.days, f.events) p
    JOIN measures m ON m.funnel = f.funnel AND m.step = p.step
    GROUP BY f.experiment_id, f.arm_id, f.user_id, m.id, p.end_day
  ) passes
  GROUP BY experiment_id, arm_id, user_id, measure_id, start_day
  UNION ALL
  SELECT DISTINCT experiment_id, arm_id, user_id, measure_id, anchor_day + from_day, anchor_day + to_day
  FROM counted_events
  WHERE fold = 'retention';`;

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

const LEAVE_TOTALS = `
  DROP VIEW counted_spans, covariate_events, counted_events, anchored_users;
  DROP FUNCTION funnel_passes(integer[], date[], uuid[]);
  DROP FUNCTION countable_value(numeric, jsonb, text);
  CREATE TABLE user_days (
    arm_id integer NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    metric_id integer NOT NULL,
    day date NOT NULL,
    events bigint NOT NULL,
    value_sum numeric NOT NULL,
    CONSTRAINT user_days_pk PRIMARY KEY (arm_id, user_id, metric_id, day)
  ) WITH (fillfactor = 85);
  INSERT INTO user_days
  SELECT arm_id, user_id, measure_id, day, sum(events), sum(value_sum)
  FROM user_hours JOIN measures ON measures.id = measure_id
  WHERE event_type IS NOT NULL
  GROUP BY 1, 2, 3, 4;
  DROP TABLE user_hours, hourly_users, hourly_totals, cross_products, user_spans, span_totals, user_covariates, covariate_totals,
    covariate_products;`;

const LEAVE_EXPERIMENTS = `
  DROP TABLE experiment_ratios, experiment_measures, experiment_metrics, metrics;
  DROP INDEX assignments_excluded;
  ALTER TABLE assignments DROP COLUMN counted_hour, DROP COLUMN attributes;
  UPDATE experiments SET metrics = coalesce((
    SELECT jsonb_agg(selected ->> 'key' ORDER BY place)
    FROM jsonb_array_elements(experiments.metrics) WITH ORDINALITY AS s (selected, place)
    WHERE selected ->> 'role' <> 'primary'
  ), '[]');
  ALTER TABLE experiments
    DROP COLUMN analysis_mode, DROP COLUMN planned_users, DROP COLUMN horizon_at, DROP COLUMN preregistration;`;

const LEAVE_MEASURES = `
  DELETE FROM daily_totals WHERE measure_id IN (SELECT id FROM measures WHERE event_type IS NULL);
  DELETE FROM gaps WHERE measure_id IN (SELECT id FROM measures WHERE event_type IS NULL);
  DELETE FROM day_products WHERE measure_id IN (SELECT id FROM measures WHERE event_type IS NULL);
  DROP TABLE measure_types;
  DELETE FROM measures WHERE event_type IS NULL;
  ALTER TABLE measures
    DROP COLUMN fingerprint, DROP COLUMN fold, DROP COLUMN filter, DROP COLUMN counts, DROP COLUMN value_property,
    DROP COLUMN counting_window, DROP COLUMN covariate_window, DROP COLUMN from_day, DROP COLUMN to_day, DROP COLUMN funnel,
    DROP COLUMN step, ALTER COLUMN event_type SET NOT NULL;
  ALTER TABLE daily_totals RENAME COLUMN measure_id TO metric_id;
  ALTER TABLE gaps RENAME COLUMN measure_id TO metric_id;
  ALTER TABLE day_products RENAME COLUMN measure_id TO metric_id;
  ALTER TABLE measures RENAME CONSTRAINT measures_event_type_unique TO metrics_event_type_unique;
  ALTER TABLE measures RENAME CONSTRAINT measures_pk TO metrics_pk;
  ALTER TABLE measures RENAME TO metrics;`;
