import { Answer, startApp, TestApp } from '../support/app';
import { until } from '../support/wait';
import { anExperiment, assignment, assignmentsOf, raw } from './help';
import { aPublishable, as, aToken } from './tokens-help';

const SHOP = 'https://shop.example';
const PATH = '/ofrep/v1/evaluate/flags';
const JSON_TYPE = { 'content-type': 'application/json' };

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ worker: false });
});
afterAll(() => app.close());

const one = (key: string, context: object, headers = {}): Promise<Answer> =>
  app.call('POST', `${PATH}/${key}`, { context }, headers);
const all = (context: object, headers = {}, query = ''): Promise<Answer> =>
  app.call('POST', PATH + query, { context }, headers);

/** Of who has just been created the api hears within a second, as every process does. */
const known = (key: string): Promise<unknown> =>
  until(`${key} among all flags`, async () => {
    const { body } = await all({ targetingKey: 'anybody' });
    return body.flags.some((flag: { key: string }) => flag.key === key);
  });

const COLOURS = [
  { key: 'control', allocation_pct: 50, config: { color: 'grey' } },
  { key: 'treatment', allocation_pct: 50, config: { color: 'green' } },
];

describe('one flag', () => {
  it('has the variant, the value and the reason, and its user is assigned', async () => {
    const { id, key } = await anExperiment(app, { variants: COLOURS });
    const { status, headers, body } = await one(key, { targetingKey: 'ünï-1', plan: 'pro' });
    const { body: assigned } = await assignment(app, id, 'ünï-1');
    expect({ status, type: headers.get('content-type') }).toEqual({
      status: 200,
      type: expect.stringMatching(/^application\/json/),
    });
    expect(body).toEqual({
      key,
      reason: 'SPLIT',
      variant: assigned.variant.key,
      value: assigned.variant.config,
      metadata: expect.objectContaining({ experimentId: id, experimentKey: key, bucketed: true }),
    });
    expect(assigned).toMatchObject({ reason: 'assigned', exposed_at: null });
    expect(await assignmentsOf(app, id)).toBe(1);
  });

  it('is decided by what is known of the user', async () => {
    const targeting = { attribute: 'country', operator: 'eq', value: 'SE' };
    const { id, key } = await anExperiment(app, { variants: COLOURS, targeting });
    const inside = await one(key, { targetingKey: 'u1', country: 'SE', cart: { goods: [1] } });
    expect(inside.body).toMatchObject({ reason: 'SPLIT', variant: expect.any(String) });
    const outside = await one(key, { targetingKey: 'u2', country: 'NO' });
    expect(outside.body).toMatchObject({
      value: { color: 'grey' },
      metadata: { experimentReason: 'targeting' },
    });
    expect(outside.body).not.toHaveProperty('variant');
    expect(await assignmentsOf(app, id)).toBe(1);
  });

  it('has no part in an experiment that has not begun', async () => {
    const { id, key } = await anExperiment(app, { variants: COLOURS, status: 'draft' });
    expect((await one(key, { targetingKey: 'u1' })).body).toMatchObject({ key, reason: 'DISABLED' });
    expect(await assignmentsOf(app, id)).toBe(0);
  });

  it('is not found by another name', async () => {
    const { id } = await anExperiment(app);
    for (const key of ['nobody-knows-me', id, 'a%2Fb', '%F0%9F%98%80']) {
      const { status, headers, body } = await one(key, { targetingKey: 'u1' });
      expect(status).toBe(404);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(body).toEqual({
        key: decodeURIComponent(key),
        errorCode: 'FLAG_NOT_FOUND',
        errorDetails: `There is no flag ${JSON.stringify(decodeURIComponent(key))}, and no experiment of this key.`,
      });
    }
  });
});

describe('what is wrong', () => {
  const faults: [string, string | undefined, string][] = [
    ['no body', undefined, 'PARSE_ERROR'],
    ['no JSON', '{"context"', 'PARSE_ERROR'],
    ['no object', '[]', 'PARSE_ERROR'],
    ['too much', JSON.stringify({ context: { targetingKey: 'u', a: 'x'.repeat(70_000) } }), 'PARSE_ERROR'],
    ['no context', '{}', 'INVALID_CONTEXT'],
    ['a context that is none', '{"context":"u1"}', 'INVALID_CONTEXT'],
    ['no targeting key', '{"context":{"plan":"pro"}}', 'TARGETING_KEY_MISSING'],
    ['an empty targeting key', '{"context":{"targetingKey":""}}', 'TARGETING_KEY_MISSING'],
    ['a targeting key that is no text', '{"context":{"targetingKey":5}}', 'INVALID_CONTEXT'],
    [
      'a long targeting key',
      JSON.stringify({ context: { targetingKey: 'x'.repeat(257) } }),
      'INVALID_CONTEXT',
    ],
  ];

  it.each(faults)('is said in the words of the protocol: %s', async (_, text, errorCode) => {
    const headers = { authorization: `Bearer ${app.token}`, ...JSON_TYPE };
    for (const key of [undefined, 'a-flag']) {
      const path = key === undefined ? PATH : `${PATH}/${key}`;
      const answer = await raw(app, 'POST', path, headers, text);
      expect({ path, status: answer.status }).toEqual({ path, status: 400 });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await answer.json()).toEqual({
        ...(key && { key }),
        errorCode,
        errorDetails: expect.any(String),
      });
    }
  });

  it('is a body of another type', async () => {
    const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'text/plain' };
    const answer = await raw(app, 'POST', PATH, headers, '{"context":{"targetingKey":"u"}}');
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({
      status: 400,
      errorCode: 'PARSE_ERROR',
    });
  });

  it('is an address that nobody can read', async () => {
    const headers = { authorization: `Bearer ${app.token}`, ...JSON_TYPE };
    for (const [text, key] of [
      ['%ED%A0%80', '%ED%A0%80'],
      ['50%off?client_key=x', '50%off'],
      ['a'.repeat(2_000), 'a'.repeat(256)],
    ]) {
      const answer = await raw(app, 'POST', `${PATH}/${text}`, headers, '{}');
      expect({ status: answer.status, body: await answer.json() }).toEqual({
        status: 400,
        body: { key, errorCode: 'PARSE_ERROR', errorDetails: expect.any(String) },
      });
    }
  });

  it('is a key with a slash that is not encoded, which no flag can have', async () => {
    const { status, headers, body } = await one('x/y', { targetingKey: 'u1' });
    expect({ status, body }).toEqual({
      status: 404,
      body: { key: 'x/y', errorCode: 'FLAG_NOT_FOUND', errorDetails: expect.any(String) },
    });
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('is a stranger, and a token for something else', async () => {
    const body = JSON.stringify({ context: { targetingKey: 'u1' } });
    const { secret } = await aToken(app, { scopes: ['experiments:read', 'flags:read'] });
    for (const path of [PATH, `${PATH}/a-flag`]) {
      expect((await raw(app, 'POST', path, JSON_TYPE, body)).status).toBe(401);
      const wrong = { ...JSON_TYPE, authorization: 'Bearer nobody' };
      expect((await raw(app, 'POST', path, wrong, body)).status).toBe(401);
      const narrow = { ...JSON_TYPE, authorization: `Bearer ${secret}` };
      expect((await raw(app, 'POST', path, narrow, body)).status).toBe(403);
    }
  });
});

describe('all flags', () => {
  it('are answered as one by one, and nothing is written', async () => {
    const running = await anExperiment(app, { variants: COLOURS });
    const draft = await anExperiment(app, { status: 'draft' });
    const rows = async () =>
      (await app.database.source.query('SELECT count(*)::int AS count FROM assignments'))[0].count;
    await known(draft.key);
    const before = await rows();
    const users = Array.from({ length: 50 }, (_, index) => `bulk-${index}`);
    const answers = await Promise.all(users.map((targetingKey) => all({ targetingKey })));
    expect(await rows()).toBe(before);
    expect(answers.map(({ status }) => status)).toEqual(users.map(() => 200));
    for (const [index, { body }] of answers.entries()) {
      const keys: string[] = body.flags.map(({ key }: { key: string }) => key);
      expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)));
      expect(keys).toEqual(expect.arrayContaining([running.key, draft.key]));
      const single = await one(running.key, { targetingKey: users[index] });
      expect(body.flags).toContainEqual(single.body);
    }
    // The single ones are another matter: their users are about to meet the flag.
    expect(await rows()).toBe(before + users.length);
  });

  it('have a tag of what is answered: 304 as long as that is the same', async () => {
    const targeting = { attribute: 'plan', operator: 'eq', value: 'pro' };
    const { key } = await anExperiment(app, { variants: COLOURS, targeting });
    await known(key);
    const first = await all({ targetingKey: 'u1', plan: 'free' });
    const etag = first.headers.get('etag') as string;
    expect(etag).toMatch(/^"[\w-]+"$/);
    const same = { 'if-none-match': etag };
    for (const query of ['', '?flagConfigEtag=%22x%22&flagConfigLastModified=2026-01-01T00:00:00Z']) {
      const again = await all({ targetingKey: 'u1', plan: 'free' }, same, query);
      expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: '' });
      expect(again.headers.get('etag')).toBe(etag);
    }
    // The provider in a browser keeps its tag when the context changes.
    const other = await all({ targetingKey: 'u1', plan: 'pro' }, same);
    expect(other.status).toBe(200);
    expect(other.headers.get('etag')).not.toBe(etag);
    await known((await anExperiment(app)).key);
    expect((await all({ targetingKey: 'u1', plan: 'free' }, same)).status).toBe(200);
  });
});

describe('a publishable token', () => {
  let secret: string;
  beforeAll(async () => {
    ({ secret } = await aPublishable(app, [SHOP], { scopes: ['flags:evaluate'] }));
  });

  it('evaluates for the pages of its origins, which may read all that a provider looks at', async () => {
    const preflight = await raw(app, 'OPTIONS', PATH, {
      origin: SHOP,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,if-none-match',
    });
    const allowed = (preflight.headers.get('access-control-allow-headers') ?? '').split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'if-none-match',
        'x-retry-count',
        'x-api-key',
      ]),
    );
    expect(preflight.headers.get('access-control-max-age')).toBe('600');
    const body = { context: { targetingKey: 'u1' } };
    const answer = await as(app, secret, 'POST', PATH, body, { origin: SHOP });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    const exposed = (answer.headers.get('access-control-expose-headers') ?? '').split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['etag', 'retry-after', 'ratelimit', 'ratelimit-policy']));
  });

  it('may come as an API key, as any token may', async () => {
    const body = JSON.stringify({ context: { targetingKey: 'u1' } });
    const publishable = await raw(
      app,
      'POST',
      PATH,
      { ...JSON_TYPE, 'x-api-key': secret, origin: SHOP },
      body,
    );
    expect(publishable.status).toBe(200);
    expect((await raw(app, 'POST', PATH, { ...JSON_TYPE, 'x-api-key': app.token }, body)).status).toBe(200);
    expect((await raw(app, 'POST', PATH, { ...JSON_TYPE, 'x-api-key': 'nobody' }, body)).status).toBe(401);
  });

  it('is for no other origin', async () => {
    const body = { context: { targetingKey: 'u1' } };
    const answer = await as(app, secret, 'POST', PATH, body, { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
  });
});

describe('a token that asks too often', () => {
  it('is told when to come back, in whole seconds', async () => {
    const strict = { RATE_LIMIT_REQUESTS: '2', RATE_LIMIT_ASSIGNMENTS: '2' };
    const limited = await startApp({ worker: false, env: { RATE_LIMIT_ENABLED: 'true', ...strict } });
    try {
      const ask = (path: string): Promise<Answer> =>
        limited.call('POST', path, { context: { targetingKey: 'u1' } });
      for (const path of [PATH, `${PATH}/a-flag`]) {
        const answers = [await ask(path), await ask(path), await ask(path)];
        const { status, headers, body } = answers.find((answer) => answer.status === 429) as Answer;
        expect({ path, status, body }).toMatchObject({ path, body: { errorCode: 'GENERAL' } });
        expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
        expect(headers.get('ratelimit')).toMatch(/r=0/);
      }
    } finally {
      await limited.close();
    }
  });
});
