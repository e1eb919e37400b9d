// The judge. It reads the database past all proxies and compares it with what the clients wrote down.
import pg from 'pg';
import { hashed, imported } from './experiments.mjs';
import { differences, recount } from './recount.mjs';

const us = (column) => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;

/** Everything that is wrong, as counts with examples; called when all is quiet. */
export async function judge(system, facts, ids) {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    const acknowledged = await facts.acknowledgedOnDisk();
    const rows = await storedEvents(client);
    const dead = await client.query('SELECT event_id::text FROM dead_events');
    const deadIds = new Set(dead.rows.map((row) => row.event_id));
    const stored = new Map();
    const twice = [];
    for (const row of rows) {
      if (stored.has(row.id)) twice.push(row.id);
      stored.set(row.id, row);
    }
    return {
      acknowledged: acknowledged.size,
      stored: stored.size,
      lost: [...acknowledged].filter((id) => !stored.has(id) && !deadIds.has(id)),
      twice,
      dead: [...deadIds],
      altered: [...stored.values()].flatMap((row) => alteration(row, facts.sent.get(row.id))),
      wrongTotals: await wrongTotals(client, ids, stored),
      wrongVariants: await wrongVariants(client, ids, facts),
    };
  } finally {
    await client.end();
  }
}

async function storedEvents(client) {
  const { rows } = await client.query(
    `SELECT event_id::text AS id, user_id, type, value::text, experiment_id::text, ${us('timestamp')} AS at,
       ${us('received_at')} AS received FROM events`,
  );
  return rows.map((row) => ({
    id: row.id,
    user: row.user_id,
    type: row.type,
    cents: row.value === null ? 0 : Math.round(Number(row.value) * 100),
    experiment: row.experiment_id,
    at: Number(row.at),
    received: Number(row.received),
  }));
}

/** A stored event is one that was sent, with the content it was sent with. */
function alteration(row, sent) {
  if (sent === undefined) return [`${row.id} was never sent`];
  const at = Date.parse(sent.timestamp) * 1000;
  const expected = {
    user: sent.user_id,
    type: sent.type,
    cents: Math.round((sent.value ?? 0) * 100),
    experiment: sent.experiment_id ?? null,
    at: at > row.received + 300_000_000 ? row.received : at,
  };
  const wrong = Object.keys(expected).filter((name) => expected[name] !== row[name]);
  return wrong.map((name) => `${row.id}: ${name} is ${row[name]}, was sent as ${expected[name]}`);
}

async function wrongTotals(client, ids, stored) {
  const eventsOf = Map.groupBy ? Map.groupBy(stored.values(), ({ user }) => user) : grouped(stored.values());
  const found = [];
  for (const [key, id] of Object.entries(ids)) {
    const people = await client.query(
      `SELECT user_id, arm_id, ${us('assigned_at')} AS assigned, ${us('least(enrolled_at, imported_exposed_at)')} AS enrolled,
         overridden, contaminated FROM assignments WHERE experiment_id = $1`,
      [id],
    );
    const expected = recount(
      { id, population: key === 'exposed' ? 'exposed' : 'assigned' },
      people.rows.map((row) => ({
        user: row.user_id,
        arm: row.arm_id,
        assignedAt: Number(row.assigned),
        enrolledAt: row.enrolled === null ? null : Number(row.enrolled),
        overridden: row.overridden,
        contaminated: row.contaminated,
      })),
      eventsOf,
    );
    const totals = await client.query(
      `SELECT t.arm_id, m.event_type, sum(t.events)::int AS events, sum(t.converters)::int AS converters,
         round(sum(t.value_sum) * 100)::float8 AS cents
       FROM daily_totals t JOIN measures m ON m.id = t.measure_id AND m.event_type IS NOT NULL
       WHERE t.arm_id IN (SELECT id FROM arms WHERE experiment_id = $1) GROUP BY 1, 2 HAVING sum(t.events) > 0`,
      [id],
    );
    const users = await client.query(
      `SELECT arm_id, sum(users)::int AS users FROM daily_users
       WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = $1) GROUP BY 1 HAVING sum(users) > 0`,
      [id],
    );
    const cells = totals.rows.map(({ arm_id, event_type, events, converters, cents }) => [
      `${arm_id} ${event_type}`,
      { events, converters, cents },
    ]);
    const wrong = [
      ...differences(new Map(cells), expected.totals),
      ...differences(new Map(users.rows.map((row) => [row.arm_id, row.users])), expected.users),
    ];
    found.push(...wrong.map((difference) => `${key}, arm ${difference}`));
  }
  return found;
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row.user);
    if (group === undefined) groups.set(row.user, [row]);
    else group.push(row);
  }
  return groups;
}

/** Every answer that named a variant still holds, and of all imports of a user the earliest decides. */
async function wrongVariants(client, ids, facts) {
  const { rows } = await client.query(
    `SELECT a.experiment_id::text AS experiment, a.user_id, a.source, v.key AS variant, ${us('a.assigned_at')} AS at
     FROM assignments a JOIN arms ON arms.id = a.arm_id JOIN variants v ON v.id = arms.variant_id`,
  );
  const stored = new Map(rows.map((row) => [`${row.experiment} ${row.user_id}`, row]));
  const found = [];
  for (const key of hashed) {
    for (const [name, variant] of facts.assigned) {
      const [experiment, user] = name.split(' ');
      if (experiment !== key) continue;
      const is = stored.get(`${ids[key]} ${user}`)?.variant;
      if (is !== variant) found.push(`${user} was told ${variant} in ${key}, stored is ${is}`);
    }
  }
  const first = new Map();
  for (const row of facts.imported) {
    const known = first.get(row.user_id);
    if (known === undefined || row.assigned_at < known.assigned_at) first.set(row.user_id, row);
  }
  for (const { user_id, variant_key, assigned_at } of first.values()) {
    const is = stored.get(`${ids[imported]} ${user_id}`);
    const wanted = `${variant_key} at ${assigned_at}`;
    const found_ = is && `${is.variant} at ${new Date(Number(is.at) / 1000).toISOString()}`;
    if (found_ !== wanted) found.push(`${user_id} was imported as ${wanted}, stored is ${found_}`);
  }
  return found;
}
