import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib';
import {
  badRequest,
  BODY_TOO_LARGE,
  bytesOf,
  but,
  Case,
  Door,
  Expected,
  fill,
  MALFORMED,
  Request,
  UNSUPPORTED,
  Values,
} from './cases';
import type { Bytes } from './wire';

// Set B: bytes that should be a JSON object. It applies to every address that takes a body.

export interface BodyDoor extends Door {
  body: Record<string, unknown>;
  /** Most bytes of a body that the address takes. */
  limit: number;
  /** Where the body has room for any JSON: the body with `value` there. Without it the address takes none. */
  around?: (value: unknown) => Record<string, unknown>;
  /** The answer to text there that cannot be stored, where it is not that of a bad request. */
  unstorable?: Expected;
}

const HOLE = '"\u0001hole"';

export function bodyCases(door: BodyDoor): Case[] {
  const good = JSON.stringify(door.body);
  const ok: Expected = { status: door.ok };
  const sends = (name: string, body: string | Buffer, expected: Expected, headers = {}): Case => ({
    name,
    send: but(door, { body, headers }),
    ...expected,
  });
  const packed = (name: string, pack: (bytes: Buffer) => Buffer, expected: Expected, headers = {}): Case => ({
    name,
    send: but(door, { body: (values: Values) => pack(Buffer.from(fill(good, values))), headers }),
    ...expected,
  });
  const encoded = (coding: string): Record<string, string> => ({ 'Content-Encoding': coding });
  const typed = (type: string | null): Record<string, string | null> => ({ 'Content-Type': type });
  /** The good body with one more property, as text. */
  const plus = (text: string): string => `${good.slice(0, -1)},${text}}`;
  const inside = (text: string): string => good.replace(/^\{/, `{${text},`);

  return [
    sends('B1 an empty body', '', MALFORMED),
    sends('B1 only space', '  \n ', MALFORMED),
    { name: 'B1 no body and no type', send: but(door, { body: undefined }), ...MALFORMED },
    sends('B2 no type', good, UNSUPPORTED, typed(null)),
    ...[
      'text/plain',
      'application/xml',
      'text/json',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/json-patch+json',
      'application/jsonx',
      'application',
      '*/*',
      ';',
    ].map((type) => sends(`B3 ${type}`, good, UNSUPPORTED, typed(type))),
    ...['utf-16', 'bogus', 'iso-8859-1', 'utf-7', '"utf-16"'].map((charset) =>
      sends(`B4 charset ${charset}`, good, UNSUPPORTED, typed(`application/json; charset=${charset}`)),
    ),
    ...['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'APPLICATION/JSON'].map(
      (type) => sends(`B5 ${type}`, good, ok, typed(type)),
    ),
    sends('B6 application/vnd.api+json', good, UNSUPPORTED, typed('application/vnd.api+json')),
    {
      name: 'B6 two types',
      send: but(door, { lines: ['Content-Type: text/plain'] }),
      status: 400,
      code: 'malformed_request',
    },
    ...['{', '{"a"', '{"a":', '{"a":"x', '{"a":"\\u12', '{"a":[1,', good.slice(0, -1)].map((text) =>
      sends(`B7 cut off: ${text.slice(-12)}`, text, MALFORMED),
    ),
    ...['x', '}', ',', '\0', ' null', '{}'].map((more) =>
      sends(`B8 followed by ${JSON.stringify(more)}`, good + more, MALFORMED),
    ),
    sends('B9 two documents, a line each', `${good}\n${good}`, MALFORMED),
    ...['null', 'true', '1', '"x"', '[]', `[${good}]`].map((text) =>
      sends(`B10 ${text.slice(0, 12)}`, text, badRequest()),
    ),
    packed('B12 a byte order mark', (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]), { ...ok, why: 'documented' }), // prettier-ignore
    sends('B13 a byte order mark of UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), MALFORMED),
    ...Object.entries({
      'B13 a byte that is no UTF-8': [0xff],
      'B13 a character cut off': [0xe2, 0x82],
      'B14 an overlong character': [0xc0, 0xaf],
      'B14 a surrogate in UTF-8': [0xed, 0xa0, 0x80],
      'B14 beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
    }).map(([name, bytes]) => sends(name, withBytes(plus(`"x":${HOLE}`), bytes), MALFORMED)),
    ...Object.entries({
      'a comment': `/* x */${good}`,
      'a comment to the end of the line': `${good} // x`,
      'single quotes': "{'a':1}",
      'a comma too many': `${good.slice(0, -1)},}`,
      'a name without quotes': '{a:1}',
      'a line break in a text': plus('"x":"a\nb"'),
      'a tab in a text': plus('"x":"a\tb"'),
      'an escape that is none': plus('"x":"\\q"'),
      'an escape in hex': plus('"x":"\\x41"'),
      'a space that JSON does not know': `\u00a0${good}`,
    }).map(([name, text]) => sends(`B15 ${name}`, text, MALFORMED)),
    ...['NaN', 'Infinity', '-Infinity', '0x10', '+1', '01', '.5', '1.', '1e', '-', 'undefined', 'True'].map(
      (text) => sends(`B16 ${text}`, plus(`"x":${text}`), MALFORMED),
    ),
    sends('B17 1e400', plus('"x":1e400'), badRequest('out_of_range')),
    sends('B18 a name twice', inside(`${good.slice(1, -1)}`), {
      ...ok,
      why: 'the last one wins, documented',
    }),
    sends('B19 __proto__', plus('"__proto__":{"polluted":1}'), badRequest('invalid_key')),
    sends(
      'B19 __proto__ with an escape',
      plus('"\\u005f_proto__":{"polluted":1}'),
      badRequest('invalid_key'),
    ),
    sends('B21 constructor', plus('"constructor":{"prototype":{"polluted":1}}'), badRequest()),
    sends('B23 an unknown property', plus('"x":1'), badRequest('unknown_property', '/x')),
    sends('B23 an unknown property with a hostile name', plus('"<script>~/":1'), badRequest('unknown_property', '/<script>~0~1')), // prettier-ignore
    ...[33, 5_000, deepest(door, 2)].map((depth) =>
      sends(`B25 arrays ${depth} deep`, plus(`"x":${nested(depth, '[', ']')}`), badRequest('too_deep')),
    ),
    sends(
      'B25 objects as deep as fit',
      plus(`"x":${nested(deepest(door, 6), '{"a":', '}')}`),
      badRequest('too_deep'),
    ),
    sends('B25 arrays that never end', plus(`"x":${'['.repeat(deepest(door, 2))}`), badRequest('too_deep')),
    sized('B26 the limit less a byte', door, door.limit - 1, ok),
    sized('B26 the limit', door, door.limit, ok),
    sized('B27 the limit and a byte', door, door.limit + 1, BODY_TOO_LARGE),
    { name: 'B28 50 MB', send: { make: flood(door, { 'Content-Length': String(50 * 1024 * 1024) }) }, ...BODY_TOO_LARGE }, // prettier-ignore
    { name: 'B28 a length of 9 PB', send: { make: flood(door, { 'Content-Length': '9007199254740991' }) }, ...BODY_TOO_LARGE }, // prettier-ignore
    { name: 'B29 chunks without end', send: { make: chunks(door) }, ...BODY_TOO_LARGE },
    packed('B30 gzip', (bytes) => gzipSync(bytes), ok, encoded('gzip')),
    packed('B30 gzip in capitals', (bytes) => gzipSync(bytes), ok, encoded('GZIP')),
    sends('B30 identity', good, ok, encoded('identity')),
    sends('B31 a gzip bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')), BODY_TOO_LARGE, encoded('gzip')), // prettier-ignore
    sends('B32 gzip that is none', good, MALFORMED, encoded('gzip')),
    packed('B32 gzip cut off', (bytes) => gzipSync(bytes).subarray(0, -6), MALFORMED, encoded('gzip')),
    packed('B32 gzip with a wrong checksum', (bytes) => spoilt(gzipSync(bytes)), MALFORMED, encoded('gzip')),
    packed('B32 gzip in gzip', (bytes) => gzipSync(gzipSync(bytes)), MALFORMED, encoded('gzip')),
    packed(
      'B32 gzip declared twice',
      (bytes) => gzipSync(gzipSync(bytes)),
      UNSUPPORTED,
      encoded('gzip, gzip'),
    ),
    sends('B32 gzip of nothing', gzipSync(''), MALFORMED, encoded('gzip')),
    packed('B33 brotli', (bytes) => brotliCompressSync(bytes), UNSUPPORTED, encoded('br')),
    packed('B33 deflate', (bytes) => deflateSync(bytes), ok, encoded('deflate')),
    sends('B33 an encoding that is none', good, UNSUPPORTED, encoded('bogus')),
    sends('B34 4,000 names', `{${names(4_000)}}`, badRequest('too_many_keys')),
    sends('B35 a name of 10 KB', plus(`"${'k'.repeat(10_240)}":1`), badRequest('invalid_key')),
    sends('B35 an empty name', plus('"":1'), badRequest()),
    sends('B35 NUL in a name', plus('"a\\u0000b":1'), badRequest()),
    sends('B35 half a character in a name', plus('"\\ud800":1'), badRequest()),
    sends('B36 a number of 400 digits', plus(`"x":${'9'.repeat(400)}`), badRequest('out_of_range')),
    ...(door.around === undefined ? [] : freeCases(door, door.around)),
  ];
}

/** What may stand where any JSON may stand. */
function freeCases(door: BodyDoor, around: (value: unknown) => Record<string, unknown>): Case[] {
  const ok: Expected = { status: door.ok };
  const row = (name: string, text: string, expected: Expected): Case => ({
    name,
    send: but(door, {
      body: JSON.stringify(around('\u0001hole')).replace(JSON.stringify('\u0001hole'), () => text),
    }),
    ...expected,
  });
  return [
    row('B18 a name twice in free JSON', '{"a":1,"a":2}', ok),
    row('B20 __proto__ in free JSON', '{"a":{"__proto__":{"polluted":1}}}', badRequest('invalid_key')),
    row('B21 constructor.prototype in free JSON', '{"constructor":{"prototype":{"polluted":1}}}', { ...ok, why: 'stored as what it is; no code of ours merges objects' }), // prettier-ignore
    row(
      'B22 names of every object',
      '{"toString":1,"hasOwnProperty":1,"length":9,"then":"x","valueOf":null}',
      ok,
    ),
    row('B22 a constructor that is a word', '{"constructor":"Lotus"}', ok),
    row('B24 free JSON 20 deep', nested(20, '{"a":', '}'), ok),
    row('B24 free JSON 64 deep', nested(64, '{"a":', '}'), badRequest('too_deep')),
    row('B25 free JSON 5,000 deep', nested(5_000, '{"a":', '}'), badRequest('too_deep')),
    row('B34 4,000 names in free JSON', `{${names(4_000)}}`, badRequest('too_many_keys')),
    row('B35 NUL in free JSON', '{"a":"x\\u0000y"}', door.unstorable ?? badRequest()),
    row('B35 NUL in a name of free JSON', '{"a\\u0000":1}', badRequest()),
    row('B35 half a character in free JSON', '{"a":"\\ud800"}', door.unstorable ?? badRequest()),
    row('B35 a name of 10 KB in free JSON', `{"${'k'.repeat(10_240)}":1}`, badRequest('invalid_key')),
    row('B36 1e400 in free JSON', '{"a":1e400}', badRequest('out_of_range')),
  ];
}

/** So many levels of so many bytes that the body is as long as it may be. */
const deepest = (door: BodyDoor, bytes: number): number =>
  Math.min(40_000, Math.floor((door.limit - 1_000) / bytes));
const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;
const names = (count: number): string => Array.from({ length: count }, (_, i) => `"k${i}":${i}`).join();

function withBytes(text: string, bytes: number[]): Buffer {
  const [before, after] = text.split('\u0001hole');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
}

function spoilt(bytes: Buffer): Buffer {
  bytes[bytes.length - 5] ^= 0xff;
  return bytes;
}

/** A good body with so much space after it. */
function sized(name: string, door: BodyDoor, bytes: number, expected: Expected): Case {
  return {
    name,
    send: {
      ...door,
      body: (values: Values) => Buffer.from(fill(JSON.stringify(door.body), values).padEnd(bytes)),
    },
    ...expected,
  };
}

/** Says it is long, and sends until it is answered. */
function flood(door: Request, headers: Record<string, string>): (values: Values) => Bytes {
  return (values) =>
    function* () {
      yield bytesOf(
        but(door, { body: undefined, headers: { 'Content-Type': 'application/json', ...headers } }),
        values,
      );
      const part = Buffer.alloc(64 * 1024, ' ');
      for (let sent = 0; sent < 50 * 1024 * 1024; sent += part.length) yield part;
    };
}

function chunks(door: Request): (values: Values) => Bytes {
  return (values) =>
    function* () {
      const headers = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
      yield bytesOf(but(door, { body: undefined, headers }), values);
      const part = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`);
      for (let sent = 0; sent < 50 * 1024 * 1024; sent += part.length) yield part;
    };
}
