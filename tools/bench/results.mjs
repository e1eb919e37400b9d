// Results: how long an answer takes when few and when many events are stored, against counting the events when somebody asks; and how
// soon an acknowledged event is in them.
import { setTimeout as sleep } from 'node:timers/promises';
import { startGenerator } from './generator.mjs';
import { startWorld, untilStored } from './world.mjs';

const DAYS = 90;
const VARIANTS = 4;

/** The events are made by the database, on 90 days, in ten types; a recompute makes the totals, as after an import. */
export async function results({ services, dir, size }) {
  const figures = {};
  for (const [name, count] of Object.entries(size.history)) {
    const world = await startWorld(services, { dir, name: `bench_history_${name}` });
    try {
      const users = Math.min(size.users, Math.ceil(count / 20));
      const [id] = await world.populate({ experiments: 1, users, variants: VARIANTS });
      await world.db.query(TYPES);
      await world.db.query(HISTORY, [count, users, DAYS]);
      await world.backdate(DAYS + 1, [id]);
      const path = `/experiments/${id}/results?include_ci=true`;
      await world.call('GET', path);
      figures[`results_${name}_ms`] = await median(size.reads, () => world.call('GET', path));
      figures[`group_by_${name}_ms`] = await median(name === 'few' ? 3 : 2, () =>
        world.db.query(GROUP_BY, [id]),
      );
    } finally {
      await world.stop();
    }
  }
  return figures;
}

/** As the worker makes them when it first sees a type; events of a type that nobody knows count nowhere. */
const TYPES = `
  WITH learnt AS (
    INSERT INTO measures (event_type) SELECT 'type_' || i FROM generate_series(0, 9) AS i RETURNING id, event_type
  )
  INSERT INTO measure_types (event_type, measure_id) SELECT event_type, id FROM learnt`;
const HISTORY = `
  WITH made AS (
    SELECT
      gen_random_uuid() AS event_id,
      'user-' || floor(random() * $2::int)::int AS user_id,
      'type_' || (i % 10) AS type,
      now() - make_interval(secs => random() * $3::int * 86400) AS timestamp,
      CASE WHEN i % 3 = 0 THEN round((random() * 200)::numeric, 2) END AS value
    FROM generate_series(1, $1::int) AS i
  )
  INSERT INTO events (event_id, received_at, user_id, type, timestamp, value, counted_value)
  SELECT event_id, now(), user_id, type, timestamp, value, value FROM made`;
/** What a system without totals asks for the same table: users, converters and values by variant and type, one row per user first. */
const GROUP_BY = `
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

/** From the acknowledgement of an event to an answer of the results endpoint that has it, while other events come at half the rate. */
export async function freshness({ services, dir, size, people, rate }) {
  const world = await startWorld(services, { dir, name: 'bench_fresh', template: people.template });
  const generator = startGenerator();
  try {
    const key = 'bench-freshness';
    await world.call('POST', '/experiments', {
      key,
      name: 'Freshness',
      status: 'running',
      variants: [HALF('a'), HALF('b')],
    });
    await world.call('GET', `/experiments/${key}/assignment/watcher`);
    const count = Math.round(((rate / 2) * size.freshnessSeconds) / 100) * 100;
    await generator.prepare({
      kind: 'batches',
      token: world.token,
      count,
      size: 100,
      users: size.users,
      seed: 7,
    });
    let sending = true;
    const sent = generator
      .run({ port: world.port, connections: 8, rate: rate / 2 / 100 })
      .finally(() => (sending = false));
    const times = [];
    while (sending) {
      await world.call('POST', '/events', { user_id: 'watcher', type: 'seen' });
      const acknowledged = performance.now();
      while ((await seen(world, key)) <= times.length) await sleep(5);
      times.push(performance.now() - acknowledged);
    }
    await sent;
    await untilStored(world.db, count + times.length);
    const sorted = times.sort((a, b) => a - b);
    return {
      fresh_p99_ms: sorted[Math.floor(sorted.length * 0.99)],
      fresh_p50_ms: sorted[sorted.length >> 1],
      fresh_samples: times.length,
    };
  } finally {
    await generator.stop();
    await world.stop();
  }
}

const HALF = (key) => ({ key, allocation_pct: 50 });

async function seen(world, key) {
  const { metrics } = await world
    .call('GET', `/experiments/${key}/results?metric=seen&include_ci=false`)
    .catch(() => ({ metrics: [] }));
  return metrics[0]?.variants.reduce((sum, { events }) => sum + events, 0) ?? 0;
}

async function median(times, work) {
  const taken = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b)[taken.length >> 1];
}
