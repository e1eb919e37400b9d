import { startApp, TestApp } from '../support/app';
import { untilLocked } from '../support/locks';
import { expectProblem } from './help';
import { alter, as, aToken } from './tokens-help';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const rotate = (id: string, body?: object) => app.call('POST', `/api/v1/tokens/${id}/rotate`, body);
const read = async (id: string) => (await app.call('GET', `/api/v1/tokens/${id}`)).body;

describe('rotating a token', () => {
  it('lets the old one work for the overlap, and the new one at once', async () => {
    const old = await aToken(app, { name: 'report', limits: { requests: 5 } });
    const { status, body } = await rotate(old.id, { overlap_seconds: 3600 });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'report',
      scopes: old.scopes,
      limits: { requests: 5 },
      rotated_from: old.id,
      status: 'active',
    });
    for (const secret of [old.secret, body.secret])
      expect((await as(app, secret, 'GET', '/api/v1/experiments')).status).toBe(200);
    const now = await read(old.id);
    expect(now).toMatchObject({ status: 'replaced', replaced_by: body.id });
    expect(Math.abs(Date.parse(now.expires_at) - Date.now() - 3_600_000)).toBeLessThan(30_000);
    expectProblem(await rotate(old.id), { status: 409, code: 'token_inactive' });
  });

  it('overlaps by a day unless told, and never longer than the token lives', async () => {
    const { id } = await aToken(app);
    expect((await rotate(id)).status).toBe(201);
    expect(Math.abs(Date.parse((await read(id)).expires_at) - Date.now() - 86_400_000)).toBeLessThan(30_000);
    const short = await aToken(app, { expires_at: new Date(Date.now() + 60_000).toISOString() });
    await rotate(short.id, { overlap_seconds: 2_592_000 });
    expect((await read(short.id)).expires_at).toBe(short.expires_at);
  });

  it('ends the old one at once without an overlap', async () => {
    const old = await aToken(app);
    expect((await rotate(old.id, { overlap_seconds: 0 })).status).toBe(201);
    expectProblem(await as(app, old.secret, 'GET', '/api/v1/experiments'), {
      status: 401,
      code: 'unauthenticated',
    });
  });

  it('succeeds once of several at the same time', async () => {
    const { id } = await aToken(app);
    const answers = await Promise.all(Array.from({ length: 6 }, () => rotate(id)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409, 409, 409, 409]);
    for (const answer of answers.filter(({ status }) => status === 409))
      expectProblem(answer, { status: 409, code: 'token_inactive' });
    const [{ made }] = await app.database.source.query(
      'SELECT count(*)::int AS made FROM tokens WHERE rotated_from = $1',
      [id],
    );
    expect(made).toBe(1);
  });

  it.each([
    ['more than 30 days', { overlap_seconds: 2_592_001 }],
    ['less than nothing', { overlap_seconds: -1 }],
    ['a fraction', { overlap_seconds: 1.5 }],
  ])('does not overlap by %s', async (_, body) => {
    const { id } = await aToken(app);
    expectProblem(await rotate(id, body), {
      status: 400,
      code: 'invalid_request',
      pointer: '/overlap_seconds',
    });
  });

  it('is no way back for a token that has ended', async () => {
    const revoked = await aToken(app);
    await app.call('DELETE', `/api/v1/tokens/${revoked.id}`);
    const expired = await aToken(app);
    await alter(app, expired.id, 'expires_at = now()');
    for (const { id } of [revoked, expired])
      expectProblem(await rotate(id), { status: 409, code: 'token_inactive' });
  });
});

describe('revoking a token', () => {
  it('ends it at once in this process, for ever, and may be repeated', async () => {
    const { id, secret } = await aToken(app);
    expect((await as(app, secret, 'GET', '/api/v1/experiments')).status).toBe(200);
    expect((await app.call('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204);
    expectProblem(await as(app, secret, 'GET', '/api/v1/experiments'), {
      status: 401,
      code: 'unauthenticated',
    });
    const { revoked_at } = await read(id);
    expect((await app.call('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204);
    expect(await read(id)).toMatchObject({ status: 'revoked', revoked_at });
    const statement = `SELECT 1 FROM audit_log WHERE target_id = $1 AND action = 'token.revoke'`;
    expect(await app.database.source.query(statement, [id])).toHaveLength(1);
  });
});

describe('how many tokens there can be', () => {
  it('ends at a thousand; those that have ended make room', async () => {
    await app.database.source.query(
      `INSERT INTO tokens (id, name, kind, hash, hint, scopes, created_by, expires_at)
       SELECT gen_random_uuid(), 'many', 'secret', sha256(n::text::bytea), 'xxxx', '{events:write}', 'test', now() + interval '1 day'
       FROM generate_series(1, 1000 - (SELECT count(*) FROM tokens WHERE revoked_at IS NULL AND expires_at > now())) AS n`,
    );
    const before = await app.call('POST', '/api/v1/tokens', { name: 'x', scopes: ['admin'] });
    expectProblem(before, { status: 429, code: 'quota_exceeded' });
    const [{ id }] = await app.database.source.query(`SELECT id FROM tokens WHERE name = 'many' LIMIT 1`);
    expectProblem(await rotate(id), { status: 429, code: 'quota_exceeded' });
    expect((await rotate(id, { overlap_seconds: 0 })).status).toBe(201);
    expect((await app.call('DELETE', `/api/v1/tokens/${(await read(id)).replaced_by}`)).status).toBe(204);
    // All have counted before the first can commit, unless they count one after the other.
    const holder = app.database.source.createQueryRunner();
    await holder.startTransaction();
    await holder.query('LOCK TABLE audit_log IN EXCLUSIVE MODE');
    const asked = Array.from({ length: 5 }, () =>
      app.call('POST', '/api/v1/tokens', { name: 'last', scopes: ['events:write'] }),
    );
    await untilLocked(app.database.db, 5);
    await holder.commitTransaction();
    await holder.release();
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 429, 429, 429, 429]);
  });
});
