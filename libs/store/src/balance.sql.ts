import { DISPOSITION_OF } from './events.sql';

// In: receipts ($1) with the events of each that were stored, known already, dead or erased ($2..$5). They are added to the day of the receipt, in
// the shard of this connection: two transactions at once have two connections, so they hardly ever want the same row.
export const ADD_TO_DAYS = `
  INSERT INTO ingest_days (day, shard, received, stored, duplicate, dead, erased)
  SELECT
    (r.at AT TIME ZONE 'UTC')::date, pg_backend_pid() % 32,
    sum(r.stored + r.duplicate + r.dead + r.erased), sum(r.stored), sum(r.duplicate), sum(r.dead), sum(r.erased)
  FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS r (at, stored, duplicate, dead, erased)
  GROUP BY 1
  ORDER BY 1
  ON CONFLICT (day, shard) DO UPDATE SET
    received = ingest_days.received + excluded.received,
    stored = ingest_days.stored + excluded.stored,
    duplicate = ingest_days.duplicate + excluded.duplicate,
    dead = ingest_days.dead + excluded.dead,
    erased = ingest_days.erased + excluded.erased`;

// In: first day, day after the last; null is no bound. Out: the ledger by UTC day.
export const LEDGER_DAYS = `
  SELECT day, sum(received)::bigint AS received, sum(stored)::bigint AS stored, sum(duplicate)::bigint AS duplicate,
    sum(dead)::bigint AS dead, sum(erased)::bigint AS erased
  FROM ingest_days
  WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day < $2)
  GROUP BY day
  ORDER BY day`;

// The same input. Out: what the ledger must say about stored, dead and erased events, counted from the rows.
export const ROWS_BY_DAY = `
  SELECT day, sum(stored)::bigint AS stored, sum(dead)::bigint AS dead, sum(erased)::bigint AS erased
  FROM (
    SELECT (received_at AT TIME ZONE 'UTC')::date AS day, (erased IS NULL)::int AS stored, 0 AS dead, (erased IS NOT NULL)::int AS erased
    FROM event_ledger
    UNION ALL
    SELECT (received_at AT TIME ZONE 'UTC')::date, 0, 1, 0 FROM dead_events
  ) found
  WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day < $2)
  GROUP BY day
  ORDER BY day`;

// In: an experiment, first day, day after the last, both in its time zone; null is no bound.
const RECEIVED_IN_RANGE = `
    ($2::date IS NULL OR e.received_at >= $2::date::timestamp AT TIME ZONE x.timezone)
    AND ($3::date IS NULL OR e.received_at < $3::date::timestamp AT TIME ZONE x.timezone)`;

// Out: how many events of the experiment were received on each day, found by who they are of and what they name, without any rule.
export const RECEIVED_BY_DAY = `
  SELECT (e.received_at AT TIME ZONE x.timezone)::date AS day, count(*) AS events
  FROM experiments x
  CROSS JOIN events e
  WHERE x.id = $1 AND ${RECEIVED_IN_RANGE}
    AND (
      coalesce(e.experiment_id = x.id, false)
      OR e.user_id IN (
        SELECT user_id FROM assignments WHERE experiment_id = $1 UNION SELECT user_id FROM overrides WHERE experiment_id = $1
      )
    )
  GROUP BY 1
  ORDER BY 1`;

// Out: the same events by what became of them.
export const DISPOSITIONS_BY_DAY = `
  SELECT (e.received_at AT TIME ZONE x.timezone)::date AS day, ${DISPOSITION_OF('e')} AS disposition, count(*) AS events
  FROM experiments x
  CROSS JOIN events e
  LEFT JOIN assignments a ON a.experiment_id = $1 AND a.user_id = e.user_id
  LEFT JOIN overrides o ON o.experiment_id = $1 AND o.user_id = e.user_id
  CROSS JOIN LATERAL (
    SELECT CASE x.analysis_population WHEN 'exposed' THEN a.exposed_at ELSE a.assigned_at END AS at
  ) anchor
  WHERE x.id = $1 AND ${RECEIVED_IN_RANGE}
    AND (e.experiment_id = x.id OR a.user_id IS NOT NULL OR o.user_id IS NOT NULL)
  GROUP BY 1, 2`;

// In: an experiment. Out: its day of receipt before today, in its time zone: what came just before midnight is counted once more.
export const YESTERDAY = `SELECT ((now() AT TIME ZONE timezone)::date - 1)::text AS day FROM experiments WHERE id = $1`;

// In: an experiment, its days and what became of each day's events.
export const KEEP_BALANCES = `
  INSERT INTO experiment_balances (experiment_id, day, received, dispositions)
  SELECT $1, day, received, dispositions FROM unnest($2::date[], $3::bigint[], $4::jsonb[]) AS b (day, received, dispositions)
  ON CONFLICT (experiment_id, day) DO UPDATE SET
    received = excluded.received, dispositions = excluded.dispositions, counted_at = excluded.counted_at`;

// Out: of every running experiment the last day that was kept.
export const LATEST_BALANCES = `
  SELECT DISTINCT ON (x.key) x.key AS experiment, b.received, b.dispositions
  FROM experiments x JOIN experiment_balances b ON b.experiment_id = x.id
  WHERE x.status IN ('running', 'paused')
  ORDER BY x.key, b.day DESC
  LIMIT 200`;
