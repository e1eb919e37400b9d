import { AssayError } from '@app/model';
import { decodeCursor, encodeCursor, page } from './cursor';

const TIME = '2026-11-21T12:00:00.123456Z';
const ID = '0198c0de-1111-7000-8000-00000000000a';
const base64 = (text: string): string => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  it('gives back the key it was made of', () => {
    expect(decodeCursor(encodeCursor('list', [TIME, ID]), 'list')).toEqual([TIME, ID]);
    expect(decodeCursor(encodeCursor('list', [TIME, 'user "1" é']), 'list', 'user-id')).toEqual([
      TIME,
      'user "1" é',
    ]);
    expect(decodeCursor(encodeCursor('list', [TIME, '42']), 'list', 'number')).toEqual([TIME, '42']);
    expect(() => decodeCursor(encodeCursor('list', [TIME, '4x']), 'list', 'number')).toThrow(AssayError);
    expect(decodeCursor(undefined, 'list')).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['garbage', 'garbage!'],
    ['no JSON', base64('x')],
    ['no list', base64('{}')],
    ['half a key', base64(JSON.stringify(['list', TIME]))],
    ['numbers', base64('["list",1,2]')],
    ['a date that PostgreSQL would guess', base64(JSON.stringify(['list', '2026', ID]))],
    ['infinity', base64(JSON.stringify(['list', 'infinity', ID]))],
    ['the cursor of a list of users', encodeCursor('list', [TIME, 'user-1'])],
    ['the cursor of another list', encodeCursor('other', [TIME, ID])],
    ['a NUL', encodeCursor('list', [TIME, 'a\u0000'])],
  ])('that is %s is refused', (_, text) => {
    expect(() => decodeCursor(text, 'list')).toThrow(AssayError);
  });

  it('is there as long as more follows', () => {
    const keyOf = (item: number): [string, string] => [TIME, String(item)];
    expect(page([1, 2, 3], 2, 'list', keyOf)).toEqual({
      data: [1, 2],
      next_cursor: encodeCursor('list', [TIME, '2']),
    });
    expect(page([1, 2], 2, 'list', keyOf)).toEqual({ data: [1, 2], next_cursor: null });
    expect(page([], 2, 'list', keyOf)).toEqual({ data: [], next_cursor: null });
  });
});
