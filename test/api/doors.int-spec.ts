import { request } from 'node:http';
import { startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem, newExperiment, raw } from './help';
import { aMetric, KINDS } from './metrics-help';

interface Operation {
  method: string;
  path: string;
  operationId: string;
  summary?: string;
  responses: Record<string, { content?: Record<string, unknown> }>;
  requestBody?: {
    content: Record<string, { schema: object; examples?: Record<string, { value: unknown }> }>;
  };
}

let app: TestApp;
let document: { paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>> };
let operations: Operation[];
beforeAll(async () => {
  app = await startApp({ worker: false });
  document = (await app.call('GET', '/openapi.json')).body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
});
afterAll(() => app.close());

const isOpen = ({ path }: Operation): boolean => path.startsWith('/health/');
/** Protocols refuse in words of their own. */
const isOurs = ({ path }: Operation): boolean => path.startsWith('/api/v1/');
const addressOf = ({ path }: Operation): string => path.replace(/\{\w+\}/g, 'x');
const basic = (password: string): string => `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`;

async function problemOf(response: Response) {
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('the door of every operation', () => {
  it('is shut without a token, except for the health checks', async () => {
    expect(operations.length).toBeGreaterThan(25);
    for (const operation of operations) {
      const response = await raw(app, operation.method, addressOf(operation));
      if (isOpen(operation)) {
        expect({ path: operation.path, status: response.status }).toEqual({
          path: operation.path,
          status: 200,
        });
        continue;
      }
      const expected = { path: operation.path, status: 401 };
      expect({ path: operation.path, status: response.status }).toEqual(expected);
      if (isOurs(operation))
        expectProblem(await problemOf(response), { status: 401, code: 'unauthenticated' });
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
    }
  });

  it.each<[string, string]>([
    ['an empty header', ''],
    ['another scheme', 'Token x'],
    ['no token', 'Bearer'],
    ['two tokens', 'Bearer a b'],
    ['an unknown token', `Bearer ${'x'.repeat(24)}`],
    ['a token of 8 KB', `Bearer ${'x'.repeat(8192)}`],
    ['a token of other bytes', 'Bearer \u00ff\u00fe'],
    ['basic authentication', basic('wrong')],
  ])('is shut for %s', async (_, authorization) => {
    const response = await raw(app, 'GET', '/api/v1/experiments', { authorization });
    expectProblem(await problemOf(response), { status: 401, code: 'unauthenticated' });
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });

  it('is shut for a token with one character changed, and opens whatever the case of Bearer', async () => {
    const wrong = app.token.slice(0, -1) + (app.token.endsWith('A') ? 'B' : 'A');
    expect((await raw(app, 'GET', '/api/v1/experiments', { authorization: `Bearer ${wrong}` })).status).toBe(
      401,
    );
    expect(
      (await raw(app, 'GET', '/api/v1/experiments', { authorization: `bearer ${app.token}` })).status,
    ).toBe(200);
  });

  it.each(['access_token=TOKEN', 'access_token[]=TOKEN', 'access_token=TOKEN&access_token=TOKEN'])(
    'takes no token from the address: %s',
    async (query) => {
      const path = `/api/v1/experiments?${query.replaceAll('TOKEN', app.token)}`;
      for (const headers of [{}, { authorization: `Bearer ${app.token}` }] as Record<string, string>[]) {
        const answer = await problemOf(await raw(app, 'GET', path, headers));
        expect([400, 401]).toContain(answer.status);
        expect(JSON.stringify(answer.body)).not.toContain(app.token);
      }
      if (!query.includes('[')) {
        expectProblem(await problemOf(await raw(app, 'GET', path)), {
          status: 400,
          code: 'invalid_request',
          pointer: '/access_token',
          fault: 'token_in_query',
        });
      }
    },
  );

  it('takes no token from the body', async () => {
    const body = { ...newExperiment(), access_token: app.token };
    const response = await raw(
      app,
      'POST',
      '/api/v1/experiments',
      { 'content-type': 'application/json' },
      JSON.stringify(body),
    );
    expectProblem(await problemOf(response), { status: 401, code: 'unauthenticated' });
    const form = await raw(
      app,
      'POST',
      '/api/v1/events',
      { 'content-type': 'application/x-www-form-urlencoded' },
      `access_token=${app.token}`,
    );
    expect([401, 415]).toContain(form.status);
  });
});

describe('what lies beside the api', () => {
  const pages = [
    '/docs',
    '/docs/',
    '/docs/swagger-ui.css',
    '/openapi.json',
    '/docs-yaml',
    '/queues',
    '/queues/',
    '/queues/api/queues',
    '/metrics',
  ];
  const disguised = [
    '/%64ocs', '/%71ueues/api/queues', '/queues%2fapi%2fqueues', '/queues//api/queues', '/QUEUES', '/Queues/api/queues', '/queues/api/queues?x=1',
    '/queues/api/queues/', '/openapi.json/', '/%6fpenapi.json', '/METRICS', '/metrics/', '//metrics', '/metric%73', '/health/../metrics', '/nothing',
    '/health/%2e%2e/metrics', '/api/v1/nothing', '/api/v1/../../metrics', '/API/V1/experiments', '/queues/static/x.js', '/queues;/api/queues',
  ]; // prettier-ignore

  it.each([...pages, ...disguised])('%s is shut without a token', async (path) => {
    const { status, headers } = await plain(path);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBeDefined();
    expect(headers['content-type']).toMatch(/problem\+json/);
  });

  it.each(['/docs', '/openapi.json', '/queues', '/queues/api/queues', '/metrics'])(
    '%s opens for a bearer token and for a password',
    async (path) => {
      for (const authorization of [`Bearer ${app.token}`, basic(app.token)]) {
        const response = await fetch(app.url + path, { headers: { authorization } });
        expect({ authorization: authorization.slice(0, 6), status: response.status }).toMatchObject({
          status: 200,
        });
      }
      expect((await raw(app, 'GET', path, { authorization: basic('wrong') })).status).toBe(401);
    },
  );

  it('opens the files of the queue monitor too, and changes nothing there', async () => {
    const authorization = `Bearer ${app.token}`;
    const page = await (await fetch(`${app.url}/queues`, { headers: { authorization } })).text();
    const file = /(?:src|href)="(?:\/queues\/)?(static\/[^"]+)"/.exec(page)?.[1];
    expect(file).toBeDefined();
    expect((await raw(app, 'GET', `/queues/${file}`)).status).toBe(401);
    expect((await raw(app, 'GET', `/queues/${file}`, { authorization })).status).toBe(200);
    const emptied = await raw(app, 'PUT', '/queues/api/queues/events/pause', { authorization });
    expect(emptied.status).toBeGreaterThanOrEqual(400);
  });

  it('answers 404 to a valid token where there is nothing', async () => {
    for (const path of ['/nothing', '/api/v1/nothing', '/api/v1/experiments/x/nothing'])
      expectProblem(await app.call('GET', path), { status: 404, code: 'not_found' });
  });

  it('shows no user and no id among the metrics', async () => {
    const { id } = await anExperiment(app);
    await app.call('GET', `/api/v1/experiments/${id}/assignment/private-person`);
    const { body } = await app.call<string>('GET', '/metrics');
    expect(body).toContain('route="/api/v1/experiments/:id/assignment/:user_id"');
    expect(body).not.toContain('private-person');
    expect(body).not.toContain(id);
  });

  /** Without the tidying that fetch does to addresses. */
  function plain(path: string): Promise<{ status: number; headers: Record<string, unknown> }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(app.url);
      request({ hostname, port, path, method: 'GET' }, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      })
        .on('error', reject)
        .end();
    });
  }
});

describe('the OpenAPI document', () => {
  it('names everything it refers to, and every operation once', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference]) => reference,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const reference of new Set(references)) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], document);
      expect({ reference, found: target !== undefined }).toEqual({ reference, found: true });
    }
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says of every operation what it is for and how it refuses', () => {
    for (const operation of operations) {
      expect({ path: operation.path, summary: operation.summary }).toEqual({
        path: operation.path,
        summary: expect.stringMatching(/\w{3}/),
      });
      if (isOpen(operation)) continue;
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const type = isOurs(operation) ? 'application/problem+json' : 'application/json';
        if (Number(status) >= 400) expect(Object.keys(content ?? {})).toEqual([type]);
      }
    }
  });

  it('names all that the api knows: methods, addresses and nothing else', () => {
    const known = operations.map(({ method, path }) => `${method} ${path}`).sort();
    expect(known).toEqual(
      expect.arrayContaining([
        'POST /api/v1/events/batch',
        'GET /api/v1/experiments/{id}/results',
        'GET /health/ready',
      ]),
    );
    for (const { path } of operations)
      expect(path).toMatch(/^\/(api\/(v1|features)|health|ofrep\/v1|v1|posthog)\//);
  });

  it('has for every body examples that the api takes for valid', async () => {
    const withBody = operations.filter(({ requestBody }) => requestBody !== undefined);
    expect(withBody.length).toBeGreaterThan(8);
    for (const operation of withBody) {
      const examples = Object.values(operation.requestBody?.content['application/json'].examples ?? {});
      expect({ path: operation.path, examples: examples.length }).not.toMatchObject({ examples: 0 });
      const key = `example-${operations.indexOf(operation)}`;
      const { id } = operation.path.startsWith('/api/v1/metrics')
        ? await aMetric(app, { key, definition: KINDS.conversion })
        : await anExperiment(app, { key });
      const path = operation.path.replace('{id}', id).replace(/\{\w+\}/g, 'user');
      await anExperiment(app, { key: 'checkout-button' }).catch(() => null);
      for (const { value } of examples) {
        const { status, body } = await app.call(operation.method, path, value, { 'if-match': '*' });
        // It may meet a state that does not allow it, or a metric of this id that is not there; it is never of the wrong shape.
        expect({ path: operation.path, status, code: body.code }).not.toMatchObject({ status: 400 });
        expect([200, 201, 202, 204, 404, 409]).toContain(status);
      }
    }
  }, 30_000);
});
