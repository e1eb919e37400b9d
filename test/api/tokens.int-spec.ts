import { randomUUID } from 'node:crypto';
import { kindOfToken } from '@app/model';
import { SCOPES } from '../../apps/api/src/auth/scopes';
import { startApp, TestApp } from '../support/app';
import { expectProblem } from './help';
import { aPublishable, as, aToken, YEAR_MS } from './tokens-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const create = (body: object) =>
  app.call('POST', '/api/v1/tokens', { name: 'test', scopes: ['events:write'], ...body });
const rotate = (id: string, body?: object) => app.call('POST', `/api/v1/tokens/${id}/rotate`, body);
const read = async (id: string) => (await app.call('GET', `/api/v1/tokens/${id}`)).body;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const SHOP = 'https://shop.example';
const KEYS = [
  'id', 'name', 'kind', 'hint', 'status', 'scopes', 'allowed_origins', 'limits', 'created_at', 'created_by', 'not_before',
  'expires_at', 'revoked_at', 'rotated_from', 'replaced_by', 'last_used_at', 'uses',
]; // prettier-ignore

describe('creating a token', () => {
  it('shows the secret once, and works at once', async () => {
    const { status, headers, body } = await create({ scopes: ['experiments:read'] });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/tokens/${body.id}`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body).sort()).toEqual([...KEYS, 'secret'].sort());
    expect(kindOfToken(body.secret)).toBe('secret');
    expect(body).toMatchObject({
      status: 'active',
      kind: 'secret',
      limits: null,
      uses: 0,
      allowed_origins: [],
    });
    expect(body.created_by).toMatch(/^env-[0-9a-f]{12}$/);
    expect(Math.abs(Date.parse(body.expires_at) - Date.now() - YEAR_MS)).toBeLessThan(60_000);
    expect((await as(app, body.secret, 'GET', '/api/v1/experiments')).status).toBe(200);
  });

  it('shows neither the secret nor its hash afterwards', async () => {
    const { id, secret, hint } = await aToken(app);
    const one = await read(id);
    expect(Object.keys(one).sort()).toEqual([...KEYS].sort());
    const listed = await app.call('GET', '/api/v1/tokens?limit=100');
    for (const text of [JSON.stringify(one), JSON.stringify(listed.body)]) {
      expect(text).not.toContain(secret.slice(13, 40));
      expect(text).toContain(hint);
    }
    expect(hint).toHaveLength(4);
    const [row] = await app.database.source.query('SELECT t::text AS text FROM tokens t WHERE id = $1', [id]);
    expect(row.text).not.toContain(secret.slice(13, 40));
  });

  it('keeps what it was given', async () => {
    const limits = { requests: 10, events: 1000 };
    const not_before = inDays(1);
    const { id } = await aToken(app, {
      name: 'Löwe 🦁',
      scopes: ['results:read', 'admin'],
      not_before,
      limits,
    });
    expect(await read(id)).toMatchObject({
      name: 'Löwe 🦁',
      scopes: ['results:read', 'admin'],
      not_before,
      limits,
      status: 'not_yet_valid',
    });
    const shop = await aPublishable(app, [SHOP, 'http://localhost:3000']);
    expect(shop.secret).toMatch(/^assay_public_/);
    expect(await read(shop.id)).toMatchObject({
      kind: 'publishable',
      allowed_origins: [SHOP, 'http://localhost:3000'],
    });
  });

  const publishable = { kind: 'publishable', allowed_origins: [SHOP] };
  it.each<[string, object, string, string]>([
    ['without scopes', { scopes: undefined }, '/scopes', 'required'],
    ['of no scope', { scopes: [] }, '/scopes', 'too_few'],
    ['of an unknown scope', { scopes: ['events:read'] }, '/scopes/0', 'invalid_choice'],
    ['of a scope twice', { scopes: ['admin', 'admin'] }, '/scopes', 'duplicate'],
    ['that has expired', { expires_at: inDays(-1) }, '/expires_at', 'in_the_past'],
    ['for more than five years', { expires_at: inDays(5 * 366) }, '/expires_at', 'out_of_range'],
    ['for ever', { expires_at: 'never' }, '/expires_at', 'invalid_format'],
    ['without an end', { expires_at: null }, '/expires_at', 'invalid_type'],
    [
      'that begins after its end',
      { not_before: inDays(10), expires_at: inDays(9) },
      '/not_before',
      'ends_before_start',
    ],
    ['without a name', { name: '' }, '/name', 'too_short'],
    ['with a name of 201 characters', { name: 'x'.repeat(201) }, '/name', 'too_long'],
    ['with an id of its own', { id: randomUUID() }, '/id', 'unknown_property'],
    ['with a hash of its own', { hash: 'x' }, '/hash', 'unknown_property'],
    ['of another kind', { kind: 'root' }, '/kind', 'invalid_choice'],
    ['with a limit of nothing', { limits: { events: 0 } }, '/limits/events', 'out_of_range'],
    ['with an unknown limit', { limits: { tea: 1 } }, '/limits/tea', 'unknown_property'],
    ['that is secret and has origins', { allowed_origins: [SHOP] }, '/allowed_origins', 'contradiction'],
    [
      'that is publishable and has none',
      { ...publishable, allowed_origins: [] },
      '/allowed_origins',
      'required',
    ],
    [
      'that is publishable and reads',
      { ...publishable, scopes: ['results:read'] },
      '/scopes/0',
      'not_publishable',
    ],
    [
      'that is publishable and admin',
      { ...publishable, scopes: ['events:write', 'admin'] },
      '/scopes/1',
      'not_publishable',
    ],
    ['for any origin', { ...publishable, allowed_origins: ['*'] }, '/allowed_origins/0', 'invalid_origin'],
    [
      'for origins with a wildcard',
      { ...publishable, allowed_origins: [SHOP, 'https://*.example'] },
      '/allowed_origins/1',
      'invalid_origin',
    ],
    [
      'for the origin null',
      { ...publishable, allowed_origins: ['null'] },
      '/allowed_origins/0',
      'invalid_origin',
    ],
    [
      'for a path',
      { ...publishable, allowed_origins: [`${SHOP}/a`] },
      '/allowed_origins/0',
      'invalid_origin',
    ],
    [
      'for plain http',
      { ...publishable, allowed_origins: ['http://shop.example'] },
      '/allowed_origins/0',
      'invalid_origin',
    ],
    [
      'for 21 origins',
      { ...publishable, allowed_origins: Array.from({ length: 21 }, (_, n) => `https://s${n}.example`) },
      '/allowed_origins',
      'too_many',
    ],
    [
      'for an origin twice',
      { ...publishable, allowed_origins: [SHOP, SHOP] },
      '/allowed_origins',
      'duplicate',
    ],
  ])('makes none %s', async (_, body, pointer, fault) => {
    expectProblem(await create(body), { status: 400, code: 'invalid_request', pointer, fault });
  });

  it('gives nobody a scope that they do not have', async () => {
    const { secret } = await aToken(app, { scopes: ['admin', 'events:write'] });
    const wanted = { name: 'more', scopes: ['events:write', 'results:read'] };
    const refused = await as(app, secret, 'POST', '/api/v1/tokens', wanted);
    expectProblem(refused, { status: 403, code: 'insufficient_scope' });
    expect(refused.body.detail).toContain('results:read');
    const { id } = await aToken(app, { scopes: ['results:read'] });
    // Whoever rotates a token gets its text.
    expectProblem(await as(app, secret, 'POST', `/api/v1/tokens/${id}/rotate`), {
      status: 403,
      code: 'insufficient_scope',
    });
    expect(
      (await as(app, secret, 'POST', '/api/v1/tokens', { name: 'less', scopes: ['events:write'] })).status,
    ).toBe(201);
  });

  it('is for admins only', async () => {
    const { id, secret } = await aToken(app, { scopes: SCOPES.filter((scope) => scope !== 'admin') });
    const calls = [['POST', ''], ['GET', ''], ['GET', `/${id}`], ['DELETE', `/${id}`], ['POST', `/${id}/rotate`]]; // prettier-ignore
    for (const [method, path] of calls) {
      const answer = await as(
        app,
        secret,
        method,
        `/api/v1/tokens${path}`,
        method === 'POST' ? {} : undefined,
      );
      expectProblem(answer, { status: 403, code: 'insufficient_scope' });
      expect(answer.headers.get('www-authenticate')).toBe(
        'Bearer realm="assay", error="insufficient_scope", scope="admin"',
      );
    }
  });

  it('gives a retry the same token without the secret', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const body = { name: 'once', scopes: ['events:write'] };
    const first = await app.call('POST', '/api/v1/tokens', body, key);
    const second = await app.call('POST', '/api/v1/tokens', body, key);
    expect(first.body.secret).toMatch(/^assay_secret_/);
    expect(second).toMatchObject({ status: 201, body: { ...first.body, secret: null } });
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const rows = await app.database.source.query(
      `SELECT k::text AS text FROM idempotency_keys k UNION ALL SELECT a::text FROM audit_log a`,
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toContain(first.body.secret.slice(13, 40));
  });
});

describe('tokens in a list', () => {
  it('are paged, newest first', async () => {
    const made = [
      await aToken(app, { name: 'a' }),
      await aToken(app, { name: 'b' }),
      await aToken(app, { name: 'c' }),
    ];
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await app.call('GET', `/api/v1/tokens?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.next_cursor;
    } while (cursor !== null);
    expect(seen.slice(0, 3)).toEqual(made.map(({ id }) => id).reverse());
    expect(new Set(seen).size).toBe(seen.length);
    expectProblem(await app.call('GET', '/api/v1/tokens?cursor=x'), { status: 400, code: 'invalid_request' });
  });

  it.each(['GET', 'DELETE'])('are not there under an unknown id: %s', async (method) => {
    expectProblem(await app.call(method, `/api/v1/tokens/${randomUUID()}`), {
      status: 404,
      code: 'not_found',
    });
    expectProblem(await app.call(method, '/api/v1/tokens/x'), { status: 400, code: 'invalid_request' });
    expectProblem(await rotate(randomUUID()), { status: 404, code: 'not_found' });
  });
});
