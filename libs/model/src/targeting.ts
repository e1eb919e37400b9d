import { OPERATORS, Scalar } from './metric';

// Who may take part: a condition over what is known of a user. Data, never code: no expressions, no regular expressions, bounded in depth
// and size, so that it can be checked when it is written, shown to people, and said in the words of other systems.

/** What is known of a user, by name. Unlike the attributes kept with an assignment these keep their type. */
export type Facts = Readonly<Record<string, Scalar>>;

/** Who is asked about. The attribute `user_id` is always known. */
export interface Subject {
  userId: string;
  facts: Facts;
}

/**
 * The words of property filters (`OPERATORS`), and those for texts, times and versions. A fact that is missing, or of another type than the
 * operator looks at, fails every test but `not_exists`; `{not: …}` is for whoever wants it the other way round.
 */
export const TARGETING_OPERATORS = [
  ...OPERATORS,
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'before',
  'after',
  'version_eq',
  'version_gt',
  'version_gte',
  'version_lt',
  'version_lte',
] as const;
export type TargetingOperator = (typeof TARGETING_OPERATORS)[number];

export interface Comparison {
  attribute: string;
  operator: TargetingOperator;
  /** A list for `in` and `not_in`; absent for `exists` and `not_exists`. */
  value?: Scalar | readonly Scalar[];
}

export type Targeting =
  | { all: readonly Targeting[] }
  | { any: readonly Targeting[] }
  | { not: Targeting }
  /** The key of a segment, whose condition stands here. */
  | { segment: string }
  | Comparison;

/** Conditions of segments by key. */
export type Segments = ReadonlyMap<string, Targeting>;

export const TARGETING_LIMITS = { depth: 5, nodes: 100, listed: 1_000, textBytes: 256 } as const;
