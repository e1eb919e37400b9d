import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { validator } from '@app/platform';
import { answerChecker, Answered, OpenApi, Operation, operationsOf } from '../../../test/support/openapi';
import { FORMATS } from './http/schema';
import { previewOpenApi } from './preview';

// What docs/openapi.json says is what clients are made from.

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
let document: OpenAPIObject;
beforeAll(async () => {
  document = await previewOpenApi();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ name: `${method} ${path}`, ...operation }];
    }),
  );

describe('the OpenAPI document', () => {
  it('is docs/openapi.json; if not, `npm run openapi` renews it', () => {
    const kept = readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8');
    expect(`${JSON.stringify(document, null, 2)}\n` === kept).toBe(true);
  });

  it('calls every operation by one name of its own', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)+$/.test(id ?? ''))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('explains every tag', () => {
    const used = new Set(operations().flatMap(({ tags = [] }) => tags));
    expect((document.tags ?? []).map(({ name }) => name).sort()).toEqual([...used].sort());
  });

  it('shows a body for every operation that takes one, and each of them passes its own schema', () => {
    const faults = operations().flatMap(({ name, requestBody }) =>
      Object.entries((requestBody as Body | undefined)?.content ?? {}).flatMap(([type, content]) => {
        const examples = Object.values(content.examples ?? {});
        if (examples.length === 0) return [`${name} ${type} has no example`];
        return examples.flatMap((example) =>
          faultsOf(content.schema, valueOf(example)).map((one) => `${name} ${one}`),
        );
      }),
    );
    expect(faults).toEqual([]);
  });

  it('shows every answer, with success and without, and each of them is as the document promises', () => {
    const promises = document as unknown as OpenApi;
    const check = answerChecker(promises);
    // A refusal that many operations share is the same in each of them.
    const seen = new Set<string>();
    const isNew = (status: number, example: Example): boolean =>
      !('$ref' in example) || seen.size < seen.add(`${status} ${example.$ref}`).size;
    const faults = operationsOf(promises).flatMap((operation) =>
      answersOf(operation).flatMap(({ status, type, examples }) => {
        const name = `${operation.name} ${status} ${type}`;
        if (examples.length === 0) return [`${name} has no example`];
        return examples.flatMap((example) => {
          if (!isNew(status, example)) return [];
          const fault = check(operation, answered(status, type, valueOf(example)));
          return fault === null ? [] : [`${name}: ${fault}`];
        });
      }),
    );
    expect(faults).toEqual([]);
  });
});

interface Shown {
  status: number;
  type: string;
  examples: Example[];
}

function answersOf({ responses }: Operation): Shown[] {
  return Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content as NonNullable<Body['content']>).map(([type, { example, examples = {} }]) => ({
      status: Number(status),
      type,
      examples: [...(example === undefined ? [] : [{ value: example }]), ...Object.values(examples)],
    })),
  );
}

/** What many operations share, or what takes work, is in the components. */
function valueOf(example: Example): unknown {
  if (!('$ref' in example)) return example.value;
  const kept = document.components?.examples?.[example.$ref.replace('#/components/examples/', '')];
  return (kept as { value: unknown } | undefined)?.value;
}

function answered(status: number, contentType: string, value: unknown): Answered {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const requestId = (value as { request_id?: string } | null)?.request_id;
  return { status, contentType, requestId, text };
}

type Example = { value: unknown } | { $ref: string };

interface Body {
  content?: Record<string, { schema: object; examples?: Record<string, Example>; example?: unknown }>;
}

function faultsOf(schema: object, value: unknown): string[] {
  const whole = { ...schema, components: document.components };
  const result = validator(whole as never, FORMATS, {})(value);
  return result.ok ? [] : result.findings.map(({ pointer, message }) => `${pointer} ${message}`);
}
