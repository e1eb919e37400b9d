// The store alone, without HTTP and queue, in a process of its own: what the pipeline is compared with. Told over IPC what to do.
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createDataSource, Database, FoldStore, IngestStore, ReceivedEvent } from '@app/store';

const ROWS_PER_TRANSACTION = 5_000;
const POOL_SIZE = 10;

interface Work {
  kind: 'copy' | 'ingest' | 'insert-assignments';
  databaseUrl: string;
  /** JSON lines of events as the worker has them. */
  file?: string;
  experimentId?: string;
  armId?: number;
  count?: number;
  concurrency?: number;
}

interface Prepared {
  rows: number;
  run: () => Promise<unknown>;
  close: () => Promise<unknown>;
}

async function prepare(work: Work): Promise<Prepared> {
  if (work.kind === 'insert-assignments') return insertAssignments(work);
  const events = readFileSync(work.file as string, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ReceivedEvent);
  const chunks = Array.from({ length: Math.ceil(events.length / ROWS_PER_TRANSACTION) }, (_, index) =>
    events.slice(index * ROWS_PER_TRANSACTION, (index + 1) * ROWS_PER_TRANSACTION),
  );
  return work.kind === 'copy' ? copy(work, chunks) : ingest(work, chunks);
}

/** The least that storing a row can cost: COPY into a table like `events` without any index. */
async function copy({ databaseUrl }: Work, chunks: ReceivedEvent[][]): Promise<Prepared> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  await pool.query('DROP TABLE IF EXISTS bench_copy');
  await pool.query('CREATE TABLE bench_copy (LIKE events)');
  const texts = chunks.map((events) => events.map(lineOf).join(''));
  const run = async (): Promise<void> => {
    const client = await pool.connect();
    for (const text of texts) {
      const columns = 'event_id, received_at, user_id, type, timestamp, value, properties';
      await pipeline(
        Readable.from([text]),
        client.query(copyFrom(`COPY bench_copy (${columns}) FROM STDIN`)),
      );
    }
    client.release();
  };
  return { rows: rowsIn(chunks), run, close: () => pool.end() };
}

/** The function that the worker calls, one caller, one transaction at a time. */
async function ingest({ databaseUrl }: Work, chunks: ReceivedEvent[][]): Promise<Prepared> {
  const source = await createDataSource({ url: databaseUrl, poolSize: 2, application: 'bench' }).initialize();
  const store = new IngestStore(new Database(source), new FoldStore());
  const run = async (): Promise<void> => {
    for (const events of chunks) await store.ingest(events);
  };
  return { rows: rowsIn(chunks), run, close: () => source.destroy() };
}

/** What a simple system does for a user it has not seen: one statement for each. */
async function insertAssignments(work: Work): Promise<Prepared> {
  const { databaseUrl, experimentId, armId, count = 0, concurrency = 1 } = work;
  const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
  await Promise.all(Array.from({ length: POOL_SIZE }, () => pool.query('SELECT pg_sleep(0.1)')));
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      const user = `simple-${next++}`;
      await pool.query({
        name: 'insert',
        text: `INSERT INTO assignments (user_id, experiment_id, arm_id, bucket, source, assigned_at)
               VALUES ($1, $2, $3, 0, 'hash', now()) ON CONFLICT DO NOTHING`,
        values: [user, experimentId, armId],
      });
    }
  };
  const run = (): Promise<unknown> => Promise.all(Array.from({ length: concurrency }, one));
  return { rows: count, run, close: () => pool.end() };
}

function rowsIn(chunks: ReceivedEvent[][]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

function lineOf(event: ReceivedEvent): string {
  const { event_id, received_at, user_id, type, timestamp, value, properties } = event;
  const cells = [event_id, received_at, user_id, type, timestamp, value ?? '\\N', JSON.stringify(properties)];
  return `${cells.join('\t')}\n`;
}

let prepared: Prepared | undefined;

process.on('message', ({ prepare: work, run }: { prepare?: Work; run?: true }) => {
  const answer = async (): Promise<unknown> => {
    if (work !== undefined) {
      prepared = await prepare(work);
      return prepared.rows;
    }
    if (run === undefined || prepared === undefined) throw new Error('nothing is prepared');
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    await prepared.run();
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    await prepared.close();
    return { rows: prepared.rows, seconds, cpu: (user + system) / 1e6 };
  };
  answer().then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String((error as Error).stack) }),
  );
});
