import { parseInstant } from '@app/model';

// Columns of thousands of values as parameters, in the binary format of PostgreSQL's arrays (array_recv): text would be quoted here, value
// by value, and unquoted there, which costs as much as storing the rows. In: values of one column. Out: what the driver sends as it is.
// A column with anything in it that is not plainly of the type goes as text, and PostgreSQL judges it.

export type Column = readonly unknown[];

const OID = { uuid: 2950, timestamptz: 1184, text: 25, jsonb: 3802 };
const HEADER = 20;
const NULL_LENGTH = -1;
/** Microseconds from 1970 to 2000, where PostgreSQL's instants begin. */
const EPOCH_US = 946_684_800_000_000;
const TWO_32 = 4_294_967_296;
const JSONB_VERSION = 1;
/** Of one UTF-16 unit in UTF-8. */
const MAX_BYTES = 3;
/** As formatInstant writes it. Digits beyond the microsecond would be cut off here, and PostgreSQL rounds them. */
const LONGEST_INSTANT = '2026-01-01T00:00:00.000000Z'.length;

export function uuids(values: Column): Buffer | Column {
  const bytes = Buffer.allocUnsafe(HEADER + values.length * 20);
  let at = HEADER;
  for (const value of values) {
    if (isNone(value)) at = bytes.writeInt32BE(NULL_LENGTH, at);
    else if (typeof value === 'string' && writeUuid(bytes, value, at + 4)) {
      bytes.writeInt32BE(16, at);
      at += 20;
    } else return values;
  }
  return finish(bytes, at, OID.uuid, values);
}

export function instants(values: Column): Buffer | Column {
  const bytes = Buffer.allocUnsafe(HEADER + values.length * 12);
  let at = HEADER;
  // Thousands of events share their receipt.
  let last: unknown;
  let us: number | null = null;
  for (const value of values) {
    if (isNone(value)) {
      at = bytes.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    if (value !== last) [last, us] = [value, instantOf(value)];
    if (us === null) return values;
    const high = Math.floor((us - EPOCH_US) / TWO_32);
    bytes.writeInt32BE(8, at);
    bytes.writeInt32BE(high, at + 4);
    at = bytes.writeUInt32BE(us - EPOCH_US - high * TWO_32, at + 8);
  }
  return finish(bytes, at, OID.timestamptz, values);
}

export function texts(values: Column): Buffer | Column {
  for (const value of values) if (!isNone(value) && typeof value !== 'string') return values;
  return ofTexts(OID.text, values as readonly (string | null | undefined)[]);
}

/** Of type jsonb; undefined and null are null of the database. */
export function documents(values: Column): Buffer {
  return ofTexts(
    OID.jsonb,
    values.map((value) => (isNone(value) ? null : JSON.stringify(value))),
  );
}

/** Numbers need no quotes: text is short enough. */
export function numbers(values: Column): string | Column {
  for (const value of values) if (!isNone(value) && typeof value !== 'number') return values;
  return `{${values.map((value) => (isNone(value) ? 'NULL' : String(value as number))).join()}}`;
}

/** A column without any value is an empty one: unnest fills it up. */
export function sparse(encode: (values: Column) => unknown, values: Column): unknown {
  return values.every(isNone) ? '{}' : encode(values);
}

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function ofTexts(oid: number, values: readonly (string | null | undefined)[]): Buffer {
  let units = 0;
  for (const value of values) units += value?.length ?? 0;
  const bytes = Buffer.allocUnsafe(HEADER + values.length * 5 + units * MAX_BYTES);
  let at = HEADER;
  for (const value of values) {
    if (isNone(value)) {
      at = bytes.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    let start = at + 4;
    if (oid === OID.jsonb) bytes[start++] = JSONB_VERSION;
    const end = start + writeText(bytes, value, start);
    bytes.writeInt32BE(end - at - 4, at);
    at = end;
  }
  return finish(bytes, at, oid, values);
}

function finish(bytes: Buffer, end: number, oid: number, values: Column): Buffer {
  bytes.writeInt32BE(values.length === 0 ? 0 : 1, 0); // dimensions
  bytes.writeInt32BE(1, 4); // there may be nulls
  bytes.writeInt32BE(oid, 8);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16); // the first index
  return bytes.subarray(0, values.length === 0 ? 12 : end);
}

function instantOf(value: unknown): number | null {
  const isPlain = typeof value === 'string' && value.length <= LONGEST_INSTANT && value.endsWith('Z');
  return isPlain ? parseInstant(value) : null;
}

/** Most texts are short and ASCII, for which a loop is faster than a call out of JavaScript. @returns the bytes written */
function writeText(bytes: Buffer, text: string, start: number): number {
  if (text.length > SHORT) return bytes.write(text, start, 'utf8');
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code > LAST_ASCII) return bytes.write(text, start, 'utf8');
    bytes[start + place] = code;
  }
  return text.length;
}

const SHORT = 24;
const LAST_ASCII = 127;

/** @returns false for anything but 32 digits and four hyphens at their places */
function writeUuid(bytes: Buffer, text: string, start: number): boolean {
  if (text.length !== 36) return false;
  for (const place of HYPHENS) if (text.charCodeAt(place) !== HYPHEN) return false;
  let wrong = 0;
  for (let index = 0; index < 16; index++) {
    const place = DIGITS[index];
    const byte = (NIBBLES[text.charCodeAt(place)] << 4) | NIBBLES[text.charCodeAt(place + 1)];
    wrong |= byte;
    bytes[start + index] = byte;
  }
  return wrong <= 255;
}

const HYPHEN = '-'.charCodeAt(0);
const HYPHENS = [8, 13, 18, 23];
/** Where the two digits of each byte begin. */
const DIGITS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
/** What a hexadecimal digit is worth, by its character code; of anything else more than a byte holds. */
const NIBBLES = new Uint16Array(1 << 16).fill(1 << 12);
for (let worth = 0; worth < 16; worth++) {
  NIBBLES[worth.toString(16).charCodeAt(0)] = worth;
  NIBBLES[worth.toString(16).toUpperCase().charCodeAt(0)] = worth;
}
