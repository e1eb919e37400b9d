import Ajv, { ErrorObject, Options } from 'ajv';
import { Static, TSchema } from '@sinclair/typebox';

/** One thing wrong with a value: where (RFC 6901 pointer), a stable code, and words for a person. */
export interface Finding {
  pointer: string;
  code: string;
  message: string;
}

export type Validated<T> = { ok: true; value: T } | { ok: false; findings: Finding[] };

export type Formats = Record<string, (text: string) => boolean>;

/** At most so many findings leave the process, however wrong the input is. */
export const MAX_FINDINGS = 20;

const CODES: Record<string, string> = {
  required: 'required',
  additionalProperties: 'unknown_property',
  type: 'invalid_type',
  format: 'invalid_format',
  pattern: 'invalid_format',
  enum: 'invalid_choice',
  const: 'invalid_choice',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  exclusiveMinimum: 'out_of_range',
  exclusiveMaximum: 'out_of_range',
  minItems: 'too_few',
  maxItems: 'too_many',
  minProperties: 'too_few',
  maxProperties: 'too_many',
  minLength: 'too_short',
  maxLength: 'too_long',
  uniqueItems: 'duplicate',
};

/** Compiles one schema into a function that either passes a value through or says what is wrong with it. */
export function validator<T extends TSchema>(
  schema: T,
  formats: Formats = {},
  options: Options = {},
): (value: unknown) => Validated<Static<T>> {
  // strict:false because schemas carry OpenAPI words such as `example`; allErrors stays off where input comes from strangers:
  // the cost of finding every fault grows with the input. Schemas are ours and linted with the OpenAPI document: checking each
  // against the schema of schemas, as ajv would, took most of the time of a start.
  const ajv = new Ajv({
    strict: false,
    allErrors: false,
    messages: true,
    meta: false,
    validateSchema: false,
    ...options,
  });
  for (const [name, test] of Object.entries(formats)) ajv.addFormat(name, test);
  const check = ajv.compile<Static<T>>(schema);
  return (value) =>
    check(value) ? { ok: true, value } : { ok: false, findings: findingsOf(check.errors ?? []) };
}

function findingsOf(errors: ErrorObject[]): Finding[] {
  // An `anyOf` reports every branch and itself; the branches say more.
  const telling = errors.filter((error) => !['anyOf', 'oneOf', 'if', 'not'].includes(error.keyword));
  return oneOfEach(telling.length > 0 ? telling : errors)
    .slice(0, MAX_FINDINGS)
    .map((error) => ({
      pointer: pointerOf(error),
      code: CODES[error.keyword] ?? error.keyword,
      message: messageOf(error),
    }));
}

/** A choice written as a union of constants reports each of them, which is one fault. */
function oneOfEach(errors: ErrorObject[]): ErrorObject[] {
  const choices = new Map<string, unknown[]>();
  const kept = errors.filter(({ keyword, instancePath, params }) => {
    if (keyword !== 'const') return true;
    const known = choices.get(instancePath);
    if (known === undefined) choices.set(instancePath, [params.allowedValue]);
    else known.push(params.allowedValue);
    return known === undefined;
  });
  return kept.map((error) =>
    error.keyword === 'const'
      ? { ...error, keyword: 'enum', params: { allowedValues: choices.get(error.instancePath) } }
      : error,
  );
}

function pointerOf(error: ErrorObject): string {
  const child: unknown = error.params.missingProperty ?? error.params.additionalProperty;
  if (typeof child !== 'string') return error.instancePath;
  return `${error.instancePath}/${child.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function messageOf(error: ErrorObject): string {
  switch (error.keyword) {
    case 'required':
      return 'Is required.';
    case 'additionalProperties':
      return 'Is not a known property here.';
    case 'enum': {
      const choices = error.params.allowedValues as unknown[];
      return `Must be ${choices.length === 1 ? '' : 'one of '}${choices.join(', ')}.`;
    }
    case 'format':
      return `Must be a valid ${String(error.params.format)}.`;
    default:
      return `${(error.message ?? 'is not valid').replace(/^./, (first) => first.toUpperCase())}.`;
  }
}
