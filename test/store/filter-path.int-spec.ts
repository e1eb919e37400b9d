import { Condition, Operator, Scalar } from '@app/model';
import { filterPath } from '@app/store';
import { freshDatabase, TestDatabase } from '../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

/** Whether an event with these properties (as JSON text, so that numbers keep their notation) passes, as the view asks it. */
async function passes(filter: Condition[], properties: string | null): Promise<boolean> {
  const row = await database.db.row<{ passes: boolean }>(
    `SELECT coalesce(coalesce($1::jsonb, '{}') @@ $2::jsonpath, false) AS passes`,
    [properties, filterPath(filter)],
  );
  return row?.passes ?? false;
}

const on = (operator: Operator, value?: Scalar | Scalar[]): Condition[] => [
  { property: 'p', operator, ...(value === undefined ? {} : { value }) },
];

const NOTHING = ['{}', 'null', '{"p": null}', '{"q": "a"}', '{"P": "a"}'];
const NO_SCALAR = [
  '{"p": ["a"]}',
  '{"p": [7]}',
  '{"p": []}',
  '{"p": {}}',
  '{"p": {"type": "a"}}',
  '{"p": [true]}',
];

describe('a filter, in PostgreSQL', () => {
  it.each<[Operator, Scalar | Scalar[], string[], string[]]>([
    ['eq', 'a', ['{"p": "a"}', '{"q": 1, "p": "a"}'], ['{"p": "A"}', '{"p": "a "}', '{"p": ""}', '{"p": 7}', '{"p": true}']],
    ['eq', '', ['{"p": ""}'], ['{"p": " "}', '{"p": 0}', '{"p": false}']],
    ['eq', '7', ['{"p": "7"}'], ['{"p": 7}']],
    ['eq', 7, ['{"p": 7}', '{"p": 7.0}', '{"p": 7.000}', '{"p": 0.7e1}', '{"p": 70E-1}'], ['{"p": "7"}', '{"p": 7.0000001}', '{"p": -7}']],
    ['eq', -2.5, ['{"p": -2.5}', '{"p": -2.50}', '{"p": -25e-1}'], ['{"p": 2.5}', '{"p": "-2.5"}']],
    ['eq', -0, ['{"p": 0}', '{"p": -0}', '{"p": 0.0}'], ['{"p": false}', '{"p": ""}']],
    ['eq', 0.1, ['{"p": 0.1}', '{"p": 1e-1}'], ['{"p": 0.10000000000000001}']],
    ['eq', 1e21, ['{"p": 1e21}', '{"p": 1000000000000000000000}'], ['{"p": 1e20}']],
    ['eq', 5e-324, ['{"p": 5e-324}'], ['{"p": 0}']],
    ['eq', true, ['{"p": true}'], ['{"p": false}', '{"p": "true"}', '{"p": 1}']],
    ['eq', false, ['{"p": false}'], ['{"p": true}', '{"p": 0}', '{"p": ""}']],
    ['neq', 'a', ['{"p": "b"}', '{"p": ""}'], ['{"p": "a"}', '{"p": 7}', '{"p": true}']],
    ['neq', 7, ['{"p": 8}', '{"p": -7}'], ['{"p": 7.0}', '{"p": "a"}']],
    ['neq', true, ['{"p": false}'], ['{"p": true}', '{"p": "false"}']],
    ['in', ['a', 'b', 7], ['{"p": "a"}', '{"p": "b"}', '{"p": 7.0}'], ['{"p": "c"}', '{"p": 8}', '{"p": "7"}', '{"p": true}']],
    ['in', ['a'], ['{"p": "a"}'], ['{"p": "b"}']],
    ['not_in', ['a', 'b', 7], ['{"p": "c"}', '{"p": 8}', '{"p": "7"}'], ['{"p": "a"}', '{"p": "b"}', '{"p": 7}', '{"p": true}']],
    ['gt', 1.5, ['{"p": 1.5000001}', '{"p": 2}', '{"p": 1e9}'], ['{"p": 1.5}', '{"p": -2}', '{"p": "2"}', '{"p": true}']],
    ['gte', 1.5, ['{"p": 1.50}', '{"p": 15e-1}', '{"p": 2}'], ['{"p": 1.4999}', '{"p": "2"}']],
    ['lt', -1, ['{"p": -1.01}', '{"p": -2e3}'], ['{"p": -1}', '{"p": 0}', '{"p": "-2"}', '{"p": false}']],
    ['lte', -1, ['{"p": -1.0}', '{"p": -2}'], ['{"p": -0.99}', '{"p": "a"}']],
  ])('%s %j', async (operator, value, yes, no) => {
    for (const properties of yes) expect([properties, await passes(on(operator, value), properties)]).toEqual([properties, true]);
    for (const properties of [...no, ...NOTHING, ...NO_SCALAR])
      expect([properties, await passes(on(operator, value), properties)]).toEqual([properties, false]);
  }); // prettier-ignore

  it.each(['{"p": 0}', '{"p": ""}', '{"p": false}', ...NO_SCALAR])(
    'finds a property that is there: %s',
    async (properties) => {
      expect(await passes(on('exists'), properties)).toBe(true);
      expect(await passes(on('not_exists'), properties)).toBe(false);
    },
  );

  it.each([...NOTHING, null])('takes null for absent: %s', async (properties) => {
    expect(await passes(on('exists'), properties)).toBe(false);
    expect(await passes(on('not_exists'), properties)).toBe(true);
  });

  it.each([
    'a"b', "a'b", 'a\\', '\\"', '\\u0041', '"', '$', '@', '*', '.type()', '" || true || "" == "', '") || (true', "'; DROP TABLE measures; --",
    'a.b', 'a b', 'ключ', '🙂', 'e\u0301', '\u2028', '\u007f', '\u0001\t\n\r\b\f\v', ' ', '$."p"', '/* */', '-1', '1e5', '\ud7ff\ue000',
  ])('takes %j for a name and for a value, and for nothing else', async (text) => {
    const properties = JSON.stringify({ [text]: text });
    const of = (operator: Operator, value?: Scalar | Scalar[]): Condition[] => [{ property: text, operator, ...(value === undefined ? {} : { value }) }];
    expect(await passes(of('eq', text), properties)).toBe(true);
    expect(await passes(of('in', ['x', text]), properties)).toBe(true);
    expect(await passes(of('neq', text), properties)).toBe(false);
    expect(await passes(of('exists'), properties)).toBe(true);
    expect(await passes(of('exists'), '{"other": 1}')).toBe(false);
    expect(await passes(of('eq', `${text}x`), properties)).toBe(false);
    expect(await passes(of('eq', text), JSON.stringify({ [`${text}x`]: text }))).toBe(false);
  }); // prettier-ignore

  it('asks for all of its conditions', async () => {
    const filter: Condition[] = [
      { property: 'country', operator: 'in', value: ['DE', 'AT'] },
      { property: 'price', operator: 'gt', value: 10 },
      { property: 'test', operator: 'not_exists' },
    ];
    expect(await passes(filter, '{"country": "AT", "price": 10.5}')).toBe(true);
    expect(await passes(filter, '{"country": "CH", "price": 10.5}')).toBe(false);
    expect(await passes(filter, '{"country": "DE", "price": 10}')).toBe(false);
    expect(await passes(filter, '{"country": "DE", "price": 11, "test": 0}')).toBe(false);
  });

  it('is nothing when there is nothing to test', () => {
    expect(filterPath([])).toBeNull();
  });
});
