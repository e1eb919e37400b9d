import { FieldError, isStorable } from '@app/model';

// What a body may be made of, found out in one walk over its bytes before anything is built of it: JSON.parse and the schemas after it
// then never meet a tower of brackets or an object of a million keys. What the bytes do not show cheaply, escapes in keys and the
// value of wild numbers, is looked at in the parsed value, and only when there are any.

export const JSON_LIMITS = { depth: 32, keys: 1_000, keyBytes: 256 } as const;

export interface Scan {
  fault: FieldError | null;
  /** Whether the parsed value needs `faultInValue`. */
  hasOddities: boolean;
}

/** Levels are counted from 1; level 0 is what stands around the document. */
interface Place {
  depth: number;
  isObject: Uint8Array;
  /** Keys of an object so far, or the index in an array. */
  count: Int32Array;
  keyStart: Int32Array;
  keyEnd: Int32Array;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const EXPONENT = 0x65;
/** With it a letter is a small one. */
const SMALL = 0x20;

const LEVELS = JSON_LIMITS.depth + 1;
/** One for all: a scan is over before the next one begins. */
const PLACE: Place = {
  depth: 0,
  isObject: new Uint8Array(LEVELS),
  count: new Int32Array(LEVELS),
  keyStart: new Int32Array(LEVELS),
  keyEnd: new Int32Array(LEVELS),
};

const PROTO = Buffer.from('__proto__');
const SMALLEST_NORMAL = 2.2250738585072014e-308;
/** Numbers whose digits and exponent stay below it are neither infinite nor too small. */
const SAFE_MAGNITUDE = 300;
const LONGEST_POINTER = 300;

/** The first fault in the bytes of a JSON document. Bytes that are no JSON may pass: the parser refuses them. */
export function scanJson(bytes: Buffer): Scan {
  const place = PLACE;
  outside(place);
  let expectsKey = false;
  let hasOddities = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const start = at + 1;
      let isPlain = true;
      for (at = start; at < bytes.length && bytes[at] !== QUOTE; at++) {
        if (bytes[at] !== BACKSLASH) continue;
        isPlain = false;
        at++;
      }
      if (!expectsKey) continue;
      expectsKey = false;
      place.count[place.depth] += 1;
      const fault = faultInKey(bytes, start, at, place, isPlain);
      if (fault !== null) return { fault, hasOddities };
      hasOddities ||= !isPlain;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (place.depth === JSON_LIMITS.depth) return { fault: tooDeep(bytes, place), hasOddities };
      expectsKey = byte === OPEN_OBJECT;
      enter(place, expectsKey);
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (place.depth > 0) place.depth -= 1;
      expectsKey = false;
    } else if (byte === COMMA) {
      if (place.isObject[place.depth] === 1) expectsKey = true;
      else place.count[place.depth] += 1;
    } else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) {
      const start = at;
      while (at + 1 < bytes.length && isOfNumber(bytes[at + 1])) at++;
      hasOddities ||= isWild(bytes, start, at + 1);
    }
  }
  return { fault: null, hasOddities };
}

/** The first fault in a parsed value; on the way -0 and numbers too small to be exact become 0. */
export function faultInValue(value: unknown): FieldError | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : outOfRange();
  if (typeof value !== 'object' || value === null) return null;
  const parts = value as Record<string | number, unknown>;
  const keys = Array.isArray(value) ? null : Object.keys(value);
  const length = keys === null ? (value as unknown[]).length : keys.length;
  for (let index = 0; index < length; index++) {
    const key = keys === null ? index : keys[index];
    const wrong = typeof key === 'string' ? wrongWithKey(key) : null;
    if (wrong !== null) return invalidKey('', wrong);
    const part = parts[key];
    if (typeof part === 'string') continue;
    const fault = faultInValue(part);
    if (fault !== null) return { ...fault, pointer: clipped(`/${token(String(key))}${fault.pointer}`) };
    if (typeof part === 'number' && Math.abs(part) < SMALLEST_NORMAL) parts[key] = 0;
  }
  return null;
}

function outside(place: Place): void {
  place.depth = -1;
  enter(place, false);
}

function enter(place: Place, isObject: boolean): void {
  place.depth += 1;
  place.isObject[place.depth] = isObject ? 1 : 0;
  place.count[place.depth] = 0;
  place.keyStart[place.depth] = 0;
  place.keyEnd[place.depth] = 0;
}

function isOfNumber(byte: number): boolean {
  if (byte >= ZERO && byte <= NINE) return true;
  return byte === POINT || byte === MINUS || byte === PLUS || (byte | SMALL) === EXPONENT;
}

/** Whether a number may be infinite, -0 or tiny: cheap, and true for some that are not. */
function isWild(bytes: Buffer, start: number, end: number): boolean {
  if (end - start >= SAFE_MAGNITUDE) return true;
  let isZero = true;
  let exponent = -1;
  for (let at = start; at < end && exponent < SAFE_MAGNITUDE; at++) {
    const byte = bytes[at];
    if ((byte | SMALL) === EXPONENT) exponent = 0;
    else if (byte < ZERO) continue;
    else if (exponent >= 0) exponent = exponent * 10 + byte - ZERO;
    else isZero &&= byte === ZERO;
  }
  return (isZero && bytes[start] === MINUS) || exponent + end - start >= SAFE_MAGNITUDE;
}

function faultInKey(
  bytes: Buffer,
  start: number,
  end: number,
  place: Place,
  isPlain: boolean,
): FieldError | null {
  const { depth, count } = place;
  if (count[depth] > JSON_LIMITS.keys) {
    const message = `An object may have at most ${JSON_LIMITS.keys} keys.`;
    return { pointer: pointerTo(bytes, place, depth - 1), code: 'too_many_keys', message };
  }
  place.keyStart[depth] = start;
  place.keyEnd[depth] = end;
  if (!isPlain) return null;
  const length = end - start;
  const isProto = length === PROTO.length && PROTO.equals(bytes.subarray(start, end));
  if (length > 0 && length <= JSON_LIMITS.keyBytes && !isProto) return null;
  const wrong = wrongWithKey(bytes.toString('utf8', start, end));
  return wrong === null ? null : invalidKey(pointerTo(bytes, place, depth - 1), wrong);
}

function wrongWithKey(key: string): string | null {
  if (key.length === 0) return 'A key must not be empty.';
  if (key.length * 3 > JSON_LIMITS.keyBytes && Buffer.byteLength(key) > JSON_LIMITS.keyBytes)
    return `A key may have at most ${JSON_LIMITS.keyBytes} bytes.`;
  if (key === '__proto__') return 'A key must not be __proto__.';
  return isStorable(key) ? null : 'A key must not hold NUL or half a character.';
}

function invalidKey(pointer: string, message: string): FieldError {
  return { pointer, code: 'invalid_key', message };
}

function outOfRange(): FieldError {
  return { pointer: '', code: 'out_of_range', message: 'The number is too large.' };
}

function tooDeep(bytes: Buffer, place: Place): FieldError {
  const message = `A body may nest at most ${JSON_LIMITS.depth} deep.`;
  return { pointer: pointerTo(bytes, place, place.depth), code: 'too_deep', message };
}

function pointerTo(bytes: Buffer, { isObject, count, keyStart, keyEnd }: Place, depth: number): string {
  let pointer = '';
  for (let level = 1; level <= depth && pointer.length < LONGEST_POINTER; level++) {
    const key =
      isObject[level] === 1 ? bytes.toString('utf8', keyStart[level], keyEnd[level]) : String(count[level]);
    pointer += `/${token(key)}`;
  }
  return clipped(pointer);
}

function clipped(pointer: string): string {
  return pointer.slice(0, LONGEST_POINTER);
}

/** As RFC 6901 wants it, and not longer than a person reads. */
function token(key: string): string {
  return key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
