import { parseInstant } from '@app/model';

// Columns of thousands of values as parameters, in the binary format of PostgreSQL's arrays (array_recv): text would be quoted here, value
// by value, and unquoted there, which costs as much as storing the rows. In: values of one column. Out: what the driver sends as it is.
// A column with anything in it that is not plainly of the type goes as text, and PostgreSQL judges it.

export type ArrayParameter = Buffer | readonly unknown[];

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

export function uuids(values: readonly unknown[]): ArrayParameter {
  const array = new BinaryArray(OID.uuid, values.length, values.length * 20);
  return values.every((value) => array.addUuid(value)) ? array.finish() : values;
}

export function instants(values: readonly unknown[]): ArrayParameter {
  const array = new BinaryArray(OID.timestamptz, values.length, values.length * 12);
  return values.every((value) => array.addInstant(value)) ? array.finish() : values;
}

export function texts(values: readonly unknown[]): ArrayParameter {
  if (!values.every(isTextOrNull)) return values;
  return ofTexts(OID.text, values);
}

/** Of type jsonb; undefined and null are null of the database. */
export function documents(values: readonly unknown[]): ArrayParameter {
  return ofTexts(
    OID.jsonb,
    values.map((value) => (value == null ? null : JSON.stringify(value))),
  );
}

/** Numbers need no quotes: text is short enough. */
export function numbers(values: readonly unknown[]): readonly unknown[] | string {
  if (!values.every((value) => value == null || typeof value === 'number')) return values;
  return `{${values.map((value) => value ?? 'NULL').join()}}`;
}

/** A column without any value is an empty one: unnest fills it up. */
export function sparse(
  encode: (values: readonly unknown[]) => unknown,
  values: readonly unknown[],
): unknown {
  return values.every((value) => value == null) ? '{}' : encode(values);
}

function isTextOrNull(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string';
}

function ofTexts(oid: number, values: readonly (string | null | undefined)[]): Buffer {
  let units = 0;
  for (const value of values) units += value?.length ?? 0;
  const array = new BinaryArray(oid, values.length, values.length * 5 + units * MAX_BYTES);
  for (const value of values) array.addText(value);
  return array.finish();
}

class BinaryArray {
  private readonly bytes: Buffer;
  private at = HEADER;
  private hasNull = false;

  constructor(
    private readonly oid: number,
    private readonly length: number,
    room: number,
  ) {
    this.bytes = Buffer.allocUnsafe(HEADER + room);
  }

  addUuid(value: unknown): boolean {
    if (value == null) return this.addNull();
    if (typeof value !== 'string' || value.length !== 36) return false;
    let at = this.bytes.writeInt32BE(16, this.at);
    for (let place = 0; place < 36; place += 2) {
      if (place === 8 || place === 13 || place === 18 || place === 23) {
        if (value.charCodeAt(place) !== HYPHEN) return false;
        place += 1;
      }
      const byte = (NIBBLES[value.charCodeAt(place)] << 4) | NIBBLES[value.charCodeAt(place + 1)];
      if (byte > 255) return false;
      this.bytes[at++] = byte;
    }
    this.at = at;
    return true;
  }

  addInstant(value: unknown): boolean {
    if (value == null) return this.addNull();
    if (typeof value !== 'string' || value.length > LONGEST_INSTANT || !value.endsWith('Z')) return false;
    const us = instantOf(value);
    if (us === null) return false;
    const high = Math.floor((us - EPOCH_US) / TWO_32);
    this.bytes.writeInt32BE(8, this.at);
    this.bytes.writeInt32BE(high, this.at + 4);
    this.bytes.writeUInt32BE(us - EPOCH_US - high * TWO_32, this.at + 8);
    this.at += 12;
    return true;
  }

  addText(value: string | null | undefined): void {
    if (value == null) {
      this.addNull();
      return;
    }
    let start = this.at + 4;
    if (this.oid === OID.jsonb) this.bytes[start++] = JSONB_VERSION;
    const end = start + this.bytes.write(value, start, 'utf8');
    this.bytes.writeInt32BE(end - this.at - 4, this.at);
    this.at = end;
  }

  finish(): Buffer {
    const hasItems = this.length > 0;
    this.bytes.writeInt32BE(hasItems ? 1 : 0, 0);
    this.bytes.writeInt32BE(this.hasNull ? 1 : 0, 4);
    this.bytes.writeInt32BE(this.oid, 8);
    this.bytes.writeInt32BE(this.length, 12);
    this.bytes.writeInt32BE(1, 16);
    return this.bytes.subarray(0, hasItems ? this.at : 12);
  }

  private addNull(): true {
    this.hasNull = true;
    this.at = this.bytes.writeInt32BE(NULL_LENGTH, this.at);
    return true;
  }
}

const HYPHEN = 45;
/** What a hexadecimal digit is worth, by its character code; of anything else more than a byte holds. */
const NIBBLES = new Uint16Array(1 << 16).fill(1 << 12);
for (let worth = 0; worth < 16; worth++) {
  NIBBLES[worth.toString(16).charCodeAt(0)] = worth;
  NIBBLES[worth.toString(16).toUpperCase().charCodeAt(0)] = worth;
}

/** Thousands of events share their receipt, so the last answer is kept. */
let lastText = '';
let lastInstant: number | null = null;
function instantOf(text: string): number | null {
  if (text === lastText) return lastInstant;
  lastInstant = parseInstant(text);
  lastText = text;
  return lastInstant;
}
