import { pickFacts, readFacts } from './facts';

const names = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, i]));

describe('reading facts', () => {
  it('keeps their types', () => {
    const facts = { country: 'DE', age: 42, share: -0.5, pro: true, empty: '', ['n'.repeat(64)]: 'é'.repeat(128) };
    expect(readFacts(facts)).toEqual({ facts });
    expect(readFacts({})).toEqual({ facts: {} });
    expect(readFacts(names(50))).toEqual({ facts: names(50) });
  }); // prettier-ignore

  it.each<[string, unknown, string, string]>([
    ['nothing', undefined, '/a', 'invalid_type'],
    ['null', null, '/a', 'invalid_type'],
    ['a list', [], '/a', 'invalid_type'],
    ['51 names', names(51), '/a', 'too_many'],
    ['an empty name', { '': 'x' }, '/a/', 'too_short'],
    ['a long name', { ['n'.repeat(65)]: 'x' }, `/a/${'n'.repeat(65)}`, 'too_long'],
    ['half a character in a name', { '\ud800': 'x' }, '/a/\ud800', 'invalid_format'],
    ['257 bytes', { x: `${'é'.repeat(128)}x` }, '/a/x', 'too_long'],
    ['null inside', { x: null }, '/a/x', 'invalid_type'],
    ['an object', { 'a/b~': {} }, '/a/a~1b~0', 'invalid_type'],
    ['infinity', { x: Infinity }, '/a/x', 'invalid_type'],
    ['NUL', { x: '\u0000' }, '/a/x', 'invalid_format'],
  ])('refuses %s', (_, input, pointer, code) => {
    const read = readFacts(input, '/a');
    expect('errors' in read && read.errors.map((error) => [error.pointer, error.code])).toEqual([
      [pointer, code],
    ]);
  });
});

describe('picking facts', () => {
  it('takes what can be used and leaves the rest', () => {
    const input = { plan: 'pro', address: { city: 'Bonn' }, tags: ['a'], none: null, '': 1, long: 'x'.repeat(257), beta: false };
    expect(pickFacts(input)).toEqual({ plan: 'pro', beta: false });
    for (const nothing of [undefined, null, [], 'x', 7]) expect(pickFacts(nothing)).toEqual({});
    expect(pickFacts({ bad: null, ...names(60) })).toEqual(names(50));
  }); // prettier-ignore
});
