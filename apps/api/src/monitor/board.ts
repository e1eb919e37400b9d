import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import { getQueueToken } from '@nestjs/bullmq';
import type { INestApplication } from '@nestjs/common';
import { EVENTS_QUEUE, MAINTENANCE_QUEUE } from '@app/queue';

const PATH = '/queues';

/** Bull Board, read-only. Its Nest module protects the page and leaves its API open on Fastify, so it is mounted here, behind the door. */
export async function installBoard(fastify: FastifyInstance, app: INestApplication): Promise<void> {
  const board = new FastifyAdapter();
  board.setBasePath(PATH);
  createBullBoard({
    queues: [EVENTS_QUEUE, MAINTENANCE_QUEUE].map(
      (name) => new BullMQAdapter(app.get(getQueueToken(name)), { readOnlyMode: true }),
    ),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Assay queues' } },
  });
  await fastify.register(board.registerPlugin(), { prefix: PATH });
}
