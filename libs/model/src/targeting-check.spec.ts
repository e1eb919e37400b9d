import * as fc from 'fast-check';
import { matches } from './matches';
import type { Targeting } from './targeting';
import { checkTargeting, segmentsIn } from './targeting-check';

const is = (attribute: string, operator: string, value?: unknown) => ({
  attribute,
  operator,
  ...(value === undefined ? {} : { value }),
});
const pro = is('plan', 'eq', 'pro');
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const deep = (levels: number): object => (levels === 1 ? pro : { not: deep(levels - 1) });

describe('a condition is taken', () => {
  it.each<object>([
    pro,
    { all: [pro, { any: [is('age', 'gte', 18), { not: { segment: 'staff' } }] }] },
    is('n'.repeat(64), 'exists'),
    is('id', 'in', times(1_000, 'x')),
    is('plan', 'neq', 'é'.repeat(128)),
    is('since', 'before', '2026-01-31T12:00:00.5+02:00'),
    is('app', 'version_gte', 'v2.10'),
    deep(5),
    { all: times(99, pro) },
  ])('%j', (input) => {
    expect(checkTargeting(input, '/t')).toEqual({ targeting: input });
  });
});

describe('a condition is refused', () => {
  it.each<[string, unknown, string, string]>([
    ['nothing', undefined, '', 'invalid_type'],
    ['null', null, '', 'invalid_type'],
    ['a list', [pro], '', 'invalid_type'],
    ['an empty object', {}, '', 'invalid_format'],
    ['two at once', { all: [pro], any: [pro] }, '', 'invalid_format'],
    ['an unknown word', { none: [pro] }, '', 'invalid_format'],
    ['no list', { all: pro }, '/all', 'invalid_type'],
    ['an empty list', { any: [] }, '/any', 'too_few'],
    ['6 levels', deep(6), '/not/not/not/not/not', 'too_deep'],
    ['101 conditions', { all: times(100, pro) }, '', 'too_many'],
    ['a very long list', { all: times(100_000, {}) }, '', 'too_many'],
    ['a segment that cannot be one', { segment: 'A b' }, '/segment', 'invalid_format'],
    ['no attribute', { operator: 'exists' }, '/attribute', 'invalid_format'],
    ['a long attribute', is('n'.repeat(65), 'exists'), '/attribute', 'invalid_format'],
    ['NUL in an attribute', is('a\u0000', 'exists'), '/attribute', 'invalid_format'],
    ['an unknown operator', is('a', 'matches', '.*'), '/operator', 'invalid_choice'],
    ['an inherited operator', is('a', 'constructor', 'x'), '/operator', 'invalid_choice'],
    ['a member too many', { ...pro, 'x/y': 1 }, '/x~1y', 'unknown_property'],
    ['a value for exists', is('a', 'exists', true), '/value', 'unknown_property'],
    ['no value', is('a', 'eq'), '/value', 'required'],
    ['null', is('a', 'eq', null), '/value', 'invalid_type'],
    ['a list for eq', is('a', 'eq', ['x']), '/value', 'invalid_type'],
    ['infinity', is('a', 'eq', Infinity), '/value', 'invalid_type'],
    ['a long text', is('a', 'eq', 'x'.repeat(257)), '/value', 'too_long'],
    ['half a character', is('a', 'eq', '\ud800'), '/value', 'invalid_format'],
    ['a text for in', is('a', 'in', 'x'), '/value', 'invalid_type'],
    ['an empty list for in', is('a', 'in', []), '/value', 'too_few'],
    ['1,001 items', is('a', 'in', times(1_001, 'x')), '/value', 'too_many'],
    ['an object in a list', is('a', 'in', ['x', {}]), '/value/1', 'invalid_type'],
    ['a text for gt', is('a', 'gt', '5'), '/value', 'invalid_type'],
    ['a number for contains', is('a', 'contains', 5), '/value', 'invalid_type'],
    ['an empty text for contains', is('a', 'contains', ''), '/value', 'too_short'],
    ['a day for before', is('a', 'before', '2026-01-31'), '/value', 'invalid_format'],
    ['no version', is('a', 'version_lt', 'latest'), '/value', 'invalid_format'],
  ])('%s', (_, input, pointer, code) => {
    const read = checkTargeting(input, '/t');
    expect('errors' in read && read.errors.map((error) => [error.pointer, error.code])).toEqual([
      [`/t${pointer}`, code],
    ]);
  });

  it('when it is a segment that stands on another', () => {
    const read = checkTargeting({ all: [pro, { segment: 'staff' }] }, '/t', { mayNameSegments: false });
    expect(read).toMatchObject({ errors: [{ pointer: '/t/all/1/segment', code: 'not_allowed' }] });
  });
});

describe('whatever comes in', () => {
  const hostile = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 2 }),
      fc.record({ all: fc.array(tie('json'), { maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('json'), { maxLength: 3 }) }),
      fc.record({ not: tie('json') }),
      fc.record({ segment: fc.constantFrom('a', 'b', '__proto__') }),
      fc.record(
        {
          attribute: fc.constantFrom('a', 'user_id', '__proto__', ''),
          operator: fc.constantFrom('eq', 'in', 'exists', 'gt', 'before', 'version_lt', 'toString'),
          value: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('2026-01-01T00:00:00Z', '1.2.3', ['a'])),
        },
        { requiredKeys: ['attribute', 'operator'] },
      ),
    ),
  })).json; // prettier-ignore

  it('is refused with pointers into it, or is as it was, and can be asked and said again', () => {
    let taken = 0;
    fc.assert(
      fc.property(hostile, fc.jsonValue({ maxDepth: 1 }), (input, fact) => {
        const read = checkTargeting(input, '/t');
        if ('errors' in read) {
          expect(read.errors.length).toBeGreaterThan(0);
          for (const { pointer } of read.errors) expect(pointer).toMatch(/^\/t/);
          return;
        }
        taken += 1;
        const again = JSON.parse(JSON.stringify(read.targeting)) as Targeting;
        expect(again).toEqual(JSON.parse(JSON.stringify(input)));
        expect(checkTargeting(again, '/t')).toEqual({ targeting: again });
        const answer = matches(read.targeting, { userId: 'ann', facts: { a: fact as never } }, new Map());
        expect(typeof answer).toBe('boolean');
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

it('knows the segments that a condition stands on', () => {
  const targeting: Targeting = { all: [{ segment: 'a' }, { not: { any: [{ segment: 'b' }, { segment: 'a' }] } }, { attribute: 'x', operator: 'exists' }] }; // prettier-ignore
  expect(segmentsIn(targeting)).toEqual(['a', 'b']);
});
