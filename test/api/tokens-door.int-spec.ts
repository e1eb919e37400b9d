import { SCOPES } from '../../apps/api/src/auth/scopes';
import { startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { expectProblem } from './help';
import { alter, aPublishable, as, aToken } from './tokens-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const SHOP = 'https://shop.example';

describe('the token that came with a request', () => {
  const path = '/api/v1/experiments';

  it('is refused in the same bytes, whatever is wrong with it', async () => {
    const bad = {
      malformed: 'x'.repeat(40),
      unknown: (await aLostToken()).secret,
      revoked: (await aToken(app)),
      expired: (await aToken(app)),
      early: (await aToken(app, { not_before: new Date(Date.now() + 86_400_000).toISOString() })),
      huge: 'x'.repeat(8192),
    }; // prettier-ignore
    await app.call('DELETE', `/api/v1/tokens/${bad.revoked.id}`);
    await alter(app, bad.expired.id, `expires_at = now() - interval '1 second'`);
    const changed = bad.revoked.secret.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A'));
    const secrets = [
      bad.malformed,
      bad.unknown,
      bad.revoked.secret,
      bad.expired.secret,
      bad.early.secret,
      bad.huge,
      changed,
    ];
    const answers = [];
    for (const secret of secrets) {
      const { status, headers, body } = await as(app, secret, 'GET', path);
      answers.push({
        status,
        challenge: headers.get('www-authenticate'),
        type: headers.get('content-type'),
        body: { ...body, request_id: '' },
      });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({
      status: 401,
      challenge: 'Bearer realm="assay", error="invalid_token"',
    });
    const none = await app.call('GET', path, undefined, { authorization: '' });
    expect({ ...none.body, request_id: '' }).toEqual(answers[0].body);
  });

  it('is never taken for that of another request at the same time', async () => {
    const kinds = ['experiments:read', 'results:read', 'nobody'];
    const callers = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const kind = kinds[n % 3];
        const { secret } = kind === 'nobody' ? await aLostToken() : await aToken(app, { scopes: [kind] });
        return { kind, secret };
      }),
    );
    const expected = { 'experiments:read': 200, 'results:read': 403, nobody: 401 } as Record<string, number>;
    const answers = await Promise.all(callers.map(({ secret }) => as(app, secret, 'GET', path)));
    expect(answers.map(({ status }) => status)).toEqual(callers.map(({ kind }) => expected[kind]));
  });

  it('costs no look-up when it cannot be one of ours', async () => {
    const { secret } = await aToken(app);
    const ask = async (token: string) => (await as(app, token, 'GET', path)).status;
    // Whoever looks now finds no table.
    await app.database.source.query('ALTER TABLE tokens RENAME TO elsewhere');
    for (const wrong of [secret.slice(0, -6) + '000000', secret.slice(0, -1), `${secret}A`, 'x'.repeat(51)])
      expect(await ask(wrong)).toBe(401);
    expect(await ask(secret)).toBe(500);
    await app.database.source.query('ALTER TABLE elsewhere RENAME TO tokens');
    await until('the table again', async () => (await ask(secret)) === 200);
  });

  it.each([
    'access_token',
    'ACCESS_TOKEN',
    'access%5Ftoken',
    'access_token[]',
    'access_token[a]',
    'Access-Token',
    'accessToken',
  ])('is refused in the address: %s', async (name) => {
    for (const headers of [{}, { authorization: '' }] as Record<string, string>[]) {
      const answer = await app.call('GET', `${path}?${name}=${app.token}`, undefined, headers);
      expectProblem(answer, {
        status: 400,
        code: 'invalid_request',
        pointer: '/access_token',
        fault: 'token_in_query',
      });
      expect(JSON.stringify(answer.body)).not.toContain(app.token);
    }
  });

  it('lacks a scope: the answer names it', async () => {
    const { secret } = await aToken(app, { scopes: ['results:read'] });
    const answer = await as(app, secret, 'POST', path, {});
    expectProblem(answer, { status: 403, code: 'insufficient_scope' });
    expect(answer.body.detail).toContain('experiments:write');
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="assay", error="insufficient_scope", scope="experiments:write"',
    );
  });

  it('is refused before the body is read', async () => {
    const { secret } = await aLostToken();
    const response = await fetch(app.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{ this is no JSON',
    });
    expect(response.status).toBe(401);
  });

  /** A token of the right form that nobody has. */
  async function aLostToken(): Promise<{ secret: string }> {
    const token = await aToken(app);
    await app.database.source.query('DELETE FROM tokens WHERE id = $1', [token.id]);
    return token;
  }
});

describe('the doors of pages', () => {
  it.each<[string, string[], string[]]>([
    [
      '/metrics',
      ['results:read', 'admin'],
      ['experiments:read', 'experiments:write', 'events:write', 'assignments:write'],
    ],
    ['/queues', ['admin'], SCOPES.filter((scope) => scope !== 'admin')],
    ['/queues/api/queues', ['admin'], SCOPES.filter((scope) => scope !== 'admin')],
    ['/docs', [...SCOPES], []],
    ['/openapi.json', [...SCOPES], []],
  ])('%s', async (path, open, shut) => {
    for (const scope of SCOPES) {
      const { secret } = await aToken(app, { scopes: [scope] });
      const { status, headers } = await as(app, secret, 'GET', path);
      expect({ scope, status }).toEqual({ scope, status: open.includes(scope) ? 200 : 403 });
      if (shut.includes(scope))
        expect(headers.get('www-authenticate')).toMatch(/error="insufficient_scope", scope="/);
    }
    const { secret } = await aPublishable(app, [SHOP]);
    const answer = await as(app, secret, 'GET', path, undefined, { origin: SHOP });
    expectProblem(answer, { status: 403, code: 'insufficient_scope' });
  });

  it('any secret token learns that there is nothing', async () => {
    const { secret } = await aToken(app, { scopes: ['events:write'] });
    for (const path of ['/nothing', '/api/v1/nothing'])
      expectProblem(await as(app, secret, 'GET', path), { status: 404, code: 'not_found' });
  });
});
