// In: an experiment. Out: its declared metrics as its totals should hold them. One that has ended keeps what it has.
export const WANTED_METRICS = `
  SELECT s.metric_id, s.key,
    coalesce(kept.name, m.name) AS name,
    coalesce(s.direction, kept.direction, m.direction) AS direction,
    coalesce(kept.version, m.version) AS version,
    coalesce(kept.definition, m.definition) AS definition
  FROM experiments x
  CROSS JOIN LATERAL jsonb_to_recordset(x.metrics) AS s (key text, metric_id uuid, direction text)
  LEFT JOIN experiment_metrics kept
    ON kept.experiment_id = x.id AND kept.metric_id = s.metric_id
    AND (x.status IN ('completed', 'archived') OR x.ends_at <= clock_timestamp())
  LEFT JOIN metrics m ON m.id = s.metric_id
  WHERE x.id = $1 AND coalesce(kept.metric_id, m.id) IS NOT NULL
  ORDER BY s.key COLLATE "C"`;

// In: event types, sorted. Ends with a measure for each.
export const INSERT_PLAIN_MEASURES = `
  WITH made AS (
    INSERT INTO measures (event_type) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING RETURNING id, event_type
  )
  INSERT INTO measure_types (event_type, measure_id) SELECT event_type, id FROM made`;

// In: measures as JSON. Ends with a row for each; sorted, so that two writers wait for each other in one order.
export const INSERT_MEASURES = `
  WITH wanted AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS w
      (fingerprint text, fold text, event_types text[], filter text, counts boolean, value_property text, window_hours int,
       covariate_days int, from_day int, to_day int, funnel text, step int)
  ),
  made AS (
    INSERT INTO measures (fingerprint, fold, filter, counts, value_property, counting_window, covariate_window, from_day, to_day,
      funnel, step)
    SELECT fingerprint, fold, filter::jsonpath, counts, value_property, make_interval(hours => window_hours),
      make_interval(hours => 24 * covariate_days), from_day, to_day, funnel, step
    FROM wanted
    ORDER BY fingerprint COLLATE "C"
    ON CONFLICT DO NOTHING
    RETURNING id, fingerprint
  )
  INSERT INTO measure_types (event_type, measure_id)
  SELECT unnest(wanted.event_types), made.id FROM made JOIN wanted USING (fingerprint)`;

// In: an experiment. Out: one row, in the order in which a plan lists them.
export const EXPERIMENT_MEASURES = `
  SELECT
    coalesce((SELECT array_agg(measure_id ORDER BY measure_id) FROM experiment_measures WHERE experiment_id = $1), '{}')
      AS measure_ids,
    coalesce((
      SELECT jsonb_agg(jsonb_build_array(numerator_id, denominator_id) ORDER BY numerator_id, denominator_id)
      FROM experiment_ratios WHERE experiment_id = $1
    ), '[]') AS ratios`;
