// How the routes show examples in the OpenAPI document. What they tell is in story.ts and beside the schemas.

/** Of a route: what goes in, and what is answered to that. */
export interface Shown {
  /** A body that works. */
  example?: unknown;
  /** Or several, by name. */
  examples?: Record<string, unknown>;
  answerExample?: unknown;
  answerExamples?: Record<string, unknown>;
}

const later = new Map<string, () => unknown>();

/** An example that takes work: it is made with the document, which refers to it by name, and not at every start. */
export class WorkedOut {
  constructor(
    readonly name: string,
    make: () => unknown,
  ) {
    later.set(name, make);
  }
}

/** For the components of the OpenAPI document. */
export function workedOutExamples(): Record<string, { value: unknown }> {
  return Object.fromEntries([...later].map(([name, make]) => [name, { value: make() }]));
}

/** A list that has no other page. */
export const onePage = <T>(...data: T[]) => ({ data, next_cursor: null });
