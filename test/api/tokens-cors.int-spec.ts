import { request } from 'node:http';
import { startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem, raw } from './help';
import { aPublishable, as, aToken } from './tokens-help';

// Two cores may be busy.
const SHOP = 'https://shop.example';
const BLOG = 'https://blog.example';
const EVIL = 'https://evil.example';

let app: TestApp;
let shop: { id: string; secret: string };
beforeAll(async () => {
  app = await startApp({ worker: false });
  shop = await aPublishable(app, [SHOP, 'http://localhost:8080']);
  await aPublishable(app, [BLOG]);
});
afterAll(() => app.close());

const acao = (answer: { headers: Headers }) => answer.headers.get('access-control-allow-origin');
const event = (secret: string, headers: Record<string, string>) =>
  as(app, secret, 'POST', '/api/v1/events', { user_id: 'u', type: 'view' }, headers);
const preflight = (path: string, origin: string, method = 'POST') =>
  raw(app, 'OPTIONS', path, {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type',
  });

describe('a preflight', () => {
  it.each([SHOP, 'http://localhost:8080', BLOG])(
    'lets %s through, which some token allows',
    async (origin) => {
      const answer = await preflight('/api/v1/events', origin);
      expect(answer.status).toBe(204);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers':
          'authorization, content-type, idempotency-key, if-none-match, x-api-key, x-retry-count',
        'access-control-max-age': '600',
        vary: expect.stringContaining('Origin'),
      });
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(await answer.text()).toBe('');
    },
  );

  it.each([
    EVIL,
    'null',
    'http://shop.example',
    `${SHOP}.evil.example`,
    `${SHOP}:444`,
    'HTTPS://SHOP.EXAMPLE',
    '*',
  ])('says nothing to %s', async (origin) => {
    for (const path of ['/api/v1/events', '/api/v1/experiments', '/nothing', '/docs']) {
      const answer = await preflight(path, origin);
      expect({ path, status: answer.status, acao: acao(answer) }).toEqual({ path, status: 204, acao: null });
    }
  });

  it('is needed for every address alike, also where there is nothing', async () => {
    for (const path of ['/nothing', '/api/v1/nothing', '/api/v1/experiments/x/assignment/u'])
      expect(acao(await preflight(path, SHOP, 'GET'))).toBe(SHOP);
  });

  it('stops with the last token that allows the origin', async () => {
    const { id } = await aPublishable(app, ['https://short.example']);
    expect(acao(await preflight('/api/v1/events', 'https://short.example'))).toBe('https://short.example');
    await app.call('DELETE', `/api/v1/tokens/${id}`);
    expect(acao(await preflight('/api/v1/events', 'https://short.example'))).toBeNull();
  });

  it('is one only when it says what it asks for', async () => {
    const answer = await raw(app, 'OPTIONS', '/api/v1/events', { origin: EVIL });
    expect(answer.status).toBe(401);
    expect(acao(answer)).toBeNull();
  });
});

describe('a publishable token', () => {
  it('brings events and asks for variants from its origins, which may read the answers', async () => {
    const { id } = await anExperiment(app);
    const answers = [
      await event(shop.secret, { origin: SHOP }),
      await as(app, shop.secret, 'GET', `/api/v1/experiments/${id}/assignment/u`, undefined, {
        origin: SHOP,
      }),
      await as(app, shop.secret, 'GET', `/api/v1/experiments/nothing/assignment/u`, undefined, {
        origin: SHOP,
      }),
      await as(app, shop.secret, 'POST', '/api/v1/events', {}, { origin: SHOP }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 200, 404, 400]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe(SHOP);
      expect(headers.get('access-control-expose-headers')).toBe(
        'etag, ratelimit, ratelimit-policy, retry-after, x-request-id',
      );
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it.each<[string, Record<string, string>]>([
    ['without an origin', {}],
    ['from the origin of another token', { origin: BLOG }],
    ['from elsewhere', { origin: EVIL }],
    ['from a page without an origin', { origin: 'null' }],
    ['from an origin in other letters', { origin: SHOP.toUpperCase() }],
    ['from two origins', { origin: `${SHOP}, ${EVIL}` }],
  ])('is refused %s', async (_, headers) => {
    const answer = await event(shop.secret, headers);
    expectProblem(answer, { status: 403, code: 'origin_not_allowed' });
    expect(acao(answer)).toBeNull();
  });

  it('opens no other route', async () => {
    const document = (await app.call('GET', '/openapi.json')).body;
    const open: string[] = [];
    for (const [path, methods] of Object.entries<object>(document.paths)) {
      for (const method of Object.keys(methods)) {
        if (path.startsWith('/health/')) continue;
        const address = path.replace(/\{\w+\}/g, '0198c0de-1111-7000-8000-000000000001');
        const body = ['post', 'put', 'patch'].includes(method) ? {} : undefined;
        const answer = await as(app, shop.secret, method.toUpperCase(), address, body, { origin: SHOP });
        // Protocols say it in words of their own.
        const code = path.startsWith('/api/v1/') ? 'insufficient_scope' : (answer.body.code as unknown);
        if (answer.status === 403) expect(answer.body.code).toBe(code);
        else open.push(`${method.toUpperCase()} ${path.replace('/api/v1', '')}`);
      }
    }
    expect(open.sort()).toEqual([
      'GET /experiments/{id}/assignment/{user_id}',
      'POST /assignments/bulk',
      'POST /events',
      'POST /events/batch',
      'POST /experiments/{id}/assignments/bulk',
      'POST /posthog/batch',
      'POST /posthog/e',
      'POST /posthog/i/v0/e',
      'POST /users/{user_id}/aliases',
      'POST /v1/b',
      'POST /v1/batch',
      'POST /v1/{call}',
    ]);
  });
});

describe('an answer to somebody else', () => {
  it('of a secret token may be read by no page', async () => {
    const { secret } = await aToken(app);
    for (const origin of [SHOP, EVIL, 'null']) {
      const answer = await as(app, secret, 'GET', '/api/v1/experiments', undefined, { origin });
      expect({ status: answer.status, acao: acao(answer) }).toEqual({ status: 200, acao: null });
    }
  });

  it('without a valid token may be read from an origin of some token, and from no other', async () => {
    for (const path of ['/api/v1/events', '/nothing']) {
      for (const authorization of ['', 'Bearer x']) {
        const known = await raw(app, 'GET', path, { origin: SHOP, authorization });
        expect({ status: known.status, acao: acao(known) }).toEqual({ status: 401, acao: SHOP });
        const strange = await raw(app, 'GET', path, { origin: EVIL, authorization });
        expect({ status: strange.status, acao: acao(strange) }).toEqual({ status: 401, acao: null });
      }
    }
  });
});

describe('two Authorization headers', () => {
  it('are refused, whichever is valid', async () => {
    for (const tokens of [
      [app.token, 'x'],
      ['x', app.token],
      [app.token, app.token],
    ]) {
      const answer = await twice(tokens);
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ pointer: '/Authorization', code: 'duplicate' }] },
      });
    }
  });

  /** fetch would join them. */
  function twice(tokens: string[]): Promise<{ status?: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(app.direct);
      const headers = ['Host', hostname, ...tokens.flatMap((token) => ['Authorization', `Bearer ${token}`])];
      request({ hostname, port, path: '/api/v1/experiments', headers }, (response) => {
        let text = '';
        response.on('data', (piece: Buffer) => (text += piece.toString()));
        response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
      })
        .on('error', reject)
        .end();
    });
  }
});
