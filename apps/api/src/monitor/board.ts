import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Job } from 'bullmq';
import type { FastifyInstance } from 'fastify';
import { getQueueToken } from '@nestjs/bullmq';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { EVENTS_QUEUE, MAINTENANCE_QUEUE } from '@app/queue';
import { problem, send } from '../http/problems';

const PATH = '/queues';
const ALLOWED = ['GET', 'HEAD'];
const SEE_LOG = 'The log of the worker has the reason.';

/**
 * Bull Board to look at, not to touch. Its Nest module protects the page and leaves its API open on Fastify, so it is mounted here,
 * behind the door.
 */
export async function installBoard(
  fastify: FastifyInstance,
  app: INestApplication,
  logger: Logger,
): Promise<void> {
  const board = new FastifyAdapter();
  board.setBasePath(PATH);
  createBullBoard({
    queues: [EVENTS_QUEUE, MAINTENANCE_QUEUE].map((name) => new RedactedQueue(app.get(getQueueToken(name)))),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Assay queues', hideRedisDetails: true, showWorkers: false } },
  });
  // Its own handler would show the words of the driver.
  board.setErrorHandler((error) => {
    logger.warn({ err: error }, 'the queue monitor could not answer');
    return { status: 500, body: { error: 'The queue does not answer.' } };
  });
  fastify.addHook('onRequest', async (request, reply) => {
    const { url } = request.routeOptions;
    if (url === undefined || !url.startsWith(PATH) || ALLOWED.includes(request.method)) return;
    const allowed = ALLOWED.join(', ');
    const answer = problem('method_not_allowed', 'The queue monitor is for looking only.', request.id);
    send(reply.header('Allow', allowed), answer);
    await reply;
  });
  await fastify.register(board.registerPlugin(), { prefix: PATH });
}

/** Shows that jobs are there and how they fare; of what is in them only how much, and never whose. */
class RedactedQueue extends BullMQAdapter {
  constructor(queue: ConstructorParameters<typeof BullMQAdapter>[0]) {
    super(queue, { readOnlyMode: true });
    this.setFormatter('data', redacted);
    this.setFormatter('returnValue', () => null);
    this.setFormatter('progress', () => 0);
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id);
    return job === undefined ? undefined : discreet(job);
  }

  override async getJobs(...query: Parameters<BullMQAdapter['getJobs']>): Promise<Job[]> {
    return (await super.getJobs(...query)).filter(Boolean).map(discreet);
  }

  override async getJobLogs(): Promise<string[]> {
    return [SEE_LOG];
  }
}

interface JobData {
  received_at?: unknown;
  events?: unknown[];
  kind?: unknown;
  job_id?: unknown;
}

function redacted(data: JobData | null | undefined): Record<string, unknown> {
  const { received_at, events, kind, job_id } = data ?? {};
  return { received_at, events: Array.isArray(events) ? events.length : undefined, kind, job_id };
}

/** Errors of PostgreSQL quote what they could not read. */
function discreet(job: Job): Job {
  const toJSON = job.toJSON.bind(job);
  job.toJSON = () => {
    const shown = toJSON();
    return { ...shown, failedReason: shown.failedReason ? SEE_LOG : shown.failedReason, stacktrace: null };
  };
  return job;
}
