import { InvalidEnvironment, readEnv } from './env';

const ENOUGH = { DATABASE_URL: 'postgres://user:s3cret@host/db' };

function problemsOf(source: NodeJS.ProcessEnv): string[] {
  try {
    readEnv(source);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidEnvironment);
    return (error as InvalidEnvironment).problems;
  }
}

describe('reading the environment', () => {
  it('needs a database and fills in the rest', () => {
    expect(readEnv(ENOUGH)).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      BEARER_TOKENS: [],
      LOG_LEVEL: 'info',
    });
  });

  it('reads numbers and lists, and takes an empty variable for an absent one', () => {
    const tokens = ['k3yQ0vWb7sTz1nXc5mHj9dRf2gLp8uAe', '4f9b1c7d2e8a6053f9b1c7d2e8a60534'];
    const env = readEnv({ ...ENOUGH, PORT: '8080', BEARER_TOKENS: JSON.stringify(tokens), REDIS_URL: '' });
    expect(env).toMatchObject({ PORT: 8080, BEARER_TOKENS: tokens });
    expect(env.REDIS_URL).toBeUndefined();
  });

  it('limits how much a token may ask for, unless told not to', () => {
    expect(readEnv(ENOUGH)).toMatchObject({
      RATE_LIMIT_ENABLED: true,
      RATE_LIMIT_PERIOD: 60,
      RATE_LIMIT_REQUESTS: 6_000,
      RATE_LIMIT_ASSIGNMENTS: 600_000,
      RATE_LIMIT_EVENTS: 6_000_000,
      RATE_LIMIT_FAILED_AUTH: 100,
      RATE_LIMIT_EXPECTED_PROCESSES: 1,
    });
    expect(readEnv({ ...ENOUGH, RATE_LIMIT_ENABLED: 'false' }).RATE_LIMIT_ENABLED).toBe(false);
  });

  it.each(['1', '10', '10.0.0.0/8', '127.0.0.1, ::1', 'fd00::/8'])('trusts proxies: %s', (text) => {
    expect(readEnv({ ...ENOUGH, TRUST_PROXY: text }).TRUST_PROXY).toBe(text);
  });

  it.each([
    '0',
    '11',
    'true',
    '*',
    '10.0.0.0/33',
    '10.0.0.256',
    '10.0.0.0/8,',
    'fd00::/129',
    'loopback',
    '1.2.3.4/8/8',
  ])('trusts nobody by mistake: %s', (text) => {
    expect(problemsOf({ ...ENOUGH, TRUST_PROXY: text })).toEqual([expect.stringMatching(/^TRUST_PROXY/)]);
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readEnv(ENOUGH))).toBe(true);
  });

  it('names every problem at once', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2@host/db',
      DATABASE_POOL_SIZE: '0',
      REDIS_URL: 'http://:hunter3@host',
      PORT: '70000',
      BEARER_TOKENS: '["hunter4"]',
      LOG_LEVEL: 'hunter5',
    });
    for (const name of [
      'DATABASE_URL',
      'DATABASE_POOL_SIZE',
      'REDIS_URL',
      'PORT',
      'BEARER_TOKENS',
      'LOG_LEVEL',
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^${name}\\b`)));
    }
  });

  it('says the name and never the value', () => {
    const source = {
      DATABASE_URL: 'hunter2',
      BEARER_TOKENS: 'hunter3',
      PORT: 'hunter4',
      QUEUE_PREFIX: 'HUNTER5',
    };
    const text = problemsOf(source).join('\n');
    expect(text).toContain('BEARER_TOKENS');
    expect(text).not.toMatch(/hunter/i);
    const weak = problemsOf({ ...ENOUGH, BEARER_TOKENS: JSON.stringify(['hunter6-changeme'.repeat(3)]) });
    expect(weak.join('\n')).not.toMatch(/hunter/i);
  });

  it.each([
    ['no database', {}],
    ['a fraction for a port', { ...ENOUGH, PORT: '80.5' }],
    ['a token of 31 characters', { ...ENOUGH, BEARER_TOKENS: '["k3yQ0vWb7sTz1nXc5mHj9dRf2gLp8uA"]' }],
    ['a token with a space', { ...ENOUGH, BEARER_TOKENS: '["k3yQ0vWb7sTz1nXc 5mHj9dRf2gLp8uAe"]' }],
    ['a token of few characters', { ...ENOUGH, BEARER_TOKENS: `["${'123456789'.repeat(8)}"]` }],
    ['a token that is an example', { ...ENOUGH, BEARER_TOKENS: '["changeme-changeme-0123456789-abcdef"]' }],
    [
      'a weak token among good ones',
      { ...ENOUGH, BEARER_TOKENS: `["k3yQ0vWb7sTz1nXc5mHj9dRf2gLp8uAe", "${'a'.repeat(40)}"]` },
    ],
    ['tokens that are no list', { ...ENOUGH, BEARER_TOKENS: '{"a":"k3yQ0vWb7sTz1nXc5mHj9dRf2gLp8uAe"}' }],
    ['a prefix that would break keys', { ...ENOUGH, QUEUE_PREFIX: 'a:b' }],
    ['a limit of nothing', { ...ENOUGH, RATE_LIMIT_REQUESTS: '0' }],
  ])('refuses %s', (_, source) => {
    expect(problemsOf(source)).toHaveLength(1);
  });
});
