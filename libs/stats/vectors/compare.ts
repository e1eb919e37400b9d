// The comparison rule of the reference vectors: only the leaves listed in `expected` count.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Band {
  rel: number;
  abs: number;
}

export interface Vector {
  name: string;
  input: Record<string, never>;
  expected: { [key: string]: Json };
  tolerance: Band & { fields?: Record<string, Band> };
}

/** Every leaf of `expected` that `got` misses, as readable lines; empty when the vector passes. */
export function mismatches(vector: Vector, got: unknown): string[] {
  const { fields = {}, ...band } = vector.tolerance;
  return Object.entries(vector.expected).flatMap(([name, expected]) =>
    leaves(name, expected, at(got, name), fields[name] ?? band),
  );
}

function leaves(path: string, expected: Json, got: unknown, band: Band): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length)
      return [`${path}: not ${expected.length} long`];
    return expected.flatMap((value, i) => leaves(`${path}[${i}]`, value, got[i], band));
  }
  if (expected !== null && typeof expected === 'object') {
    return Object.entries(expected).flatMap(([key, value]) =>
      leaves(`${path}.${key}`, value, at(got, key), band),
    );
  }
  return agrees(expected, got, band) ? [] : [`${path}: expected ${expected}, got ${String(got)}`];
}

function agrees(expected: Json, got: unknown, { rel, abs }: Band): boolean {
  if (expected === 'Infinity') return got === Infinity;
  if (expected === '-Infinity') return got === -Infinity;
  if (typeof expected !== 'number') return got === expected;
  return typeof got === 'number' && Math.abs(got - expected) <= abs + rel * Math.abs(expected);
}

function at(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;
}
