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
    const tokens = ['a-token-of-sixteen', 'b-token-of-sixteen'];
    const env = readEnv({ ...ENOUGH, PORT: '8080', BEARER_TOKENS: JSON.stringify(tokens), REDIS_URL: '' });
    expect(env).toMatchObject({ PORT: 8080, BEARER_TOKENS: tokens });
    expect(env.REDIS_URL).toBeUndefined();
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
  });

  it.each([
    ['no database', {}],
    ['a fraction for a port', { ...ENOUGH, PORT: '80.5' }],
    ['a token of fifteen characters', { ...ENOUGH, BEARER_TOKENS: '["fifteen-letters"]' }],
    ['tokens that are no list', { ...ENOUGH, BEARER_TOKENS: '{"a":"a-token-of-sixteen"}' }],
    ['a prefix that would break keys', { ...ENOUGH, QUEUE_PREFIX: 'a:b' }],
  ])('refuses %s', (_, source) => {
    expect(problemsOf(source)).toHaveLength(1);
  });
});
