// The store alone, without HTTP and queue, in a process of its own: what the pipeline is compared with. Told over IPC what to do.
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Pool } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { NaturalBatch } from '@app/platform';
import {
  AssignmentCandidate,
  AssignmentsStore,
  createDataSource,
  Database,
  FoldStore,
  IngestStore,
  Pair,
  ReceivedEvent,
} from '@app/store';

const ROWS_PER_TRANSACTION = 5_000;
const POOL_SIZE = 10;
/** As in the api. */
const MOST_AT_ONCE = 1_000;

interface Work {
  kind: 'copy' | 'ingest' | 'insert-assignments' | 'assign';
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
  if (work.kind === 'assign') return assign(work);
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
  const one = (index: number): Promise<unknown> =>
    pool.query({
      name: 'insert',
      text: `INSERT INTO assignments (user_id, experiment_id, arm_id, bucket, source, assigned_at)
             VALUES ($1, $2, $3, 0, 'hash', now()) ON CONFLICT DO NOTHING`,
      values: [`simple-${index}`, experimentId, armId],
    });
  return { rows: count, run: () => atOnce(concurrency, count, one), close: () => pool.end() };
}

/** What the api does for such a user, without HTTP: a look and then the row with all that is counted of it, both shared by who comes at once. */
async function assign(work: Work): Promise<Prepared> {
  const { databaseUrl, experimentId = '', armId = 0, count = 0, concurrency = 1 } = work;
  const options = { url: databaseUrl, poolSize: POOL_SIZE, application: 'bench' };
  const source = await createDataSource(options).initialize();
  const db = new Database(source);
  const store = new AssignmentsStore(db, new FoldStore());
  const experiment = await db.row<{ version: number }>('SELECT version FROM experiments WHERE id = $1', [
    experimentId,
  ]);
  const looks = new NaturalBatch((pairs: Pair[]) => store.stored(pairs), MOST_AT_ONCE);
  const writes = new NaturalBatch((rows: AssignmentCandidate[]) => store.assign(rows), MOST_AT_ONCE);
  const version = experiment?.version ?? 0;
  const one = async (index: number): Promise<void> => {
    const pair = { experiment_id: experimentId, user_id: `gathered-${index}` };
    await looks.add(pair);
    const rest = { arm_id: armId, bucket: 0, experiment_version: version, enroll: false, attributes: null };
    await writes.add({ ...pair, ...rest });
  };
  return { rows: count, run: () => atOnce(concurrency, count, one), close: () => source.destroy() };
}

/** So many callers, each with the next index when it is done with the one before. */
async function atOnce(
  callers: number,
  count: number,
  one: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: callers }, caller));
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
