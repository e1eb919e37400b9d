import { randomUUID } from 'node:crypto';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setCaller } from '../../apps/api/src/auth/caller';
import { PUBLIC_KEY, SCOPES_KEY } from '../../apps/api/src/auth/scopes';
import { TokenGuard } from '../../apps/api/src/auth/token.guard';
import { TokenUsage } from '../../apps/api/src/auth/token-usage';
import { startApp, TestApp, urlOf } from '../support/app';
import { lastBefore, until } from '../support/wait';
import { expectProblem } from './help';
import { aToken, as } from './tokens-help';

interface Proxy {
  port: number;
  set: (mode: 'pass' | 'cut' | 'blackhole') => void;
  close: () => Promise<void>;
}
const { Proxy } = jest.requireActual<{ Proxy: { to: (target: () => number) => Promise<Proxy> } }>(
  '../../tools/chaos/proxy.mjs',
);

// Two cores may be busy, and several apis are started here.
jest.setTimeout(60_000);

const LIST = '/api/v1/experiments';
const asked = (url: string, secret: string, path = LIST): Promise<Response> =>
  fetch(url + path, { headers: { authorization: `Bearer ${secret}` } });

describe('tokens in several processes', () => {
  let app: TestApp;
  let other: string;
  beforeAll(async () => {
    app = await startApp({ worker: false });
    other = await urlOf(await app.startBeside());
  });
  afterAll(() => app.close());

  it('work everywhere at once, and stop within five seconds of being revoked', async () => {
    const { id, secret } = await aToken(app);
    expect((await asked(other, secret)).status).toBe(200);
    expect((await app.call('DELETE', `/api/v1/tokens/${id}`)).status).toBe(204);
    const revoked = Date.now();
    expect((await asked(app.url, secret)).status).toBe(401);
    const lastBelieved = await lastBefore(async () => (await asked(other, secret)).status === 401);
    expect(lastBelieved - revoked).toBeLessThan(5_000);
  });

  it('stop at the moment they expire, however well they are remembered', async () => {
    const expires = Date.now() + 4_000;
    const { secret } = await aToken(app, { expires_at: new Date(expires).toISOString() });
    const seen: { status: number; sentAt: number; answeredAt: number }[] = [];
    while (Date.now() < expires + 300) {
      for (const url of [app.url, other]) {
        const sentAt = Date.now();
        const { status } = await asked(url, secret);
        seen.push({ status, sentAt, answeredAt: Date.now() });
      }
    }
    expect(seen.filter(({ status, sentAt }) => sentAt >= expires && status !== 401)).toEqual([]);
    expect(seen.filter(({ status, answeredAt }) => answeredAt < expires && status !== 200)).toEqual([]);
    expect(seen.some(({ status }) => status === 200)).toBe(true);
  });

  it('begin at the moment they should, however well their absence is remembered', async () => {
    const begins = Date.now() + 4_000;
    const { secret } = await aToken(app, { not_before: new Date(begins).toISOString() });
    expect((await asked(other, secret)).status).toBe(401);
    const lastRefused = await lastBefore(async () => (await asked(other, secret)).status === 200);
    expect(lastRefused - begins).toBeLessThan(1_000);
  });

  it('are counted without a row being written for each use', async () => {
    await app.database.source.query(`
      CREATE TABLE token_writes (id uuid);
      CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO token_writes VALUES (new.id); RETURN NULL; END';
      CREATE TRIGGER note_write AFTER UPDATE ON tokens FOR EACH ROW EXECUTE FUNCTION note_write()`);
    const third = await app.startBeside();
    const url = await urlOf(third);
    const { id, secret } = await aToken(app);
    const began = new Date().toISOString();
    for (let n = 0; n < 10; n++)
      await Promise.all(Array.from({ length: 100 }, async () => (await asked(url, secret)).text()));
    await third.get(TokenUsage).flush();
    expect((await asked(url, secret)).status).toBe(200);
    await third.close();
    const { uses, last_used_at } = (await app.call('GET', `/api/v1/tokens/${id}`)).body;
    expect(uses).toBe(1_001);
    expect(last_used_at >= began && last_used_at <= new Date().toISOString()).toBe(true);
    const [{ writes }] = await app.database.source.query(
      'SELECT count(*)::int AS writes FROM token_writes WHERE id = $1',
      [id],
    );
    expect(writes).toBe(2);
  });
});

describe('the last token that can manage tokens', () => {
  it('cannot be revoked when the environment has none', async () => {
    const app = await startApp({ worker: false });
    try {
      const admins = [await aToken(app, { scopes: ['admin'] }), await aToken(app, { scopes: ['admin'] })];
      const url = await urlOf(await app.startBeside({ BEARER_TOKENS: '[]' }));
      const revoke = (by: string, id: string): Promise<Response> =>
        fetch(`${url}/api/v1/tokens/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${by}` } });
      expect((await asked(url, app.token)).status).toBe(401);
      const answers = await Promise.all(admins.map(({ id, secret }) => revoke(secret, id)));
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 409]);
      const refused = answers.find(({ status }) => status === 409) as Response;
      expect(await refused.json()).toMatchObject({ code: 'last_admin_token' });
      // Of what is not admin the last may go.
      const left = admins[answers.indexOf(refused)];
      const plain = await aToken(app, { scopes: ['events:write'] });
      expect((await revoke(left.secret, plain.id)).status).toBe(204);
      // Rotated, there are two for a while: the old one may go, and the new one is the last.
      const rotated = await fetch(`${url}/api/v1/tokens/${left.id}/rotate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${left.secret}` },
      });
      const next = (await rotated.json()) as { id: string; secret: string };
      expect((await revoke(left.secret, next.id)).status).toBe(409);
      expect((await revoke(next.secret, left.id)).status).toBe(204);
      expect((await revoke(next.secret, next.id)).status).toBe(409);
      // With a token in the environment it does not matter.
      expect((await app.call('DELETE', `/api/v1/tokens/${next.id}`)).status).toBe(204);
    } finally {
      await app.close();
    }
  });
});

describe('a process that PostgreSQL does not answer', () => {
  let app: TestApp;
  let proxy: Proxy;
  let cut: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    app = await startApp({ worker: false, queue: 'redis', patience: 'production' });
    const target = new URL(app.database.url);
    const port = Number(target.port);
    proxy = await Proxy.to(() => port);
    target.port = String(proxy.port);
    cut = await app.startBeside({ DATABASE_URL: target.href, DATABASE_READER_URL: target.href });
    url = await urlOf(cut);
  });
  afterAll(async () => {
    proxy.set('pass');
    await app.close();
    await proxy.close();
  });

  const send = (secret: string): Promise<Response> =>
    fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event_id: randomUUID(), user_id: 'u', type: 'view' }),
    });

  it.each(['cut', 'blackhole'] as const)(
    'goes on for tokens it knows, and says of others that it cannot tell: %s',
    async (mode) => {
      const known = await aToken(app, { scopes: ['events:write'] });
      const stranger = await aToken(app, { scopes: ['events:write'] });
      await until('an answer', async () => (await send(known.secret)).status === 202);
      proxy.set(mode);
      const end = Date.now() + 7_000;
      // Beyond the five seconds for which it would not have asked.
      while (Date.now() < end) {
        const began = Date.now();
        expect((await send(known.secret)).status).toBe(202);
        expect(Date.now() - began).toBeLessThan(5_000);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const answer = await send(stranger.secret);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await answer.json()).toMatchObject({ code: 'store_unavailable' });
      // What cannot be a token needs no database to be refused, and those of the environment are always known.
      expect((await send('x'.repeat(40))).status).toBe(401);
      expect((await send(app.token)).status).toBe(202);
      await cut.get(TokenUsage).flush();
      proxy.set('pass');
    },
  );

  it('knows the strangers again when it is back, and has lost no count', async () => {
    const { id, secret } = await aToken(app, { scopes: ['events:write'] });
    await until('an answer', async () => (await send(secret)).status === 202);
    await cut.get(TokenUsage).flush();
    expect((await app.call('GET', `/api/v1/tokens/${id}`)).body.uses).toBeGreaterThan(0);
    const { body } = await app.call('GET', '/api/v1/tokens');
    const uses = body.data.map((token: { uses: number }) => token.uses);
    expect(Math.max(...uses)).toBeGreaterThan(20);
  });
});

describe('every route of every controller', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.close());

  it('says who may call it', async () => {
    const reflector = app.api.get(Reflector);
    const open: string[] = [];
    let routes = 0;
    for (const module of app.api.get(ModulesContainer).values()) {
      for (const { metatype } of module.controllers.values()) {
        const controller = metatype as { name: string; prototype: Record<string, () => unknown> };
        for (const name of Object.getOwnPropertyNames(controller.prototype)) {
          const handler = controller.prototype[name];
          if (name === 'constructor' || Reflect.getMetadata('path', handler) === undefined) continue;
          routes += 1;
          const targets = [handler, controller] as never[];
          const scopes = reflector.getAllAndOverride<string[] | undefined>(SCOPES_KEY, targets) ?? [];
          const route = `${controller.name}.${name}`;
          if (reflector.getAllAndOverride<boolean | undefined>(PUBLIC_KEY, targets)) open.push(route);
          else expect({ route, scopes: scopes.length > 0 }).toEqual({ route, scopes: true });
        }
      }
    }
    expect(routes).toBeGreaterThan(45);
    expect(open).toEqual(['HealthController.live', 'HealthController.ready']);
  });

  it('is shut for everybody when it does not', async () => {
    class Forgetful {
      handler(this: void): void {}
    }
    const request = {};
    const context = new ExecutionContextHost([request, {}], Forgetful, Forgetful.prototype.handler);
    const guard = new TokenGuard(app.api.get(Reflector));
    expect(() => guard.canActivate(context)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
    const scopes = ['admin', 'events:write'] as const;
    setCaller(request as never, {
      id: 'x',
      name: 'x',
      kind: 'secret',
      scopes,
      source: 'database',
      origins: [],
    });
    expect(() => guard.canActivate(context)).toThrow(expect.objectContaining({ code: 'insufficient_scope' }));
    expectProblem(await as(app, app.token, 'GET', '/api/v1/nothing'), { status: 404, code: 'not_found' });
  });
});
