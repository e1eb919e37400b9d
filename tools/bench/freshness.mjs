// Freshness: from the acknowledgement of an event to an answer of the results endpoint that has it, while other events come at half the
// rate that the pipeline can take.
import { setTimeout as sleep } from 'node:timers/promises';
import { startGenerator } from './generator.mjs';
import { startWorld, untilStored } from './world.mjs';

/** Each has an experiment of its own and waits for one event at a time, so that it knows which one it sees. */
const WATCHERS = 4;
/** Between two looks; a look costs the machine what it takes from the pipeline. */
const PAUSE_MS = 15;

export async function freshness({ services, dir, size, people, rate, env }) {
  const world = await startWorld(services, { dir, name: 'bench_fresh', template: people.template, env });
  const generator = startGenerator();
  try {
    const watchers = [];
    for (let index = 0; index < WATCHERS; index++) watchers.push(await startWatcher(world, index));
    const count = Math.round(((rate / 2) * size.freshnessSeconds) / 100) * 100;
    const traffic = { count, size: 100, users: size.users, seed: 7 };
    await generator.prepare({ kind: 'batches', token: world.token, ...traffic });
    let sending = true;
    const sent = generator
      .run({ port: world.port, connections: 8, rate: rate / 2 / 100 })
      .finally(() => (sending = false));
    const taken = await Promise.all(watchers.map((watch) => watch(() => sending)));
    const { p99: ack } = await sent;
    const times = taken.flat().sort((a, b) => a - b);
    await untilStored(world.db, count + times.length);
    return {
      fresh_p99_ms: times[Math.floor(times.length * 0.99)],
      fresh_p50_ms: times[times.length >> 1],
      fresh_samples: times.length,
      fresh_rate_per_s: rate / 2,
      fresh_batch_ack_p99_ms: ack,
    };
  } finally {
    await generator.stop();
    await world.stop();
  }
}

/** A program that sends an event, waits until it is counted, and so on. It answers how long each took. */
async function startWatcher(world, index) {
  const key = `bench-freshness-${index}`;
  const user_id = `watcher-${index}`;
  await world.call('POST', '/experiments', {
    key,
    name: 'Freshness',
    status: 'running',
    variants: ['a', 'b'].map((variant) => ({ key: variant, allocation_pct: 50 })),
  });
  await world.call('GET', `/experiments/${key}/assignment/${user_id}`);
  const seen = async () => {
    const { metrics } = await world.call('GET', `/experiments/${key}/results?metric=seen`);
    return metrics[0]?.variants.reduce((sum, { events }) => sum + events, 0) ?? 0;
  };
  return async (goOn) => {
    const times = [];
    while (goOn()) {
      await world.call('POST', '/events', { user_id, type: 'seen' });
      const acknowledged = performance.now();
      while ((await seen()) <= times.length) await sleep(PAUSE_MS);
      times.push(performance.now() - acknowledged);
    }
    return times;
  };
}
