import { badRequest, Case, Expected, NOT_FOUND, UNAUTHENTICATED } from './cases';
import type { Reply } from './wire';

// Set Q: what stands in the address. Paths apply wherever one thing is named, lists wherever there are pages.

const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const OK: Expected = { status: 200 };

export interface Place {
  /** The address, with `*` where the id stands. */
  path: string;
  /** An id that is there. */
  id: string;
  /** An experiment may be named by id or key, so whatever is no id is a key that nobody has; all else has a UUID. */
  named: 'by id' | 'by id or key';
}

const get = (name: string, path: string, expected: Expected, more: Partial<Case> = {}): Case => ({
  name,
  send: { method: 'GET', path },
  ...expected,
  ...more,
});

const injectsNothing = (reply: Reply): void => {
  expect(reply.headers.has('x-evil')).toBe(false);
  expect(reply.headers.has('set-cookie')).toBe(false);
};

export function pathCases({ path, id, named }: Place): Case[] {
  const [before, after] = path.split('*');
  const wrong = named === 'by id' ? badRequest('invalid_format') : NOT_FOUND;
  const row = (name: string, text: string, expected: Expected, more: Partial<Case> = {}): Case =>
    get(name, before + text + after, expected, more);
  const noText = badRequest();
  return [
    row('Q1 an id that is none', 'no-such-thing', wrong),
    row('Q1 a number', '1', wrong),
    row('Q1 a UUID with a character less', NIL.slice(1), wrong),
    row('Q2 the nil UUID', NIL, wrong),
    row('Q2 the largest UUID', MAX, NOT_FOUND),
    row('Q4 a UUID in braces', `%7B${id}%7D`, wrong),
    row('Q4 a UUID as a name', `urn:uuid:${id}`, wrong),
    row('Q6 NUL', '%00', wrong),
    row('Q6 a line break and a header', 'x%0d%0aX-Evil:%20yes', wrong, { also: injectsNothing }),
    row('Q7 up two folders', '..%2f..%2f', wrong),
    row('Q7 a dot and a dot', '%2e%2e', wrong),
    row('Q8 percent-encoding cut off', '%E0%A4%A', noText),
    row('Q8 percent-encoding that is none', '%zz', noText),
    row('Q8 bytes that are no UTF-8', '%ff%fe', noText),
    row('Q8 an overlong slash', '%c0%af', noText),
    row('Q8 half a character', '%ed%a0%80', noText),
    row('Q9 encoded twice', '%2531', wrong),
    row('Q9 SQL', "1'%20OR%20'1'='1", wrong),
    row('Q9 SQL that ends', '1;DROP%20TABLE%20experiments;--', wrong),
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'undefined', 'null', 'NaN', '%5Bobject%20Object%5D', '*', '%25', '%20', '{id}', ':id'].map((text) =>
      row(`Q9 the word ${text}`, text, wrong),
    ),
    row('Q9 256 emoji', encodeURIComponent('😀'.repeat(60)), wrong),
    row('Q9 an id of 3 KB', 'x'.repeat(3_000), noText),
    get('Q10 the path in capitals', `${before.toUpperCase()}${id}${after.toUpperCase()}`, NOT_FOUND),
    get('Q10 a slash at the end', `${before}${id}${after}/`, NOT_FOUND),
    get('Q10 two slashes', `${before}/${id}${after}`, NOT_FOUND),
    get('Q10 a slash before all', `/${before}${id}${after}`, NOT_FOUND),
    get('Q10 dots on the way', `/api/v1/../v1${before.slice('/api/v1'.length)}${id}${after}`, NOT_FOUND),
    ...['/', '//', '/%2e', '%2f', ';a=b'].map((more): Case => ({
      name: `Q10 nobody gets around the door with ${more}`,
      send: { method: 'GET', path: `${before}${id}${after}${more}`, headers: { Authorization: null } },
      ...UNAUTHENTICATED,
    })),
  ]; // prettier-ignore
}

export interface List {
  path: string;
  /** A cursor of this list and one of another, where there are any. */
  cursor?: string;
  strangeCursor?: string;
  /** Parameters of its own with a value that is none of theirs. */
  choices?: Record<string, string>;
}

export function listCases({ path, cursor, strangeCursor, choices = {} }: List): Case[] {
  const bad = (name: string, query: string, fault?: string, pointer?: string): Case =>
    get(name, `${path}?${query}`, badRequest(fault, pointer));
  const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [
    get('Q11 no parameter', path, OK),
    ...['0', '-1', '101', '1000000000', '9'.repeat(40)].map((limit) =>
      bad(`Q12 limit=${limit}`, `limit=${limit}`, undefined, '/limit'),
    ),
    ...['abc', '1.5', '0x10', '%205', '5%20', '+5', '%D9%A1%D9%A2', '1e1', 'Infinity', 'NaN', '5;', '5%00', 'null'].map((limit) =>
      bad(`Q13 limit=${limit}`, `limit=${limit}`, 'invalid_type', '/limit'),
    ),
    bad('Q14 limit without a value', 'limit=', 'invalid_type', '/limit'),
    bad('Q14 limit without anything', 'limit', 'invalid_type', '/limit'),
    bad('Q15 limit twice', 'limit=1&limit=2', 'invalid_type', '/limit'),
    bad('Q16 limit in brackets', 'limit[]=1', 'unknown_property'),
    bad('Q16 limit with a name in brackets', 'limit[a]=1', 'unknown_property'),
    bad('Q17 an unknown parameter', 'colour=red', 'unknown_property', '/colour'),
    bad('Q17 an offset', 'offset=1000000', 'unknown_property', '/offset'),
    bad('Q17 a page', 'page=2', 'unknown_property', '/page'),
    bad('Q17 a parameter in capitals', 'LIMIT=1', 'unknown_property', '/LIMIT'),
    bad('Q17 a parameter without a name', '=1', 'unknown_property'),
    ...['__proto__[x]=1', '__proto__=1', 'constructor=1', 'constructor[prototype][x]=1', 'toString=1'].map((query) =>
      bad(`Q18 ${query}`, query),
    ),
    bad('Q18 1,500 parameters', Array.from({ length: 1_500 }, (_, i) => `p${i}=1`).join('&')),
    ...['garbage', '%00', 'e30', 'W10', text(null), text(['a']), text(['a', 'b', 'c']), text({ 0: 'a' }), text([1, 2]), text(['2026-11-21T00:00:00Z', 'x\0']), text(["' OR 1=1 --", NIL]), text(['infinity', MAX])].map((one, index) =>
      bad(`Q19 a cursor that is none, ${index}`, `cursor=${one}`, 'invalid_cursor', '/cursor'),
    ),
    bad('Q19 a cursor without anything', 'cursor=', 'invalid_cursor', '/cursor'),
    bad('Q19 a cursor of 1 KB', `cursor=${'a'.repeat(1_000)}`, undefined, '/cursor'),
    bad('Q19 two cursors', 'cursor=a&cursor=b', undefined, '/cursor'),
    ...(strangeCursor === undefined ? [] : [bad('Q20 a cursor of another list', `cursor=${strangeCursor}`, 'invalid_cursor', '/cursor')]),
    ...(cursor === undefined ? [] : [
      get('Q21 a cursor of this list', `${path}?cursor=${cursor}`, OK),
      bad('Q21 a cursor cut short', `cursor=${cursor.slice(0, 2)}x`, 'invalid_cursor', '/cursor'),
    ]),
    ...Object.entries(choices).flatMap(([name, wrong]) => [
      bad(`Q25 ${name} unknown`, `${name}=${wrong}`, undefined, `/${name}`),
      bad(`Q25 ${name} twice`, `${name}=${wrong}&${name}=${wrong}`, 'invalid_type', `/${name}`),
      bad(`Q25 ${name} with NUL`, `${name}=%00`, undefined, `/${name}`),
    ]),
    get('Q29 without a token', `${path}?limit=0`, UNAUTHENTICATED, { send: { method: 'GET', path: `${path}?limit=0`, headers: { Authorization: null } } }),
  ]; // prettier-ignore
}

/** The search of a list: what is looked for is only ever a text. */
export function searchCases(path: string): Case[] {
  const found = (text: string): Case => get(`Q26 q=${text}`, `${path}?q=${text}`, OK);
  const bad = (name: string, query: string): Case =>
    get(name, `${path}?${query}`, badRequest(undefined, '/q'));
  return [
    ...[
      "'%20OR%201=1--",
      '%25',
      '_',
      '%5C',
      "'",
      '%22',
      '%F0%9F%98%80',
      '%E0%A4%A',
      '$1',
      '%3Cscript%3E',
    ].map(found),
    bad('Q14 q without anything', 'q='),
    bad('Q15 q twice', 'q=a&q=b'),
    bad('Q27 q of 201 characters', `q=${'a'.repeat(201)}`),
    bad('Q27 q of 10 KB', `q=${'a'.repeat(10_000)}`),
    bad('Q28 q with NUL', 'q=a%00b'),
  ];
}

/** Days of a range, which some addresses take as `start_date` and `end_date`. */
export function rangeCases(path: string): Case[] {
  const bad = (name: string, query: string, pointer: string): Case =>
    get(name, `${path}?${query}`, badRequest(undefined, pointer));
  const days = [
    '2026-02-30', '2026-13-01', '2026-00-00', '0000-01-01', '9999-12-31', '2026-W47-6', '2026-325', '20261121', '2026-11-21T00:00:00Z', 'now', 'today', 'infinity',
    '-infinity', 'epoch', '', '%20', '1763683200', '2026-1-1', '2026-11-21%00', "2026-11-21'", '+275760-09-13', '２０２６-11-21',
  ]; // prettier-ignore
  return [
    ...days.map((day) => bad(`Q30 start_date=${day}`, `start_date=${encodeOnce(day)}`, '/start_date')),
    ...days.slice(0, 6).map((day) => bad(`Q30 end_date=${day}`, `end_date=${encodeOnce(day)}`, '/end_date')),
    bad('Q29 an end before the start', 'start_date=2026-11-21&end_date=2026-11-20', '/end_date'),
    bad('Q29 the same day twice', 'start_date=2026-11-21&start_date=2026-11-22', '/start_date'),
  ];
}

const encodeOnce = (text: string): string => text.replace(/[^ -~]/g, (one) => encodeURIComponent(one));
