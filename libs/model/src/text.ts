// Identifiers are opaque: compared byte for byte, never trimmed, never normalised. What is refused is only what
// PostgreSQL cannot store faithfully (NUL, lone surrogates) or what no human could see (control characters, nothing but space).

// eslint-disable-next-line no-control-regex -- control characters are exactly what this looks for
const CONTROL = /[\u0000-\u001f\u007f]/;
const VISIBLE = /[^\s\u200b-\u200f\u2060\ufeff]/;

export const USER_ID_BYTES = 256;

/** Whether a text has no NUL and no lone surrogate, so that it survives storage unchanged. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** Whether a text may name something: 1..maxBytes of UTF-8, no control characters, something visible. */
export function isIdentifier(text: string, maxBytes: number): boolean {
  return (
    text.length > 0 &&
    text.length <= maxBytes &&
    !CONTROL.test(text) &&
    VISIBLE.test(text) &&
    text.isWellFormed() &&
    Buffer.byteLength(text) <= maxBytes
  );
}

/** Whether every string in a JSON value (keys included) can be stored, and nothing nests deeper than maxDepth. */
export function isStorableJson(value: unknown, maxDepth = 32): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (maxDepth === 0) return false;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item, maxDepth - 1));
}
