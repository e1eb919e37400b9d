import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

// Headers of every answer. Few and fixed: set by hand they cost nothing, a library for them as much as the framework.

// Hooks that every request passes call `done` where they can: a hook that is a promise costs as much as what it does.

/** What a browser may do with an answer of the api: nothing but read it. Pages behind the door have a policy of their own. */
export const STATIC_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const;

/** One year; only said over TLS, which a trusted proxy reports. */
const TRANSPORT_SECURITY = 'max-age=31536000';

export function installHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    // A page that is refused is no page.
    if (
      reply.statusCode >= 400 &&
      String(reply.getHeader('Content-Type')).startsWith('application/problem+json')
    )
      void reply.header('Content-Security-Policy', STATIC_HEADERS['Content-Security-Policy']);
    // A private copy may be kept where it can be asked whether it is still right.
    if (reply.hasHeader('ETag') && reply.getHeader('Cache-Control') === STATIC_HEADERS['Cache-Control'])
      void reply.header('Cache-Control', 'private, no-cache');
    done();
  });
}

/** Whether the answer is one that goes on for as long as somebody listens. */
export function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('Content-Type')).startsWith('text/event-stream');
}

export function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers(STATIC_HEADERS).header('X-Request-Id', request.id);
  if (request.protocol === 'https') void reply.header('Strict-Transport-Security', TRANSPORT_SECURITY);
}
