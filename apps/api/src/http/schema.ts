import { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { Static, TObject, TProperties, TSchema, Type } from '@sinclair/typebox';
import { AssayError, isIdentifier, isStorable, isTimezone, parseInstant, USER_ID_BYTES } from '@app/model';
import { Formats, validator } from '@app/platform';
import { Refusal } from './problems';

// One schema per shape: it types the code, checks the request and describes it in OpenAPI.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

export const FORMATS: Formats = {
  uuid: (text) => UUID.test(text) && text !== NIL_UUID,
  'date-time': (text) => parseInstant(text) !== null,
  'no-uuid': (text) => !UUID.test(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== null,
  timezone: isTimezone,
  'user-id': (text) => isIdentifier(text, USER_ID_BYTES),
  identifier: (text) => isIdentifier(text, 256),
  text: isStorable,
};

const components = new Map<string, TSchema>();
const NAME = Symbol('name');
const SHOWN = Symbol('shown');

/** Gives a schema a name under which OpenAPI refers to it, wherever it stands. */
export function named<T extends TSchema>(name: string, schema: T): T {
  components.set(name, schema);
  return Object.assign(schema, { [NAME]: name });
}

/** Checked as `schema`, which lets through what is looked at later and on its own; OpenAPI shows what is meant. */
export function shownAs<T extends TSchema>(shown: TSchema, schema: T): T {
  return { ...schema, [SHOWN]: shown };
}

export function componentSchemas(): Record<string, unknown> {
  return Object.fromEntries([...components].map(([name, schema]) => [name, inner(schema)]));
}

/** `$ref` for a named schema, otherwise the schema itself with such references in it. */
export function openApi(schema: TSchema): Record<string, unknown> {
  const { [SHOWN]: shown, [NAME]: name } = schema as { [SHOWN]?: TSchema; [NAME]?: string };
  if (shown !== undefined) return openApi(shown);
  if (name !== undefined && isSame(schema, components.get(name)))
    return { $ref: `#/components/schemas/${name}` };
  return inner(schema);
}

/** What TypeBox derives from a schema, a part of it for instance, takes the name with it. */
function isSame(schema: TSchema, other: TSchema | undefined): boolean {
  return schema === other || JSON.stringify(schema) === JSON.stringify(other);
}

function inner(schema: TSchema): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).map(([word, value]) => [word, within(value)]));
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within);
  return typeof value === 'object' && value !== null ? openApi(value as TSchema) : value;
}

export const literals = <const T extends readonly string[]>(
  values: T,
  words: { description?: string } = {},
) => Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...words });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const Instant = (description: string) => Type.String({ format: 'date-time', description });
export const Text = (maxLength: number, description: string) =>
  Type.String({ format: 'text', minLength: 1, maxLength, description });
export const Key = (description: string) =>
  Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$', description });
/** One that stands in the code of applications, and is written as code is. */
export const CodeKey = (description: string) =>
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description });
/** Of what is asked for by its id or its key: text that looks like an id is one there, so nobody could ask by such a key. */
export const noId = <T extends TSchema>(key: T): T => ({ ...key, format: 'no-uuid' });
export const Uuid = (description: string) => Type.String({ format: 'uuid', description });
export const UserId = Type.String({
  format: 'user-id',
  description: '1 to 256 bytes of UTF-8, opaque, compared byte for byte.',
});
export const Pct = (description: string) => Type.Number({ minimum: 0, maximum: 100, description });
export const Limit = Type.Integer({
  minimum: 1,
  maximum: 100,
  default: 50,
  description: 'Most items on one page.',
});
// A user id of 256 bytes, each of them escaped, and where it stands.
export const Cursor = Type.String({ maxLength: 1_000, description: '`next_cursor` of the page before.' });

export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ data: Type.Array(item), next_cursor: Nullable(Type.String()) });

function bodyNeeded(): Refusal {
  return new Refusal('malformed_body', 'This address takes a JSON body.');
}

/** Any JSON, which the handler checks itself. @throws Refusal malformed_body when there is none */
export const NeededBody: PipeTransform<unknown> = {
  transform(value: unknown): unknown {
    if (value === undefined) throw bodyNeeded();
    return value;
  },
};

/** Checks a body against its schema. @throws Refusal malformed_body when there is none; AssayError invalid_request with a pointer for each fault */
export class CheckedBody<T extends TSchema> implements PipeTransform<unknown, Static<T>> {
  private readonly check;

  constructor(
    schema: T,
    private readonly options: { optional?: boolean } = {},
  ) {
    this.check = validator(schema, FORMATS, { useDefaults: true });
  }

  transform(value: unknown, _metadata?: ArgumentMetadata): Static<T> {
    if (value === undefined && !this.options.optional) throw bodyNeeded();
    const result = this.check(this.options.optional ? (value ?? {}) : value);
    if (result.ok) return result.value;
    throw new AssayError('invalid_request', 'The body does not have the right shape.', {
      errors: result.findings,
    });
  }
}

/** Checks a query string. Numbers are plain decimal digits and booleans `true` or `false`; nothing else is guessed. */
export class CheckedQuery<T extends TObject<TProperties>> implements PipeTransform<unknown, Static<T>> {
  private readonly check;

  constructor(private readonly schema: T) {
    this.check = validator(schema, FORMATS, { useDefaults: true });
  }

  transform(value: unknown, _metadata: ArgumentMetadata): Static<T> {
    const texts = Object.entries(value as Record<string, unknown>);
    // Mostly there is nothing.
    const read =
      texts.length === 0
        ? {}
        : Object.fromEntries(texts.map(([name, text]) => [name, this.read(name, text)]));
    const result = this.check(read);
    if (result.ok) return result.value;
    throw new AssayError('invalid_request', 'The query string is not valid.', { errors: result.findings });
  }

  private read(name: string, text: unknown): unknown {
    const type = (this.schema.properties as Record<string, TSchema | undefined>)[name]?.type as
      string | undefined;
    if (typeof text !== 'string') return text;
    if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
    if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
    if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
    return text;
  }
}

/** Checks one path parameter. */
export class CheckedParam implements PipeTransform<string, string> {
  constructor(
    private readonly name: string,
    private readonly format: keyof typeof FORMATS,
  ) {}

  transform(value: string): string {
    if (FORMATS[this.format](value)) return this.format === 'uuid' ? value.toLowerCase() : value;
    const message = `Must be a valid ${String(this.format)}.`;
    throw new AssayError('invalid_request', `The ${this.name} in the path is not valid.`, {
      errors: [{ pointer: `/${this.name}`, code: 'invalid_format', message }],
    });
  }
}
