// A negative control: the settings that a queue gets when nobody thinks about it. Only intervals are shortened, so that what takes
// minutes in production happens within a short run.
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectDir } from '../lib/say.mjs';

const require = createRequire(import.meta.url);

/** Runs one of our programs with BullMQ's stock stall limit and a handful of attempts. */
export function runWithStockLimits(app) {
  const queues = require(path.join(projectDir, 'dist/libs/queue/src/queues.js'));
  Object.assign(queues.WORKER_OPTIONS, { maxStalledCount: 1, lockDuration: 1_500, stalledInterval: 1_000 });
  Object.assign(queues.JOB_OPTIONS, { attempts: 3, backoff: undefined });
  require(path.join(projectDir, 'dist/apps', app, 'src/main.js'));
}
