import { UserFactsStore } from '@app/store';
import { startApp, TestApp } from '../support/app';
import { anExperiment, expectProblem, raw, variantOf } from './help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const at = (user: string) => `/api/v1/users/${encodeURIComponent(user)}`;
const put = (user: string, attributes: unknown) => app.call('PUT', at(user), { attributes });
const known = async (user: string) => (await app.call('GET', at(user))).body.attributes;
const merge = (...identified: { userId: string; facts: Record<string, string | number | boolean> }[]) =>
  app.api.get(UserFactsStore, { strict: false }).merge(identified);

describe('what is known of a user', () => {
  it('is put and read back with the types it has', async () => {
    const attributes = { plan: 'pro', seats: 12, share: -0.5, beta: true, empty: '', ünï: '日本', constructor: 'x' };
    const { status, body } = await put('ann/ü 1', attributes);
    expect({ status, body }).toMatchObject({ status: 200, body: { user_id: 'ann/ü 1' } });
    expect(body.attributes).toEqual(attributes);
    const read = await app.call('GET', at('ann/ü 1'));
    expect(read.body).toEqual(body);
    expect(read.headers.get('cache-control')).toBe('no-store');
  }); // prettier-ignore

  it('is replaced as a whole', async () => {
    const before = (await put('ben', { plan: 'pro', seats: 2 })).body;
    const after = (await put('ben', { plan: 'free' })).body;
    expect(after.attributes).toEqual({ plan: 'free' });
    expect(after.created_at).toBe(before.created_at);
    expect((await put('ben', {})).body.attributes).toEqual({});
  });

  it('is nothing for a user whom nobody has told of', async () => {
    const answer = await app.call('GET', at('nobody-here'));
    expectProblem(answer, { status: 404, code: 'not_found' });
    expect(JSON.stringify(answer.body)).not.toContain('nobody-here');
  });

  it.each<[string, unknown, string, string]>([
    ['a list', ['pro'], '/attributes', 'invalid_type'],
    ['nothing', undefined, '/attributes', 'required'],
    ['a nested value', { address: { city: 'Bonn' } }, '/attributes/address', 'invalid_type'],
    ['null', { plan: null }, '/attributes/plan', 'invalid_type'],
    ['a long text', { plan: 'é'.repeat(129) }, '/attributes/plan', 'too_long'],
    ['a NUL', { plan: 'a\u0000' }, '/attributes/plan', 'invalid_format'],
    ['51 names', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`n${i}`, i])), '/attributes', 'too_many'],
  ])('is refused when it is %s', async (_, attributes, pointer, fault) => {
    expectProblem(await put('carl', attributes), { status: 400, code: 'invalid_request', pointer, fault });
  }); // prettier-ignore

  it('is for tokens of servers with the scope users:write', async () => {
    const { body: token } = await app.call('POST', '/api/v1/tokens', {
      name: 'facts',
      scopes: ['users:write'],
    });
    const headers = { authorization: `Bearer ${token.secret}`, 'content-type': 'application/json' };
    expect((await raw(app, 'PUT', at('dora'), headers, '{"attributes":{}}')).status).toBe(200);
    const browser = { name: 'shop', kind: 'publishable', scopes: ['users:write'], allowed_origins: ['https://shop.example'] }; // prettier-ignore
    expect((await app.call('POST', '/api/v1/tokens', browser)).status).toBe(400);
  });

  it('is what targeting asks for, unless the request says otherwise', async () => {
    const x = await anExperiment(app, { targeting: { attribute: 'seats', operator: 'gte', value: 10 } });
    await put('emil', { seats: 12 });
    await put('flo', { seats: 9 });
    await put('gus', { seats: '12' });
    expect(await variantOf(app, x.id, 'emil')).not.toBeNull();
    expect(await variantOf(app, x.id, 'flo')).toBeNull();
    expect(await variantOf(app, x.id, 'gus')).toBeNull();
    await put('flo', { seats: 10 });
    expect(await variantOf(app, x.id, 'flo')).not.toBeNull();
  });
});

describe('what clients tell of those they identify', () => {
  it('is added to what is known, the later over the earlier', async () => {
    await put('hal', { plan: 'free', country: 'DE' });
    await merge(
      { userId: 'hal', facts: { plan: 'team', seats: 1 } },
      { userId: 'ida', facts: { plan: 'pro' } },
      { userId: 'hal', facts: { seats: 2 } },
      { userId: 'jon', facts: {} },
    );
    expect(await known('hal')).toEqual({ plan: 'team', country: 'DE', seats: 2 });
    expect(await known('ida')).toEqual({ plan: 'pro' });
    expect(await known('jon')).toBeUndefined();
  });

  it('writes nothing when it is known already', async () => {
    await put('kim', { plan: 'pro', seats: 1 });
    const place = async () =>
      (await app.database.source.query(`SELECT ctid::text, updated_at FROM users WHERE user_id = 'kim'`))[0];
    const before = await place();
    await merge({ userId: 'kim', facts: { seats: 1 } });
    expect(await place()).toEqual(before);
    await merge({ userId: 'kim', facts: { seats: 2 } });
    expect(await place()).not.toEqual(before);
  });

  it('changes only names that are there when there would be too many', async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`n${i}`, i]));
    await put('lea', many);
    await merge({ userId: 'lea', facts: { n0: 'new', more: 1 } });
    expect(await known('lea')).toEqual({ ...many, n0: 'new' });
    await merge({ userId: 'mo', facts: { ...many, more: 1 } });
    expect(Object.keys(await known('mo'))).toHaveLength(50);
  });

  it('may come from many sides at once', async () => {
    const users = Array.from({ length: 40 }, (_, i) => `crowd-${i}`);
    const rounds = Array.from({ length: 8 }, (_, round) => {
      const order = round % 2 === 0 ? users : users.toReversed();
      return merge(...order.map((userId) => ({ userId, facts: { [`from${round}`]: round } })));
    });
    await Promise.all(rounds);
    for (const user of users) expect(Object.keys(await known(user))).toHaveLength(8);
  });

  it('belongs to the user whose alias they were', async () => {
    await put('nora', { plan: 'pro' });
    for (const alias of ['anonymous-1', 'anonymous-2'])
      expect((await app.call('POST', `${at('nora')}/aliases`, { alias })).status).toBe(200);
    await merge(
      { userId: 'anonymous-1', facts: { country: 'DE', seats: 1 } },
      { userId: 'anonymous-2', facts: { seats: 2 } },
      { userId: 'nora', facts: { beta: true } },
    );
    const facts = { plan: 'pro', country: 'DE', seats: 2, beta: true };
    for (const id of ['nora', 'anonymous-1', 'anonymous-2']) expect(await known(id)).toEqual(facts);
    const { body } = await app.call('PUT', at('anonymous-1'), { attributes: { plan: 'free' } });
    expect(body).toMatchObject({ user_id: 'nora', attributes: { plan: 'free' } });
    const x = await anExperiment(app, { targeting: { attribute: 'plan', operator: 'eq', value: 'free' } });
    expect(await variantOf(app, x.id, 'anonymous-2')).not.toBeNull();
  });
});
