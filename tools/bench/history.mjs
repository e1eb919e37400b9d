// A long past, made by the database: events on 90 days in ten types, and a recompute that makes the totals, as after an import.
export const DAYS = 90;

/** As the worker makes them when it first sees a type; events of a type that nobody knows count nowhere. */
const TYPES = `
  WITH learnt AS (
    INSERT INTO measures (event_type) SELECT 'type_' || i FROM generate_series(0, 9) AS i ON CONFLICT DO NOTHING RETURNING id, event_type
  )
  INSERT INTO measure_types (event_type, measure_id) SELECT event_type, id FROM learnt`;

// In: how many ($1) of how many users ($2), on how many days ($3). One in three has a value. Ids grow, as those of a good client do.
const EVENTS = `
  WITH made AS MATERIALIZED (
    SELECT
      (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
        || '8' || substr(md5(random()::text), 1, 15))::uuid AS event_id,
      'user-' || floor(random() * $2::int)::int AS user_id,
      'type_' || (i % 10) AS type,
      now() - make_interval(secs => random() * $3::int * 86400) AS timestamp,
      CASE WHEN i % 3 = 0 THEN round((random() * 200)::numeric, 2) END AS value
    FROM generate_series(1, $1::int) AS i
  ),
  ledger AS (INSERT INTO event_ledger (event_id, received_at) SELECT event_id, now() FROM made)
  INSERT INTO events (event_id, received_at, user_id, type, timestamp, value, counted_value)
  SELECT event_id, now(), user_id, type, timestamp, value, value FROM made`;

const ASSIGNMENTS = `
  INSERT INTO assignments (user_id, experiment_id, arm_id, bucket, source, assigned_at)
  SELECT 'user-' || i, $1, arms.ids[1 + i % cardinality(arms.ids)], 0, 'hash', now()
  FROM generate_series(0, $2::int - 1) AS i, (SELECT array_agg(id ORDER BY id) AS ids FROM arms WHERE experiment_id = $1) arms
  ON CONFLICT DO NOTHING`;

const AT_ONCE = 250_000;

/** A running experiment with so many users, who were there before the first event. @returns its id */
export async function startHistory(world, { users, variants = 4 }) {
  const [id] = await world.populate({ experiments: 1, users: 0, variants });
  await world.db.query(ASSIGNMENTS, [id, users]);
  await world.db.query(TYPES);
  await world.db.query(`UPDATE assignments SET assigned_at = assigned_at - make_interval(days => $1)`, [
    DAYS + 1,
  ]);
  return id;
}

/** So many more events, all of which count. */
export async function addHistory(world, { id, count, users }) {
  for (let left = count; left > 0; left -= AT_ONCE)
    await world.db.query(EVENTS, [Math.min(left, AT_ONCE), users, DAYS]);
  await world.finish(await world.call('POST', `/experiments/${id}/recompute`));
  await world.db.query('VACUUM ANALYZE');
}

/** What a system without totals asks for the same table: users, converters and values by variant and type, one row per user first. */
export const GROUP_BY = `
  SELECT variant_id, type, count(*) AS converters, sum(events) AS events, sum(value) AS value, sum(value * value) AS squares
  FROM (
    SELECT arms.variant_id, a.user_id, e.type, count(*) AS events, sum(coalesce(e.counted_value, 0)) AS value
    FROM assignments a
    JOIN arms ON arms.id = a.arm_id
    JOIN events e ON e.user_id = a.user_id AND e.timestamp >= a.assigned_at
    WHERE a.experiment_id = $1
    GROUP BY arms.variant_id, a.user_id, e.type
  ) per_user
  GROUP BY variant_id, type`;
