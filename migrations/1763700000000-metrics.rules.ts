// The counting rules with metrics that people declare: which event counts in which measure, what came before the anchor, and what a span is.

export const RULES = `
  -- The value an event counts with in a measure that names a property: its own value, else that property, else the usual four.
  CREATE FUNCTION countable_value(value numeric, properties jsonb, property text) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
      WHEN value IS NULL AND jsonb_typeof(properties -> property) = 'number' AND abs((properties ->> property)::numeric) <= 1e15
      THEN trim_scale(round((properties ->> property)::numeric, 9))
      ELSE countable_value(value, properties)
    END
  $$;

  -- What an event adds to a measure. counted_value is the value it counts with where no property is named.
  CREATE FUNCTION measured_value(counts boolean, property text, value numeric, counted_value numeric, properties jsonb) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
      WHEN counts THEN 1
      WHEN property IS NULL THEN coalesce(counted_value, 0)
      ELSE coalesce(countable_value(value, properties, property), 0)
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
    measured_value(m.counts, m.value_property, e.value, e.counted_value, e.properties) AS value
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
    measured_value(m.counts, m.value_property, e.value, e.counted_value, e.properties) AS value
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
