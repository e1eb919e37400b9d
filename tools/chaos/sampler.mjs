// Looks at the running system once a second: the store's own verification in one snapshot, events that are there twice, failed jobs.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresBackend, Queue, setDefaultBackendFactory } from 'bullmq';
import pg from 'pg';
import { projectDir } from '../lib/say.mjs';

const require = createRequire(import.meta.url);
const int8 = 20;
const patience = 8_000;

export class Sampler {
  samples = 0;
  drifts = [];
  failed = 0;
  /** Memory of the api in MB, `{ at, rss }`. */
  memory = [];
  most = 0;

  constructor(system, ids) {
    Object.assign(this, { system, ids: Object.entries(ids) });
    const { RecountStore } = require(path.join(projectDir, 'dist/libs/store/src/recount.store.js'));
    this.recounts = new RecountStore({ snapshot: (work) => this.#snapshot(work) });
  }

  async run(signal) {
    for (let i = 0; !signal.aborted; i++) {
      const next = Date.now() + 1_000;
      this.#weigh();
      await Promise.all([this.verify(...this.ids[i % this.ids.length]), this.countJobs()]);
      await sleep(Math.max(0, next - Date.now()), undefined, { signal }).catch(() => {});
    }
  }

  #weigh() {
    const { api } = this.system.programs;
    if (!api.isRunning) return;
    const [, kilobytes] =
      /^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${api.current.pid}/status`, 'utf8')) ?? [];
    if (kilobytes) this.memory.push({ at: Date.now(), rss: Math.round(kilobytes / 1024) });
  }

  /** One sample; none when the database does not answer. */
  async verify(key, id) {
    let verification;
    try {
      verification = await this.recounts.verify(id);
    } catch (error) {
      if (isOutage(error)) return undefined;
      throw error;
    }
    this.samples++;
    if (verification.drift !== 0) {
      const tables = verification.tables.filter((table) => table.differences > 0);
      this.drifts.push({ at: new Date().toISOString(), key, drift: verification.drift, tables });
    }
    return verification;
  }

  async verifyAll() {
    for (const [key, id] of this.ids) await this.verify(key, id);
  }

  /** Jobs not done yet; undefined when the queue does not answer. */
  async countJobs() {
    const { redis, queue, databaseUrl, prefix } = this.system;
    setDefaultBackendFactory(queue === 'postgres' ? createPostgresBackend : undefined);
    const connection =
      queue === 'postgres'
        ? { connectionString: databaseUrl, max: 1, schema: 'bullmq' }
        : { url: redis.url, maxRetriesPerRequest: 0, commandTimeout: 3_000, retryStrategy: () => null };
    let open = 0;
    for (const name of ['events', 'maintenance']) {
      const bull = new Queue(name, { connection, prefix, skipMetasUpdate: true });
      bull.on('error', () => {});
      try {
        const { failed, ...counts } = await within(
          patience,
          bull.getJobCounts('failed', 'waiting', 'active', 'delayed'),
        );
        this.failed = Math.max(this.failed, failed);
        // Schedules leave a delayed job in the maintenance queue for ever.
        if (name === 'events') open += counts.waiting + counts.active + counts.delayed;
        else open += counts.waiting + counts.active;
      } catch {
        return undefined;
      } finally {
        void bull.close().catch(() => {});
      }
    }
    this.most = Math.max(this.most, open);
    return open;
  }

  /** As the store opens one, on a connection of our own that may break without taking us along. */
  async #snapshot(work) {
    const client = new pg.Client({
      connectionString: this.system.databaseUrl,
      query_timeout: patience,
      connectionTimeoutMillis: patience,
      types: {
        getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)),
      },
    });
    client.on('error', () => {});
    await client.connect();
    const rows = async (text, values = []) => (await client.query(text, [...values])).rows;
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      return await work({ rows, row: async (text, values) => (await rows(text, values))[0] ?? null });
    } finally {
      await within(1_000, client.end()).catch(() => {});
    }
  }
}

/** Errors that say "no database now"; anything else is a fault of the harness or of the store. */
function isOutage(error) {
  const { code, message } = error;
  return (
    /^(08|57P|53|55P03|57014)/.test(code ?? '') ||
    /^E[A-Z]+$/.test(code ?? '') ||
    /timeout|terminated|not queryable|closed|ended/i.test(message)
  );
}

async function within(ms, promise) {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`timeout after ${ms} ms`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
