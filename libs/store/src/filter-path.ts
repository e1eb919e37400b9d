import { Condition, groupBy, Scalar } from '@app/model';

// Pure: the conditions of a metric in, one PostgreSQL jsonpath predicate over the properties of an event out. Each comparison is
// guarded by the type, because jsonpath itself compares null with everything and looks into arrays. Nothing but names and values is
// taken from the conditions, and those as JSON literals, which jsonpath reads as they are.

type Compare = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** @returns null when there is nothing to test */
export function filterPath(conditions: readonly Condition[]): string | null {
  return conditions.length === 0 ? null : conditions.map((condition) => `(${test(condition)})`).join(' && ');
}

function test({ property, operator, value }: Condition): string {
  const field = `$.${JSON.stringify(property)}`;
  const values = ([] as (Scalar | undefined)[])
    .concat(value)
    .filter((item): item is Scalar => item !== undefined);
  switch (operator) {
    case 'eq':
    case 'in':
      return typed(field, values, '==', ' || ');
    case 'neq':
    case 'not_in':
      return typed(field, values, '!=', ' && ');
    case 'gt':
      return typed(field, values, '>', ' && ');
    case 'gte':
      return typed(field, values, '>=', ' && ');
    case 'lt':
      return typed(field, values, '<', ' && ');
    case 'lte':
      return typed(field, values, '<=', ' && ');
    case 'exists':
      return `${field}.type() != "null"`;
    case 'not_exists':
      return `!(${field}.type() != "null")`;
  }
}

/** The property has the type of some of the values, and compares with all or any of those. */
function typed(field: string, values: readonly Scalar[], compare: Compare, join: ' && ' | ' || '): string {
  const byType = groupBy(values, (value) => typeof value);
  const tests = [...byType].map(([type, own]) => {
    const comparisons = own.map((value) => `${field} ${compare} ${JSON.stringify(value)}`).join(join);
    return `${field}.type() == "${type}" && (${comparisons})`;
  });
  return tests.map((one) => (tests.length > 1 ? `(${one})` : one)).join(' || ');
}
