import type { Proportion, ProportionComparison } from '../src';

/** Counts as the vectors write them. */
export interface Counts {
  successes: number;
  trials: number;
}

export interface Pair {
  control: Counts;
  treatment: Counts;
  alpha: number;
}

export function proportion({ successes, trials }: Counts): Proportion {
  return { users: trials, conversions: successes };
}

export function comparison({ control, treatment, alpha }: Pair): ProportionComparison {
  return { control: proportion(control), treatment: proportion(treatment), alpha };
}

/** camelCase keys of a result as the vectors spell them; values are left alone. */
export function snake(result: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(result).map(([key, value]) => [snakeKey(key), value]));
}

/** snake_case keys of an input as the library spells them. */
export function camel<T>(input: object): T {
  const entries = Object.entries(input).map(([key, value]) => [camelKey(key), value]);
  return Object.fromEntries(entries) as T;
}

function snakeKey(key: string): string {
  return key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function camelKey(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
