import { Condition, groupBy, Scalar } from '@app/model';
import { kindOf, number, text, texts } from './literal';

// Pure: a condition on a property in, SQL over `e.properties` out. It says what libs/store/src/filter-path.ts says as jsonpath: a property
// that is absent, or of another type, fails every test but `not_exists`.

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

export function conditionSql({ property, operator, value }: Condition): string {
  const name = text(property);
  const type = `jsonb_typeof(e.properties -> ${name})`;
  const values = (value === undefined ? [] : [value]).flat();
  switch (operator) {
    case 'exists':
      return `coalesce(${type}, 'null') <> 'null'`;
    case 'not_exists':
      return `coalesce(${type}, 'null') = 'null'`;
    case 'eq':
    case 'in':
      return anyType(name, values, 'IN');
    case 'neq':
    case 'not_in':
      return anyType(name, values, 'NOT IN');
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return numeric(name, `${COMPARISONS[operator]} ${number(values[0] as number)}`);
  }
}

/** The property has the type of some of the values, and is or is not among those. */
function anyType(name: string, values: readonly Scalar[], operator: 'IN' | 'NOT IN'): string {
  const tests = [...groupBy(values, kindOf)].map(([kind, own]) => {
    if (kind === 'number')
      return numeric(name, `${operator} (${own.map((value) => number(value as number)).join(', ')})`);
    const type = `jsonb_typeof(e.properties -> ${name}) = '${kind}'`;
    return `${type} AND e.properties ->> ${name} ${operator} (${texts(own.map(String))})`;
  });
  return tests.length === 1 ? tests[0] : tests.map((test) => `(${test})`).join(' OR ');
}

/** CASE, because AND may look at its right side first and then meet a text that is no number. */
function numeric(name: string, test: string): string {
  return `CASE WHEN jsonb_typeof(e.properties -> ${name}) = 'number' THEN (e.properties ->> ${name})::numeric ${test} ELSE false END`;
}
