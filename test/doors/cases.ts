import type { Bytes, Reply } from './wire';

export type Values = Readonly<Record<string, string>>;

// What a case is. The tables beside this file are data: what is sent, and the one answer that is right for it.

/** What must come back. */
export interface Expected {
  status: number;
  /** Of the problem; there is none in answers below 400. */
  code?: string;
  /** One of the faults in `errors` has this code ... */
  fault?: string;
  /** ... and this pointer. */
  pointer?: string;
  /** Why this answer, where another could be expected. */
  why?: string;
}

/**
 * A request. `{{name}}` in a text stands for what the server of the test has: a token, the id of an experiment. The headers that a good
 * request has are added; a null takes one away, and `lines` go out as they are, after the others.
 */
export interface Request {
  method: string;
  path: string;
  headers?: Record<string, string | null>;
  lines?: string[];
  /** JSON, or text or bytes as they are, or a function of what the server has. */
  body?: unknown;
}

export interface Case extends Expected {
  name: string;
  send: Request | { bytes: Bytes } | { make: (values: Values) => Bytes };
  head?: boolean;
  untilClosed?: boolean;
  /** What else must hold. */
  also?: (reply: Reply) => void;
}

/** A good request, which the sets make bad ones of. */
export interface Door extends Request {
  /** What a good request is answered with. */
  ok: number;
  /** Whether a publishable token with all its scopes may come here. */
  browsers?: true;
}

export const badRequest = (fault?: string, pointer?: string): Expected => ({
  status: 400,
  code: 'invalid_request',
  fault,
  pointer,
});
export const MALFORMED: Expected = { status: 400, code: 'malformed_body' };
export const UNAUTHENTICATED: Expected = { status: 401, code: 'unauthenticated' };
export const NOT_FOUND: Expected = { status: 404, code: 'not_found' };
export const BODY_TOO_LARGE: Expected = { status: 413, code: 'body_too_large' };
export const UNSUPPORTED: Expected = { status: 415, code: 'unsupported_media_type' };
export const NO_HTTP: Expected = { status: 400, code: 'malformed_request' };
export const HEADERS_TOO_LARGE: Expected = { status: 431, code: 'headers_too_large' };

let uses = 0;

/** `{{unique}}` is another word on every use. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = name === 'unique' ? `unique-${(uses += 1)}` : values[name];
    if (value === undefined) throw new Error(`the tests know no {{${name}}}`);
    return value;
  });
}

/** The bytes of a request as a well-behaved client would send it, but for what the case spoils. */
export function bytesOf(request: Request, values: Values): Buffer {
  const body = bodyOf(request.body, values);
  const all: Record<string, string | null> = {
    Host: '127.0.0.1',
    Authorization: 'Bearer {{token}}',
    'Content-Type': body === null ? null : 'application/json',
    'Content-Length': body === null ? null : String(body.length),
    ...request.headers,
  };
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])),
    ...(request.lines ?? []),
  ];
  const head = Buffer.from(`${fill(lines.join('\r\n'), values)}\r\n\r\n`, 'latin1');
  return body === null ? head : Buffer.concat([head, body]);
}

function bodyOf(body: unknown, values: Values): Buffer | null {
  if (body === undefined) return null;
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'function') return Buffer.from((body as (values: Values) => Buffer)(values));
  return Buffer.from(fill(typeof body === 'string' ? body : JSON.stringify(body), values));
}

/** The request with some of it replaced; headers are merged. */
export function but(door: Request, change: Partial<Request>): Request {
  return { ...door, ...change, headers: { ...door.headers, ...change.headers } };
}
