import * as fc from 'fast-check';
import { OpenApi, Operation, Parameter, Schema } from '../support/openapi';
import { Hint, hostile, Known, known, sparse, valuesOf } from './fuzz-values';

/** A request as far as it can be said before anything exists. */
export interface Plan {
  operation: Operation;
  parts: Parts;
  /** What happens to the body on its way. */
  damage: Damage;
  token: 'good' | 'none' | 'wrong' | 'limited' | 'narrow';
}

export interface Parts {
  path: Record<string, unknown>;
  query: Record<string, unknown>;
  header: Record<string, unknown>;
  body?: unknown;
}

interface Sent {
  text: string;
  headers: Record<string, string>;
}
type Damage = (body: Sent) => { bytes: Buffer; headers: Record<string, string> };

const bytes = (change: (text: string) => string | Buffer, more: Record<string, string> = {}): Damage => ({ text, headers }) => ({
  bytes: Buffer.from(change(text)),
  headers: { ...headers, ...more },
}); // prettier-ignore
const intact = bytes((text) => text);
const DAMAGES: Damage[] = [
  bytes((text) => text.slice(0, -1)),
  bytes(() => ''),
  bytes((text) => `${text}${text}`),
  bytes((text) => `\ufeff${text}`),
  bytes((text) => text.replace(/\d+/, '1e999')),
  bytes((text) => text.replace(/\d+/, '-1e-999')),
  bytes((text) => text.replace(/^\{/, '{"__proto__":{"polluted":true},')),
  bytes((text) => text.replace(/^\{("[^"]*":)/, '{$1null,$1')),
  bytes((text) => text.replace(/"(?=[^"]*"[,}])/, '"\\ud800')),
  bytes((text) =>
    Buffer.concat([
      Buffer.from(text.slice(0, 8)),
      Buffer.from([0xff, 0xc0, 0x80]),
      Buffer.from(text.slice(8)),
    ]),
  ),
  bytes(() => '['.repeat(20_000)),
  bytes(() => `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`),
  bytes(() => 'null'),
  bytes(() => '"x"'),
  bytes(() => '[]'),
  bytes((text) => text, { 'content-type': 'text/plain' }),
  bytes((text) => text, { 'content-type': 'application/x-www-form-urlencoded' }),
  bytes((text) => text, { 'content-type': 'multipart/form-data; boundary=x' }),
  bytes((text) => text, { 'content-type': 'application/json; charset=utf-16' }),
  bytes((text) => text, { 'content-type': 'not a type' }),
  bytes((text) => text, { 'content-encoding': 'gzip' }),
  bytes((text) => text, { 'content-encoding': 'bogus' }),
];

/** A request with one place in it, wherever, that is not what it was. */
function mutated(
  parts: Parts,
  { where, value, act }: { where: number; value: unknown; act: 'replace' | 'remove' | 'add' },
): Parts {
  const places: [Record<string, unknown>, string][] = [];
  const visit = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null || holder instanceof Known) return;
    for (const key of Object.keys(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      visit((holder as Record<string, unknown>)[key]);
    }
  };
  const root: Parts & Record<string, unknown> = { ...parts };
  for (const part of [root.path, root.query, root.header]) visit(part);
  if ('body' in root) {
    places.push([root, 'body']);
    visit(root.body);
  }
  if (places.length === 0) return { ...parts, query: { unknown: value } };
  const [holder, key] = places[where % places.length];
  if (act === 'add' && holder !== root.path && holder !== root && !Array.isArray(holder))
    Object.defineProperty(holder, typeof value === 'string' ? value : 'extra', { value, enumerable: true });
  else if (act === 'remove' && holder !== root.path) delete holder[key];
  else holder[key] = value;
  return root;
}

/** Requests for one operation: as its schemas say, off in one place, or with a body that is damaged. */
export function plansOf(document: OpenApi, operation: Operation, hint: Hint): fc.Arbitrary<Plan> {
  const parts = partsOf(document, operation, hint);
  const near = fc
    .tuple(
      parts,
      fc.record({
        where: fc.nat(9_999),
        value: hostile,
        act: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
      }),
    )
    .map(([tree, mutation]) => mutated(copy(tree), mutation));
  const plan = (of: fc.Arbitrary<Parts>, damage: fc.Arbitrary<Damage>, token: fc.Arbitrary<Plan['token']>) =>
    fc.record({ operation: fc.constant(operation), parts: of, damage, token });
  const good = fc.constant('good' as const);
  return fc.oneof(
    { weight: 50, arbitrary: plan(parts, fc.constant(intact), good) },
    // Of an address alone there is little to change, and a wrong one leads nowhere.
    {
      weight: operation.parameters.length + (operation.requestBody ? 9 : 0) > 1 ? 45 : 10,
      arbitrary: plan(near, fc.constant(intact), good),
    },
    { weight: operation.requestBody ? 8 : 0, arbitrary: plan(parts, fc.constantFrom(...DAMAGES), good) },
    {
      weight: 3,
      arbitrary: plan(parts, fc.constant(intact), fc.constantFrom('none', 'wrong', 'limited', 'narrow')),
    },
  );
}

function partsOf(document: OpenApi, operation: Operation, hint: Hint): fc.Arbitrary<Parts> {
  const place = (where: Parameter['in']): fc.Arbitrary<Record<string, unknown>> => {
    const parameters = operation.parameters.filter((parameter) => parameter.in === where);
    const values = Object.fromEntries(
      parameters.map(({ name, schema }) => [
        name,
        valuesOf(document, schema, hint, where === 'path' ? pathName(operation, name) : name),
      ]),
    );
    return sparse(
      values,
      parameters.filter(({ required }) => required).map(({ name }) => name),
    );
  };
  const path = place('path');
  const query = place('query');
  const header = place('header');
  const content = operation.requestBody?.content['application/json'];
  if (content === undefined) return fc.record({ path, query, header });
  const examples = Object.values(content.examples ?? {}).map(({ value }) => value);
  const generated = valuesOf(document, content.schema, hint);
  const body = examples.length === 0 ? generated : fc.oneof(generated, example(examples, hint));
  return fc.record({ path, query, header, body });
}

/** The `id` of `/experiments/{id}` is one of the experiments; the key that OFREP asks for is that of a flag. */
function pathName(operation: Operation, name: string): string {
  if (name === 'key') return '/flags';
  return name === 'id' ? `/${operation.path.split('/')[3]}` : name;
}

/** An example of the document, whose ids and keys become those of existing things. */
function example(examples: unknown[], hint: Hint): fc.Arbitrary<unknown> {
  const filled = (value: unknown, name: string): fc.Arbitrary<unknown> => {
    const isOwn = name === 'key' || name === 'type';
    const hinted = typeof value === 'string' && !isOwn ? hint(name, { type: 'string' }) : null;
    if (hinted !== null) return hinted;
    if (Array.isArray(value)) return fc.tuple(...value.map((item) => filled(item, name)));
    if (typeof value !== 'object' || value === null) return fc.constant(value);
    return fc.record(
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, key)])),
    );
  };
  const whole = (value: unknown): fc.Arbitrary<unknown> => {
    const hasKey = typeof value === 'object' && value !== null && 'key' in value;
    return hasKey
      ? fc.tuple(filled(value, ''), known('new_key')).map(([all, key]) => ({ ...(all as object), key }))
      : filled(value, '');
  };
  return fc.oneof(...examples.map(whole));
}

function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Known) return value;
  if (Array.isArray(value)) return value.map(copy) as T;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)])) as T;
}

const VARIANTS = fc.constantFrom(...[[50, 50], [90, 10], [33.33, 33.33, 33.34], [100, 0]].map((shares) =>
  shares.map((allocation_pct, i) => ({ key: ['control', 'treatment', 'third'][i], allocation_pct })),
)); // prettier-ignore
const ROW = fc.record({
  user_id: known('user'),
  variant_key: known('variant'),
  assigned_at: valuesOfInstant(),
});
const CONDITION = fc.constantFrom(
  { property: 'plan', operator: 'eq', value: 'pro' },
  { property: 'net', operator: 'gte', value: 5 },
  { property: 'plan', operator: 'exists' },
  { property: 'plan', operator: 'in', value: ['free', 'pro'] },
);

const COMPARISON = fc.constantFrom(
  { attribute: 'country', operator: 'eq', value: 'DE' },
  { attribute: 'age', operator: 'gte', value: 18 },
  { attribute: 'age', operator: 'not_in', value: [20, 30] },
  { attribute: 'user_id', operator: 'starts_with', value: 'user-1' },
  { attribute: 'version', operator: 'version_lt', value: '2.0.0' },
);
const { targeting: TARGETING } = fc.letrec((tie) => ({
  targeting: fc.oneof(
    { maxDepth: 2 },
    COMPARISON,
    fc.record({ segment: known('segments') }),
    fc.record({ not: tie('targeting') }),
    fc.record({ all: fc.array(tie('targeting'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ any: fc.array(tie('targeting'), { minLength: 1, maxLength: 2 }) }),
  ),
}));

function valuesOfInstant(): fc.Arbitrary<string> {
  return fc
    .integer({ min: 1, max: 30 * 24 })
    .map((hours) => new Date(Date.now() - hours * 3_600_000).toISOString());
}

/** Most of what has one of these names is something that exists, so that requests get past 404. */
const EXISTING: Record<string, string> = {
  '/experiments': 'experiments', '/metrics': 'metrics', '/dead-letters': 'dead-letters', '/tokens': 'tokens', '/segments': 'segments', '/flags': 'flags', '/layers': 'layers', segment: 'segments',
  experiment: 'experiments', experiment_ids: 'experiments', experiment_id: 'experiment_id', user_id: 'user', user_ids: 'user', event_id: 'event', job_id: 'jobs',
  metric: 'metric_key', metrics: 'metric_key', primary_metric: 'metric_key', event_type: 'metric_key', type: 'type', event_types: 'type', variant_key: 'variant', variant: 'variant', winner: 'variant',
  cursor: 'cursor', 'If-Match': 'etag', 'If-None-Match': 'etag', 'Idempotency-Key': 'retry', breakdown: 'attribute',
}; // prettier-ignore

const DOMAIN: Record<string, fc.Arbitrary<unknown>> = {
  assignments: fc.array(ROW, { minLength: 1, maxLength: 5 }),
  attributes: fc.record(
    { country: fc.constantFrom('DE', 'FR'), age: fc.integer({ min: 1, max: 99 }) },
    { requiredKeys: [] },
  ),
  filter: fc.array(CONDITION, { maxLength: 2 }),
  targeting: TARGETING,
  Accept: fc.constantFrom('application/json', 'text/csv', '*/*', 'text/xml'),
  call: fc.constantFrom('track', 'identify', 'page', 'group', 'alias', 't', 'x'),
};

export const HINT: Hint = (name, schema) => {
  const kind = name === 'key' ? keyKind(schema) : EXISTING[name];
  if (
    kind !== undefined &&
    (schema.type === 'string' || schema.type === undefined) &&
    schema.anyOf === undefined &&
    schema.enum === undefined &&
    schema.$ref === undefined
  )
    return known(kind);
  if (name === 'variants' && schema.items?.required?.includes('allocation_pct')) return VARIANTS;
  if (name === 'attributes' && schema.type === 'string')
    return DOMAIN.attributes.map((value) => JSON.stringify(value));
  if (name === 'attributes' && schema.type === 'object') return DOMAIN.attributes;
  return schema.type === 'array' || schema.type === undefined || name === 'Accept' || name === 'call'
    ? (DOMAIN[name] ?? null)
    : null;
};

/** Keys of what is created have a pattern; variants and metrics are looked up. */
function keyKind({ pattern, format }: Schema): string {
  if (pattern !== undefined) return 'new_key';
  return format === 'identifier' ? 'variant' : 'metric_key';
}
