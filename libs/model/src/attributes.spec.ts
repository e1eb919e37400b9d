import { canonicalAttributes, readAttributes } from './attributes';

const names = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, i]));

describe('reading attributes', () => {
  it.each<[unknown, Record<string, string> | null]>([
    [undefined, null],
    [null, null],
    [{}, null],
    [{ country: 'DE', age: 42, pro: true, score: -0.5, empty: '' }, { country: 'DE', age: '42', pro: 'true', score: '-0.5', empty: '' }],
    [{ ['n'.repeat(64)]: 'é'.repeat(64) }, { ['n'.repeat(64)]: 'é'.repeat(64) }],
    [JSON.parse('{"__proto__": "x"}'), JSON.parse('{"__proto__": "x"}')],
  ])('%j', (input, attributes) => {
    expect(readAttributes(input)).toEqual({ attributes });
  }); // prettier-ignore

  it.each<[string, unknown, string, string]>([
    ['a list', [], '/attributes', 'invalid_type'],
    ['a text', 'DE', '/attributes', 'invalid_type'],
    ['21 names', names(21), '/attributes', 'too_many'],
    ['an empty name', { '': 'x' }, '/attributes/', 'too_short'],
    ['a long name', { ['n'.repeat(65)]: 'x' }, `/attributes/${'n'.repeat(65)}`, 'too_long'],
    ['129 bytes', { a: 'é'.repeat(64) + 'x' }, '/attributes/a', 'too_long'],
    ['null', { a: null }, '/attributes/a', 'invalid_type'],
    ['an object', { 'a/b~': {} }, '/attributes/a~1b~0', 'invalid_type'],
    ['NUL', { a: '\u0000' }, '/attributes/a', 'invalid_format'],
  ])('refuses %s', (_, input, pointer, code) => {
    const read = readAttributes(input);
    expect('errors' in read && read.errors.map((error) => [error.pointer, error.code])).toContainEqual([
      pointer,
      code,
    ]);
  });

  it('has one text for one set', () => {
    expect(canonicalAttributes({ b: '1', a: '2' })).toBe(canonicalAttributes({ a: '2', b: '1' }));
    expect(canonicalAttributes({ b: '1' })).not.toBe(canonicalAttributes({ b: '2' }));
    expect(canonicalAttributes(null)).toBeNull();
  });
});
