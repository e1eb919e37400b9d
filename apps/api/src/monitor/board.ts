import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyInstance } from 'fastify';
import type { Queue } from 'bullmq';

const PATH = '/queues';

/** Bull Board, read-only. Its Nest module protects the page and leaves its API open on Fastify, so it is mounted here, behind the door. */
export async function installBoard(fastify: FastifyInstance, queues: Queue[]): Promise<void> {
  const board = new FastifyAdapter();
  board.setBasePath(PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Assay queues' } },
  });
  await fastify.register(board.registerPlugin(), { prefix: PATH });
}
