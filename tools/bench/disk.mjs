// What stored events take on disk, indexes included.

const SIZES = `
  SELECT
    (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'events'::regclass)::float8 AS events,
    pg_total_relation_size('event_ledger')::float8 AS ledger,
    pg_total_relation_size('user_hours')::float8 AS user_hours,
    (SELECT sum(pg_total_relation_size(c)) FROM unnest(ARRAY['hourly_totals', 'daily_totals', 'gaps', 'day_products', 'cross_products']) AS t (name),
      to_regclass(t.name) AS c)::float8 AS totals,
    pg_total_relation_size('assignments')::float8 AS assignments,
    (SELECT count(*) FROM events)::float8 AS event_rows,
    (SELECT count(*) FROM user_hours)::float8 AS user_hour_rows,
    (SELECT count(*) FROM assignments)::float8 AS assignment_rows`;

/** Bytes per event, per row of state and per assignment. */
export async function disk(db) {
  const {
    rows: [size],
  } = await db.query(SIZES);
  return {
    event: size.events / size.event_rows,
    event_id: size.ledger / size.event_rows,
    user_hours_per_event: size.user_hours / size.event_rows,
    totals_per_event: size.totals / size.event_rows,
    user_hour: size.user_hours / size.user_hour_rows,
    assignment: size.assignments / size.assignment_rows,
  };
}
