import type { FastifyRequest } from 'fastify';

// Where a token may stand. In the api that is the Authorization header alone; clients of other systems put theirs where they always did,
// and only on the routes of their protocol. What is found is written as the header that it might have been, so that all else is the same.

export interface Credential {
  authorization: string;
  /** In an address, or in a body that a page of any origin can make a browser send: never the place for a secret. */
  isExposed: boolean;
}

interface Places {
  /** Segment: the user name of basic authentication. */
  basicUser?: true;
  /** OFREP. */
  apiKey?: true;
  /** Members of the body, looked at when it has been read. */
  body?: readonly string[];
}

const PLACES: readonly (readonly [prefix: string, Places])[] = [
  ['/v1/', { basicUser: true, body: ['writeKey'] }],
  ['/ofrep/v1/', { apiKey: true }],
  ['/posthog/', { body: ['api_key', 'token'] }],
  ['/api/features/', {}],
];

/** The address or the query of GrowthBook's clients, and of whatever can send neither header nor body. */
const CLIENT_KEY = 'client_key';

/** @param route as it was declared, such as `/v1/:call` */
export function isOfProtocol(route: string): boolean {
  return placesOf(route) !== undefined;
}

/** Whether a token may stand in the body of requests to a route. */
export function mayComeLate(route: string | undefined): boolean {
  return route !== undefined && placesOf(route)?.body !== undefined;
}

/** What shows before the body is read who calls a protocol. */
export function credentialOf(request: FastifyRequest): Credential | null {
  const places = placesOf(request.routeOptions.url as string);
  const { authorization, 'x-api-key': apiKey } = request.headers;
  if (authorization !== undefined)
    return {
      authorization: places?.basicUser ? ofBasicUser(authorization) : authorization,
      isExposed: false,
    };
  if (places?.apiKey && typeof apiKey === 'string') return bearer(apiKey, false);
  for (const part of [request.params, request.query]) {
    const key = (part as Record<string, unknown>)[CLIENT_KEY];
    if (typeof key === 'string') return bearer(key, true);
  }
  return null;
}

/** What shows it in the body, when that has been read. */
export function credentialInBody(request: FastifyRequest): Credential | null {
  const { body } = request;
  if (typeof body !== 'object' || body === null) return null;
  for (const name of placesOf(request.routeOptions.url as string)?.body ?? []) {
    const key = Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
    if (typeof key === 'string') return bearer(key, isSimple(request.headers['content-type']));
  }
  return null;
}

function placesOf(route: string): Places | undefined {
  return PLACES.find(([prefix]) => route.startsWith(prefix))?.[1];
}

function bearer(token: string, isExposed: boolean): Credential {
  return { authorization: `Bearer ${token}`, isExposed };
}

/** The browser asks nobody before it sends such a body to another site. */
function isSimple(contentType: string | undefined): boolean {
  return !/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(contentType ?? '');
}

function ofBasicUser(authorization: string): string {
  const [, credentials] = /^Basic ([^ ]+)$/i.exec(authorization) ?? [];
  if (credentials === undefined) return authorization;
  return `Bearer ${Buffer.from(credentials, 'base64').toString().split(':', 1)[0]}`;
}
