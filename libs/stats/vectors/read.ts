import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { adapters } from './adapter';
import { mismatches, type Vector } from './compare';

/** One vector file: a reference function and its cases. */
export interface VectorFile {
  function: string;
  cases: Vector[];
}

/** All vector files of a folder by name; other JSON, such as the index, is left out. */
export function readVectors(folder: string): VectorFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Partial<VectorFile>)
    .filter((file): file is VectorFile => typeof file.function === 'string' && Array.isArray(file.cases));
}

/** Whether the library has the function. */
export function isImplemented(name: string): boolean {
  return Object.hasOwn(adapters, name);
}

/** What the library gets wrong in a case; empty when it passes. A function without adapter fails. */
export function failuresOf(name: string, vector: Vector): string[] {
  const adapter = isImplemented(name) ? adapters[name] : undefined;
  if (!adapter) return [`no function ${name}`];
  try {
    return mismatches(vector, adapter(vector.input as never));
  } catch (error) {
    return [`threw ${error instanceof Error ? error.message : String(error)}`];
  }
}
