import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problem } from '../http/problems';
import { Caller } from './caller';
import { isOfProtocol } from './credentials';
import { Scope } from './scopes';

// Which door stands before which address. In: the matched route. Out: what it takes to pass. What nobody has thought of needs admin.

/**
 * `open` needs no token, `api` and `protocol` are looked after by the guard, and any scope of a list opens the others; of no list, any
 * secret token.
 */
export type Page = 'open' | 'api' | 'protocol' | { anyOf: readonly Scope[] };

const ANYBODY_WITH_A_SECRET: Page = { anyOf: [] };
const DOCUMENTS = /^\/(docs(\/.*|-json|-yaml)?|openapi\.json)$/;

export function pageOf(request: FastifyRequest): Page {
  const route = request.is404 ? undefined : request.routeOptions.url;
  // They learn that there is nothing.
  if (route === undefined) return ANYBODY_WITH_A_SECRET;
  if (route.startsWith('/health/')) return 'open';
  if (route.startsWith('/api/v1/')) return 'api';
  if (isOfProtocol(route)) return 'protocol';
  if (route === '/metrics') return { anyOf: ['results:read', 'admin'] };
  return DOCUMENTS.test(route) ? ANYBODY_WITH_A_SECRET : { anyOf: ['admin'] };
}

/** @returns the problem when the caller may not */
export function mayOpen(
  { anyOf }: Exclude<Page, string>,
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
): Problem | null {
  if (caller.kind === 'publishable')
    return lacks(reply, request.id, [], 'A publishable token opens no page: use a secret one.');
  if (anyOf.length === 0 || anyOf.some((scope) => caller.scopes.includes(scope))) return null;
  return lacks(reply, request.id, anyOf, `The token needs the scope ${anyOf.join(' or ')}.`);
}

function lacks(reply: FastifyReply, id: string, scopes: readonly Scope[], detail: string): Problem {
  void reply.header('WWW-Authenticate', scopeChallenge(scopes));
  return problem('insufficient_scope', detail, id);
}

/** RFC 6750, section 3.1. */
export function scopeChallenge(scopes: readonly Scope[]): string {
  const needed = scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`;
  return `Bearer realm="assay", error="insufficient_scope"${needed}`;
}
