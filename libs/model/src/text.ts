// Identifiers are opaque: compared byte for byte, never trimmed, never normalised. What is refused is only what
// PostgreSQL cannot store faithfully (NUL, lone surrogates) or what no human could see (control characters, nothing but space).

// eslint-disable-next-line no-control-regex -- control characters are exactly what this looks for
const CONTROL = /[\u0000-\u001f\u007f]/;
/** What nearly every identifier is made of, and nothing is wrong with. */
const PLAIN = /^[\x21-\x7e]+$/;
const VISIBLE = /[^\s\u200b-\u200f\u2060\ufeff]/;

export const USER_ID_BYTES = 256;

/** Whether a text has no NUL and no lone surrogate, so that it survives storage unchanged. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Whether a text may name something: 1..maxBytes of UTF-8, no control characters, something visible. */
export function isIdentifier(text: string, maxBytes: number): boolean {
  if (text.length === 0 || text.length > maxBytes) return false;
  if (PLAIN.test(text)) return true;
  return (
    !CONTROL.test(text) && VISIBLE.test(text) && text.isWellFormed() && Buffer.byteLength(text) <= maxBytes
  );
}

/** Whether every string in a JSON value (keys included) can be stored, and nothing nests deeper than maxDepth. */
export function isStorableJson(value: unknown, maxDepth = 32): boolean {
  return mostBytes(value, maxDepth) < Infinity;
}

/** Of a character as JSON: `\u0001`. */
const LONGEST_CHARACTER = 6;
const LONGEST_NUMBER = 25;

/**
 * Not less than the bytes that a JSON value takes when it is written, found without writing it; Infinity when it cannot be stored. Most
 * values are far smaller than any limit, so that this is all that need be known of them.
 */
export function mostBytes(value: unknown, maxDepth = 32): number {
  if (typeof value === 'string') return isStorable(value) ? value.length * LONGEST_CHARACTER + 2 : Infinity;
  if (typeof value !== 'object' || value === null) return LONGEST_NUMBER;
  if (maxDepth === 0) return Infinity;
  let bytes = 2;
  for (const key of Object.keys(value)) {
    if (!Array.isArray(value)) bytes += mostBytes(key) + 1;
    bytes += mostBytes((value as Record<string, unknown>)[key], maxDepth - 1) + 1;
    if (bytes === Infinity) break;
  }
  return bytes;
}

/** About how long a JSON value is when it is written: for what is worth no exact answer. Escapes and characters beyond ASCII count one. */
export function roughBytes(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 2;
  for (const key of Object.keys(value))
    bytes += key.length + 4 + roughBytes((value as Record<string, unknown>)[key]);
  return bytes;
}
