// Most bytes of a body, after it was inflated, by route. Reading costs memory and time before anything is known to be right, so every
// route takes as much as the largest body that makes sense there, and no more.

const KIB = 1024;
const MIB = 1024 * KIB;

const DEFAULT_LIMIT = 64 * KIB;

export const BODY_LIMITS: Readonly<Record<string, number>> = {
  'POST /api/v1/events': 128 * KIB,
  'POST /api/v1/events/batch': MIB,
  'POST /api/v1/experiments': 2 * MIB,
  'PATCH /api/v1/experiments/:id': 2 * MIB,
  'POST /api/v1/experiments/bulk': 4 * MIB,
  'POST /api/v1/experiments/:id/assignments/bulk': MIB,
  'POST /api/v1/experiments/:id/assignments/import': MIB,
  'POST /api/v1/metrics': MIB,
  'PATCH /api/v1/metrics/:id': MIB,
  'POST /api/v1/flags': MIB,
  'PATCH /api/v1/flags/:id': MIB,
  'POST /v1/:call': 128 * KIB,
  // Segment's client for Node sends 2,500 events of 1 KB in one request, whatever it says, and drops them when that is refused.
  'POST /v1/batch': 4 * MIB,
  'POST /v1/b': 4 * MIB,
  'POST /posthog/batch': 4 * MIB,
  'POST /posthog/e': MIB,
  'POST /posthog/i/v0/e': MIB,
};

/** Of whom nobody knows yet who they are. */
const LATE_BODY = MIB;
/** As much as a browser sends when its page is left. */
export const LATE_BODY_WHEN_SUSPECT = 64 * KIB;

/** @param isLate whether who calls is known only from the body */
export function bodyLimit(method: string, route: string | undefined, isLate: boolean): number {
  const limit = BODY_LIMITS[`${method} ${route}`] ?? DEFAULT_LIMIT;
  return isLate ? Math.min(limit, LATE_BODY) : limit;
}

const JSON_ONLY = ['application/json'];

/** Besides JSON as such. */
const OTHER_TYPES: readonly (readonly [prefix: string, types: readonly string[]])[] = [
  // A page that is being left can send nothing else.
  ['/v1/', ['text/plain']],
  ['/posthog/', ['text/plain']],
  ['/api/v1/events/batch', ['application/cloudevents-batch+json']],
  ['/api/v1/events', ['application/cloudevents+json', 'application/cloudevents-batch+json']],
];

/** The media types of bodies that a route takes. All of them are JSON in UTF-8. */
export function bodyTypes(route: string | undefined): readonly string[] {
  const others = OTHER_TYPES.find(([prefix]) => route?.startsWith(prefix))?.[1];
  return others === undefined ? JSON_ONLY : [...JSON_ONLY, ...others];
}

/** 65536 as `64 KiB`. */
export function bytesInWords(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MiB` : `${bytes / KIB} KiB`;
}
