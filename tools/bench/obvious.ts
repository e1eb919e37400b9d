// The pipeline that everybody writes first, to compare with: one job per event, one INSERT per event, GROUP BY over raw events when
// somebody asks. It keeps no ledger and no totals, so it does less than Assay does.
import { Queue, Worker } from 'bullmq';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import { Pool } from 'pg';

interface Event {
  event_id: string;
  user_id: string;
  type: string;
  timestamp: string;
  value?: number;
  properties: object;
}

const [role, databaseUrl, redisUrl, port] = process.argv.slice(2);
const QUEUE = 'obvious';
const CONCURRENCY = 16;
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });

async function api(): Promise<void> {
  const queue = new Queue<Event>(QUEUE, { connection, defaultJobOptions: { removeOnComplete: true } });
  const app = fastify({ bodyLimit: 4 * 1024 * 1024 });
  app.post<{ Body: Event }>('/api/v1/events', async ({ body }, reply) => {
    await queue.add('event', body);
    return reply.status(202).send({ status: 'accepted' });
  });
  app.post<{ Body: { events: Event[] } }>('/api/v1/events/batch', async ({ body }, reply) => {
    await Promise.all(body.events.map((event) => queue.add('event', event)));
    return reply.status(202).send({ accepted: body.events.length });
  });
  await app.listen({ port: Number(port), host: '127.0.0.1' });
}

async function worker(): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: CONCURRENCY });
  await pool.query(`CREATE TABLE IF NOT EXISTS obvious_events (
    event_id uuid PRIMARY KEY, user_id text NOT NULL, type text NOT NULL, timestamp timestamptz NOT NULL, value numeric, properties jsonb
  )`);
  await pool.query('CREATE INDEX IF NOT EXISTS obvious_events_user ON obvious_events (user_id, timestamp)');
  const insert = async ({ data }: { data: Event }): Promise<void> => {
    await pool.query({
      name: 'insert',
      text: 'INSERT INTO obvious_events VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING',
      values: [data.event_id, data.user_id, data.type, data.timestamp, data.value ?? null, data.properties],
    });
  };
  const consumer = new Worker<Event>(QUEUE, insert, { connection, concurrency: CONCURRENCY });
  await consumer.waitUntilReady();
}

(role === 'api' ? api() : worker()).then(
  () => process.send?.('ready'),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
