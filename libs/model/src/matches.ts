import { parseInstant } from './instant';
import type { Scalar } from './metric';
import type { Comparison, Segments, Subject, Targeting } from './targeting';
import { compareVersions, parseVersion } from './version';

const NO_SEGMENTS: Segments = new Map();

/** Whether a user is meant. Never fails: what cannot be compared, and a segment that is not there, does not match. */
export function matches(targeting: Targeting, subject: Subject, segments: Segments): boolean {
  if ('all' in targeting) return targeting.all.every((part) => matches(part, subject, segments));
  if ('any' in targeting) return targeting.any.some((part) => matches(part, subject, segments));
  if ('not' in targeting) return !matches(targeting.not, subject, segments);
  if ('segment' in targeting) {
    const condition = segments.get(targeting.segment);
    // Segments do not stand on segments, so that nothing can go round in circles.
    return condition !== undefined && matches(condition, subject, NO_SEGMENTS);
  }
  return holds(targeting, factOf(subject, targeting.attribute));
}

/** What is known by a name, or undefined. */
export function factOf({ userId, facts }: Subject, attribute: string): Scalar | undefined {
  if (attribute === 'user_id') return userId;
  return Object.hasOwn(facts, attribute) ? facts[attribute] : undefined;
}

/** Whether one comparison holds for a fact; undefined is one that is not known. */
export function holds({ operator, value }: Comparison, fact: Scalar | undefined): boolean {
  switch (operator) {
    case 'exists':
      return fact !== undefined;
    case 'not_exists':
      return fact === undefined;
    case 'eq':
      return fact === value;
    case 'neq':
      return typeof fact === typeof value && fact !== value;
    case 'in':
      return fact !== undefined && listed(value).includes(fact);
    case 'not_in':
      return (
        fact !== undefined &&
        listed(value).some((item) => typeof item === typeof fact) &&
        !listed(value).includes(fact)
      );
    case 'gt':
      return numbers(fact, value, (one, other) => one > other);
    case 'gte':
      return numbers(fact, value, (one, other) => one >= other);
    case 'lt':
      return numbers(fact, value, (one, other) => one < other);
    case 'lte':
      return numbers(fact, value, (one, other) => one <= other);
    case 'contains':
      return texts(fact, value, (text, part) => text.includes(part));
    case 'not_contains':
      return texts(fact, value, (text, part) => !text.includes(part));
    case 'starts_with':
      return texts(fact, value, (text, part) => text.startsWith(part));
    case 'ends_with':
      return texts(fact, value, (text, part) => text.endsWith(part));
    case 'before':
      return instants(fact, value, (one, other) => one < other);
    case 'after':
      return instants(fact, value, (one, other) => one > other);
    case 'version_eq':
      return versions(fact, value, (order) => order === 0);
    case 'version_gt':
      return versions(fact, value, (order) => order > 0);
    case 'version_gte':
      return versions(fact, value, (order) => order >= 0);
    case 'version_lt':
      return versions(fact, value, (order) => order < 0);
    case 'version_lte':
      return versions(fact, value, (order) => order <= 0);
  }
}

function listed(value: Comparison['value']): readonly Scalar[] {
  return Array.isArray(value) ? (value as readonly Scalar[]) : [];
}

function numbers(one: unknown, other: unknown, test: (one: number, other: number) => boolean): boolean {
  return typeof one === 'number' && typeof other === 'number' && test(one, other);
}

function texts(one: unknown, other: unknown, test: (one: string, other: string) => boolean): boolean {
  return typeof one === 'string' && typeof other === 'string' && test(one, other);
}

function instants(one: unknown, other: unknown, test: (one: number, other: number) => boolean): boolean {
  return texts(one, other, (text, bound) => numbers(parseInstant(text), parseInstant(bound), test));
}

function versions(one: unknown, other: unknown, test: (order: number) => boolean): boolean {
  return texts(one, other, (text, bound) => {
    const [version, against] = [parseVersion(text), parseVersion(bound)];
    return version !== null && against !== null && test(compareVersions(version, against));
  });
}
