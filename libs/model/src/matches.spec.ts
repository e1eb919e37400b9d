import * as fc from 'fast-check';
import { holds, matches } from './matches';
import type { Comparison, Facts, Segments, Targeting } from './targeting';
import { checkTargeting } from './targeting-check';

const subject = (facts: object, userId = 'ann') => ({ userId, facts: facts as Facts });
const none: Segments = new Map();
const test = (operator: string, value?: unknown): Comparison =>
  ({ attribute: 'a', operator, value }) as Comparison;

describe('a comparison', () => {
  const table: [operator: string, value: unknown, yes: unknown[], no: unknown[]][] = [
    ['eq', 'DE', ['DE'], ['de', 'DE ', 1, true, undefined]],
    ['eq', 1, [1], ['1', true, 2, undefined]],
    ['eq', true, [true], [false, 'true', 1, undefined]],
    ['eq', 0, [0, -0], ['0', false, undefined]],
    ['neq', 'DE', ['FR', ''], ['DE', 1, true, undefined]],
    ['neq', 1, [2, -1], [1, '2', true, undefined]],
    ['in', ['a', 1], ['a', 1], ['1', 'b', true, undefined]],
    ['not_in', ['a', 1], ['b', 2], ['a', 1, true, undefined]],
    ['gt', 5, [5.1, 1e300], [5, 4, '6', true, undefined]],
    ['gte', 5, [5, 6], [4.9, '6', undefined]],
    ['lt', 5, [4.9, -1], [5, 6, '4', false, undefined]],
    ['lte', 5, [5, 4], [5.1, '4', undefined]],
    ['exists', undefined, ['', 0, false, 'x'], [undefined]],
    ['not_exists', undefined, [undefined], ['', 0, false]],
    ['contains', 'bo', ['bob', 'bo'], ['BOB', 'b', 7, undefined]],
    ['not_contains', 'bo', ['BOB', ''], ['bob', 7, undefined]],
    ['starts_with', 'an', ['ann', 'an'], ['Ann', 'ban', undefined]],
    ['ends_with', '@a.io', ['x@a.io'], ['x@a.io ', 'x@aXio', undefined]],
    ['before', '2026-01-01T00:00:00Z', ['2025-12-31T23:59:59.999999Z', '2026-01-01T00:30:00+01:00'], ['2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', '2025', 1, undefined]],
    ['after', '2026-01-01T01:00:00+01:00', ['2026-01-01T00:00:00.000001Z'], ['2026-01-01T00:00:00Z', 'tomorrow', undefined]],
    ['version_eq', '1.2', ['1.2.0', 'v1.2', '1.2.0+7'], ['1.2.1', '1.2.0-rc.1', '1.2.0.0', 1.2, undefined]],
    ['version_gt', '1.9.0', ['1.10.0', '2'], ['1.9.0', '1.9.0-rc.1', 'latest', undefined]],
    ['version_gte', '1.9.0', ['1.9', '1.10'], ['1.9.0-rc.1', 2, undefined]],
    ['version_lt', '1.10.0', ['1.9.9', '1.10.0-rc.1'], ['1.10.0', 'x', undefined]],
    ['version_lte', '1.10.0', ['1.10.0', '1.10.0-rc.1'], ['1.10.1', '', undefined]],
  ]; // prettier-ignore

  it.each(table)('%s %j', (operator, value, yes, no) => {
    const comparison = test(operator, value);
    for (const fact of yes) expect([fact, holds(comparison, fact as never)]).toEqual([fact, true]);
    for (const fact of no) expect([fact, holds(comparison, fact as never)]).toEqual([fact, false]);
  });

  it('always knows the user, whatever the facts say', () => {
    const isAnn: Targeting = { attribute: 'user_id', operator: 'eq', value: 'ann' };
    expect(matches(isAnn, subject({}), none)).toBe(true);
    expect(matches(isAnn, subject({ user_id: 'ann' }, 'ben'), none)).toBe(false);
  });

  it('knows nothing that objects have by themselves', () => {
    for (const attribute of ['constructor', 'toString', '__proto__', 'hasOwnProperty'])
      expect(matches({ attribute, operator: 'exists' }, subject({}), none)).toBe(false);
  });
});

describe('conditions together', () => {
  const [yes, no] = [test('exists'), test('not_exists')];
  const ann = subject({ a: 1 });
  it.each<[Targeting, boolean]>([
    [{ all: [yes, yes] }, true],
    [{ all: [yes, no] }, false],
    [{ any: [no, yes] }, true],
    [{ any: [no, no] }, false],
    [{ not: no }, true],
    [{ not: { all: [yes, { not: yes }] } }, true],
    [{ segment: 'here' }, true],
    [{ segment: 'gone' }, false],
    [{ not: { segment: 'gone' } }, true],
    // A segment that stands on itself, which checking does not let in, ends nevertheless.
    [{ segment: 'circle' }, false],
  ])('%j', (targeting, expected) => {
    const segments: Segments = new Map<string, Targeting>([
      ['here', yes],
      ['circle', { segment: 'circle' }],
    ]);
    expect(matches(targeting, ann, segments)).toBe(expected);
  });

  it('obey De Morgan, whatever they are', () => {
    const value = fc.oneof(fc.string({ maxLength: 2 }), fc.integer({ min: 0, max: 3 }), fc.boolean());
    const attribute = fc.constantFrom('a', 'b', 'user_id');
    const comparison = fc.oneof(
      fc.record({ attribute, operator: fc.constantFrom('eq', 'neq'), value }),
      fc.record({ attribute, operator: fc.constantFrom('in', 'not_in'), value: fc.array(value, { minLength: 1, maxLength: 3 }) }),
      fc.record({ attribute, operator: fc.constantFrom('gt', 'lte'), value: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ attribute, operator: fc.constantFrom('exists', 'not_exists') }),
    ) as fc.Arbitrary<Comparison>;
    const facts = fc.dictionary(fc.constantFrom('a', 'b'), value);
    fc.assert(
      fc.property(fc.array(comparison, { minLength: 1, maxLength: 4 }), facts, (parts, known) => {
        const who = subject(known, 'a');
        const ask = (targeting: Targeting) => matches(targeting, who, none);
        expect(ask({ not: { all: parts } })).toBe(ask({ any: parts.map((not) => ({ not })) }));
        expect(ask({ not: { any: parts } })).toBe(ask({ all: parts.map((not) => ({ not })) }));
        expect(checkTargeting({ all: parts }, '')).toEqual({ targeting: { all: parts } });
      }),
      { numRuns: 1_000 },
    );
  }); // prettier-ignore
});
