import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { validator } from '@app/platform';
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
        return examples.flatMap(({ value }) =>
          faultsOf(content.schema, value).map((one) => `${name} ${one}`),
        );
      }),
    );
    expect(faults).toEqual([]);
  });

  it('shows every problem', () => {
    const faults = operations().flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, answer]) => {
        if (Number(status) < 400) return [];
        const content = Object.values((answer as Body).content ?? {});
        return content.some(({ examples, example }) => example !== undefined || examples !== undefined)
          ? []
          : [`${name} ${status}`];
      }),
    );
    expect(faults).toEqual([]);
  });
});

interface Body {
  content?: Record<
    string,
    { schema: object; examples?: Record<string, { value: unknown }>; example?: unknown }
  >;
}

function faultsOf(schema: object, value: unknown): string[] {
  const whole = { ...schema, components: document.components };
  const result = validator(whole as never, FORMATS, {})(value);
  return result.ok ? [] : result.findings.map(({ pointer, message }) => `${pointer} ${message}`);
}
