import { Comparison, Scalar, Segments, Targeting } from '@app/model';
import { comparedTimes } from './times';
import { comparedVersions } from './versions';

// Pure: a condition in the words of GrowthBook, which its SDKs evaluate as we do. Theirs compare whatever they find, and look into what
// every object has; so each comparison asks for the type first.

export type Condition = Record<string, unknown>;

const NOBODY: Condition = { $not: {} };
const SCALARS = ['string', 'number', 'boolean'];
/** In their conditions these are operators, a dot leads into objects, and `id` is the user. */
const UNSAYABLE = new Set(['id', '__proto__', '$or', '$nor', '$and', '$not', '$savedGroup']);

/** @returns null when it cannot be said so that both agree */
export function conditionOf(targeting: Targeting, segments: Segments): Condition | null {
  if ('all' in targeting) return joined('$and', targeting.all, segments);
  if ('any' in targeting) return joined('$or', targeting.any, segments);
  if ('not' in targeting) {
    const inner = conditionOf(targeting.not, segments);
    return inner === null ? null : { $not: inner };
  }
  if ('segment' in targeting) {
    const condition = segments.get(targeting.segment);
    return condition === undefined ? NOBODY : conditionOf(condition, new Map());
  }
  return comparison(targeting);
}

function joined(word: '$and' | '$or', parts: readonly Targeting[], segments: Segments): Condition | null {
  const said = parts.map((part) => conditionOf(part, segments));
  return said.includes(null) ? null : { [word]: said };
}

function comparison({ attribute, operator, value }: Comparison): Condition | null {
  const name = attribute === 'user_id' ? 'id' : attribute;
  if (attribute.includes('.') || UNSAYABLE.has(attribute)) return null;
  const of = (tests: Condition): Condition => ({ [name]: tests });
  const text = (pattern: string): Condition => of({ $type: 'string', $regex: pattern });
  switch (operator) {
    case 'exists':
      return { $or: SCALARS.map(($type) => of({ $type })) };
    case 'not_exists':
      return { $not: { $or: SCALARS.map(($type) => of({ $type })) } };
    case 'eq':
      return of({ $type: typeof value, $eq: value });
    case 'neq':
      return of({ $type: typeof value, $ne: value });
    case 'in':
      return listed(of, '$in', value as readonly Scalar[]);
    case 'not_in':
      return listed(of, '$nin', value as readonly Scalar[]);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return of({ $type: 'number', [`$${operator}`]: value });
    case 'contains':
      return text(part(value));
    case 'not_contains':
      return of({ $type: 'string', $not: { $regex: part(value) } });
    case 'starts_with':
      return text(`^${escaped(value)}`);
    case 'ends_with':
      return text(`${escaped(value)}$`);
    case 'before':
    case 'after':
      return anyOf(comparedTimes(operator, String(value)).map(of));
    case 'version_eq':
    case 'version_gt':
    case 'version_gte':
    case 'version_lt':
    case 'version_lte': {
      const branches = comparedVersions(operator, String(value));
      return branches === null ? null : anyOf(branches.map(of));
    }
  }
}

/** Of the types that are listed, each on its own: a list of theirs would hold for an attribute that is a list itself. */
function listed(
  of: (tests: Condition) => Condition,
  word: '$in' | '$nin',
  values: readonly Scalar[],
): Condition {
  const types = [...new Set(values.map((value) => typeof value))];
  return anyOf(types.map(($type) => of({ $type, [word]: values })));
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return NOBODY;
  return conditions.length === 1 ? conditions[0] : { $or: conditions };
}

/** In brackets: their SDK keeps expressions in an object, where it would find `constructor` and its like without having put it there. */
function part(text: unknown): string {
  return `(?:${escaped(text)})`;
}

function escaped(text: unknown): string {
  return String(text).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
