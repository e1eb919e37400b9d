import type { FastifyInstance } from 'fastify';
import { problem, send } from './problems';

// The router knows addresses by method; what is not found for one method it does not look for in the others. This does, so that a
// known address answers 405 and not 404. Callers without a token never come here: the door is before it.

/** Install it after the door, and before any route. */
export function installAddresses(fastify: FastifyInstance): void {
  const known: { pattern: string[]; methods: string[] }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    known.push({ pattern: url.split('/'), methods: [method].flat() });
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?')[0].split('/');
    const methods = new Set(
      known.filter(({ pattern }) => fits(path, pattern)).flatMap((entry) => entry.methods),
    );
    if (methods.size === 0) {
      send(reply, problem('not_found', 'There is nothing at this address.', request.id));
    } else {
      const allowed = [...methods].sort().join(', ');
      const detail = `This address takes ${allowed}.`;
      send(reply.header('Allow', allowed), problem('method_not_allowed', detail, request.id));
    }
  });
}

/** Whether a path is one of a pattern such as `/experiments/:id` or `/static/*`, segment by segment. */
export function fits(path: string[], pattern: string[]): boolean {
  if (pattern.at(-1) === '*') return path.length >= pattern.length && startsLike(path, pattern.slice(0, -1));
  return path.length === pattern.length && startsLike(path, pattern);
}

function startsLike(path: string[], pattern: string[]): boolean {
  return pattern.every((part, index) => (part.startsWith(':') ? path[index] !== '' : part === path[index]));
}
