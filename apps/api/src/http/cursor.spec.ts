import { AssayError } from '@app/model';
import { decodeCursor, encodeCursor, page } from './cursor';

const TIME = '2026-11-21T12:00:00.123456Z';
const ID = '0198c0de-1111-7000-8000-00000000000a';
const base64 = (text: string): string => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  it('gives back the key it was made of', () => {
    expect(decodeCursor(encodeCursor([TIME, ID]))).toEqual([TIME, ID]);
    expect(decodeCursor(encodeCursor([TIME, 'user "1" é']), 'user-id')).toEqual([TIME, 'user "1" é']);
    expect(decodeCursor(encodeCursor([TIME, '42']), 'number')).toEqual([TIME, '42']);
    expect(() => decodeCursor(encodeCursor([TIME, '4x']), 'number')).toThrow(AssayError);
    expect(decodeCursor(undefined)).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['garbage', 'garbage!'],
    ['no JSON', base64('x')],
    ['no list', base64('{}')],
    ['half a key', base64(JSON.stringify([TIME]))],
    ['numbers', base64('[1,2]')],
    ['a date that PostgreSQL would guess', base64(JSON.stringify(['2026', ID]))],
    ['infinity', base64(JSON.stringify(['infinity', ID]))],
    ['the cursor of a list of users', encodeCursor([TIME, 'user-1'])],
    ['a NUL', encodeCursor([TIME, 'a\u0000'])],
  ])('that is %s is refused', (_, text) => {
    expect(() => decodeCursor(text)).toThrow(AssayError);
  });

  it('is there as long as more follows', () => {
    const keyOf = (item: number): [string, string] => [TIME, String(item)];
    expect(page([1, 2, 3], 2, keyOf)).toEqual({ data: [1, 2], next_cursor: encodeCursor([TIME, '2']) });
    expect(page([1, 2], 2, keyOf)).toEqual({ data: [1, 2], next_cursor: null });
    expect(page([], 2, keyOf)).toEqual({ data: [], next_cursor: null });
  });
});
