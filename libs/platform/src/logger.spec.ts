import { createLogger } from './logger';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger('test', 'info', { write: (text) => lines.push(text) }));
  return lines;
}

describe('the log', () => {
  it('has one line for each entry, whatever is in it', () => {
    const forged = 'user\n{"level":50,"msg":"forged"}\r\n';
    const lines = logged((logger) => logger.info({ route: forged, err: new Error(forged) }, forged));
    expect(lines).toHaveLength(1);
    expect(lines[0].trimEnd()).not.toMatch(/[\r\n]/);
  });

  it('says what failed, and not on whose data', () => {
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (user_id)=(private) exists',
    });
    const error = Object.assign(new Error('the statement failed', { cause }), {
      parameters: ['private'],
      table: 'users',
    });
    const [line] = logged((logger) => logger.error({ err: error, headers: { authorization: 'private' } }));
    expect(line).not.toContain('private');
    expect(JSON.parse(line).err).toMatchObject({
      message: 'the statement failed',
      table: 'users',
      stack: expect.stringContaining('logger.spec'),
      cause: { message: 'duplicate key', code: '23505' },
    });
  });
});
