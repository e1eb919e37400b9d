import type { FastifyInstance, FastifyReply, FastifyRequest, preSerializationHookHandler } from 'fastify';
import { Problem, send } from '../http/problems';
import type { Dialect } from './dialect';
import { growthbookRefusal } from './growthbook/refusal';
import { ofrepRefusal, ONE_FLAG } from './ofrep/refusal';
import { posthogRefusal } from './posthog/refusal';
import { segmentRefusal } from './segment/refusal';

// A client of a protocol understands refusals in the words of that protocol only, whoever refuses: the door, the limits, the reader of the
// body or a handler. All of them send a problem; here it is said in other words, on its way out.

/** By what their addresses begin with. */
const DIALECTS: Readonly<Record<string, Dialect>> = {
  '/api/features/': growthbookRefusal,
  '/ofrep/': ofrepRefusal,
  '/posthog/': posthogRefusal,
  '/v1/': segmentRefusal,
};

/** To be called before there are routes. */
export function installDialects(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const dialect = dialectOf(route.url);
    if (dialect === undefined) return;
    const translate: preSerializationHookHandler = (request, reply, payload, done) => {
      if (!String(reply.getHeader('Content-Type')).startsWith('application/problem+json'))
        return done(null, payload);
      const { status, body } = dialect(payload as Problem, request);
      void reply.status(status).type('application/json');
      done(null, body);
    };
    route.preSerialization = [route.preSerialization ?? [], translate].flat();
  });
  // The provider for servers does not encode keys: one with a slash is at an address where nothing is.
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    const problem = payload as Problem;
    if (!request.is404 || problem.status !== 404 || !request.url.startsWith(ONE_FLAG))
      return done(null, payload);
    void reply.type('application/json');
    done(null, ofrepRefusal(problem, request).body);
  });
}

/** For an address that no route can be found for, because it cannot be read. */
export function sendInDialect(request: FastifyRequest, reply: FastifyReply, answer: Problem): void {
  const dialect = dialectOf(request.url);
  if (dialect === undefined) return send(reply, answer);
  const { status, body } = dialect(answer, request);
  void reply.status(status).type('application/json').send(body);
}

function dialectOf(url: string): Dialect | undefined {
  return Object.entries(DIALECTS).find(([start]) => url.startsWith(start))?.[1];
}
