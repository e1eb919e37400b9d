import { ATTRIBUTE_LIMITS } from './attributes';
import type { FieldError } from './errors';
import { parseInstant } from './instant';
import type { Scalar } from './metric';
import { Comparison, Targeting, TARGETING_LIMITS, TARGETING_OPERATORS, TargetingOperator } from './targeting';
import { isStorable } from './text';
import { parseVersion } from './version';

// Pure: any JSON in, a condition with nothing in it but what is meant out, or everything that is wrong with it, each with its place.

const SEGMENT_KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const SHAPE =
  'Must be {"all": […]}, {"any": […]}, {"not": …}, {"segment": "…"} or {"attribute", "operator", "value"}.';

interface Check {
  errors: FieldError[];
  nodes: number;
  mayNameSegments: boolean;
}

/** @param pointer of the condition itself */
export function checkTargeting(
  input: unknown,
  pointer: string,
  { mayNameSegments = true }: { mayNameSegments?: boolean } = {},
): { targeting: Targeting } | { errors: FieldError[] } {
  const check: Check = { errors: [], nodes: 0, mayNameSegments };
  const targeting = read(input, pointer, 1, check);
  if (check.nodes > TARGETING_LIMITS.nodes) {
    const message = `Must have at most ${TARGETING_LIMITS.nodes} conditions, inner ones included.`;
    return { errors: [{ pointer, code: 'too_many', message }] };
  }
  return targeting === null || check.errors.length > 0 ? { errors: check.errors } : { targeting };
}

/** Keys of the segments that a condition names, each once. */
export function segmentsIn(targeting: Targeting): string[] {
  if ('all' in targeting) return [...new Set(targeting.all.flatMap(segmentsIn))];
  if ('any' in targeting) return [...new Set(targeting.any.flatMap(segmentsIn))];
  if ('not' in targeting) return segmentsIn(targeting.not);
  return 'segment' in targeting ? [targeting.segment] : [];
}

function read(input: unknown, at: string, depth: number, check: Check): Targeting | null {
  check.nodes += 1;
  // What is too large is not looked at any further.
  if (check.nodes > TARGETING_LIMITS.nodes) return null;
  if (depth > TARGETING_LIMITS.depth)
    return fault(check, at, 'too_deep', `Must nest at most ${TARGETING_LIMITS.depth} levels.`);
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return fault(check, at, 'invalid_type', SHAPE);
  const members = input as Record<string, unknown>;
  const names = Object.keys(members);
  if (names.includes('attribute') || names.includes('operator')) return readComparison(members, at, check);
  if (names.length !== 1) return fault(check, at, 'invalid_format', SHAPE);
  const [name] = names;
  const inside = `${at}/${name}`;
  switch (name) {
    case 'all':
    case 'any': {
      const parts = readParts(members[name], inside, depth, check);
      return parts === null ? null : name === 'all' ? { all: parts } : { any: parts };
    }
    case 'not': {
      const part = read(members.not, inside, depth + 1, check);
      return part === null ? null : { not: part };
    }
    case 'segment':
      return readSegment(members.segment, inside, check);
    default:
      return fault(check, at, 'invalid_format', SHAPE);
  }
}

function readParts(input: unknown, at: string, depth: number, check: Check): Targeting[] | null {
  if (!Array.isArray(input)) return fault(check, at, 'invalid_type', 'Must be a list of conditions.');
  if (input.length === 0) return fault(check, at, 'too_few', 'Must have at least 1.');
  const parts: Targeting[] = [];
  for (const [index, item] of input.entries()) {
    const part = read(item, `${at}/${index}`, depth + 1, check);
    if (part !== null) parts.push(part);
    if (check.nodes > TARGETING_LIMITS.nodes) return null;
  }
  return parts.length === input.length ? parts : null;
}

function readSegment(key: unknown, at: string, check: Check): Targeting | null {
  if (!check.mayNameSegments)
    return fault(check, at, 'not_allowed', 'A segment cannot stand on other segments.');
  if (typeof key !== 'string' || !SEGMENT_KEY.test(key))
    return fault(check, at, 'invalid_format', 'Must be the key of a segment.');
  return { segment: key };
}

function readComparison(members: Record<string, unknown>, at: string, check: Check): Comparison | null {
  const before = check.errors.length;
  for (const name of Object.keys(members)) {
    if (!['attribute', 'operator', 'value'].includes(name))
      fault(check, `${at}/${escaped(name)}`, 'unknown_property', 'Is not known here.');
  }
  const { attribute, operator, value } = members;
  if (typeof attribute !== 'string' || attribute === '' || attribute.length > ATTRIBUTE_LIMITS.nameLength || !isStorable(attribute))
    fault(check, `${at}/attribute`, 'invalid_format', 'Must be a text of 1 to 64 characters.'); // prettier-ignore
  if (!TARGETING_OPERATORS.includes(operator as TargetingOperator))
    return fault(
      check,
      `${at}/operator`,
      'invalid_choice',
      `Must be one of ${TARGETING_OPERATORS.join(', ')}.`,
    );
  checkValue(operator as TargetingOperator, value, `${at}/value`, check);
  if (check.errors.length > before) return null;
  return {
    attribute: attribute as string,
    operator: operator as TargetingOperator,
    ...(value === undefined ? {} : { value: value as Comparison['value'] }),
  };
}

function checkValue(operator: TargetingOperator, value: unknown, at: string, check: Check): void {
  if (operator === 'exists' || operator === 'not_exists') {
    if (value !== undefined) fault(check, at, 'unknown_property', `Has no meaning with ${operator}.`);
  } else if (operator === 'in' || operator === 'not_in') {
    checkList(value, at, check);
  } else {
    const wrong = wrongScalar(value) ?? EXPECTED[operator]?.(value as Scalar) ?? null;
    if (wrong !== null) fault(check, at, ...wrong);
  }
}

function checkList(value: unknown, at: string, check: Check): void {
  if (!Array.isArray(value)) return void fault(check, at, 'invalid_type', 'Must be a list.');
  if (value.length === 0) fault(check, at, 'too_few', 'Must have at least 1.');
  if (value.length > TARGETING_LIMITS.listed)
    return void fault(check, at, 'too_many', `Must have at most ${TARGETING_LIMITS.listed}.`);
  for (const [index, item] of value.entries()) {
    const wrong = wrongScalar(item);
    if (wrong !== null) fault(check, `${at}/${index}`, ...wrong);
  }
}

type Wrong = [code: string, message: string] | null;

function wrongScalar(value: unknown): Wrong {
  if (value === undefined) return ['required', 'Is required.'];
  if (typeof value === 'boolean' || Number.isFinite(value)) return null;
  if (typeof value !== 'string') return ['invalid_type', 'Must be a text, a number, true or false.'];
  if (!isStorable(value)) return ['invalid_format', 'Must not hold NUL or half a character.'];
  return Buffer.byteLength(value) > TARGETING_LIMITS.textBytes
    ? ['too_long', `Must have at most ${TARGETING_LIMITS.textBytes} bytes.`]
    : null;
}

type Expected = (value: Scalar) => Wrong;

const aNumber: Expected = (value) =>
  typeof value === 'number' ? null : ['invalid_type', 'Must be a number.'];
const aText: Expected = (value) =>
  typeof value !== 'string'
    ? ['invalid_type', 'Must be a text.']
    : value === ''
      ? ['too_short', 'Must not be empty.']
      : null;
const aTime: Expected = (value) =>
  typeof value === 'string' && parseInstant(value) !== null
    ? null
    : ['invalid_format', 'Must be a time of RFC 3339 with an offset, such as 2026-01-31T12:00:00Z.'];
const aVersion: Expected = (value) =>
  typeof value === 'string' && parseVersion(value) !== null
    ? null
    : ['invalid_format', 'Must be a version, such as 2.10.0.'];

const EXPECTED: Partial<Record<TargetingOperator, Expected>> = {
  gt: aNumber,
  gte: aNumber,
  lt: aNumber,
  lte: aNumber,
  contains: aText,
  not_contains: aText,
  starts_with: aText,
  ends_with: aText,
  before: aTime,
  after: aTime,
  version_eq: aVersion,
  version_gt: aVersion,
  version_gte: aVersion,
  version_lt: aVersion,
  version_lte: aVersion,
};

function fault(check: Check, pointer: string, code: string, message: string): null {
  check.errors.push({ pointer, code, message });
  return null;
}

function escaped(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}
