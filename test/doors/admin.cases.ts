import { badRequest, but, Case, Expected, NOT_FOUND, Request, UNAUTHENTICATED } from './cases';
import type { BodyDoor } from './body.cases';
import type { Reply } from './wire';

// Set S: tokens, dead letters, the audit log, and the pages beside the api.

const OK: Expected = { status: 200 };
const CREATED: Expected = { status: 201 };
const MISSING_SCOPE: Expected = { status: 403, code: 'insufficient_scope' };
const ORIGIN = 'https://shop.example';
const SOME_ID = '0198c0de-3333-7000-8000-000000000001';

export const CREATE_TOKEN: BodyDoor = {
  method: 'POST',
  path: '/api/v1/tokens',
  ok: 201,
  limit: 64 * 1024,
  body: { name: 'A report', scopes: ['results:read'] },
};

const at = (pointer: string, fault?: string): Expected => badRequest(fault, pointer);
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const as = (token: string): Record<string, string> => ({ Authorization: `Bearer {{${token}}}` });

export function tokenCases(): Case[] {
  const row = (name: string, change: object, expected: Expected, headers: Request['headers'] = {}): Case => ({
    name,
    send: but(CREATE_TOKEN, { body: { ...CREATE_TOKEN.body, ...change }, headers }),
    ...expected,
  });
  const each = (name: string, key: string, values: unknown[], expected: Expected): Case[] =>
    values.map((value) => row(`${name} ${key} ${show(value)}`, { [key]: value }, expected));
  const browser = (name: string, change: object, expected: Expected): Case =>
    row(
      name,
      { kind: 'publishable', scopes: ['events:write'], allowed_origins: [ORIGIN], ...change },
      expected,
    );
  const call = (
    name: string,
    method: string,
    path: string,
    expected: Expected,
    more: Partial<Request> = {},
    also?: Case['also'],
  ): Case => ({
    name,
    send: { method, path: `/api/v1/tokens${path}`, ...more },
    ...expected,
    also,
  });
  return [
    row('S1 no scopes', { scopes: undefined }, at('/scopes', 'required')),
    ...each('S1', 'scopes', [null, 'admin', 5, {}], at('/scopes', 'invalid_type')),
    ...each('S1', 'scopes', [['everything'], [5], [null], ['ADMIN'], ['admin '], ['*'], ['__proto__'], [['admin']]], badRequest()),
    row('S1 an empty list of scopes', { scopes: [] }, at('/scopes', 'too_few')),
    row('S1 a scope twice', { scopes: ['admin', 'admin'] }, at('/scopes', 'duplicate')),
    row('S2 scopes above one’s own', { scopes: ['results:read'] }, MISSING_SCOPE, as('keeper')),
    row('S2 one’s own scope', { scopes: ['admin'] }, CREATED, as('keeper')),
    row('S2 without admin', {}, MISSING_SCOPE, as('reader')),
    ...each('S3', 'expires_at', ['never', '2026-12-31', '', 5, null, 'infinity', '2027-02-30T00:00:00Z', '9999-12-31T00:00:00Z'], at('/expires_at')),
    row('S3 an end that has passed', { expires_at: inDays(-1) }, at('/expires_at', 'in_the_past')),
    row('S3 an end in six years', { expires_at: inDays(6 * 366) }, at('/expires_at', 'out_of_range')),
    row('S3 an end before the start', { expires_at: inDays(1), not_before: inDays(2) }, at('/not_before', 'ends_before_start')),
    row('S4 no name', { name: undefined }, at('/name', 'required')),
    ...each('S4', 'name', ['', null, 5, 'n'.repeat(201), 'a\0', 'a\ud800'], badRequest()),
    ...each('S4', 'kind', ['root', '', null, 5], at('/kind')),
    ...each('S4', 'id', [SOME_ID], at('/id', 'unknown_property')),
    ...each('S4', 'secret', ['mine'], at('/secret', 'unknown_property')),
    ...each('S4', 'limits', [5, [], { requests: 0 }, { requests: '5' }, { requests: 1.5 }, { events: -1 }, { bytes: 5 }], badRequest()),
    row('S4 origins of a secret token', { allowed_origins: [ORIGIN] }, at('/allowed_origins', 'contradiction')),
    browser('S4 a token for browsers', {}, CREATED),
    browser('S4 a token for browsers with admin', { scopes: ['admin'] }, at('/scopes/0', 'not_publishable')),
    browser('S4 a token for browsers without origins', { allowed_origins: undefined }, at('/allowed_origins', 'required')),
    ...['*', 'null', 'https://*.example', 'https://shop.example/', 'https://shop.example/x', 'http://shop.example', 'https://shop.example:443', 'HTTPS://SHOP.EXAMPLE', 'https://a@shop.example', 'javascript:alert(1)', 'file://', 'shop.example', 'https://shop.example\r\nX-Evil: 1', 'https://'].map((origin) =>
      browser(`S4 the origin ${show(origin)}`, { allowed_origins: [origin] }, at('/allowed_origins/0', 'invalid_origin')),
    ),
    browser('S4 21 origins', { allowed_origins: Array.from({ length: 21 }, (_, i) => `https://s${i}.example`) }, at('/allowed_origins', 'too_many')),
    call('S5 no secrets in the list', 'GET', '', OK, {}, tellsNoSecret),
    call('S5 no secret of one', 'GET', '/{{reader_id}}', OK, {}, tellsNoSecret),
    call('S7 rotation without overlap', 'POST', '/{{rotated_id}}/rotate', CREATED, { body: { overlap_seconds: 0 } }),
    { name: 'S7 the old token after it', send: { method: 'GET', path: '/api/v1/experiments', headers: as('rotated') }, ...UNAUTHENTICATED },
    call('S6 rotation of what was rotated', 'POST', '/{{rotated_id}}/rotate', { status: 409, code: 'token_inactive' }),
    call('S6 rotation of a revoked token', 'POST', '/{{revoked_id}}/rotate', { status: 409, code: 'token_inactive' }),
    call('S6 rotation of an expired token', 'POST', '/{{expired_id}}/rotate', { status: 409, code: 'token_inactive' }),
    ...[-1, 1.5, '5', null, 1e9].map((overlap_seconds) => call(`S6 overlap ${show(overlap_seconds)}`, 'POST', '/{{reader_id}}/rotate', at('/overlap_seconds'), { body: { overlap_seconds } })),
    call('S2 rotation of a token above one’s own', 'POST', '/{{reader_id}}/rotate', MISSING_SCOPE, { headers: as('keeper') }),
    call('S9 revoking one that is not there', 'DELETE', `/${SOME_ID}`, NOT_FOUND),
    call('S9 revoking one that is no id', 'DELETE', '/x', at('/id', 'invalid_format')),
    call('S9 revoking twice', 'DELETE', '/{{revoked_id}}', { status: 204 }),
    call('S9 rotating one that is not there', 'POST', `/${SOME_ID}/rotate`, NOT_FOUND),
    call('S9 changing one', 'PATCH', '/{{reader_id}}', { status: 405, code: 'method_not_allowed' }, { body: { scopes: ['admin'] } }),
  ]; // prettier-ignore
}

export function deadLetterCases(): Case[] {
  const row = (
    name: string,
    method: string,
    path: string,
    expected: Expected,
    more: Partial<Request> = {},
  ): Case => ({
    name: `dead letters: ${name}`,
    send: { method, path: `/api/v1/dead-letters${path}`, ...more },
    ...expected,
  });
  return [
    row('S33 with a token that may read results', 'GET', '', MISSING_SCOPE, { headers: as('results_reader') }),
    row('S32 replay of one that is not there', 'POST', `/${SOME_ID}/replay`, NOT_FOUND),
    row('S32 replay of what is no id', 'POST', '/x/replay', at('/id', 'invalid_format')),
    row('S32 replay without the scope', 'POST', `/${SOME_ID}/replay`, MISSING_SCOPE, { headers: as('reader') }),
    row('S34 discarding without a body', 'POST', `/${SOME_ID}/discard`, { status: 400, code: 'malformed_body' }),
    row('S34 discarding without a reason', 'POST', `/${SOME_ID}/discard`, at('/reason', 'required'), { body: {} }),
    ...[null, '', 5, 'r'.repeat(1_001), 'a\0'].map((reason) => row(`S34 reason ${show(reason)}`, 'POST', `/${SOME_ID}/discard`, badRequest(), { body: { reason } })),
    row('S34 discarding one that is not there', 'POST', `/${SOME_ID}/discard`, NOT_FOUND, { body: { reason: 'old' } }),
    ...['22p02', 'x', '22P022', "22P0'", 5, null].map((sqlstate) => row(`sqlstate ${show(sqlstate)}`, 'POST', '/replay', at('/sqlstate'), { body: { sqlstate } })),
    ...['yesterday', '2026-11-21', 5].map((since) => row(`since ${show(since)}`, 'POST', '/replay', at('/since'), { body: { since } })),
    row('replaying none', 'POST', '/replay', { status: 202 }, { body: { sqlstate: 'XX000' } }),
  ]; // prettier-ignore
}

export function personCases(): Case[] {
  const row = (
    name: string,
    method: string,
    user: string,
    expected: Expected,
    headers: Request['headers'] = {},
  ): Case => ({
    name: `${method} of ${name}`,
    send: { method, path: `/api/v1/users/${user}${method === 'GET' ? '/export' : ''}`, headers },
    ...expected,
  });
  const bad = at('/user_id', 'invalid_format');
  return ['DELETE', 'GET'].flatMap((method) => [
    ...['%00', '%20', '%E2%80%8B', 'a%0Ab', 'u'.repeat(257)].map((user) => row(`A34 the user ${user.slice(0, 10)}`, method, user, bad)),
    row('A34 bytes that are no UTF-8', method, '%ff', badRequest()),
    row('A34 a user whom nobody knows', method, 'never-seen', { status: method === 'GET' ? 200 : 202 }),
    row('A34 SQL', method, "'%20OR%201=1--", { status: method === 'GET' ? 200 : 202 }),
    row('A34 a user without the scope', method, 'known', MISSING_SCOPE, as('results_reader')),
    row('A34 a user without a token', method, 'known', UNAUTHENTICATED, { Authorization: null }),
    row('A34 nobody', method, '', NOT_FOUND),
  ]); // prettier-ignore
}

export function pageCases(): Case[] {
  const get = (
    name: string,
    path: string,
    expected: Expected,
    headers: Record<string, string | null> = {},
    more: Partial<Case> = {},
  ): Case => ({
    name,
    send: { method: 'GET', path, headers },
    ...expected,
    ...more,
  });
  const write = (method: string, path: string): Case => ({
    name: `S36 ${method} ${path}`,
    send: { method, path },
    status: 405,
    code: 'method_not_allowed',
  });
  const stranger = { Authorization: null };
  return [
    ...['/queues', '/queues/api/queues', '/docs', '/openapi.json', '/metrics'].flatMap((path) => [
      get(`S35 ${path} without a token`, path, UNAUTHENTICATED, stranger),
      get(`S35 ${path} with a wrong password`, path, UNAUTHENTICATED, { Authorization: 'Basic YWRtaW46YWRtaW4=' }),
      get(`S35 ${path} with a token for browsers`, path, { status: 403, code: 'origin_not_allowed' }, as('browser')),
    ]),
    ...['/queues', '/queues/api/queues', '/metrics'].map((path) => get(`S35 ${path} with a token of little scope`, path, MISSING_SCOPE, as('reader'))),
    write('PUT', '/queues/api/queues/events/pause'),
    write('PUT', '/queues/api/queues/events/clean/failed'),
    write('PUT', '/queues/api/queues/events/obliterate'),
    write('POST', '/queues/api/queues/events/add'),
    ...['/health/live', '/health/ready'].map((path) => get(`S40 ${path} tells nothing of us`, path, OK, stranger, { also: tellsNothing })),
    get('S41 a header that would be another address', '/api/v1/experiments?limit=1', OK, { 'X-Original-URL': '/metrics', 'X-HTTP-Method-Override': 'DELETE' }, { also: isAPage }),
    { name: 'X60 writing to the audit log', send: { method: 'POST', path: '/api/v1/audit', body: { action: 'x' } }, status: 405, code: 'method_not_allowed' },
    { name: 'X60 deleting from the audit log', send: { method: 'DELETE', path: '/api/v1/audit/1' }, ...NOT_FOUND },
    get('X60 the audit log without the scope', '/api/v1/audit', MISSING_SCOPE, as('reader')),
    ...['yesterday', '2026-11-21', '', 'infinity', '1763683200'].flatMap((time) => ['from', 'to'].map((name) => get(`Q30 audit ${name}=${time}`, `/api/v1/audit?${name}=${time}`, at(`/${name}`)))),
    ...['action', 'target_id', 'actor_id'].flatMap((name) => [
      get(`Q28 audit ${name} with NUL`, `/api/v1/audit?${name}=%00`, at(`/${name}`)),
      get(`Q26 audit ${name} with SQL`, `/api/v1/audit?${name}='%20OR%201=1--`, OK),
      get(`Q27 audit ${name} of 10 KB`, `/api/v1/audit?${name}=${'a'.repeat(10_000)}`, at(`/${name}`)),
    ]),
  ]; // prettier-ignore
}

function tellsNoSecret(reply: Reply): void {
  expect(reply.body.toString()).not.toMatch(/assay_(secret|public)_|"secret":|[0-9a-f]{64}/);
}

function tellsNothing(reply: Reply): void {
  const text = `${reply.body.toString()} ${[...reply.headers].flat(2).join(' ')}`;
  expect(text).not.toMatch(/\d+\.\d+\.\d+|postgres:|redis:|node|x-powered-by|127\.0/i);
}

function isAPage(reply: Reply): void {
  expect(JSON.parse(reply.body.toString())).toHaveProperty('data');
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 25)}… (${text.length})` : text;
}
