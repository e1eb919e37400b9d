import type { FastifyRequest } from 'fastify';
import { Scope } from './scopes';

/** Whose token came with the request. */
export interface Caller {
  /** Not secret: the start of the token's hash. */
  id: string;
  scopes: readonly Scope[];
}

const CALLER = Symbol('caller');

export function setCaller(request: FastifyRequest, caller: Caller): void {
  (request as unknown as Record<symbol, Caller>)[CALLER] = caller;
}

export function callerOf(request: FastifyRequest): Caller {
  return (request as unknown as Record<symbol, Caller>)[CALLER];
}
