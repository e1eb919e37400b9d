// Results: how long an answer takes when few and when many events are stored, against counting the events when somebody asks. Of the
// product three times are measured: an answer after another event, which is made anew; the same answer again; and again with its ETag.
import { addHistory, GROUP_BY, startHistory } from './history.mjs';
import { startWorld } from './world.mjs';

const TYPES = 10;

/** A world with a history. `read` answers `{ ms, status }`. */
export async function startReading(services, { dir, name, users, count }) {
  const world = await startWorld(services, { dir, name });
  const id = await startHistory(world, { users });
  await addHistory(world, { id, count, users });
  const address = `http://127.0.0.1:${world.port}/api/v1/experiments/${id}/results`;
  const authorization = `Bearer ${world.token}`;
  const timed = async (headers = {}) => {
    const began = performance.now();
    const response = await fetch(address, { headers: { authorization, ...headers } });
    const text = await response.text();
    return { ms: performance.now() - began, response, text };
  };
  return {
    world,
    id,
    fresh: async () => (await anotherEvent(world, id), await timed()),
    known: timed,
    groupBy: () => world.db.query(GROUP_BY, [id]),
    /** An answer about nothing is quickly made. */
    async check(expected) {
      const { text } = await timed();
      const { metrics } = JSON.parse(text);
      const events = metrics
        .filter(({ kind }) => kind === 'conversion')
        .flatMap(({ variants }) => variants.map((variant) => variant.events));
      const sum = events.reduce((all, one) => all + one, 0);
      if (events.length !== TYPES * 4 || sum !== expected)
        throw new Error(`the results say ${sum} events in ${events.length} cells, not ${expected}`);
    },
  };
}

/** Resolves when it is counted. */
async function anotherEvent(world, id) {
  const version = async () => {
    const { rows } = await world.db.query('SELECT version FROM totals_versions WHERE experiment_id = $1', [
      id,
    ]);
    return rows[0].version;
  };
  const before = await version();
  const type = `type_${Math.floor(Math.random() * TYPES)}`;
  await world.call('POST', '/events', { user_id: 'user-0', type, value: 1 });
  while ((await version()) === before) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Few and many in turn, so that a slow moment of the machine hits both. */
export async function results({ services, dir, size }) {
  const places = [];
  try {
    for (const [name, count] of Object.entries(size.history)) {
      const users = Math.min(size.users, Math.ceil(count / 20));
      const place = await startReading(services, { dir, name: `bench_history_${name}`, users, count });
      places.push({ name, ...place });
      await place.check(count);
    }
    const times = {};
    const note = (name, ms) => (times[name] ??= []).push(ms);
    for (let turn = 0; turn < size.reads; turn++)
      for (const { name, fresh, known } of places) {
        const { ms, response } = await fresh();
        note(`results_${name}_ms`, ms);
        note(`results_${name}_cached_ms`, (await known()).ms);
        note(`results_${name}_304_ms`, (await known({ 'if-none-match': response.headers.get('etag') })).ms);
      }
    for (const { name, groupBy } of places)
      for (let turn = 0; turn < 3; turn++) {
        const began = performance.now();
        await groupBy();
        note(`group_by_${name}_ms`, performance.now() - began);
      }
    return Object.fromEntries(Object.entries(times).map(([name, taken]) => [name, median(taken)]));
  } finally {
    for (const { world } of places) await world.stop();
  }
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
