import type { FastifyRequest } from 'fastify';
import type { Problem } from '../http/problems';

export interface Refused {
  status: number;
  body: object;
}

/** Says a problem in the words of a protocol. */
export type Dialect = (problem: Problem, request: FastifyRequest) => Refused;
