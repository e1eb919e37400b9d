import { randomBytes } from 'node:crypto';
import {
  badRequest,
  but,
  Case,
  Door,
  Expected,
  HEADERS_TOO_LARGE,
  NO_HTTP,
  NOT_FOUND,
  Request,
  UNAUTHENTICATED,
} from './cases';
import type { Reply } from './wire';

// Set T: HTTP itself, and who is asking. It applies to every address.

const challenges = (reply: Reply): void => {
  expect(reply.headers.get('www-authenticate')?.[0]).toMatch(/^Bearer /);
};
const allowsOrigin = (reply: Reply): void => {
  expect(reply.headers.get('access-control-allow-origin')).toEqual(['https://shop.example']);
  expect(reply.headers.has('access-control-allow-credentials')).toBe(false);
};
const MISSING_SCOPE: Expected = { status: 403, code: 'insufficient_scope' };
const WRONG_ORIGIN: Expected = { status: 403, code: 'origin_not_allowed' };
const bearer = (name: string): Partial<Request> => ({ headers: { Authorization: `Bearer {{${name}}}` } });
const closes = (reply: Reply): void => expect(reply.closed).toBe(true);
const allowsNoOrigin = (reply: Reply): void => {
  expect(reply.headers.has('access-control-allow-origin')).toBe(false);
  expect(reply.headers.has('access-control-allow-credentials')).toBe(false);
};

export function transportCases(door: Door): Case[] {
  const ok: Expected = { status: door.ok };
  /** Nobody learns whether a token has ever been one: the same bytes but for the id of the request. */
  let first: string | undefined;
  const alike = (reply: Reply): void => {
    challenges(reply);
    const text = reply.body.toString().replace(/"request_id":"[^"]*"/, '');
    first ??= text;
    expect(text).toBe(first);
  };
  const one = (
    name: string,
    change: Partial<Request>,
    expected: Expected,
    more: Partial<Case> = {},
  ): Case => ({
    name,
    send: but(door, change),
    ...expected,
    ...more,
  });
  const auth = (name: string, authorization: string | null, more: Partial<Case> = {}): Case =>
    one(name, { headers: { Authorization: authorization } }, UNAUTHENTICATED, { also: challenges, ...more });
  const header = (name: string, line: string, expected: Expected, more: Partial<Case> = {}): Case =>
    one(name, { lines: [line] }, expected, more);
  const query = (text: string): string => `${door.path}${door.path.includes('?') ? '&' : '?'}${text}`;

  return [
    auth('T1 no Authorization', null),
    auth('T2 an empty Authorization', ''),
    auth('T3 another scheme', 'Basic Zm9v'),
    auth('T3 an unknown scheme', 'Token {{token}}'),
    auth('T3 the token without a scheme', '{{token}}'),
    auth('T4 Bearer without a token', 'Bearer'),
    auth('T5 two tokens', 'Bearer {{token}} {{token}}'),
    auth('T6 two spaces', 'Bearer  {{token}}'),
    auth('T6 a tab', 'Bearer\t{{token}}'),
    one('T7 bearer in lower case', { headers: { Authorization: 'bearer {{token}}' } }, ok),
    one('T7 the name of the header in capitals', { headers: { Authorization: null }, lines: ['AUTHORIZATION: Bearer {{token}}'] }, ok), // prettier-ignore
    auth('T8 a token of ours whose checksum is wrong', `Bearer assay_secret_${'a'.repeat(32)}_zzzzzz`),
    auth('T9 an unknown token', `Bearer ${'x'.repeat(40)}`),
    auth('T10 one character more', 'Bearer {{token}}x'),
    auth('T10 one character changed', 'Bearer _{{token}}'),
    one('T9 a token of ours that nobody was given', bearer('unknown'), UNAUTHENTICATED, { also: alike }),
    one('T11 a revoked token', bearer('revoked'), UNAUTHENTICATED, { also: alike }),
    one('T12 an expired token', bearer('expired'), UNAUTHENTICATED, { also: alike }),
    one('T13 a token that is not yet valid', bearer('early'), UNAUTHENTICATED, { also: alike }),
    one('T15 a token that may only read experiments', bearer('reader'), MISSING_SCOPE, { also: challenges }),
    one('T16 a token for browsers without an origin', bearer('browser'), WRONG_ORIGIN, {
      also: allowsNoOrigin,
    }),
    one('T16 a token for browsers from another origin', { headers: { Authorization: 'Bearer {{browser}}', Origin: 'https://shop.example.evil.example' } }, WRONG_ORIGIN, { also: allowsNoOrigin }), // prettier-ignore
    ...(door.browsers === true
      ? [one('T16 a token for browsers from its origin', { headers: { Authorization: 'Bearer {{browser}}', Origin: 'https://shop.example' } }, ok, { also: allowsOrigin })] // prettier-ignore
      : [one('T16 a token for browsers where browsers have no business', { headers: { Authorization: 'Bearer {{browser}}', Origin: 'https://shop.example' } }, MISSING_SCOPE)]), // prettier-ignore
    one('T20 no token and no JSON', { headers: { Authorization: null }, body: door.body === undefined ? undefined : '{' }, UNAUTHENTICATED), // prettier-ignore
    one('T20 no token and too long a body', { headers: { Authorization: null, 'Content-Type': 'application/json' }, body: Buffer.alloc(5_000_000, ' ') }, UNAUTHENTICATED), // prettier-ignore
    auth('T17 a token of 8 KB', `Bearer ${'x'.repeat(8192)}`),
    header('T18 NUL in a header', 'X-Note: a\0b', NO_HTTP),
    auth('T18 a token of other bytes', 'Bearer \u00ff\u00fe\u00e9'),
    auth('T18 a token with punctuation', 'Bearer ;\'"<>\\{}'),
    one('T19 the token in the address', { path: query('access_token={{token}}'), headers: { Authorization: null } }, badRequest('token_in_query', '/access_token')), // prettier-ignore
    one('T20 the token in the body', { headers: { Authorization: null }, body: '{"access_token":"{{token}}"}' }, UNAUTHENTICATED), // prettier-ignore
    one('T21 a list of tokens in the address', { path: query('access_token=a&access_token=b') }, badRequest('token_in_query')), // prettier-ignore
    one('T21 brackets in the address', { path: query('access_token[]=a') }, badRequest('token_in_query')),
    header(
      'T22 a second Authorization',
      'Authorization: Bearer {{token}}',
      badRequest('duplicate', '/Authorization'),
    ),
    one('T23 a token in header and address', { path: query('access_token={{token}}') }, badRequest('token_in_query')), // prettier-ignore
    one('T25 an unknown address', { path: '/api/v1/nothing/here' }, NOT_FOUND),
    one('T25 an unknown address without a token', { path: '/api/v1/nothing/here', headers: { Authorization: null } }, UNAUTHENTICATED), // prettier-ignore
    one('T25 an address beside the api', { path: '/.env' }, NOT_FOUND),
    one('T26 a method that the address does not take', { method: 'PROPFIND' }, { status: 405, code: 'method_not_allowed' }, { also: namesMethods }), // prettier-ignore
    one('T27 TRACE', { method: 'TRACE', body: undefined }, { status: 405, code: 'method_not_allowed' }),
    { name: 'T27 CONNECT', send: { bytes: 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n' }, status: 405, code: 'method_not_allowed' }, // prettier-ignore
    one('T27 a method that is none', { method: 'FROBNICATE' }, NO_HTTP),
    one('T27 a method in lower case', { method: door.method.toLowerCase() }, NO_HTTP),
    ...(door.method === 'GET'
      ? [one('T28 HEAD', { method: 'HEAD' }, ok, { head: true, also: hasType })]
      : []),
    one('T29 a preflight from nowhere we know', { method: 'OPTIONS', headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': door.method, Authorization: null }, body: undefined }, { status: 204 }, { also: allowsNoOrigin }), // prettier-ignore
    header('T30 the origin null', 'Origin: null', ok, { also: allowsNoOrigin }),
    header('T30 a foreign origin', 'Origin: https://evil.example', ok, { also: allowsNoOrigin }),
    one('T31 no Host', { headers: { Host: null } }, NO_HTTP),
    one('T31 two Hosts', { lines: ['Host: evil.example'] }, NO_HTTP),
    one('T32 a foreign Host', { headers: { Host: 'evil.example' } }, ok, { also: hidesHost }),
    header('T33 X-Forwarded-For and its kin', 'X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example', ok, { also: hidesHost }), // prettier-ignore
    one('T34 an address of 20 KB', { path: query(`x=${'a'.repeat(20_000)}`) }, HEADERS_TOO_LARGE),
    header('T35 a header of 17 KB', `X-Note: ${'a'.repeat(17_000)}`, HEADERS_TOO_LARGE),
    header('T36 2,100 headers', Array.from({ length: 2100 }, () => 'a: b').join('\r\n'), HEADERS_TOO_LARGE),
    header('T37 a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked', NO_HTTP, { also: closes, untilClosed: true }), // prettier-ignore
    one('T38 two lengths', { lines: ['Content-Length: 1', 'Content-Length: 2'], headers: { 'Content-Length': null } }, NO_HTTP, { untilClosed: true }), // prettier-ignore
    ...['-1', '1e3', '0x10', '+5', '5, 5', ' ', '9'.repeat(30)].map(
      (length) =>
      one(`T39 Content-Length ${JSON.stringify(length.slice(0, 10))}`, { headers: { 'Content-Length': length } }, NO_HTTP), // prettier-ignore
    ),
    ...[
      'identity',
      'gzip, chunked',
      'chunked, chunked',
      'xchunked',
      'chunked\r\nTransfer-Encoding: chunked',
    ].map(
      (coding) =>
      one(`T39 Transfer-Encoding ${JSON.stringify(coding)}`, { headers: { 'Content-Length': null }, lines: [`Transfer-Encoding: ${coding}`] }, NO_HTTP), // prettier-ignore
    ),
    chunked(door, 'T39 a chunk whose size is no number', 'zz\r\n{}\r\n0\r\n\r\n'),
    chunked(door, 'T39 a chunk of negative size', '-1\r\n{}\r\n0\r\n\r\n'),
    header('T44 a folded line', 'X-Note: a\r\n b', NO_HTTP),
    header('T44 a space before the colon', 'X-Note : a', NO_HTTP),
    header('T44 a bare LF', 'X-Note: a\nX-Other: b', NO_HTTP),
    header('T44 a bare CR', 'X-Note: a\rb', NO_HTTP),
    header('T44 a line without a colon', 'nothing', NO_HTTP),
    header('T44 a header without a name', ': a', NO_HTTP),
    header('T45 Accept of XML', 'Accept: text/xml', { ...ok, why: 'there is one form; who cannot read it sees so' }), // prettier-ignore
    header('T45 Accept that is none', 'Accept: ;;;q=x', ok),
    header('T46 an offer to speak HTTP/2', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk', ok), // prettier-ignore
    header('T46 an offer to speak WebSocket', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x', ok), // prettier-ignore
    header('T46 an expectation nobody knows', 'Expect: miracles', NO_HTTP),
    { name: 'T47 HTTP/0.9', send: { bytes: `GET ${door.path}\r\n\r\n` }, ...NO_HTTP },
    { name: 'T47 the start of TLS', send: { bytes: Buffer.concat([Buffer.from('1603010200010001fc0303', 'hex'), randomBytes(64)]) }, ...NO_HTTP }, // prettier-ignore
    { name: 'T47 the start of HTTP/2', send: { bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' }, ...NO_HTTP },
    header('T48 headers that would rewrite the request', 'X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /metrics\r\nX-Rewrite-URL: /metrics', ok), // prettier-ignore
    header('T48 a request id of the client', 'X-Request-Id: <script>', ok, { also: hasOwnId }),
  ];
}

const chunked = (door: Door, name: string, body: string): Case => ({
  name,
  send: but(door, { headers: { 'Content-Length': null, 'Transfer-Encoding': 'chunked' }, body }),
  ...NO_HTTP,
});

function namesMethods(reply: Reply): void {
  expect(reply.headers.get('allow')?.[0]).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
}

function hasType(reply: Reply): void {
  expect(reply.headers.get('content-type')?.[0]).toMatch(/json/);
}

function hidesHost(reply: Reply): void {
  expect([...reply.headers.values()].join()).not.toContain('evil.example');
  expect(reply.body.toString()).not.toContain('evil.example');
}

function hasOwnId(reply: Reply): void {
  expect(reply.headers.get('x-request-id')).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
}
