import { SCOPES } from '../../apps/api/src/auth/scopes';
import { startApp, TestApp } from '../support/app';
import { OpenApi, Operation, operationsOf } from '../support/openapi';

// Which token may do what, for all operations of the OpenAPI document: a new route is in the matrix as soon as it exists.

const ORIGIN = 'https://shop.example';
const PUBLISHABLE = ['events:write', 'assignments:write', 'flags:evaluate'];

interface Holder {
  scope: string;
  kind: 'secret' | 'publishable';
  text: string;
}

let app: TestApp;
let operations: Operation[];
const holders: Holder[] = [];
beforeAll(async () => {
  app = await startApp({ worker: false });
  operations = operationsOf((await app.call<OpenApi>('GET', '/openapi.json')).body);
  for (const scope of SCOPES) holders.push(await aToken(scope, 'secret'));
  for (const scope of PUBLISHABLE) holders.push(await aToken(scope, 'publishable'));
});
afterAll(() => app.close());

async function aToken(scope: string, kind: Holder['kind']): Promise<Holder> {
  const origins = kind === 'publishable' ? { allowed_origins: [ORIGIN] } : {};
  const { status, body } = await app.call('POST', '/api/v1/tokens', {
    name: scope,
    kind,
    scopes: [scope],
    ...origins,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return { scope, kind, text: body.secret };
}

const isOpen = ({ path }: Operation): boolean => path.startsWith('/health/');

/** What the document says; null when it does not say it. */
function declared({ security }: Operation): string[] | null {
  const scopes = security?.[0]?.bearer;
  return scopes === undefined || scopes.length === 0 ? null : scopes;
}

/** Asks for nothing that exists, so that what passes the door changes nothing. */
async function ask(operation: Operation, authorization: string, headers: Record<string, string> = {}) {
  const path = operation.path.replace(/\{\w+\}/g, '0198c0de-1111-7000-8000-00000000000a');
  const { status, body } = await app.call(operation.method, path, operation.requestBody && {}, {
    authorization,
    // A stream would not end.
    accept: 'application/json',
    ...headers,
  });
  // A protocol may have a status for it, and no code.
  const code = operation.path.startsWith('/api/v1/') ? (body.code as unknown) : 'insufficient_scope';
  return { status, code, detail: (body.detail ?? JSON.stringify(body)) as unknown };
}

describe('the scopes of every operation', () => {
  it('are declared', () => {
    expect(operations.length).toBeGreaterThan(45);
    for (const operation of operations.filter((one) => !isOpen(one))) {
      const scopes = declared(operation);
      expect({ name: operation.name, scopes }).not.toMatchObject({ scopes: null });
      expect(SCOPES).toEqual(expect.arrayContaining(scopes as string[]));
    }
    expect(operations.filter(isOpen).map(({ name, security }) => ({ name, security }))).toEqual([
      { name: 'GET /health/live', security: [] },
      { name: 'GET /health/ready', security: [] },
    ]);
  });

  it('are each needed by something', () => {
    const needed = new Set(operations.flatMap((operation) => declared(operation) ?? []));
    expect([...needed].sort()).toEqual([...SCOPES].sort());
  });

  it('let in the token that has them, and refuse every other one with the name of what it lacks', async () => {
    const cells: unknown[] = [];
    for (const operation of operations.filter((one) => !isOpen(one))) {
      const scopes = declared(operation) as string[];
      for (const { scope, kind, text } of holders) {
        const missing = scopes.filter((one) => one !== scope);
        const { status, code, detail } = await ask(
          operation,
          `Bearer ${text}`,
          kind === 'publishable' ? { origin: ORIGIN } : {},
        );
        const isIn = status !== 401 && status !== 403 && status !== 429 && status < 500;
        const isRefused =
          status === 403 &&
          code === 'insufficient_scope' &&
          missing.every((one) => String(detail).includes(one));
        if (missing.length === 0 ? !isIn : !isRefused)
          cells.push({ name: operation.name, token: `${kind} ${scope}`, status, code, detail });
      }
    }
    expect(cells).toEqual([]);
  }, 60_000);

  it('are all given to the tokens of BEARER_TOKENS', async () => {
    for (const operation of operations.filter((one) => !isOpen(one))) {
      const { status } = await ask(operation, `Bearer ${app.token}`);
      expect({ name: operation.name, shut: [401, 403].includes(status) }).toEqual({
        name: operation.name,
        shut: false,
      });
    }
  });
});

describe('a publishable token', () => {
  it('passes no door from another origin', async () => {
    for (const operation of operations.filter((one) => !isOpen(one))) {
      for (const { text } of holders.filter(({ kind }) => kind === 'publishable')) {
        const { status } = await ask(operation, `Bearer ${text}`, { origin: 'https://evil.example' });
        expect({ name: operation.name, status }).toEqual({ name: operation.name, status: 403 });
      }
    }
  });
});
