import { POPULATION_TABLES, RECOUNTS, TotalsTable } from './recount.sql';

// Everything here is about one person by all of its ids ($1, unless it says otherwise). The totals are not touched here: they follow by a refold.

export const BURY_USER = `
  INSERT INTO erased_users (user_ref, erased_at)
  SELECT user_ref(id), clock_timestamp() FROM unnest($1::text[]) AS ids (id) ORDER BY 1
  ON CONFLICT (user_ref) DO UPDATE SET erased_at = excluded.erased_at`;

// In: events by user and receipt ($1, $2), null where nobody knows. Out: the places, from 1, of those whose user was erased since.
export const ERASED_AMONG = `
  SELECT b.place
  FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS b (user_id, received_at, place)
  JOIN erased_users t ON t.user_ref = user_ref(b.user_id) AND (b.received_at IS NULL OR b.received_at <= t.erased_at)`;

// In: ids and receipts of events that are not to be stored ($1, $2). Out: those whose ids were not known.
export const KEEP_IDS = `
  INSERT INTO event_ledger (event_id, received_at, erased)
  SELECT DISTINCT ON (event_id) event_id, received_at, true
  FROM unnest($1::uuid[], $2::timestamptz[]) AS e (event_id, received_at)
  ORDER BY event_id
  ON CONFLICT DO NOTHING
  RETURNING event_id`;

// In: how JSON writes the id ($1), the last row seen ($2). Out: a few rows that may be about the person.
export const MENTIONED = {
  letters: `
    SELECT event_id AS id, payload, received_at FROM dead_events
    WHERE event_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000') AND position($1 IN payload) > 0
    ORDER BY event_id LIMIT 100`,
  jobs: `
    SELECT job_id AS id, payload FROM dead_jobs
    WHERE job_id > coalesce($2, '') AND position($1 IN payload) > 0
    ORDER BY job_id LIMIT 10 FOR UPDATE`,
  // Rows in the hands of a worker are on their way into an ingest transaction, which knows of the erasure.
  inbox: `
    SELECT batch_key AS id, payload FROM inbox
    WHERE batch_key > coalesce($2, '') AND position($1 IN payload) > 0
    ORDER BY batch_key LIMIT 10 FOR UPDATE SKIP LOCKED`,
  answers: `
    SELECT jsonb_build_array(caller, key)::text AS id, answer::text AS payload FROM idempotency_keys
    WHERE jsonb_build_array(caller, key)::text COLLATE "C" > coalesce($2, '') AND position($1 IN answer::text) > 0
    ORDER BY jsonb_build_array(caller, key)::text COLLATE "C" LIMIT 10`,
  results: `
    SELECT id::text AS id, result::text AS payload FROM jobs
    WHERE id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000') AND position($1 IN result::text) > 0
    ORDER BY jobs.id LIMIT 10`,
};
export type Keepsake = keyof typeof MENTIONED;

// In: the row ($1) and what is left of it ($2); null is nothing.
export const REPLACE: Record<Exclude<Keepsake, 'letters'>, { change: string; remove: string }> = {
  jobs: {
    change: 'UPDATE dead_jobs SET payload = $2 WHERE job_id = $1',
    remove: 'DELETE FROM dead_jobs WHERE job_id = $1',
  },
  inbox: {
    change: 'UPDATE inbox SET payload = $2 WHERE batch_key = $1',
    remove: 'DELETE FROM inbox WHERE batch_key = $1',
  },
  answers: {
    change: `UPDATE idempotency_keys SET answer = $2::json WHERE (caller, key) = ($1::jsonb ->> 0, $1::jsonb ->> 1)`,
    remove: `DELETE FROM idempotency_keys WHERE (caller, key) = ($1::jsonb ->> 0, $1::jsonb ->> 1)`,
  },
  results: {
    change: 'UPDATE jobs SET result = $2::jsonb WHERE id = $1',
    remove: 'UPDATE jobs SET result = NULL WHERE id = $1',
  },
};

// The rows are locked before the population lock, because ingest and assigning hold such rows when they ask for it.
export const PAIRS_OF_USER = `
  SELECT experiment_id, user_id FROM assignments WHERE user_id = ANY ($1::text[]) ORDER BY user_id, experiment_id FOR UPDATE`;

// What is contaminated counts nowhere, whatever events there are: a refold takes all of it out.
export const EXCLUDE = `
  UPDATE assignments SET contaminated = true, written_by = pg_current_xact_id() WHERE user_id = ANY ($1::text[]) AND NOT contaminated`;

// Out: the experiments whose totals are as fresh as an event of this person.
export const FRESH_BY_USER = `
  SELECT v.experiment_id
  FROM totals_versions v
  WHERE v.experiment_id = ANY ($2::uuid[])
    AND EXISTS (SELECT FROM events e WHERE e.user_id = ANY ($1::text[]) AND e.timestamp = v.last_event_at)`;

const TABLES = Object.keys(RECOUNTS) as TotalsTable[];
const removeZeros = (table: TotalsTable): string[] => {
  const { measures } = RECOUNTS[table];
  return measures.length === 0
    ? []
    : [
        `DELETE FROM ${table} WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = ANY ($1::uuid[]))
         AND ${measures.map((column) => `${column} = 0`).join(' AND ')}`,
      ];
};

// In: experiments ($1), after the refold. Rows of zeros count nothing, but they say on which days there was something, and of what type.
export const REMOVE_ZEROS = {
  ofEvents: TABLES.filter((table) => !POPULATION_TABLES.includes(table)).flatMap(removeZeros),
  ofPopulation: POPULATION_TABLES.flatMap(removeZeros),
};

// In: such experiments ($1), after the refold. The last event of others is looked for in the last hour that has any.
export const FRESHEN = `
  UPDATE totals_versions v SET last_event_at = (
    SELECT max(c.timestamp)
    FROM counted_events c
    WHERE c.experiment_id = v.experiment_id AND c.timestamp >= (
      SELECT max(t.hour) FROM arms JOIN hourly_totals t ON t.arm_id = arms.id
      WHERE arms.experiment_id = v.experiment_id AND t.events > 0
    )
  )
  WHERE v.experiment_id = ANY ($1::uuid[])`;

// The daily balances that were kept count this person's events; whoever reconciles counts the last two days anew.
export const FORGET_BALANCES = `
  WITH received AS MATERIALIZED (
    SELECT experiment_id, date_bin('15 minutes', received_at, '2000-01-01Z') AS at FROM events WHERE user_id = ANY ($1::text[]) GROUP BY 1, 2
  ),
  concerned AS (
    SELECT experiment_id FROM assignments WHERE user_id = ANY ($1::text[])
    UNION
    SELECT experiment_id FROM overrides WHERE user_id = ANY ($1::text[])
    UNION
    SELECT experiment_id FROM received
  )
  DELETE FROM experiment_balances b
  USING concerned c, experiments x, received r
  WHERE b.experiment_id = c.experiment_id AND x.id = c.experiment_id AND b.day = (r.at AT TIME ZONE x.timezone)::date`;

export const DELETE_FACTS = `
  DELETE FROM users WHERE user_id = ANY ($1::text[])`;
export const DELETE_EVENTS = `
  WITH gone AS (DELETE FROM events WHERE user_id = ANY ($1::text[]) RETURNING 1) SELECT count(*) AS rows FROM gone`;
export const DELETE_ASSIGNMENTS = `
  WITH gone AS (DELETE FROM assignments WHERE user_id = ANY ($1::text[]) RETURNING 1) SELECT count(*) AS rows FROM gone`;
export const DELETE_OVERRIDES = `
  DELETE FROM overrides WHERE user_id = ANY ($1::text[]) RETURNING experiment_id`;
export const DELETE_LINKS =
  'DELETE FROM identities WHERE alias_id = ANY ($1::text[]) OR user_id = ANY ($1::text[])';
