import { badRequest, BODY_TOO_LARGE, but, Case, Expected } from './cases';
import type { BodyDoor } from './body.cases';

// Set E: one event.

export const EVENT: BodyDoor = {
  method: 'POST',
  path: '/api/v1/events',
  ok: 202,
  browsers: true,
  body: { user_id: 'u-1', type: 'buy' },
  limit: 128 * 1024,
  around: (properties) => ({ user_id: 'u-1', type: 'buy', properties }),
};

const ID = '0198c0de-1111-7000-8000-000000000001';
const OK: Expected = { status: 202 };
const DAY_MS = 86_400_000;

/** Name, what is changed in a good event (undefined takes away), and the answer. */
type Row = [name: string, change: Record<string, unknown>, expected: Expected];

const at = (pointer: string, fault?: string): Expected => badRequest(fault, pointer);
const each = (
  name: string,
  values: unknown[],
  change: (value: unknown) => Row[1],
  expected: Expected,
): Row[] => values.map((value) => [`${name} ${show(value)}`, change(value), expected]);
const from = (ms: number): string => new Date(Date.now() + ms).toISOString();

export const BAD_IDS: Row[] = [
  [
    'E1 no event_id',
    {},
    { ...OK, why: 'the server makes one, and the docs say that a retry is a new event' },
  ],
  ...each('E2 event_id', ['', null, 5, {}, [], true], (event_id) => ({ event_id }), at('/event_id')),
  ...each('E3 event_id', ['buy', ID.slice(1), `${ID}0`, `${ID} `, ID.replaceAll('-', ''), ID.replace('0', 'g')], (event_id) => ({ event_id }), at('/event_id', 'invalid_format')), // prettier-ignore
  [
    'E4 the nil UUID',
    { event_id: '00000000-0000-0000-0000-000000000000' },
    at('/event_id', 'invalid_format'),
  ],
  ['E5 a UUID in capitals', { event_id: ID.toUpperCase() }, OK],
  ['E5 the same in lower case', { event_id: ID }, { ...OK, why: 'the worker knows that it is the same one' }],
  ...each('E6 event_id', [`{${ID}}`, `urn:uuid:${ID}`], (event_id) => ({ event_id }), at('/event_id', 'invalid_format')), // prettier-ignore
  ['E7 the same event again', { event_id: ID }, OK],
  [
    'E8 the same id with another body',
    { event_id: ID, type: 'other' },
    { ...OK, why: 'the first one counts' },
  ],
];

export const BAD_USERS: Row[] = [
  ['E11 no user_id', { user_id: undefined }, at('/user_id', 'required')],
  ...each('E11 user_id', [null, ''], (user_id) => ({ user_id }), at('/user_id')),
  ...each('E12 user_id', ['   ', '\u200b\u200b', '\ufeff', '\u00a0'], (user_id) => ({ user_id }), at('/user_id', 'invalid_format')), // prettier-ignore
  ['E13 user_id of 256 bytes', { user_id: 'u'.repeat(256) }, OK],
  ['E13 user_id of 257 bytes', { user_id: 'u'.repeat(257) }, at('/user_id', 'invalid_format')],
  ['E14 user_id of 64 emoji', { user_id: '😀'.repeat(64) }, OK],
  ['E14 user_id of 65 emoji', { user_id: '😀'.repeat(65) }, at('/user_id', 'invalid_format')],
  ['E14 user_id of 100 KB', { user_id: 'u'.repeat(100_000) }, at('/user_id', 'invalid_format')],
  ['E15 NUL in user_id', { user_id: 'a\0b' }, badRequest()],
  ['E16 half a character in user_id', { user_id: 'a\ud800b' }, badRequest()],
  ...each('E17 control characters in user_id', ['a\nb', 'a\u001bb', 'a\u007fb'], (user_id) => ({ user_id }), at('/user_id', 'invalid_format')), // prettier-ignore
  [
    'E17 an override of the writing direction',
    { user_id: 'a\u202eb' },
    { ...OK, why: 'stored; pages escape it' },
  ],
  ['E18 a composed character', { user_id: 'caf\u00e9' }, OK],
  ['E18 a decomposed one', { user_id: 'cafe\u0301' }, { ...OK, why: 'another user: nothing is normalised' }],
  ...each('E19 user_id', [5, true, ['u'], { $gt: '' }, 1.5], (user_id) => ({ user_id }), at('/user_id', 'invalid_type')), // prettier-ignore
  ...each(
    'E20 user_id',
    ['null', 'undefined', 'anonymous', '0', '__proto__'],
    (user_id) => ({ user_id }),
    OK,
  ),
];

const TYPES: Row[] = [
  ['E21 no type', { type: undefined }, at('/type', 'required')],
  ...each('E21 type', ['', 'x'.repeat(129), '   ', 'a\nb'], (type) => ({ type }), at('/type')),
  ...each('E21 type', [null, 5, ['buy'], {}], (type) => ({ type }), at('/type', 'invalid_type')),
  ['E21 NUL in type', { type: 'a\0' }, badRequest()],
  [
    'E22 a type that nobody has declared',
    { type: 'never-heard-of' },
    { ...OK, why: 'every type is a metric' },
  ],
  ['E23 a type with a dollar', { type: '$internal' }, { ...OK, why: 'no prefix is reserved' }],
  [
    'E24 an experiment that does not exist',
    { experiment_id: ID },
    { ...OK, why: 'stored, and counts nowhere' },
  ],
  ...each('E24 experiment_id', ['running', 'x', '', 5, ['a'], `{${ID}}`], (experiment_id) => ({ experiment_id }), badRequest()), // prettier-ignore
  ...each('E25 an experiment that is', ['draft', 'running', 'paused', 'completed', 'archived'], (name) => ({ experiment_id: `{{${name as string}}}` }), OK), // prettier-ignore
  ['E28 a user whom nobody knows', { user_id: 'never-assigned' }, OK],
  ...each(
    'E29 variant_id, stored and never believed,',
    ['x', 'control'],
    (variant_id) => ({ variant_id }),
    OK,
  ),
  ...each('E29 variant_id', ['', 5, 'v'.repeat(257), 'a\0'], (variant_id) => ({ variant_id }), badRequest()),
  ...each(
    'E29 session_id',
    ['', {}, '\u200b', 's'.repeat(257)],
    (session_id) => ({ session_id }),
    badRequest(),
  ),
  ...each('E29 request_id', [1, [], 'a\nb'], (request_id) => ({ request_id }), badRequest()),
];

const TIMES: Row[] = [
  ['E31 no timestamp', {}, OK],
  ...each(
    'E32 timestamp',
    [
      '2026-11-21', '2026-11-21T00:00:00', '2026-11-21 00:00:00Z', '2026-W47-6', '2026-325', '20261121T000000Z', '2026-11-21T00Z', '2026-11-21T00:00Z',
      '2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '2026-11-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-10T00:00:00Z', '2026-11-21T25:00:00Z', '2026-11-21T24:00:00Z',
      '2026-11-21T23:59:60Z', '2026-11-21T00:60:00Z', 'now', 'yesterday', 'infinity', '-infinity', 'epoch', '1763683200', '', ' ', '2026-11-21T00:00:00Z ',
      '0000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '+275760-09-13T00:00:00Z', '294277-01-01T00:00:00Z',
      '2026-11-21T00:00:00+25:00', '2026-11-21T00:00:00+14:01', '2026-11-21T00:00:00-12:01', '2026-11-21T00:00:00+05:60', '2026-11-21T00:00:00+5', '2026-11-21T00:00:00 UTC',
      '2026-11-21T00:00:00.0000000000Z', '2026-11-21T00:00:00,5Z', '２０２６-11-21T00:00:00Z', '2026-11-21T00:00:00Z\0',
    ],
    (timestamp) => ({ timestamp }),
    badRequest(),
  ), // prettier-ignore
  ...each('E38 timestamp', [1763683200, 1763683200000, null, true, {}, []], (timestamp) => ({ timestamp }), at('/timestamp', 'invalid_type')), // prettier-ignore
  ...each('E40 timestamp', ['2026-11-20T00:00:00+14:00', '2026-11-20T00:00:00-12:00', '2026-11-20t00:00:00z'], (timestamp) => ({ timestamp }), OK), // prettier-ignore
  ['E41 nine digits of a second', { timestamp: '2026-11-20T00:00:00.123456789Z' }, OK],
  ['E42 five minutes ahead', { timestamp: from(300_000) }, OK],
  [
    'E42 23 hours ahead',
    { timestamp: from(23 * 3_600_000) },
    { ...OK, why: 'clamped to the time of receipt' },
  ],
  ['E43 25 hours ahead', { timestamp: from(25 * 3_600_000) }, { ...at('/timestamp', 'event_in_future'), why: 'a fault of one field like any other: 400' }], // prettier-ignore
  ['E44 a hundred years old', { timestamp: from(-100 * 365 * DAY_MS) }, { ...OK, why: 'ids are kept for ever, so no event is too old' }], // prettier-ignore
  ...each('E45 timestamp', ['2026-03-29T02:30:00+01:00', '2026-11-20T23:59:59.999Z', '2024-02-29T00:00:00Z'], (timestamp) => ({ timestamp }), OK), // prettier-ignore
];

const VALUES: Row[] = [
  ...each('E46 value', ['1', true, {}, []], (value) => ({ value }), at('/value')),
  ['E46 value null', { value: null }, { ...OK, why: 'the same as none, documented in the reference' }],
  ...each('E47 value', [1e308, -1e308, 1.1e15], (value) => ({ value }), badRequest()),
  ...each('E47 value', [1e15, -1e15, 1e-320, -0, 0.30000000000000004], (value) => ({ value }), OK),
  ['E49 a value below zero', { value: -49.9 }, { ...OK, why: 'refunds' }],
];

const PROPERTIES: Row[] = [
  ...each('E50 properties', [[], 'x', 5, true], (properties) => ({ properties }), at('/properties')),
  ['E50 properties null', { properties: null }, { ...OK, why: 'the same as none' }],
  ['E51 properties of 64 KB', { properties: { a: 'x'.repeat(65_536 - 8) } }, OK],
  ['E51 properties of 64 KB and a byte', { properties: { a: 'x'.repeat(65_536 - 7) } }, at('/properties', 'properties_too_large')], // prettier-ignore
  ['E51 properties of 64 KB in emoji', { properties: { a: '😀'.repeat(16_385) } }, at('/properties', 'properties_too_large')], // prettier-ignore
  ['E51 properties of 100 KB', { properties: { a: 'x'.repeat(100_000) } }, at('/properties', 'properties_too_large')], // prettier-ignore
  ['E51 properties of 5 MB', { properties: { a: 'x'.repeat(5_000_000) } }, BODY_TOO_LARGE],
  ['E52 256 properties', { properties: numbered(256) }, OK],
  ['E52 257 properties', { properties: numbered(257) }, at('/properties', 'too_many')],
  ['E53 NUL in a property', { properties: { a: 'x\0' } }, badRequest()],
  ['E53 half a character in a property', { properties: { a: ['\udc00'] } }, badRequest()],
  ['E53 NUL in the name of a property', { properties: { 'x\0': 1 } }, badRequest()],
  ...each('E53 a property that gives the value', ['revenue', 'price', 'amount', 'value'], (name) => ({ properties: { [name as string]: 1e16 } }), badRequest()), // prettier-ignore
  ['E55 other names of the fields', { userId: 'u', eventId: ID }, at('/userId', 'unknown_property')],
  [
    'E55 what the server decides',
    { received_at: '2026-11-20T00:00:00Z' },
    at('/received_at', 'unknown_property'),
  ],
  ['E55 SQL in every text', { user_id: "'; DROP TABLE events; --", type: "' OR 1=1 --", session_id: '$1', properties: { "'": "''" } }, OK], // prettier-ignore
];

export const EVENT_CHANGES: Row[] = [...BAD_IDS, ...BAD_USERS, ...TYPES, ...TIMES, ...VALUES, ...PROPERTIES];

export const eventCases = (): Case[] =>
  EVENT_CHANGES.map(([name, change, expected]) => ({
    name,
    send: but(EVENT, { body: { ...EVENT.body, ...change } }),
    ...expected,
  }));

function numbered(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i]));
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 20)}… (${text.length})` : text;
}
