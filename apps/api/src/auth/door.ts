import type { FastifyInstance } from 'fastify';
import { problem, send } from '../http/problems';
import { TokensService } from './tokens.service';

// Nest's guards never run for Swagger UI, Bull Board or unknown addresses on Fastify, so this hook stands before everything that the
// guard does not protect. It looks at the matched route, not at the raw address, so no encoding gets around it.

const GUARDED = '/api/v1/';
const OPEN = '/health/';

/** The pages behind the door load nothing from elsewhere; Bull Board would fetch fonts from Google. */
const PAGE_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

export function installDoor(fastify: FastifyInstance, tokens: TokensService): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url ?? '';
    if (route.startsWith(GUARDED) || route.startsWith(OPEN)) return;
    const caller = tokens.findByHeader(request.headers.authorization);
    void reply.header('Content-Security-Policy', PAGE_POLICY);
    if (caller?.scopes.includes('admin')) return;
    void reply.header('WWW-Authenticate', ['Basic realm="assay"', 'Bearer realm="assay"']);
    send(
      reply,
      problem(
        'unauthenticated',
        'Send a token: as bearer, or as the password of basic authentication.',
        request.id,
      ),
    );
    await reply;
  });
}
