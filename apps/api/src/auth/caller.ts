import type { FastifyRequest } from 'fastify';
import type { TokenKind } from '@app/model';
import type { TokenLimits } from '@app/store';
import { Scope } from './scopes';

/** Whose token came with the request. */
export interface Caller {
  /** Not secret: the id of a token in the database, `env-` and the start of the hash for one of BEARER_TOKENS. */
  id: string;
  name: string;
  kind: TokenKind;
  scopes: readonly Scope[];
  source: 'environment' | 'database';
  /** Where a publishable token may be used; none for a secret one, which is bound to nothing. */
  origins: readonly string[];
  /** What differs from the limits that everybody has. */
  limits?: TokenLimits;
}

const CALLER = Symbol('caller');

export function setCaller(request: FastifyRequest, caller: Caller): void {
  (request as unknown as Record<symbol, Caller>)[CALLER] = caller;
}

/** Who calls. Where no token is needed it is undefined, and nobody asks. */
export function callerOf(request: FastifyRequest): Caller {
  return (request as unknown as Record<symbol, Caller>)[CALLER];
}

const LATE = Symbol('late');

/** Who calls will be known when the body has been read. */
export function setLate(request: FastifyRequest): void {
  (request as unknown as Record<symbol, boolean>)[LATE] = true;
}

export function isLate(request: FastifyRequest): boolean {
  return (request as unknown as Record<symbol, boolean | undefined>)[LATE] === true;
}
