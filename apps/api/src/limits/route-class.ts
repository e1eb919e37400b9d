// Which limit a request counts against, and how much it costs. The length of an array decides, never what is in it.

export const ROUTE_CLASSES = ['events', 'assignments', 'requests'] as const;
export type RouteClass = (typeof ROUTE_CLASSES)[number];

interface Rule {
  routeClass: RouteClass;
  /** The member of the body that holds what is paid for. */
  items?: string;
}

const RULES: Record<string, Rule> = {
  'POST /api/v1/events': { routeClass: 'events', items: 'events' },
  'POST /api/v1/events/batch': { routeClass: 'events', items: 'events' },
  'POST /v1/:call': { routeClass: 'events' },
  'POST /v1/batch': { routeClass: 'events', items: 'batch' },
  'POST /v1/b': { routeClass: 'events', items: 'batch' },
  'POST /posthog/batch': { routeClass: 'events', items: 'batch' },
  'POST /posthog/e': { routeClass: 'events' },
  'POST /posthog/i/v0/e': { routeClass: 'events' },
  'GET /api/v1/experiments/:id/assignment/:user_id': { routeClass: 'assignments' },
  'POST /ofrep/v1/evaluate/flags/:key': { routeClass: 'assignments' },
  'POST /ofrep/v1/evaluate/flags': { routeClass: 'assignments' },
  'POST /posthog/flags': { routeClass: 'assignments' },
  'POST /api/v1/assignments/bulk': { routeClass: 'assignments', items: 'experiment_ids' },
  'POST /api/v1/experiments/:id/assignments/bulk': { routeClass: 'assignments', items: 'user_ids' },
};
const OTHERS: Rule = { routeClass: 'requests' };

export function ruleOf(method: string, route: string | undefined): Rule {
  return RULES[`${method} ${route}`] ?? OTHERS;
}

/** At least 1: what cannot be counted is refused later, and that costs us something as well. */
export function costOf({ items }: Rule, body: unknown): number {
  if (items === undefined || typeof body !== 'object' || body === null) return 1;
  // A list of CloudEvents is a body of its own.
  const list = Array.isArray(body) ? body : (body as Record<string, unknown>)[items];
  return Array.isArray(list) ? Math.max(1, list.length) : 1;
}
