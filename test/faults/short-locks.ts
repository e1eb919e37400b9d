import { WORKER_OPTIONS } from '@app/queue';

// Imported before the worker: a job that nobody works on is taken over at once, so that a test need not wait for it.
Object.assign(WORKER_OPTIONS, { lockDuration: 1_000, stalledInterval: 400 });
