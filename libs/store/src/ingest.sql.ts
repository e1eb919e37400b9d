import { applyDelta, Held } from './fold.sql';

// In: columns of a batch whose event ids differ ($1..$13), each event under its user, and beside it the alias that it was sent with. Out: the
// places, from 1, of the events that are not stored now: they were known already, or people sent them before they were erased (of these the
// ledger keeps the id). All others are new, and stored.
// The ledger is written in id order, so two batches with common ids wait for each other in one direction only.
export const STORE_EVENTS = `
  WITH batch AS (
    SELECT * FROM unnest(
      $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
      $7::numeric[], $8::jsonb[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::text[]
    ) WITH ORDINALITY AS b (
      event_id, received_at, user_id, type, timestamp, original_timestamp,
      value, properties, experiment_id, variant_id, session_id, request_id, alias_id, place
    )
  ),
  gone AS MATERIALIZED (
    SELECT p.sent_as, t.erased_at
    FROM (SELECT DISTINCT coalesce(alias_id, user_id) AS sent_as FROM batch WHERE EXISTS (SELECT FROM erased_users)) p
    JOIN erased_users t ON t.user_ref = user_ref(p.sent_as)
  ),
  fresh AS (
    INSERT INTO event_ledger (event_id, received_at, erased)
    SELECT b.event_id, b.received_at, CASE WHEN b.received_at <= gone.erased_at THEN true END
    FROM batch b LEFT JOIN gone ON gone.sent_as = coalesce(b.alias_id, b.user_id)
    ORDER BY b.event_id
    ON CONFLICT DO NOTHING
    RETURNING event_id, erased
  ),
  stored AS (
    INSERT INTO events (
      event_id, received_at, user_id, type, timestamp, original_timestamp,
      value, counted_value, properties, experiment_id, variant_id, session_id, request_id, alias_id
    )
    SELECT
      b.event_id, b.received_at, b.user_id, b.type, b.timestamp, b.original_timestamp,
      b.value, countable_value(b.value, b.properties), b.properties, b.experiment_id, b.variant_id, b.session_id, b.request_id,
      b.alias_id
    FROM batch b
    JOIN fresh USING (event_id)
    WHERE fresh.erased IS NULL
  )
  SELECT b.place, fresh.event_id IS NOT NULL AS erased
  FROM batch b
  LEFT JOIN fresh USING (event_id)
  WHERE (SELECT count(*) FROM fresh WHERE erased IS NULL) < (SELECT count(*) FROM batch)
    AND (fresh.event_id IS NULL OR fresh.erased)`;

// Whether there is a dead letter that an event could settle. Nearly always there is none, and the ids of a batch need not be looked up.
export const HAVE_LETTERS = `SELECT EXISTS (SELECT FROM dead_events WHERE status <> 'replayed') AS found`;

// In: the ids of a batch ($1), after STORE_EVENTS. A dead letter among them whose event is stored now, by whatever way, is settled.
export const SETTLE_LETTERS = `
  UPDATE dead_events d SET status = 'replayed', resolved_at = clock_timestamp(), note = NULL
  FROM event_ledger l
  WHERE d.event_id = ANY ($1::uuid[]) AND d.status <> 'replayed' AND l.event_id = d.event_id`;

// In: the users of a batch ($1). Out: the experiments to lock, and the snapshot in which they were looked up. Assignments visible in that
// snapshot are folded by ATTRIBUTE_DELTA; whatever was written later is found by LATE_PAIRS. The two never overlap.
export const EXPERIMENTS_OF_USERS = `
  SELECT
    pg_current_snapshot()::text AS snapshot,
    coalesce((
      SELECT array_agg(DISTINCT a.experiment_id) FROM unnest($1::text[]) AS b (user_id) JOIN assignments a USING (user_id)
    ), '{}') AS experiment_ids`;

// In: experiments ($1) whose locks are held, so that the answer stays right until the commit. Out: what their totals hold beyond days.
export const HELD = `
  SELECT
    count(*) > 0 AS declared,
    coalesce(bool_or(m.covariate_window IS NOT NULL), false) AS covariates,
    EXISTS (SELECT FROM experiment_ratios r WHERE r.experiment_id = ANY ($1::uuid[])) AS ratios
  FROM experiment_measures s
  JOIN measures m ON m.id = s.measure_id
  WHERE s.experiment_id = ANY ($1::uuid[])`;

const NEW_EVENTS = `
    c.received_at = ANY ($1::timestamptz[]) AND c.event_id = ANY ($2::uuid[])
    AND pg_visible_in_snapshot(c.written_by, $3::pg_snapshot)
    AND (c.experiment_id, c.user_id) NOT IN (SELECT * FROM unnest($4::uuid[], $5::text[]))`;

// In: new events by receipt and id ($1, $2), the snapshot ($3), pairs that will be refolded instead ($4, $5).
// Out: `delta`, and `attributed` for what changed in each experiment.
const ATTRIBUTE_DELTA = `
  attributed AS MATERIALIZED (
    SELECT c.experiment_id, c.arm_id, c.user_id, c.measure_id, c.fold, c.event_id, c.timestamp, c.day, c.hour, c.value
    FROM counted_events c
    WHERE ${NEW_EVENTS}
  ),
  delta AS NOT MATERIALIZED (
    SELECT arm_id, user_id, measure_id, day, hour, 1::bigint AS events, value FROM attributed WHERE fold = 'days'
  )`;

// The same input; the totals are changed by the delta. Out: what the events changed in each experiment.
export const attribute = (held: Held): string => `
  WITH ${ATTRIBUTE_DELTA}, ${applyDelta(held)}
  ${held.declared ? CHANGES : CHANGES_OF_TYPES}`;

// An event that counts does so once by its type, and perhaps in declared measures as well.
const CHANGES_OF_TYPES = `
  SELECT experiment_id, count(*) AS counted, max(timestamp) AS last_event_at, NULL AS span_users
  FROM attributed
  GROUP BY experiment_id`;

const CHANGES = `
  SELECT experiment_id, count(*) AS counted, max(timestamp) AS last_event_at,
    array_agg(DISTINCT user_id) FILTER (WHERE spans) AS span_users
  FROM (
    SELECT experiment_id, event_id, user_id, timestamp, bool_or(fold <> 'days') AS spans
    FROM attributed
    GROUP BY experiment_id, event_id, user_id, timestamp
  ) events
  GROUP BY experiment_id`;

// The same input. Out: users whose new events lie before their anchor and within the window of a covariate.
export const COVARIATE_PAIRS = `
  SELECT DISTINCT c.experiment_id, c.user_id FROM covariate_events c WHERE ${NEW_EVENTS}`;

const writtenSince = (table: string, snapshot: string): string => `EXISTS (
    SELECT FROM ${table}
    WHERE written_by >= pg_snapshot_xmin(${snapshot}::pg_snapshot) AND NOT pg_visible_in_snapshot(written_by, ${snapshot}::pg_snapshot)
  )`;

// In: the snapshots in which assignments ($1) and links ($2) were looked up. Whether any was written since; most of the time none was, and
// nobody need send the users of the batch.
export const HAVE_LATE = `SELECT ${writtenSince('assignments', '$1')} OR ${writtenSince('identities', '$2')} AS found`;

// In: the snapshot ($1), the users of the batch ($2). Out: their assignments written since.
export const LATE_PAIRS = `
  SELECT a.experiment_id, a.user_id
  FROM assignments a
  WHERE a.written_by >= pg_snapshot_xmin($1::pg_snapshot)
    AND NOT pg_visible_in_snapshot(a.written_by, $1::pg_snapshot)
    AND a.user_id = ANY ($2::text[])`;
