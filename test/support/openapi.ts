import Ajv2020, { ValidateFunction } from 'ajv/dist/2020';

// What /openapi.json promises, and whether an answer keeps it.

// oxlint-disable-next-line typescript/no-explicit-any -- JSON Schema is as free as JSON
export type Schema = any;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

export interface Content {
  schema: Schema;
  examples?: Record<string, { value: unknown }>;
}

export interface Operation {
  /** `GET /api/v1/experiments/{id}` */
  name: string;
  method: string;
  path: string;
  security?: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content> }>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Omit<Operation, 'name' | 'method' | 'path' | 'parameters'>>>;
  components: { schemas: Record<string, Schema> };
}

export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      parameters: [],
      ...operation,
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
    })),
  );
}

export interface Answered {
  status: number;
  contentType: string | undefined;
  requestId: string | undefined;
  text: string;
}

const JSON_TYPE = /[/+]json$/;
const PROBLEM = 'application/problem+json';
const ID = 'openapi';

/** Tells what is wrong with an answer: null when the document promises just this. */
export function answerChecker(document: OpenApi): (operation: Operation, answer: Answered) => string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: false, formats: FORMATS });
  ajv.addSchema({ $id: ID, ...strictly(document) });
  const compiled = new Map<string, ValidateFunction>();
  const validate = (operation: Operation, status: string, type: string): ValidateFunction => {
    const parts = [
      'paths',
      operation.path,
      operation.method.toLowerCase(),
      'responses',
      status,
      'content',
      type,
    ];
    const pointer = [...parts, 'schema'].map(escaped).join('/');
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `${ID}#/${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  return (operation, { status, contentType, requestId, text }) => {
    const promised = operation.responses[status];
    if (promised === undefined && ANYWHERE.includes(status)) {
      const { status: said } = JSON.parse(text) as Problem;
      return contentType?.startsWith(PROBLEM) && said === status ? null : `${status} is no problem document`;
    }
    if (promised === undefined) return `the status ${status} is not documented`;
    const content = promised.content ?? {};
    const [type] = (contentType ?? '').split(';');
    // A text may have no line; a JSON document has something.
    if (text === '' && (Object.keys(content).length === 0 || (type in content && !JSON_TYPE.test(type))))
      return null;
    if (content[type] === undefined) return `the media type ${type} is not documented`;
    const body: unknown = JSON_TYPE.test(type) ? JSON.parse(text) : text;
    const check = validate(operation, String(status), type);
    if (!check(body))
      return `the body is not as documented: ${ajv.errorsText(check.errors)} ${JSON.stringify(check.errors?.[0]?.params)}`;
    if (operation.path.startsWith('/api/v1/') && status >= 400 !== (type === PROBLEM))
      return 'errors, and nothing else, are problem documents';
    return type === PROBLEM ? faultOfProblem(content[type], status, requestId, body as Problem) : null;
  };
}

/** Before the address is known; the document says so once, for all of them. */
const ANYWHERE = [408, 431];

interface Problem {
  status: number;
  code: string;
  request_id: string;
}

function faultOfProblem(
  content: Content,
  status: number,
  requestId: string | undefined,
  body: Problem,
): string | null {
  if (body.status !== status) return `the body says ${body.status}`;
  if (body.request_id !== requestId) return 'the request id is another one';
  if (content.examples?.[body.code] === undefined) return `the code ${body.code} is not documented`;
  return null;
}

/** Readers of the document may meet more properties some day; the tests want to know of each one that is new. */
export function strictly(document: OpenApi): OpenApi {
  const copy = JSON.parse(JSON.stringify(document)) as OpenApi;
  for (const schema of Object.values(copy.components.schemas)) close(schema);
  for (const { responses } of operationsOf(copy)) {
    for (const { content = {} } of Object.values(responses)) {
      for (const { schema } of Object.values(content)) close(schema);
    }
  }
  return copy;
}

function close(schema: Schema): void {
  if (typeof schema !== 'object' || schema === null) return;
  if (schema.allOf !== undefined)
    throw new Error('allOf cannot be closed: give the properties in one object');
  for (const part of [
    ...Object.values(schema.properties ?? {}),
    ...Object.values(schema.patternProperties ?? {}),
  ])
    close(part);
  for (const part of [
    schema.items,
    schema.additionalProperties,
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
  ])
    close(part);
  if (schema.properties !== undefined) schema.additionalProperties ??= false;
}

function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

const FORMATS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
  timezone: true,
  'user-id': true,
  identifier: true,
  text: true,
} as const;
