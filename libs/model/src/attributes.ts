import { FieldError } from './errors';
import { isStorable } from './text';

// What was known of a user at the assignment. Values become text, because they name segments; nothing is computed from them.

export type Attributes = Record<string, string>;

export const ATTRIBUTE_LIMITS = { names: 20, nameLength: 64, valueBytes: 128 } as const;

/** @returns null when there are none; else what is to be stored, or everything that is wrong with it */
export function readAttributes(
  input: unknown,
  at = '/attributes',
): { attributes: Attributes | null } | { errors: FieldError[] } {
  if (input === undefined || input === null) return { attributes: null };
  if (typeof input !== 'object' || Array.isArray(input))
    return { errors: [{ pointer: at, code: 'invalid_type', message: 'Must be an object.' }] };
  const entries = Object.entries(input);
  const errors: FieldError[] = [];
  if (entries.length > ATTRIBUTE_LIMITS.names)
    errors.push({ pointer: at, code: 'too_many', message: 'Must have at most 20 names.' });
  for (const [name, value] of entries.slice(0, ATTRIBUTE_LIMITS.names)) {
    const fault = faultOf(name, value);
    if (fault === null) continue;
    const pointer = `${at}/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    errors.push({ pointer, code: fault[0], message: fault[1] });
  }
  if (errors.length > 0) return { errors };
  const texts = entries.map(([name, value]): [string, string] => [name, String(value)]);
  return { attributes: texts.length === 0 ? null : Object.fromEntries(texts) };
}

/** The same text for the same attributes, whatever their order. */
export function canonicalAttributes(attributes: Attributes | null): string | null {
  if (attributes === null) return null;
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function faultOf(name: string, value: unknown): [string, string] | null {
  if (name.length === 0) return ['too_short', 'The name must not be empty.'];
  if (name.length > ATTRIBUTE_LIMITS.nameLength)
    return ['too_long', 'The name must have at most 64 characters.'];
  const isScalar = ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (!isScalar) return ['invalid_type', 'Must be a text, a number, true or false.'];
  const text = String(value);
  if (!isStorable(name) || !isStorable(text))
    return ['invalid_format', 'Must not hold NUL or half a character.'];
  return Buffer.byteLength(text) > ATTRIBUTE_LIMITS.valueBytes
    ? ['too_long', 'Must have at most 128 bytes.']
    : null;
}
