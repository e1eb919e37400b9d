// One chaos run from start to verdict.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Problem, say } from '../lib/say.mjs';
import { createExperiments } from './experiments.mjs';
import { Facts } from './facts.mjs';
import { HttpClient } from './http.mjs';
import { Load } from './load.mjs';
import { judge } from './oracle.mjs';
import { randomOf } from './random.mjs';
import { Sampler } from './sampler.mjs';
import { controls } from './controls.mjs';
import { scripts } from './scripts.mjs';
import { System } from './system.mjs';

/** A killed worker's jobs are taken over within 20 s, and a job that failed often waits up to 37 s. */
const drainMs = 120_000;

/** Resolves to everything that was seen; the caller says what of it is wrong. */
export async function chaosRun({ dir, script: name, signal, ...options }) {
  const script = scripts[name];
  const random = randomOf(options.seed);
  const system = new System({ dir, ...options });
  const seen = {
    ...options,
    script: name,
    faults: [],
    problems: [],
    allowedDrainMs: script.drainMs ?? drainMs,
  };
  try {
    await system.start();
    const client = new HttpClient(system.proxies['client-api'].port, system.token);
    const ids = await createExperiments(client);
    await sabotage(system, options.control);
    client.forget();
    say(
      `${name}: seed ${options.seed}, queue in ${options.queue}${options.control ? `, control ${options.control}` : ''}`,
    );

    const facts = await Facts.in(dir);
    const sampler = new Sampler(system, ids);
    const stop = new AbortController();
    const over = new AbortController();
    const sampling = sampler.run(stop.signal);
    const load = new Load({
      client,
      facts,
      ids,
      random: random.child(),
      signal: over.signal,
      batch: script.batch,
    });
    const traffic = load.run(script.clients ?? 8);
    // Both are awaited below; until then their failure must not end the harness before it has tidied up.
    for (const work of [sampling, traffic]) work.catch(() => {});
    await script.run({ system, facts, seen, random: random.child(), signal, ...options });
    over.abort({ at: Date.now() });
    if (signal.aborted) throw new Problem('Stopped before the end, so there is no verdict.');
    await traffic;
    if (script.afterwards) await script.afterwards({ system });
    say('every client has its answers; draining');
    seen.drainMs = await drained(sampler, facts, system, { signal, within: seen.allowedDrainMs });
    if (signal.aborted) throw new Problem('Stopped before the end, so there is no verdict.');
    stop.abort();
    await sampling;
    await sampler.verifyAll();
    Object.assign(seen, await judge(system, facts, ids), { facts, load, client, sampler });
    seen.crashes = Object.values(system.programs).flatMap(({ name: program, crashes }) =>
      crashes.map((crash) => ({ name: program, ...crash })),
    );
    client.close();
    return seen;
  } finally {
    await system.stop();
  }
}

async function sabotage({ databaseUrl }, control) {
  const sql = controls[control]?.sql;
  if (!sql) return;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}

/** Milliseconds until nothing was on its way any more; null when that did not happen in time. */
async function drained(sampler, facts, { databaseUrl }, { signal, within }) {
  const began = Date.now();
  let quiet = 0;
  while (Date.now() < began + within && !signal?.aborted) {
    const open = await sampler.countJobs();
    quiet = open === 0 ? quiet + 1 : 0;
    // Empty for a while: whatever is missing now will not come.
    if (quiet >= 5 || (quiet > 0 && (await missing(databaseUrl, facts.acknowledged)) === 0))
      return Date.now() - began;
    await sleep(500);
  }
  return null;
}

async function missing(databaseUrl, acknowledged) {
  const client = new pg.Client({ connectionString: databaseUrl, query_timeout: 20_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT count(*)::int AS missing FROM unnest($1::uuid[]) AS a (id)
       WHERE NOT EXISTS (SELECT FROM event_ledger l WHERE l.event_id = a.id)
         AND NOT EXISTS (SELECT FROM dead_events d WHERE d.event_id = a.id)`,
      [[...acknowledged]],
    );
    return rows[0].missing;
  } finally {
    await client.end().catch(() => {});
  }
}
