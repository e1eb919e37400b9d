import { Type } from '@sinclair/typebox';
import { Finding, MAX_FINDINGS, validator } from './validate';

const Thing = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 3 }),
    parts: Type.Optional(Type.Array(Type.Object({ 'a/b~c': Type.Integer({ minimum: 0 }) }), { maxItems: 2 })),
    kind: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: ['x', 'y'] })),
    share: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
    level: Type.Optional(Type.Union([Type.Literal('low'), Type.Literal('high')])),
    sure: Type.Optional(Type.Literal(true)),
    when: Type.Optional(Type.Union([Type.String({ format: 'day' }), Type.Null()])),
  },
  { additionalProperties: false },
);
const check = validator(Thing, { day: (text) => text === 'monday' });

function findingsOf(value: unknown): Finding[] {
  const result = check(value);
  return result.ok ? [] : result.findings;
}

describe('a validator', () => {
  it('passes what fits through', () => {
    expect(check({ name: 'a', when: null })).toEqual({ ok: true, value: { name: 'a', when: null } });
    expect(check({ name: 'a', when: 'monday' }).ok).toBe(true);
  });

  it.each([
    ['a missing property', {}, '/name', 'required'],
    ['an unknown property', { name: 'a', extra: 1 }, '/extra', 'unknown_property'],
    ['a type', { name: 5 }, '/name', 'invalid_type'],
    ['an empty text', { name: '' }, '/name', 'too_short'],
    ['a long text', { name: 'abcd' }, '/name', 'too_long'],
    ['a choice', { name: 'a', kind: 'z' }, '/kind', 'invalid_choice'],
    ['a number at its lower limit', { name: 'a', share: 0 }, '/share', 'out_of_range'],
    ['a number at its upper limit', { name: 'a', share: 1 }, '/share', 'out_of_range'],
    ['a format', { name: 'a', when: 'sunday' }, '/when', 'invalid_format'],
    [
      'a long list',
      { name: 'a', parts: [{ 'a/b~c': 1 }, { 'a/b~c': 1 }, { 'a/b~c': 1 }] },
      '/parts',
      'too_many',
    ],
    [
      'a place deep inside, escaped',
      { name: 'a', parts: [{ 'a/b~c': -1 }] },
      '/parts/0/a~1b~0c',
      'out_of_range',
    ],
    ['a missing property deep inside', { name: 'a', parts: [{}] }, '/parts/0/a~1b~0c', 'required'],
    ['the whole value', 'text', '', 'invalid_type'],
    ['nothing at all', undefined, '', 'invalid_type'],
  ])('points at %s', (_, value, pointer, code) => {
    expect(findingsOf(value)[0]).toMatchObject({ pointer, code });
  });

  it('says once what may stand there', () => {
    const choice = { code: 'invalid_choice', message: 'Must be one of low, high.' };
    expect(findingsOf({ name: 'a', level: 'loud' })).toEqual([{ pointer: '/level', ...choice }]);
    expect(findingsOf({ name: 'a', sure: false })).toMatchObject([{ message: 'Must be true.' }]);
  });

  it('cuts the name of an unknown property short', () => {
    expect(findingsOf({ name: 'a', ['x'.repeat(10_000)]: 1 })[0].pointer).toHaveLength(101);
  });

  it('never reports more than twenty findings', () => {
    const all = validator(Type.Array(Type.Integer()), {}, { allErrors: true });
    const result = all(Array.from({ length: 1000 }, () => 'x'));
    expect(result.ok ? 0 : result.findings.length).toBe(MAX_FINDINGS);
  });
});
