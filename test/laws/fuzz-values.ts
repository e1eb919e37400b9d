import * as fc from 'fast-check';
import { OpenApi, Schema } from '../support/openapi';

// Values for schemas, and values that fit none.

/** Stands for something that exists, which only the moment of sending knows: `kind` says what, `pick` which of them. */
export class Known {
  constructor(
    readonly kind: string,
    readonly pick: number,
  ) {}
}

export const known = (kind: string): fc.Arbitrary<Known> =>
  fc.nat(9_999).map((pick) => new Known(kind, pick));

/** Knows better than the schema what a property with this name wants; null when it does not. */
export type Hint = (name: string, schema: Schema) => fc.Arbitrary<unknown> | null;

/** Names that code written in JavaScript may stumble over. */
const AWKWARD = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  'toJSON',
  '',
  '$where',
  '0',
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

/** JSON.parse makes own properties of names that an object literal would not. */
const awkwardObjects = AWKWARD.map(
  (name) => JSON.parse(`{${JSON.stringify(name)}: {"polluted": true}}`) as unknown,
);

const HOSTILE_TEXTS = [
  '', ' ', '\t', '\u0000', 'a\u0000b', '\ud800', 'a\udfff\ud800b', '\ufffe', '\u200b', '\u202eevil', '\u{1F3F4}'.repeat(70), 'e\u0301', 'İ', 'ß', '\r\nX-Evil: 1',
  "'; DROP TABLE experiments; --", "' OR 1=1 --", '%', '_', '\\', '\\u0000', '$1', '{}', '{a,b}', '"', '->>', '../../etc/passwd', '%00', '%2e%2e%2f', '<script>alert(1)</script>',
  '=1+1', '{{7*7}}', '${7*7}', 'null', 'undefined', 'true', 'NaN', 'Infinity', '-0', '0x10', '1e3', '١٢', ' 5', '5 ', '1_000', '9'.repeat(400), 'x'.repeat(257), 'x'.repeat(20_000), 'é'.repeat(200),
  '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '{0198c0de-1111-7000-8000-000000000001}', '0198C0DE-1111-7000-8000-000000000001', 'not-a-uuid',
  'now', 'infinity', '-infinity', 'epoch', '2026-02-30T00:00:00Z', '2026-11-21', '2026-11-21T00:00:00', '2026-11-21T24:00:00Z', '2026-11-21T23:59:60Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z',
  '0001-01-01T00:00:00+14:00', '+275760-09-13T00:00:00Z', '0001-01-01', '9999-12-31', '2026-13-01', 'Mars/Phobos', 'utc', 'W10=', 'bnVsbA', 'WyIyMDI2LTExLTIxVDAwOjAwOjAwWiIsIngiXQ',
  ...AWKWARD,
]; // prettier-ignore

const HOSTILE = [
  null, true, false, 0, -0, -1, 1, 1.5, 0.1 + 0.2, 101, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e15 + 1, -1e15 - 1, 1e21, 1e308, -1e308, 5e-324,
  [], [[]], [null], {}, nested(33), nested(400), Array.from({ length: 2_000 }, () => null), Array.from({ length: 1_200 }, () => ({})), Array.from({ length: 300 }, (_, i) => i),
  { length: 1e9 }, { $gt: '' }, { access_token: 'x' }, Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`k${i}`, i])), ...awkwardObjects,
]; // prettier-ignore

export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

const DAY_MS = 86_400_000;
const days = (from: number, to: number): fc.Arbitrary<Date> =>
  fc.integer({ min: from * DAY_MS, max: to * DAY_MS }).map((ms) => new Date(Date.now() + ms));

const FORMATS: Record<string, fc.Arbitrary<unknown>> = {
  uuid: fc.uuid(),
  'date-time': days(-40, 40).map((date) => date.toISOString()),
  date: days(-40, 40).map((date) => date.toISOString().slice(0, 10)),
  timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia', 'Asia/Kolkata', 'America/St_Johns'),
  'user-id': fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  identifier: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
};

/** Values that a schema allows, as far as the schema says all. */
export function valuesOf(document: OpenApi, schema: Schema, hint: Hint, name = ''): fc.Arbitrary<unknown> {
  const of = (part: Schema, as = name): fc.Arbitrary<unknown> => valuesOf(document, part, hint, as);
  const hinted = hint(name, schema);
  if (hinted !== null) return hinted;
  if (schema.$ref !== undefined) return of(document.components.schemas[schema.$ref.split('/').at(-1)]);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice: Schema) => of(choice)));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000_000 });
    case 'number':
      return numbers(schema);
    case 'string':
      return texts(schema);
    case 'array': {
      const { minItems = 0, maxItems = 5 } = schema;
      const range = { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) };
      const items = of(schema.items ?? {});
      return schema.uniqueItems
        ? fc.uniqueArray(items, { ...range, selector: (item) => JSON.stringify(item) })
        : fc.array(items, range);
    }
    case 'object':
      return objects(schema, of);
    default:
      return unread(document, schema, of);
  }
}

function objects(
  schema: Schema,
  of: (part: Schema, as?: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  if (schema.properties === undefined)
    return fc.dictionary(
      fc.constantFrom('plan', 'net', 'country', 'a b', ...AWKWARD.slice(1)),
      fc.jsonValue({ maxDepth: 1 }),
      { maxKeys: 4 },
    );
  const values = Object.entries<Schema>(schema.properties).map(([name, part]) => [name, of(part, name)]);
  return sparse(Object.fromEntries(values), schema.required ?? []);
}

/** With few of the optional ones: of many together, two are always at odds. */
export function sparse(
  values: Record<string, fc.Arbitrary<unknown>>,
  required: string[],
): fc.Arbitrary<Record<string, unknown>> {
  const optional = Object.keys(values).filter((name) => !required.includes(name));
  return fc
    .tuple(fc.record(values), fc.subarray(optional, { maxLength: Math.min(5, optional.length) }))
    .map(([all, some]) => Object.fromEntries([...required, ...some].map((name) => [name, all[name]])));
}

/** A list of things that are looked into one by one says in words what they are. */
function unread(
  document: OpenApi,
  schema: Schema,
  of: (part: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const component = /^An? `(\w+)`\.$/.exec(schema.description ?? '')?.[1];
  if (component !== undefined) return of(document.components.schemas[component]);
  return fc.jsonValue({ maxDepth: 2 });
}

function numbers({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): fc.Arbitrary<number> {
  const min = minimum ?? exclusiveMinimum ?? -1e6;
  const max = maximum ?? exclusiveMaximum ?? 1e6;
  const excluded = {
    minExcluded: exclusiveMinimum !== undefined,
    maxExcluded: exclusiveMaximum !== undefined,
  };
  const few = fc
    .integer({ min: Math.ceil(Math.max(min, -1e4) * 100), max: Math.floor(Math.min(max, 1e4) * 100) })
    .map((cents) => cents / 100);
  return fc.oneof(fc.double({ min, max, ...excluded, noNaN: true }), few);
}

function texts({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<unknown> {
  if (FORMATS[format] !== undefined) return FORMATS[format];
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const range = { minLength, maxLength: Math.min(maxLength, minLength + 40) };
  return fc.oneof(
    fc.string({ unit: 'grapheme', ...range }).map((text) => text.slice(0, maxLength)),
    fc.constant('x'.repeat(maxLength)),
  );
}
