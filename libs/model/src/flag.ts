import type { Scalar } from './metric';
import type { Targeting } from './targeting';

// A flag: one of a few values for each user, found by rules that are asked in order. What the fields are called in the api they are
// called here and in the table.

export const FLAG_TYPES = ['boolean', 'string', 'number', 'json'] as const;
export type FlagType = (typeof FLAG_TYPES)[number];

export const FLAG_STATES = ['enabled', 'disabled', 'archived'] as const;
export type FlagState = (typeof FLAG_STATES)[number];

export interface FlagVariant {
  key: string;
  name: string;
  /** Of the type of the flag. */
  value: unknown;
}

interface Ruled {
  /** Never changes, and is the seed of the bucket: whoever keeps the rule keeps its users. */
  id: string;
  name: string | null;
  /** null: everybody. */
  targeting: Targeting | null;
}

/** Everybody it is for gets one variant. */
export interface VariantRule extends Ruled {
  kind: 'variant';
  variant: string;
}

/** A part of those it is for, split among variants; the others go on to the next rule. */
export interface RolloutRule extends Ruled {
  kind: 'rollout';
  coverage_pct: number;
  /** In the order of their ranges; 100 together. */
  variants: readonly { key: string; allocation_pct: number }[];
}

/** Those who have a variant of the experiment; the others go on to the next rule. */
export interface ExperimentRule extends Ruled {
  kind: 'experiment';
  /** Its key. */
  experiment: string;
  /** The variant of the flag for a variant of the experiment. What is absent has the same key, or says its value itself. */
  variants: Readonly<Record<string, string>> | null;
}

export type FlagRule = VariantRule | RolloutRule | ExperimentRule;
export const RULE_KINDS = ['variant', 'rollout', 'experiment'] as const satisfies FlagRule['kind'][];

export interface Flag {
  id: string;
  key: string;
  name: string;
  description: string | null;
  type: FlagType;
  state: FlagState;
  variants: readonly FlagVariant[];
  /** Where no rule says anything else. */
  default_variant: string;
  /** While it is not enabled; null leaves it to the application. */
  off_variant: string | null;
  rules: readonly FlagRule[];
  /** Counts the changes, from 1. */
  version: number;
  created_at: string;
  updated_at: string;
}

/** The words of OFREP. */
export const EVALUATION_REASONS = ['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'UNKNOWN'] as const;
export type EvaluationReason = (typeof EVALUATION_REASONS)[number];

/** What a user gets. */
export interface Evaluation {
  key: string;
  /** Absent: what the application has as its default. */
  value?: unknown;
  variant: string | null;
  reason: EvaluationReason;
  metadata: Record<string, Scalar>;
  /** Whose variant gave the value, to a user who counts in it. */
  experiment: { id: string; key: string; variant: string } | null;
}

/** Whether a value is one of a flag of this type. */
export function fitsType(type: FlagType, value: unknown): boolean {
  if (type === 'json') return typeof value === 'object' && value !== null;
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}
