// The way back to totals by the day, for event types alone.

export const LEAVE_TOTALS = `
  DROP VIEW counted_spans, covariate_events, counted_events, anchored_users;
  DROP FUNCTION funnel_passes(integer[], date[], uuid[]);
  DROP FUNCTION measured_value(boolean, text, numeric, numeric, jsonb);
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

export const LEAVE_EXPERIMENTS = `
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

export const LEAVE_MEASURES = `
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
