// The growth curve: how fast events are stored and how long an answer takes, beside what is stored already.
import fs from 'node:fs';
import path from 'node:path';
import { projectDir, say } from '../lib/say.mjs';
import { Child } from './child.mjs';
import { events, take } from './events.mjs';
import { addHistory } from './history.mjs';
import { median, startReading } from './results.mjs';

const STEPS = [10_000, 1_000_000, 10_000_000];
const USERS = 1_000_000;
const NEW_EVENTS = 50_000;
const READS = 11;

/** The events between the steps are made by the database; those that are measured go through the ingest function. */
export async function growth({ services, dir }) {
  const figures = {};
  let stored = STEPS[0];
  const place = await startReading(services, { dir, name: 'bench_growth', users: USERS, count: stored });
  try {
    for (const step of STEPS) {
      if (step > stored) await addHistory(place.world, { id: place.id, count: step - stored, users: USERS });
      const fresh = [];
      const cached = [];
      for (let turn = 0; turn < READS; turn++) {
        fresh.push((await place.fresh()).ms);
        cached.push((await place.known()).ms);
      }
      const began = performance.now();
      await place.groupBy();
      const groupBy = performance.now() - began;
      const { rows, seconds } = await ingest(dir, place.world.databaseUrl, step);
      const sizes = await place.world.db.query(
        `SELECT pg_database_size(current_database()) AS bytes, (SELECT count(*) FROM assignments)::int AS users`,
      );
      stored = step + READS + rows;
      figures[step] = {
        ingest_rows_per_s: rows / seconds,
        results_ms: median(fresh),
        results_cached_ms: median(cached),
        group_by_ms: groupBy,
        database_mb: Number(sizes.rows[0].bytes) / 2 ** 20,
        users: sizes.rows[0].users,
      };
      say(`${step} events, ${sizes.rows[0].users} users: ${JSON.stringify(figures[step])}`);
    }
  } finally {
    await place.world.stop();
  }
  return { growth: figures };
}

async function ingest(dir, databaseUrl, seed) {
  const file = path.join(dir, 'growth.jsonl');
  const received_at = new Date().toISOString();
  const absent = ['original_timestamp', 'experiment_id', 'variant_id', 'session_id', 'request_id'];
  const nothing = Object.fromEntries(['value', ...absent].map((name) => [name, null]));
  const lines = take(NEW_EVENTS, events({ users: USERS, seed })).map((event, index) =>
    JSON.stringify({ ...nothing, ...event, type: `type_${index % 10}`, received_at }),
  );
  fs.writeFileSync(file, `${lines.join('\n')}\n`);
  const child = new Child(path.join(projectDir, 'dist/tools/bench/store.js'));
  try {
    await child.prepare({ kind: 'ingest', databaseUrl, file });
    return await child.run();
  } finally {
    await child.stop();
  }
}
