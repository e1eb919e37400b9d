import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AssayError } from '@app/model';
import type { Logger } from '@app/platform';
import { LATE_BODY_WHEN_SUSPECT } from '../http/body-limits';
import { announcesBody, repeatedHeaders } from '../http/connections';
import { Problem, problem, send } from '../http/problems';
import { BearerStrategy } from './bearer.strategy';
import { Caller, isLate, setCaller, setLate } from './caller';
import { Callers } from './callers';
import { allowNoOrigin, allowOrigin } from './cors';
import { Credential, credentialInBody, credentialOf, mayComeLate } from './credentials';
import type { FailedAuth } from './failed-auth';
import { mayOpen, Page, pageOf } from './pages';
import { StreamTickets, ticketOf } from './stream-tickets';
import type { TokenUsage } from './token-usage';

// The one place that decides who calls. It is a hook because it must come before the body is read, and because Nest's guards never run
// for Swagger UI, Bull Board or unknown addresses on Fastify. It looks at the matched route, not at the raw address, so no encoding
// gets around it. What a caller may do in the api is for the guard, which knows the scopes of the route.

/** The pages behind the door load nothing from elsewhere; Bull Board would fetch fonts from Google. */
const PAGE_POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const CHALLENGE = 'Bearer realm="assay"';

export interface DoorParts {
  bearer: BearerStrategy;
  callers: Callers;
  tickets: Pick<StreamTickets, 'callerBy'>;
  failedAuth: FailedAuth;
  usage: TokenUsage;
  logger: Logger;
}

/** After the hook of `installCors`, whose headers it takes back where they do not hold. */
export function installDoor(fastify: FastifyInstance, parts: DoorParts): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const tell = (answer: Problem | null): void => {
      if (answer === null) done();
      else send(reply, answer);
    };
    const misplaced = tokenElsewhere(request);
    if (misplaced !== null) return tell(misplaced);
    const { authorization } = request.headers;
    const isApi = authorization !== undefined && pageOf(request) === 'api';
    const caller = isApi ? parts.callers.shownBy(authorization) : null;
    if (caller !== null) tell(admit(caller, request, reply, parts));
    else enter(request, reply, parts).then(tell, done);
  });
  // Of a protocol whose clients put the token into the body: it has been read now, and nothing of it looked at.
  fastify.addHook('preValidation', (request, reply, done) => {
    if (!isLate(request)) return done();
    const tell = (answer: Problem | null): void => {
      if (answer === null) done();
      else send(reply, answer);
    };
    ask(credentialInBody(request), request, reply, { ...parts, page: 'protocol' }).then(tell, done);
  });
}

async function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: DoorParts,
): Promise<Problem | null> {
  const page = pageOf(request);
  if (page === 'open') return null;
  const isPage = typeof page === 'object';
  if (isPage) void reply.header('Content-Security-Policy', PAGE_POLICY);
  const credential = shownAt(page, request);
  if (page === 'protocol' && credential === null && mayComeLate(request.routeOptions.url))
    return letBodyCome(request, reply, parts);
  return ask(credential, request, reply, { ...parts, page });
}

/** Who comes with a token, if anybody; whoever failed too often is not looked up. */
async function ask(
  credential: Credential | null,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: DoorParts & { page: Exclude<Page, 'open'> },
): Promise<Problem | null> {
  const { bearer, failedAuth, logger, page, tickets } = parts;
  const waitSeconds = failedAuth.mayTry(request.ip);
  if (waitSeconds !== null && !isFamiliar(credential?.authorization, parts.callers))
    return tooManyFailures(waitSeconds, request, reply);
  let caller: Caller | null;
  try {
    const ticket = ticketOf(request);
    caller = await (ticket === null ? bearer.callerBy(credential?.authorization) : tickets.callerBy(ticket));
  } catch (error) {
    // Not thrown: a page behind the door has an error handler of its own, which would say too much.
    if (error instanceof AssayError) return problem(error.code, error.message, request.id, error.extra);
    logger.error({ err: error, request_id: request.id }, 'the token could not be looked up');
    return problem('internal', 'The request failed; its id leads to the reason in the log.', request.id);
  }
  // A secret that anybody may have seen opens nothing, in the same words as a wrong one.
  if (caller === null || (credential?.isExposed && caller.kind === 'secret')) {
    if (credential !== null) failedAuth.failed(request.ip);
    return stranger(credential !== null, request, reply, typeof page === 'object');
  }
  return (
    admit(caller, request, reply, parts) ??
    (typeof page === 'object' ? mayOpen(page, caller, request, reply) : null)
  );
}

function shownAt(page: Page, request: FastifyRequest): Credential | null {
  if (page === 'protocol') return credentialOf(request);
  const authorization = page === 'api' ? request.headers.authorization : asBearer(request);
  return authorization === undefined ? null : { authorization, isExposed: false };
}

/** Nobody knows yet who sends it, so it may only be small; from an address where too many failed, smaller still. */
function letBodyCome(
  request: FastifyRequest,
  reply: FastifyReply,
  { failedAuth }: DoorParts,
): Problem | null {
  const waitSeconds = failedAuth.mayTry(request.ip);
  const bytes = announcesBody(request) ? Number(request.headers['content-length'] ?? Infinity) : 0;
  if (waitSeconds !== null && bytes > LATE_BODY_WHEN_SUSPECT)
    return tooManyFailures(waitSeconds, request, reply);
  setLate(request);
  return null;
}

function admit(
  caller: Caller,
  request: FastifyRequest,
  reply: FastifyReply,
  { usage }: DoorParts,
): Problem | null {
  setCaller(request, caller);
  usage.count(caller);
  return elsewhere(caller, request, reply);
}

/** Whoever brings no token, or one that is known here, is no burden however many failed from the same address. */
function isFamiliar(authorization: string | undefined, callers: Callers): boolean {
  if (authorization === undefined) return true;
  const [, token] = /^Bearer ([^ ]+)$/i.exec(authorization) ?? [];
  return token !== undefined && callers.remembers(token);
}

function tooManyFailures(waitSeconds: number, request: FastifyRequest, reply: FastifyReply): Problem {
  void reply.header('Retry-After', waitSeconds);
  const detail = 'Too many requests with unknown tokens came from your address; try again later.';
  return problem('rate_limited', detail, request.id, { members: { retry_after: waitSeconds } });
}

/** The same words whatever is wrong with the token: nobody learns which ones exist. */
function stranger(
  showedOne: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
  isPage: boolean,
): Problem {
  const bearer = showedOne ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE;
  void reply.header('WWW-Authenticate', isPage ? ['Basic realm="assay"', bearer] : bearer);
  return problem(
    'unauthenticated',
    'Send a valid token as Authorization: Bearer <token>; to a page also as the password of basic authentication.',
    request.id,
  );
}

/** A publishable token is for its origins only. A secret one is for no browser: nothing there may read what it is answered. */
function elsewhere(
  caller: Caller,
  { headers: { origin }, id }: FastifyRequest,
  reply: FastifyReply,
): Problem | null {
  const allowed = origin !== undefined && caller.origins.includes(origin);
  if (allowed) allowOrigin(reply, origin);
  else allowNoOrigin(reply);
  if (caller.kind === 'secret' || allowed) return null;
  return problem('origin_not_allowed', 'The token may be used from its allowed origins only.', id);
}

/** The token of a browser or a scraper may also come as the password of basic authentication, with any user name. */
function asBearer({ headers: { authorization } }: FastifyRequest): string | undefined {
  const [, credentials] = /^Basic ([^ ]+)$/i.exec(authorization ?? '') ?? [];
  if (credentials === undefined) return authorization;
  const named = Buffer.from(credentials, 'base64').toString();
  return `Bearer ${named.replace(/^[^:]*:/, '')}`;
}

/** A token in the address ends up in logs, and of two headers somebody else may believe the other. */
function tokenElsewhere(request: FastifyRequest): Problem | null {
  for (const name of Object.keys(request.query as object)) {
    // Whatever its spelling: `Access-Token`, `access_token[]`, `access_token[a]`.
    const letters = name.toLowerCase().replace(/[^a-z]/g, '');
    if (!letters.startsWith('accesstoken')) continue;
    const message = 'A token belongs in the Authorization header; addresses end up in logs.';
    return refused(request, '/access_token', 'token_in_query', message);
  }
  if (repeatedHeaders(request.raw).includes('authorization'))
    return refused(request, '/Authorization', 'duplicate', 'There must be one Authorization header.');
  return null;
}

function refused(request: FastifyRequest, pointer: string, code: string, message: string): Problem {
  return problem('invalid_request', message, request.id, { errors: [{ pointer, code, message }] });
}
