import { randomUUID } from 'node:crypto';
import { TokenUsage } from '../../apps/api/src/auth/token-usage';
import { Answer, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { exchange } from '../doors/wire';
import { raw } from './help';
import { aPublishable, as, aToken } from './tokens-help';

// A token in another place than the Authorization header: only where a protocol has it, and never more than in the header.

const SHOP = 'https://shop.example';
const JSON_TYPE = { 'content-type': 'application/json' };
const TEXT = { 'content-type': 'text/plain' };
const MIB = 1024 * 1024;

let app: TestApp;
let secret: string;
let publishable: string;
let lines = '';
beforeAll(async () => {
  app = await startApp({
    worker: false,
    env: { LOG_LEVEL: 'debug' },
    log: { write: (text: string) => (lines += text) },
  });
  secret = (await aToken(app, { scopes: ['events:write'] })).secret;
  publishable = (await aPublishable(app, [SHOP])).secret;
});
afterAll(() => app.close());

const event = (more: object = {}): string =>
  JSON.stringify({ type: 'track', userId: 'u', event: 'e', messageId: randomUUID(), ...more });

async function post(
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
): Promise<Answer> {
  // The queue may be slow, which is of no interest here.
  return until('an answer of the queue', async () => {
    const response = await raw(app, 'POST', path, headers, body);
    if (response.status === 503) return null;
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(await response.text()),
    };
  });
}

describe('a token in the body', () => {
  it.each<[string, () => Promise<Answer>, number]>([
    ['secret, in JSON', () => post('/v1/track', JSON_TYPE, event({ writeKey: secret })), 200],
    ['secret, in a text', () => post('/v1/track', TEXT, event({ writeKey: secret })), 401],
    ['secret, in a text, of PostHog', () => post('/e/', TEXT, JSON.stringify({ api_key: secret, event: 'e', distinct_id: 'u' })), 401],
    ['publishable, from its origin', () => post('/v1/t', { ...TEXT, origin: SHOP }, event({ writeKey: publishable })), 200],
    ['publishable, from another origin', () => post('/v1/t', { ...TEXT, origin: 'https://evil.example' }, event({ writeKey: publishable })), 403],
    ['publishable, from no origin', () => post('/v1/t', JSON_TYPE, event({ writeKey: publishable })), 403],
    ['unknown', () => post('/v1/track', JSON_TYPE, event({ writeKey: 'x'.repeat(40) })), 401],
    ['under the name of another protocol', () => post('/v1/track', JSON_TYPE, event({ api_key: secret })), 401],
    ['nowhere', () => post('/v1/track', JSON_TYPE, event()), 401],
    ['right, beside a wrong one in the header', () => post('/v1/track', { ...JSON_TYPE, authorization: 'Bearer no' }, event({ writeKey: secret })), 401],
    ['of a route of the api', () => post('/api/v1/events', JSON_TYPE, JSON.stringify({ user_id: 'u', type: 't', writeKey: secret })), 401],
    ['of a route of OFREP', () => post('/ofrep/v1/evaluate/flags', JSON_TYPE, JSON.stringify({ context: { targetingKey: 'u' }, writeKey: secret, token: secret })), 401],
  ])('is believed or not: %s', async (_, ask, status) => {
    expect(await ask()).toMatchObject({ status });
  }); // prettier-ignore

  it('needs the scope of the route as anywhere', async () => {
    const reader = await aToken(app, { scopes: ['results:read'] });
    const { status, body } = await post('/v1/track', JSON_TYPE, event({ writeKey: reader.secret }));
    expect({ status, body }).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
  });

  it('is known only after the body, which may then be a quarter as large', async () => {
    const large = JSON.stringify({ batch: [], filler: 'x'.repeat(MIB), writeKey: secret });
    expect(await post('/v1/batch', JSON_TYPE, large)).toMatchObject({ status: 413 });
    const authorization = `Basic ${Buffer.from(`${secret}:`).toString('base64')}`;
    expect(await post('/v1/batch', { ...JSON_TYPE, authorization }, large)).toMatchObject({ status: 200 });
  });

  it('is not waited for when the length says it is too much', async () => {
    const head = `POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${MIB + 1}\r\n\r\n{`;
    expect(await exchange(Number(new URL(app.direct).port), head)).toMatchObject({ status: 413 });
  });
});

describe('a token elsewhere', () => {
  it.each<[string, () => Promise<Answer>, number]>([
    ['secret, as the user name', () => post('/v1/track', { ...JSON_TYPE, authorization: `Basic ${btoa(`${secret}:`)}` }, event()), 200],
    ['secret, as the password', () => post('/v1/track', { ...JSON_TYPE, authorization: `Basic ${btoa(`u:${secret}`)}` }, event()), 401],
    ['secret, as the user name in the api', () => post('/api/v1/events', { ...JSON_TYPE, authorization: `Basic ${btoa(`${secret}:`)}` }, '{"user_id":"u","type":"t"}'), 401],
    ['publishable, in the query', () => post(`/v1/track?client_key=${publishable}`, { ...JSON_TYPE, origin: SHOP }, event()), 200],
    ['secret, in the query', () => post(`/v1/track?client_key=${secret}`, JSON_TYPE, event()), 401],
    ['publishable, in the query of the api', () => post(`/api/v1/events?client_key=${publishable}`, { ...JSON_TYPE, origin: SHOP }, '{"user_id":"u","type":"t"}'), 401],
    ['publishable, as access_token', () => post(`/v1/track?access_token=${publishable}`, { ...JSON_TYPE, origin: SHOP }, event()), 400],
    ['secret, as X-API-Key of Segment', () => post('/v1/track', { ...JSON_TYPE, 'x-api-key': secret }, event()), 401],
    ['secret, as X-API-Key of the api', () => post('/api/v1/events', { ...JSON_TYPE, 'x-api-key': secret }, '{"user_id":"u","type":"t"}'), 401],
  ])('is believed or not: %s', async (_, ask, status) => {
    expect(await ask()).toMatchObject({ status });
  }); // prettier-ignore

  it('is X-API-Key in OFREP', async () => {
    const evaluator = await aToken(app, { scopes: ['flags:evaluate'] });
    const body = JSON.stringify({ context: { targetingKey: 'u' } });
    const ask = (key: string) => post('/ofrep/v1/evaluate/flags', { ...JSON_TYPE, 'x-api-key': key }, body);
    expect((await ask(evaluator.secret)).status).toBe(200);
    expect((await ask('x'.repeat(40))).status).toBe(401);
  });
});

it('says nothing of any token in the log', () => {
  expect(lines).toContain('/v1/:call');
  for (const one of [secret, publishable]) expect(lines).not.toContain(one);
});

describe('whoever comes with wrong tokens in bodies', () => {
  it('waits after too many, and nobody else', async () => {
    const strict = await startApp({
      worker: false,
      env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_FAILED_AUTH: '5' },
    });
    try {
      const known = (await aToken(strict, { scopes: ['events:write'] })).secret;
      const send = (writeKey: string, filler = ''): Promise<Response> =>
        raw(strict, 'POST', '/v1/batch', JSON_TYPE, JSON.stringify({ batch: [], filler, writeKey }));
      expect((await send(known)).status).toBe(200);
      const statuses = [];
      for (let n = 0; n < 7; n++) statuses.push((await send(`wrong-${n}`.padEnd(40, 'x'))).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
      expect((await send(known)).status).toBe(200);
      // What is large is not even read.
      const large = await send(known, 'x'.repeat(70_000));
      expect({ status: large.status, retry: Number(large.headers.get('retry-after')) > 0 }).toEqual({ status: 429, retry: true });
    } finally {
      await strict.close();
    }
  }); // prettier-ignore

  it('is charged for what comes with a right one: every item, once', async () => {
    const limited = await startApp({
      worker: false,
      env: { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_EVENTS: '10', RATE_LIMIT_PERIOD: '3600' },
    });
    try {
      const token = await aToken(limited, { scopes: ['events:write'] });
      const left = async (count: number): Promise<[number, string | undefined]> => {
        const batch = Array.from({ length: count }, () => ({}));
        const body = JSON.stringify({ batch, writeKey: token.secret });
        const { status, headers } = await raw(limited, 'POST', '/v1/batch', JSON_TYPE, body);
        return [status, /r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]];
      };
      expect(await left(6)).toEqual([200, '4']);
      expect(await left(0)).toEqual([200, '3']);
      expect(await left(4)).toEqual([429, '3']);
      await limited.api.get(TokenUsage).flush();
      const [{ uses }] = await limited.database.source.query('SELECT uses FROM tokens WHERE id = $1', [token.id]);
      expect(Number(uses)).toBe(3);
    } finally {
      await limited.close();
    }
  }); // prettier-ignore
});

it('opens nothing else that a header would not', async () => {
  for (const path of ['/metrics', '/api/v1/tokens', '/docs'])
    expect(
      (await raw(app, 'GET', `${path}?client_key=${app.token}`, { 'x-api-key': app.token })).status,
    ).toBe(401);
  expect((await as(app, publishable, 'GET', '/api/v1/experiments', undefined, { origin: SHOP })).status).toBe(
    403,
  );
});
