import { gzipSync } from 'node:zlib';
import { badRequest, BODY_TOO_LARGE, but, Case, Expected, MALFORMED, Request } from './cases';
import type { BodyDoor } from './body.cases';
import { EVENT_CHANGES } from './events.cases';
import type { Reply } from './wire';

// Set N: many events at once. Good ones are accepted beside bad ones.

const GOOD = { user_id: 'u-1', type: 'buy' };
const ID = '0198c0de-2222-7000-8000-000000000001';

export const BATCH: BodyDoor = {
  method: 'POST',
  path: '/api/v1/events/batch',
  ok: 202,
  browsers: true,
  limit: 1024 * 1024,
  body: { events: [GOOD] },
  around: (properties) => ({ events: [{ ...GOOD, properties }] }),
  unstorable: { status: 400, code: 'nothing_accepted' },
};

const OK: Expected = { status: 202 };
const NOTHING: Expected = { status: 400, code: 'nothing_accepted' };
const TOO_MANY: Expected = { status: 413, code: 'batch_too_large' };

/** The 33,000 empty objects of 99 KB that once kept an event loop for two seconds. */
export const MANY_EMPTY: Request = but(BATCH, { body: `{"events":[${'{},'.repeat(32_999)}{}]}` });

const counts =
  (expected: object) =>
  (reply: Reply): void => {
    expect(JSON.parse(reply.body.toString())).toMatchObject(expected);
  };
const truncated = (reply: Reply): void => {
  const { errors } = JSON.parse(reply.body.toString()) as { errors: unknown[] };
  expect(errors).toHaveLength(20);
};

export function batchCases(): Case[] {
  const row = (name: string, body: unknown, expected: Expected, also?: Case['also']): Case => ({
    name,
    send: but(BATCH, { body }),
    ...expected,
    also,
  });
  const events = (name: string, list: unknown[], expected: Expected, also?: Case['also']): Case =>
    row(name, { events: list }, expected, also);
  const good = (count: number, more: object = {}): object[] =>
    Array.from({ length: count }, () => ({ ...GOOD, ...more }));
  return [
    row('N1 no events', {}, badRequest('required', '/events')),
    ...[null, {}, 'x', 5, true].map((value) =>
      row(`N1 events are ${JSON.stringify(value)}`, { events: value }, badRequest('invalid_type', '/events')),
    ),
    row('N1 the list itself', [GOOD], badRequest('invalid_type')),
    row('N1 one event', GOOD, badRequest()),
    events('N2 an empty list', [], badRequest('too_few', '/events')),
    row(
      'N3 an object that claims a length',
      { events: { length: 1e9 } },
      badRequest('invalid_type', '/events'),
    ),
    events('N4 1,000 events', good(1_000), OK, undefined),
    events('N4 1,001 events', good(1_001), TOO_MANY),
    { name: 'N5 33,000 empty objects', send: MANY_EMPTY, ...TOO_MANY },
    events('N5 1,000 empty objects', Array(1_000).fill({}), NOTHING, truncated),
    events('N6 a list with an empty list', [[]], NOTHING),
    events('N6 a list with 1,000 empty lists', Array(1_000).fill([]), NOTHING, truncated),
    ...[null, 'x', 1, true, [], '', -0].map((value) => events(`N7 an event that is ${JSON.stringify(value)}`, [value], NOTHING)), // prettier-ignore
    events('N8 a list in a list', [[GOOD]], NOTHING),
    events('N9 one bad of 100', [...good(99), {}], OK, counts({ accepted: 99, rejected: [{ index: 99, event_id: null, code: 'required' }] })), // prettier-ignore
    events('N9 one good of 100', [...Array(99).fill({ ...GOOD, user_id: 5 }), GOOD], OK, undefined),
    events('N10 all of three bad', [{}, null, { ...GOOD, x: 1 }], NOTHING),
    events('N11 an id twice', good(2, { event_id: ID }), OK, counts({ accepted: 1, duplicates: 1 })),
    events('N11 an id in capitals and not', [{ ...GOOD, event_id: ID }, { ...GOOD, event_id: ID.toUpperCase() }], OK, counts({ accepted: 1, duplicates: 1 })), // prettier-ignore
    events('N12 an id twice with different bodies', [{ ...GOOD, event_id: ID }, { ...GOOD, event_id: ID, type: 'other' }], OK, counts({ accepted: 1, duplicates: 1 })), // prettier-ignore
    events('N13 an id of an earlier request', good(1, { event_id: ID }), OK, counts({ accepted: 1 })),
    events('N13 a bad event with the id of a good one', [{ ...GOOD, event_id: ID }, { event_id: ID }], OK, counts({ accepted: 1, rejected: [{ index: 1, event_id: ID }] })), // prettier-ignore
    events('N15 300 experiments', Array.from({ length: 300 }, (_, i) => ({ ...GOOD, experiment_id: `0198c0de-2222-7000-8000-${String(i).padStart(12, '0')}` })), OK), // prettier-ignore
    events('N17 old, new and far ahead', [{ ...GOOD, timestamp: '1999-01-01T00:00:00Z' }, GOOD, { ...GOOD, timestamp: '2199-01-01T00:00:00Z' }], OK, counts({ accepted: 2, rejected: [{ index: 2, code: 'event_in_future' }] })), // prettier-ignore
    events('N18 a poisoned property', [GOOD, { ...GOOD, properties: { a: 'x\0' } }], OK, counts({ accepted: 1, rejected: [{ index: 1, code: 'invalid_properties' }] })), // prettier-ignore
    events('N19 800 events of 1 KB', good(800, { properties: { a: 'x'.repeat(1_000) } }), OK),
    events('N19 1,000 events of 2 KB', good(1_000, { properties: { a: 'x'.repeat(2_000) } }), BODY_TOO_LARGE),
    events('N20 100 bad ones', Array(100).fill({ user_id: '' }), NOTHING, truncated),
    row('N22 the names in another order', '{"events":[{"type":"buy","user_id":"u-1"}]}', OK),
    { name: 'N23 gzip, ten to one', send: but(BATCH, { body: gzipSync(JSON.stringify({ events: good(500, { properties: { a: 'x'.repeat(200) } }) })), headers: { 'Content-Encoding': 'gzip' } }), ...OK }, // prettier-ignore
    ...['key', '"key"', 'x'.repeat(256), '', '\u00e9'].map((key): Case => ({ name: `N27 Idempotency-Key ${JSON.stringify(key.slice(0, 9))} of ${key.length}`, send: but(BATCH, { headers: { 'Idempotency-Key': key } }), ...OK, why: 'events have ids; the header means nothing here' })), // prettier-ignore
    events(
      'N28 1,000 users whom nobody knows',
      Array.from({ length: 1_000 }, (_, i) => ({ ...GOOD, user_id: `new-${i}` })),
      OK,
    ),
    ...['garbage', '', '2025-11-21T00:00:00Z', '2027-11-21T00:00:00Z', 'infinity'].map((sent_at) =>
      row(
        `N29 sent_at ${JSON.stringify(sent_at)}`,
        { events: [GOOD], sent_at },
        sent_at === '' ? badRequest() : { ...OK, why: 'a clock that cannot be read corrects nothing' },
      ),
    ),
    ...[5, {}, [], true, 'x'.repeat(41), 'a\0'].map((sent_at) =>
      row(
        `N29 sent_at ${JSON.stringify(sent_at).slice(0, 20)}`,
        { events: [GOOD], sent_at },
        badRequest(undefined, '/sent_at'),
      ),
    ),
    row('N30 an unknown property of 900 KB', { events: [GOOD], context: 'x'.repeat(900_000) }, badRequest('unknown_property', '/context')), // prettier-ignore
    row('N31 holes in the list', '{"events":[,]}', MALFORMED),
    row('N31 a comma at the end', '{"events":[{"user_id":"u","type":"t"},]}', MALFORMED),
    events('N32 20,000 nulls', Array(20_000).fill(null), TOO_MANY),
    row('N32 300,000 zeros', `{"events":[${'0,'.repeat(299_999)}0]}`, TOO_MANY),
    events(
      'N33 1,000 bad ids of 900 characters',
      Array(1_000).fill({ event_id: 'x'.repeat(900) }),
      NOTHING,
      truncated,
    ),
    ...eachAsItem(),
  ];
}

/** Every event that is refused alone is refused in a batch, and every one that is taken alone is taken. */
function eachAsItem(): Case[] {
  return EVENT_CHANGES.filter(([, change]) => JSON.stringify(change).length < 100_000).map(
    ([name, change, { status }]) => ({
      name: `in a batch: ${name}`,
      send: but(BATCH, { body: { events: [{ ...GOOD, ...change }] } }),
      ...(status === 202 ? OK : hasBadName(change) ? badRequest('invalid_key') : NOTHING),
    }),
  );
}

/** Names are looked at before anything is parsed, whatever stands around them. */
function hasBadName(change: object): boolean {
  return JSON.stringify(change).includes('\\u0000":');
}
