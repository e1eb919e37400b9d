// The ledger knows when an id was received, and the index on received_at leads to the few events of that moment.
export const BY_ID =
  'FROM event_ledger l JOIN events e ON e.received_at = l.received_at AND e.event_id = l.event_id WHERE l.event_id = $1';

// In: "event" and "found", which says how it counts in an experiment. Out: the same for each declared metric with a measure of its type;
// one measure that takes the event is enough.
const METRIC_DISPOSITIONS = `(
  SELECT jsonb_agg(jsonb_build_object('key', judged.key, 'disposition', judged.disposition) ORDER BY judged.key)
  FROM (
    SELECT s.key, CASE
      WHEN bool_or(rule.passes AND rule.within) THEN 'counted'
      WHEN bool_or(rule.passes) THEN 'out_of_window'
      ELSE 'filtered'
    END AS disposition
    FROM experiment_metrics s
    JOIN measures m ON m.id = ANY (s.measure_ids)
    JOIN measure_types t ON t.measure_id = m.id AND t.event_type = event.type
    CROSS JOIN LATERAL (
      SELECT coalesce(m.filter IS NULL OR coalesce(event.properties, '{}') @@ m.filter, false) AS passes,
        (m.counting_window IS NULL OR event.timestamp < found.anchor + m.counting_window)
        AND (m.from_day IS NULL OR found.day - found.anchor_day BETWEEN m.from_day AND m.to_day) AS within
    ) rule
    WHERE s.experiment_id = found.experiment_id AND found.disposition = 'counted'
    GROUP BY s.key
  ) judged
)`;

// Expects an event under the name given, an experiment x with the row a of assignments, o of overrides and anchor.at of its user, each
// perhaps null. Out: the first counting rule that fails.
export const DISPOSITION_OF = (event: string): string => `
      CASE
        WHEN o.user_id IS NOT NULL THEN 'override'
        WHEN anchor.at IS NULL THEN 'unassigned'
        WHEN a.contaminated THEN 'contaminated'
        WHEN ${event}.timestamp < anchor.at THEN 'before_anchor'
        WHEN ${event}.timestamp >= least(x.ended_at, x.ends_at) THEN 'after_end'
        WHEN ${event}.experiment_id <> x.id THEN 'other_experiment'
        ELSE 'counted'
      END`;

// In: the id of an event. Out: for every experiment that knows its user or that it names, the first counting rule that fails.
export const DISPOSITIONS = `
  WITH event AS (SELECT e.* ${BY_ID}),
  found AS (
    SELECT x.id AS experiment_id, x.key AS experiment_key, v.key AS variant_key, anchor.at AS anchor,
      ${DISPOSITION_OF('event')} AS disposition,
      (event.timestamp AT TIME ZONE x.timezone)::date AS day,
      (anchor.at AT TIME ZONE x.timezone)::date AS anchor_day, x.created_at
    FROM event
    JOIN experiments x
      ON x.id = event.experiment_id
      OR x.id IN (SELECT experiment_id FROM assignments WHERE user_id = event.user_id)
      OR x.id IN (SELECT experiment_id FROM overrides WHERE user_id = event.user_id)
    LEFT JOIN assignments a ON a.experiment_id = x.id AND a.user_id = event.user_id
    LEFT JOIN overrides o ON o.experiment_id = x.id AND o.user_id = event.user_id
    LEFT JOIN arms ON arms.id = a.arm_id
    LEFT JOIN variants v ON v.id = arms.variant_id
    CROSS JOIN LATERAL (
      SELECT CASE x.analysis_population WHEN 'exposed' THEN a.exposed_at ELSE a.assigned_at END AS at
    ) anchor
  )
  SELECT found.experiment_id, found.experiment_key, found.variant_key, found.anchor, found.disposition, found.day,
    coalesce(${METRIC_DISPOSITIONS}, '[]') AS metrics
  FROM found
  CROSS JOIN event
  ORDER BY found.created_at, found.experiment_id`;
