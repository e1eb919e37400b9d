// What a run does to the system while clients are at work.
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../lib/say.mjs';
import { controls } from './controls.mjs';
import { bring, schedule } from './faults.mjs';

const pause = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {});

export const scripts = {
  /** Everything, all the time, for `seconds`. */
  chaos: {
    async run({ system, seen, random, signal, seconds, queue, control }) {
      const over = new AbortController();
      const plan = control
        ? controls[control].faults(random, system)
        : schedule(random, { queue, workers: system.workerCount, seconds });
      const faulting = bring(system, plan, seen.faults, over.signal);
      await pause(seconds * 1000, signal);
      over.abort();
      await faulting;
    },
  },

  /** No worker until so many `events` are acknowledged; then all of them at once. */
  backlog: {
    batch: [400, 1000],
    drainMs: 1_800_000,
    async run({ system, facts, events, signal }) {
      await Promise.all(system.workers.map((worker) => worker.stop({ force: true })));
      while (facts.acknowledged.size < events && !signal.aborted) await pause(100, signal);
    },
    async afterwards({ system }) {
      say('starting the workers');
      for (const worker of system.workers) worker.start();
    },
  },

  /** Redis is gone for `seconds`, and nobody stops asking. */
  outage: {
    clients: 100,
    batch: [1, 10],
    async run({ system, seen, signal, seconds }) {
      await pause(20_000, signal);
      await system.endRedis('SIGKILL');
      seen.outage = { from: Date.now() };
      await pause(seconds * 1000, signal);
      seen.outage.to = Date.now();
      await system.startRedis();
      await pause(5_000, signal);
    },
  },
};
