import { GrowthBook } from '@growthbook/growthbook';
import * as fc from 'fast-check';
import {
  Comparison,
  Facts,
  matches,
  Scalar,
  Targeting,
  TARGETING_OPERATORS,
  TargetingOperator,
} from '@app/model';
import { conditionOf } from './condition';

/** What GrowthBook's SDK makes of it. */
function theirs(targeting: Targeting, userId: string, facts: object, segments = new Map<string, Targeting>()) {
  const condition = conditionOf(targeting, segments);
  if (condition === null) return null;
  const sdk = new GrowthBook({
    attributes: { ...facts, id: userId },
    features: { flag: { defaultValue: false, rules: [{ condition: JSON.parse(JSON.stringify(condition)), force: true }] } },
  });
  return sdk.isOn('flag');
} // prettier-ignore

const pair = (
  targeting: Targeting,
  userId: string,
  facts: Facts,
  segments = new Map<string, Targeting>(),
) => ({
  ours: matches(targeting, { userId, facts }, segments),
  theirs: theirs(targeting, userId, facts, segments),
});

const text = fc.oneof(
  fc.constantFrom('DE', 'de', '10', '9', 'true', '', 'a.b', '^', '$1', 'x|y', '\\', '/', '//', '\\/', '[a]', '(', 'a\nb', '日本', '🏴‍☠️', 'é', '\u2028', '__proto__', 'constructor'),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
); // prettier-ignore
const number = fc.oneof(fc.constantFrom(0, 1, -1, 10, 9, 0.5, 1e21), fc.integer({ min: -3, max: 12 }));
const scalar: fc.Arbitrary<Scalar> = fc.oneof(text, number, fc.boolean());
const time = fc
  .tuple(fc.constantFrom(0, 1, 999_999, 1_000_000, 1_500_000, 2_000_000, 86_400_000_000), fc.constantFrom('Z', '.000Z', '.001Z', '.500Z', '.999999Z', '.000001Z', '.123456Z'))
  .map(([us, end]) => new Date(Date.UTC(2026, 1, 28, 23, 59, 58) + us / 1000).toISOString().slice(0, 19) + end); // prettier-ignore
const part = fc.constantFrom(0, 1, 2, 9, 10, 99_999);
const version = fc.oneof(
  part.map(String),
  fc.tuple(part, part).map((parts) => parts.join('.')),
  fc.tuple(part, part, part, fc.constantFrom('', '', '-0', '-1', '-9', '-10', '-a', '-a.1', '-a1', '-a.b', '-1a', '-Z', '-rc.10', '-rc.9', '+7')).map(([a, b, c, end]) => `${a}.${b}.${c}${end}`),
); // prettier-ignore
const attribute = fc.constantFrom(
  'a',
  'b',
  'user_id',
  'constructor',

  '$os',
  'toString',
  'length',
);

const VALUES: [operators: RegExp, value: fc.Arbitrary<Comparison['value']>][] = [
  [/^version/, version],
  [/exists$/, fc.constant(undefined)],
  [/^(not_)?in$/, fc.array(scalar, { minLength: 1, maxLength: 4 })],
  [/^n?eq$/, scalar],
  [/^[gl]te?$/, number],
  [/^(before|after)$/, time],
];

function comparisons(operator: TargetingOperator): fc.Arbitrary<Comparison> {
  const [, value] = VALUES.find(([operators]) => operators.test(operator)) ?? [];
  return fc.record({
    attribute,
    operator: fc.constant(operator),
    value: value ?? text.filter((one) => one !== ''),
  });
}

const fact = fc.oneof(
  scalar,
  time,
  version,
  version.map((one) => `v${one}`),
  fc.constantFrom('17.2.x', '1.2.3.4', '2026-01-01', 'latest'),
);
const facts = fc.dictionary(fc.constantFrom('a', 'b', '$os'), fact) as fc.Arbitrary<Facts>;
const userId = text.filter((one) => one !== ''); // prettier-ignore

describe('a condition of ours and its translation', () => {
  it.each(TARGETING_OPERATORS)('agree on %s', (operator) => {
    const answers = new Set<boolean>();
    // Of three, one looks at a fact that is the value, and one at a fact of its kind.
    const withFact = fc
      .tuple(comparisons(operator), comparisons(operator), userId, facts, fc.nat(2))
      .map(([one, another, id, known, which]) => {
        const fact = nearest(which === 1 ? one.value : another.value);
        return [one, id, which === 0 ? known : { ...known, [one.attribute]: fact }] as const;
      });
    fc.assert(
      fc.property(withFact, ([one, id, known]) => {
        const { ours, theirs: said } = pair(one, id, known);
        answers.add(ours);
        expect({ one, known, said }).toEqual({ one, known, said: ours });
      }),
      { numRuns: 1_000 },
    );
    expect(answers).toEqual(new Set([true, false]));
  });

  it('agree however they are put together', () => {
    const any = fc.oneof(...TARGETING_OPERATORS.map(comparisons));
    const { targeting } = fc.letrec<{ targeting: Targeting }>((tie) => ({
      targeting: fc.oneof(
        { maxDepth: 3 },
        any,
        fc.constantFrom({ segment: 'here' }, { segment: 'gone' }),
        fc.record({ not: tie('targeting') }),
        fc.record({ all: fc.array(tie('targeting'), { minLength: 1, maxLength: 3 }) }),
        fc.record({ any: fc.array(tie('targeting'), { minLength: 1, maxLength: 3 }) }),
      ) as fc.Arbitrary<Targeting>,
    }));
    fc.assert(
      fc.property(targeting, any, userId, facts, (whole, here, id, known) => {
        const { ours, theirs: said } = pair(whole, id, known, new Map([['here', here]]));
        expect(said).toBe(ours);
      }),
      { numRuns: 1_500 },
    );
  });

  it('agree on what is no fact', () => {
    const odd = { a: null, b: ['DE'], c: { d: 1 }, d: undefined };
    for (const name of Object.keys(odd))
      for (const operator of TARGETING_OPERATORS) {
        const value = operator === 'in' || operator === 'not_in' ? ['DE', 1] : operator.startsWith('version') ? '1.2' : /before|after/.test(operator) ? '2026-01-01T00:00:00Z' : /^[gl]te?$/.test(operator) ? 1 : 'DE';
        const one = { attribute: name, operator, ...(operator.endsWith('exists') ? {} : { value }) } as Comparison;
        expect({ one, said: theirs(one, 'ann', odd) }).toEqual({ one, said: matches(one, { userId: 'ann', facts: {} }, new Map()) });
      }
  }); // prettier-ignore
});

describe('what cannot be said in a way that both agree', () => {
  it.each<Targeting>([
    { attribute: 'address.city', operator: 'exists' },
    { attribute: 'id', operator: 'eq', value: 'x' },
    { attribute: '$or', operator: 'exists' },
    { attribute: '__proto__', operator: 'exists' },
    { attribute: 'app', operator: 'version_gt', value: '1.0.20240115' },
    { attribute: 'app', operator: 'version_gt', value: '1.0.0-rc-1' },
    { not: { all: [{ any: [{ attribute: 'a.b', operator: 'exists' }] }] } },
  ])('is not said: %j', (targeting) => {
    expect(conditionOf(targeting, new Map())).toBeNull();
  });
});

function nearest(value: Comparison['value']): Scalar {
  const one = Array.isArray(value) ? (value[0] as Scalar) : (value as Scalar | undefined);
  return one ?? 'x';
}
