import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Origins } from './origins';

// By hand and not with @fastify/cors: which origin may read an answer depends on the token that came with the request, which is known
// only after the door, and a preflight comes without one. Never credentials, never `*`: the token is all that counts.

const METHODS = 'GET, POST';
const HEADERS = 'authorization, content-type, idempotency-key, if-none-match, x-api-key, x-retry-count';
const EXPOSED = 'etag, ratelimit, ratelimit-policy, retry-after, x-request-id';
const MAX_AGE_SECONDS = 600;

/**
 * Answers preflights, and lets an origin that some token allows read the answers that are given before the token is known: 401 and 429.
 * The door decides about all others.
 */
export function installCors(fastify: FastifyInstance, origins: Origins): void {
  const meet = async (request: FastifyRequest, reply: FastifyReply, origin: string): Promise<void> => {
    const known = await origins.has(origin);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      if (known) allowOrigin(reply, origin);
      return;
    }
    void reply.header('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
    if (known) {
      void reply.headers({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Methods': METHODS,
        'Access-Control-Allow-Headers': HEADERS,
        'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
      });
    }
    await reply.status(204).send();
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    return origin === undefined ? done() : meet(request, reply, origin);
  });
}

export function allowOrigin(reply: FastifyReply, origin: string): void {
  void reply.headers({
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': EXPOSED,
    Vary: 'Origin',
  });
}

export function allowNoOrigin(reply: FastifyReply): void {
  if (!reply.hasHeader('Access-Control-Allow-Origin')) return;
  for (const name of ['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers', 'Vary'])
    void reply.removeHeader(name);
}
