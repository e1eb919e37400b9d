import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import { Caller, callerOf, isLate } from '../auth/caller';
import { mayComeLate } from '../auth/credentials';
import { problem, send } from '../http/problems';
import type { Limit, Verdict } from './account';
import { Limits } from './limits';
import { costOf, RouteClass, ruleOf } from './route-class';

interface Charge {
  caller: Caller;
  routeClass: RouteClass;
  cost: number;
}

/**
 * Charges 1 before the body is read, so that a caller who is over the limit costs us no parsing, and the rest when the body can be
 * counted, before anybody looks at what is in it; all of it then, when the body says who calls. Whoever needs no token, as at the health routes, is not limited. To be called after
 * the door, and before there are routes: what a route needs is settled when it is made, not with every request.
 */
export function installLimits(fastify: FastifyInstance, limits: Limits): void {
  if (!limits.areEnabled) return;

  fastify.addHook('onRoute', (route) => {
    const rule = ruleOf(String(route.method), route.url);
    const first: onRequestHookHandler = (request, reply, done) => {
      const caller: Caller | undefined = callerOf(request);
      if (caller === undefined) done();
      else charge(limits, { request, reply, done }, { caller, routeClass: rule.routeClass, cost: 1 });
    };
    route.onRequest = [route.onRequest ?? [], first].flat();
    if (rule.items === undefined && !mayComeLate(route.url)) return;
    const rest: preHandlerHookHandler = (request, reply, done) => {
      const caller: Caller | undefined = callerOf(request);
      const cost = costOf(rule, request.body);
      const paid = isLate(request) ? 0 : 1;
      if (caller === undefined || cost === paid) return done();
      const isTooMuch = cost > limits.limitOf(caller, rule.routeClass).max;
      const more = { caller, routeClass: rule.routeClass, cost: isTooMuch ? cost : cost - paid };
      charge(limits, { request, reply, done }, more);
    };
    // Before the hooks of whoever made the route: they may begin with the work.
    route.preHandler = [rest, route.preHandler ?? []].flat();
  });

  // Addresses that nothing is at are no routes.
  fastify.addHook('onRequest', (request, reply, done) => {
    const caller: Caller | undefined = request.is404 ? callerOf(request) : undefined;
    if (caller === undefined) done();
    else charge(limits, { request, reply, done }, { caller, routeClass: 'requests', cost: 1 });
  });
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  done: () => void;
}

function charge(
  limits: Limits,
  { request, reply, done }: Exchange,
  { caller, routeClass, cost }: Charge,
): void {
  const limit = limits.limitOf(caller, routeClass);
  const tell = (verdict: Verdict): void => {
    announce(reply, routeClass, limit, verdict);
    if (verdict.ok) return done();
    limits.refused[routeClass] += 1;
    refuse(request, reply, verdict, { name: routeClass, ...limit });
  };
  const verdict = limits.take(caller, routeClass, cost);
  if (verdict instanceof Promise) void verdict.then(tell);
  else tell(verdict);
}

/** draft-ietf-httpapi-ratelimit-headers: `r` is left, and all of it is back after `t` seconds unless more is used. */
function announce(
  reply: FastifyReply,
  name: RouteClass,
  limit: Limit,
  { ok, remaining, retryMs }: Verdict,
): void {
  const fullMs = ((limit.max - remaining) * limit.periodMs) / limit.max;
  const seconds = Math.ceil((ok || retryMs === Infinity ? fullMs : retryMs) / 1000);
  void reply.header('RateLimit-Policy', `"${name}";q=${limit.max};w=${limit.periodMs / 1000}`);
  void reply.header('RateLimit', `"${name}";r=${remaining};t=${seconds}`);
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { retryMs }: Verdict,
  { name, max, periodMs }: Limit & { name: RouteClass },
): void {
  const limit = `${max} ${name} in ${periodMs / 1000} seconds`;
  if (retryMs === Infinity) {
    // Clients send again what was too much for now, for ever and everything else behind it.
    const never = `The request alone costs more than the limit of ${limit}; send it in parts.`;
    return send(reply, problem('batch_too_large', never, request.id));
  }
  const seconds = Math.max(1, Math.ceil(retryMs / 1000));
  const detail = `The token has reached its limit of ${limit}.`;
  void reply.header('Retry-After', seconds);
  send(reply, problem('rate_limited', detail, request.id, { members: { retry_after: seconds } }));
}
