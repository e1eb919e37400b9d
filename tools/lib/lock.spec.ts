import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

interface Lock {
  holder?: { pid: number };
  previous?: { pid: number; port?: number };
  note(facts: object): void;
  release(): void;
}
const { takeLock } = jest.requireActual<{ takeLock: (file: string) => Lock }>('./lock.mjs');
const { identityOf } = jest.requireActual<{ identityOf: (pid: number) => object }>('./alive.mjs');

describe('a lock file', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'assay-lock-'));
  const file = path.join(dir, 'start.lock');
  const leave = (content: unknown) => fs.writeFileSync(file, JSON.stringify(content));

  afterEach(() => fs.rmSync(file, { force: true }));
  afterAll(() => fs.rmSync(dir, { recursive: true }));

  it('is refused while its holder lives, and free again after release', () => {
    const lock = takeLock(file);
    lock.note({ url: 'http://127.0.0.1:3000' });
    expect(takeLock(file).holder).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:3000' });
    lock.release();
    expect(takeLock(file).holder).toBeUndefined();
  });

  it('of a dead holder is taken over with what the dead one had noted', () => {
    leave({ pid: 2 ** 22 + 1, startTime: '1', port: 3000 });
    expect(takeLock(file)).toMatchObject({ previous: { port: 3000 } });
  });

  it('of a pid that now belongs to another process is free', () => {
    leave({ ...identityOf(process.pid), startTime: 'an earlier one' });
    expect(takeLock(file).holder).toBeUndefined();
  });

  it.each(['', '{"pid":', '{}', '{"pid":-1}', '{"pid":0}', 'null'])(
    'that says only %j holds nobody off',
    (text) => {
      fs.writeFileSync(file, text);
      expect(takeLock(file).holder).toBeUndefined();
    },
  );

  it('leaves nothing beside itself', () => {
    leave({ pid: 2 ** 22 + 1, startTime: '1' });
    takeLock(file).release();
    expect(fs.readdirSync(dir)).toEqual([]);
  });
});
