import { ATTRIBUTE_LIMITS } from './attributes';
import type { FieldError } from './errors';
import type { Scalar } from './metric';
import type { Facts } from './targeting';
import { isStorable } from './text';

// What is known of a user, as it comes in: from people who want to be told what is wrong, or from clients that cannot be.

export const FACT_LIMITS = { names: 50, nameLength: ATTRIBUTE_LIMITS.nameLength, textBytes: 256 } as const;

/** @returns what may be stored and compared, or everything that is wrong with it */
export function readFacts(input: unknown, at = '/attributes'): { facts: Facts } | { errors: FieldError[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { errors: [{ pointer: at, code: 'invalid_type', message: 'Must be an object.' }] };
  const entries = Object.entries(input);
  const errors: FieldError[] = [];
  if (entries.length > FACT_LIMITS.names)
    errors.push({ pointer: at, code: 'too_many', message: `Must have at most ${FACT_LIMITS.names} names.` });
  for (const [name, value] of entries.slice(0, FACT_LIMITS.names)) {
    const [code, message] = faultOf(name, value) ?? [];
    if (code === undefined || message === undefined) continue;
    const pointer = `${at}/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
    errors.push({ pointer, code, message });
  }
  return errors.length > 0 ? { errors } : { facts: Object.fromEntries(entries) as Facts };
}

/** What can be used of anything, for protocols whose clients send what they like: the rest is left out, as are names beyond the limit. */
export function pickFacts(input: unknown): Facts {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return {};
  const usable = Object.entries(input).filter(([name, value]) => faultOf(name, value) === null);
  return Object.fromEntries(usable.slice(0, FACT_LIMITS.names)) as Record<string, Scalar>;
}

function faultOf(name: string, value: unknown): [string, string] | null {
  if (name.length === 0) return ['too_short', 'The name must not be empty.'];
  if (name.length > FACT_LIMITS.nameLength) return ['too_long', 'The name must have at most 64 characters.'];
  if (!isStorable(name)) return ['invalid_format', 'The name must not hold NUL or half a character.'];
  if (typeof value === 'boolean' || Number.isFinite(value)) return null;
  if (typeof value !== 'string') return ['invalid_type', 'Must be a text, a number, true or false.'];
  if (!isStorable(value)) return ['invalid_format', 'Must not hold NUL or half a character.'];
  return Buffer.byteLength(value) > FACT_LIMITS.textBytes
    ? ['too_long', 'Must have at most 256 bytes.']
    : null;
}
