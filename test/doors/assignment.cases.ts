import { badRequest, but, Case, Door, Expected, MALFORMED, NOT_FOUND } from './cases';
import type { BodyDoor } from './body.cases';
import type { Reply } from './wire';

// Set A: which variant does a user get, and assigning many at once.

const OK: Expected = { status: 200 };
const KIB = 1024;

export const ASSIGN: Door = {
  browsers: true,
  method: 'GET',
  path: '/api/v1/experiments/running/assignment/u-1',
  ok: 200,
};

export const ASSIGN_EXPERIMENTS: BodyDoor = {
  method: 'POST',
  path: '/api/v1/assignments/bulk',
  ok: 200,
  limit: 64 * KIB,
  body: { user_id: 'u-1', experiment_ids: ['running'] },
};

export const ASSIGN_USERS: BodyDoor = {
  method: 'POST',
  path: '/api/v1/experiments/running/assignments/bulk',
  ok: 200,
  limit: 1024 * KIB,
  body: { user_ids: ['u-1'] },
};

export const IMPORT: BodyDoor = {
  method: 'POST',
  path: '/api/v1/experiments/running/assignments/import',
  ok: 200,
  limit: 1024 * KIB,
  body: { assignments: [{ user_id: 'i-1', variant_key: 'control', assigned_at: '2026-01-01T00:00:00Z' }] },
};

/** What an answer must say of the assignment. */
const says =
  (expected: object) =>
  (reply: Reply): void => {
    expect(JSON.parse(reply.body.toString())).toMatchObject(expected);
  };
const echoes = (user: string) => says({ user_id: user });
const none = (reason: string) => says({ variant: null, reason });

/** Users that no address of ours takes, and those it does, as they stand in a JSON text. */
const BAD_USERS: unknown[] = [null, '', '   ', '\u200b', '\ufeff', 'u'.repeat(257), '😀'.repeat(65), 'a\0b', 'a\ud800', 'a\nb', 'a\u007fb', 5, true, ['u'], { $gt: '' }]; // prettier-ignore

export function assignCases(): Case[] {
  const row = (
    name: string,
    user: string,
    expected: Expected,
    also?: Case['also'],
    experiment = 'running',
  ): Case => ({
    name,
    send: { method: 'GET', path: `/api/v1/experiments/${experiment}/assignment/${user}` },
    ...expected,
    also,
  });
  const bad = badRequest('invalid_format', '/user_id');
  const of = (text: string): string => encodeURIComponent(text);
  const query = (name: string, text: string, expected: Expected, also?: Case['also']): Case =>
    row(name, `u-1?${text}`, expected, also);
  const attributes = (name: string, value: unknown, expected: Expected): Case =>
    query(name, `attributes=${of(typeof value === 'string' ? value : JSON.stringify(value))}`, expected);
  return [
    row('A1 no user', '', NOT_FOUND),
    ...['%20%20', '%E2%80%8B', '%EF%BB%BF', '%C2%A0', '%00', 'a%0Ab', 'a%1Bb', 'a%7Fb', 'a%0d%0aX-Evil:1'].map((user) => row(`A2 user ${user}`, user, bad)),
    row('A3 a user of 256 bytes', 'u'.repeat(256), OK),
    row('A3 a user of 257 bytes', 'u'.repeat(257), bad),
    row('A3 a user of 64 emoji', of('😀'.repeat(64)), OK, echoes('😀'.repeat(64))),
    row('A3 a user of 65 emoji', of('😀'.repeat(65)), badRequest()),
    row('A3 a user of 10 KB', 'u'.repeat(10_000), badRequest()),
    row('A5 bytes that are no UTF-8', '%ff', badRequest()),
    row('A5 half a character', '%ed%a0%80', badRequest()),
    row('A5 percent-encoding cut off', 'a%2', badRequest()),
    row('A6 an override of the writing direction', of('a\u202eb'), OK, echoes('a\u202eb')),
    ...['null', 'undefined', '0', '__proto__', 'constructor', 'a/b', 'a b', 'a+b', 'a%b', 'a?b', "'; DROP TABLE assignments; --", '<script>', '../../x', 'é', 'e\u0301', '\\', '"'].map((user) =>
      row(`A7 the user ${user}`, of(user), OK, echoes(user)),
    ),
    row('A7 a plus is a plus', 'a+b', OK, echoes('a+b')),
    row('A10 a draft', 'u-1', OK, none('not_started'), 'draft'),
    row('A11 paused, a user who has a variant', 'known', OK, says({ variant: { key: expect.any(String) } }), 'paused'),
    row('A11 paused, a new user', 'new', OK, none('paused'), 'paused'),
    row('A12 completed, a user who has a variant', 'known', OK, says({ variant: { key: expect.any(String) } }), 'completed'),
    row('A12 completed, a new user', 'new', OK, none('completed'), 'completed'),
    row('A12 archived, a user who has a variant', 'known', OK, says({ variant: { key: expect.any(String) } }), 'archived'),
    row('A12 archived, a new user', 'new', OK, none('archived'), 'archived'),
    row('A13 an experiment that is not there', 'u-1', NOT_FOUND, undefined, 'nothing'),
    row('A13 no experiment', 'u-1', NOT_FOUND, undefined, ''),
    row('A17 another case', 'KNOWN', OK, echoes('KNOWN')),
    row('A17 a space at the end', 'known%20', OK, echoes('known ')),
    query('A20 a variant of one’s choice', 'variant=treatment', badRequest('unknown_property', '/variant')),
    ...['yes', '1', 'TRUE', '', 'null', 'true%00'].flatMap((value) => ['enroll', 'refresh'].map((name) =>
      query(`A20 ${name}=${value}`, `${name}=${value}`, badRequest('invalid_type', `/${name}`)),
    )),
    query('A20 enroll twice', 'enroll=true&enroll=false', badRequest('invalid_type', '/enroll')),
    query('A20 enroll and refresh', 'enroll=true&refresh=true', OK),
    ...['[]', '"x"', '1', 'true', '{', '{"a":}', '', '{"a":NaN}'].map((text) => attributes(`A21 attributes ${text}`, text, badRequest(undefined, '/attributes'))),
    attributes('A21 attributes null', 'null', { ...OK, why: 'the same as none' }),
    attributes('A21 21 attributes', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`a${i}`, 1])), badRequest('too_many', '/attributes')),
    attributes('A21 an attribute in an attribute', { a: { b: 1 } }, badRequest('invalid_type', '/attributes/a')),
    attributes('A21 a list as attribute', { a: [1] }, badRequest('invalid_type', '/attributes/a')),
    attributes('A21 null as attribute', { a: null }, badRequest('invalid_type', '/attributes/a')),
    attributes('A21 infinity as attribute', '{"a":1e400}', badRequest(undefined, '/attributes/a')),
    attributes('A21 NUL in an attribute', { a: 'x\0' }, badRequest('invalid_format', '/attributes/a')),
    attributes('A21 half a character in an attribute', '{"a":"\\ud800"}', badRequest('invalid_format', '/attributes/a')),
    attributes('A21 a value of 129 bytes', { a: 'x'.repeat(129) }, badRequest('too_long', '/attributes/a')),
    attributes('A21 a name of 65 characters', { ['n'.repeat(65)]: 1 }, badRequest('too_long')),
    attributes('A21 an empty name', { '': 1 }, badRequest('too_short')),
    attributes('A21 __proto__ as a name', '{"__proto__":{"polluted":1}}', badRequest('invalid_type')),
    attributes('A21 brackets 1,000 deep', `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`, badRequest(undefined, '/attributes/a')),
    query('A21 attributes of 8 KB', `attributes=%7B%22a%22:%22${'x'.repeat(8_000)}%22%7D`, badRequest('too_long', '/attributes/a')),
    query('A21 attributes twice', 'attributes={}&attributes={}', badRequest('invalid_type', '/attributes')),
    query('A33 a time of one’s own', 'assigned_at=2026-01-01T00:00:00Z', badRequest('unknown_property', '/assigned_at')),
  ]; // prettier-ignore
}

export function assignManyCases(): Case[] {
  const experiments = (name: string, change: object, expected: Expected, also?: Case['also']): Case => ({
    name: `bulk: ${name}`,
    send: but(ASSIGN_EXPERIMENTS, { body: { ...ASSIGN_EXPERIMENTS.body, ...change } }),
    ...expected,
    also,
  });
  const users = (name: string, user_ids: unknown, expected: Expected, also?: Case['also']): Case => ({
    name: `ahead: ${name}`,
    send: but(ASSIGN_USERS, { body: { user_ids } }),
    ...expected,
    also,
  });
  const answers =
    (count: number) =>
    (reply: Reply): void => {
      expect((JSON.parse(reply.body.toString()) as { data: unknown[] }).data).toHaveLength(count);
    };
  return [
    experiments('no user', { user_id: undefined }, badRequest('required', '/user_id')),
    ...BAD_USERS.map((user_id, i) => experiments(`A1 user ${i}, ${show(user_id)}`, { user_id }, badRequest(undefined, '/user_id'))),
    experiments('no experiments', { experiment_ids: undefined }, badRequest('required', '/experiment_ids')),
    ...[null, {}, 'running', 5].map((experiment_ids) => experiments(`experiments ${show(experiment_ids)}`, { experiment_ids }, badRequest('invalid_type', '/experiment_ids'))),
    experiments('an empty list', { experiment_ids: [] }, badRequest('too_few', '/experiment_ids')),
    experiments('101 experiments', { experiment_ids: Array(101).fill('running') }, badRequest('too_many', '/experiment_ids')),
    ...[null, 5, {}, [], '', 'x'.repeat(65)].map((one) => experiments(`an experiment ${show(one)}`, { experiment_ids: [one] }, badRequest(undefined, '/experiment_ids/0'))),
    ...['nothing', '../..', 'x\0', '\ud800', "' OR 1=1 --", '__proto__', '00000000-0000-0000-0000-000000000000'].map((one) =>
      experiments(`an experiment that is not there, ${show(one)}`, { experiment_ids: [one] }, OK, (reply) => expect(JSON.parse(reply.body.toString()).data[0].reason).toBe('unknown_experiment')),
    ),
    experiments('an experiment twice', { experiment_ids: ['running', 'running'] }, OK, answers(2)),
    experiments('experiments in every state', { experiment_ids: ['draft', 'running', 'paused', 'completed', 'archived'] }, OK, answers(5)),
    ...[[], 'x', 5, { a: {} }, { a: 'x\0' }].map((attributes) => experiments(`A21 attributes ${show(attributes)}`, { attributes }, badRequest())),
    experiments('A33 a time of one’s own', { assigned_at: '2026-01-01T00:00:00Z' }, badRequest('unknown_property', '/assigned_at')),
    experiments('A19 a variant of one’s choice', { variant_key: 'control' }, badRequest('unknown_property', '/variant_key')),

    users('no users', undefined, badRequest('required', '/user_ids')),
    ...[null, {}, 'u', 5].map((value) => users(`users ${show(value)}`, value, badRequest('invalid_type', '/user_ids'))),
    users('an empty list', [], badRequest('too_few', '/user_ids')),
    ...BAD_USERS.map((user, i) => users(`A1 user ${i}, ${show(user)}`, [user], badRequest())),
    ...BAD_USERS.map((user_id, i) => users(`A1 user with attributes ${i}, ${show(user_id)}`, [{ user_id }], badRequest())),
    users('A31 1,001 users', Array.from({ length: 1_001 }, (_, i) => `b-${i}`), badRequest('too_many', '/user_ids')),
    users('A31 33,000 empty objects', Array(33_000).fill({}), badRequest('too_many', '/user_ids')),
    users('A31 1,000 empty objects', Array(1_000).fill({}), badRequest()),
    users('A32 a user twice', ['twice', 'twice'], OK, answers(2)),
    users('one bad of three', ['a', 'b', ''], { ...badRequest(undefined, '/user_ids/2'), why: 'all or nothing: nobody is assigned' }),
    users('A33 a time of one’s own', [{ user_id: 'u', assigned_at: '2026-01-01T00:00:00Z' }], badRequest('unknown_property')),
    users('A21 attributes in attributes', [{ user_id: 'u', attributes: { a: {} } }], badRequest('invalid_type', '/user_ids/0/attributes/a')),
    { name: 'ahead: A13 an experiment that is not there', send: but(ASSIGN_USERS, { path: '/api/v1/experiments/nothing/assignments/bulk' }), ...NOT_FOUND },
    { name: 'ahead: A10 a draft', send: but(ASSIGN_USERS, { path: '/api/v1/experiments/draft/assignments/bulk' }), ...OK },
  ]; // prettier-ignore
}

export function importCases(): Case[] {
  const good = { user_id: 'i-1', variant_key: 'control', assigned_at: '2026-01-01T00:00:00Z' };
  const row = (name: string, body: unknown, expected: Expected, path = IMPORT.path): Case => ({
    name: `import: ${name}`,
    send: but(IMPORT, { body, path }),
    ...expected,
  });
  const item = (name: string, change: object, fault?: string): Case =>
    row(name, { assignments: [{ ...good, ...change }] }, badRequest(fault, '/assignments/0'));
  const conflict: Expected = { status: 409, code: 'invalid_transition' };
  const to = (state: string): string => `/api/v1/experiments/${state}/assignments/import`;
  return [
    row('no rows', {}, badRequest('required', '/assignments')),
    ...[null, {}, 'x', 5].map((assignments) => row(`rows ${show(assignments)}`, { assignments }, badRequest('invalid_type', '/assignments'))),
    row('an empty list', { assignments: [] }, badRequest('too_few', '/assignments')),
    row('1,001 rows', { assignments: Array(1_001).fill(good) }, badRequest('too_many', '/assignments')),
    row('33,000 empty objects', { assignments: Array(33_000).fill({}) }, badRequest('too_many', '/assignments')),
    row('1,000 empty objects', { assignments: Array(1_000).fill({}) }, badRequest('required', '/assignments/0')),
    ...[null, 'x', 5, [], {}].map((one) => row(`a row ${show(one)}`, { assignments: [one] }, badRequest(undefined, '/assignments/0'))),
    ...BAD_USERS.map((user_id, i) => item(`user ${i}, ${show(user_id)}`, { user_id })),
    item('no variant', { variant_key: undefined }, 'required'),
    ...[null, 5, '', 'v'.repeat(65)].map((variant_key) => item(`variant ${show(variant_key)}`, { variant_key })),
    ...['nothing', 'CONTROL', 'x\0', '\ud800', '__proto__'].map((variant_key) => item(`A19 variant ${show(variant_key)}`, { variant_key }, 'unknown_variant')),
    item('no time', { assigned_at: undefined }, 'required'),
    ...['2026-01-01', '2026-01-01T00:00:00', 'now', 'infinity', '', '2026-02-30T00:00:00Z', '9999-01-01T00:00:00Z'].map((assigned_at) => item(`a time ${show(assigned_at)}`, { assigned_at }, 'invalid_format')),
    ...[1767225600, null, true].map((assigned_at) => item(`a time ${show(assigned_at)}`, { assigned_at }, 'invalid_type')),
    item('a time to come', { assigned_at: '2199-01-01T00:00:00Z' }, 'in_the_future'),
    item('met before assigned', { exposed_at: '2025-12-31T00:00:00Z' }, 'out_of_range'),
    item('attributes in attributes', { attributes: { a: {} } }, 'invalid_type'),
    item('an unknown property', { epoch: 7 }, 'unknown_property'),
    row('an unknown way of settling conflicts', { assignments: [good], on_conflict: 'overwrite' }, badRequest('invalid_choice', '/on_conflict')),
    row('one bad of two', { assignments: [good, {}] }, OK),
    row('the same again', { assignments: [good, good] }, OK),
    row('A13 an experiment that is not there', IMPORT.body, NOT_FOUND, to('nothing')),
    row('A10 a draft', IMPORT.body, conflict, to('draft')),
    row('A12 archived', IMPORT.body, conflict, to('archived')),
    row('S42 CSV', 'user_id,variant_key\nu,control', MALFORMED),
  ]; // prettier-ignore
}

export function overrideCases(): Case[] {
  const path = '/api/v1/experiments/running/overrides/qa';
  const put = (name: string, body: unknown, expected: Expected, at = path): Case => ({
    name: `override: ${name}`,
    send: { method: 'PUT', path: at, body },
    ...expected,
  });
  return [
    put('A19 a variant that is not there', { variant_key: 'nothing' }, NOT_FOUND),
    put('no variant', {}, badRequest('required', '/variant_key')),
    ...[null, 5, '', [], 'v'.repeat(65)].map((variant_key) => put(`variant ${show(variant_key)}`, { variant_key }, badRequest(undefined, '/variant_key'))),
    put('an unknown property', { variant_key: 'control', forever: true }, badRequest('unknown_property', '/forever')),
    put('a user with NUL', { variant_key: 'control' }, badRequest('invalid_format', '/user_id'), '/api/v1/experiments/running/overrides/a%00'),
    put('an experiment that is not there', { variant_key: 'control' }, NOT_FOUND, '/api/v1/experiments/nothing/overrides/qa'),
    put('A20 a good one', { variant_key: 'control' }, { status: 204 }),
    { name: 'override: lifted', send: { method: 'DELETE', path }, status: 204 },
    { name: 'override: lifted twice', send: { method: 'DELETE', path }, ...NOT_FOUND },
  ]; // prettier-ignore
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 30 ? `${text.slice(0, 15)}… (${text.length})` : text;
}
