import { documents, instants, numbers, sparse, texts, uuids } from './array-parameters';

const ID = '01a1fdea-7125-7669-b819-8a970b224bb1';
const NOW = '2026-11-21T11:42:41.669Z';

describe('arrays as parameters', () => {
  it('go in binary when every value is plainly of the type, or null', () => {
    for (const array of [
      uuids([ID, ID.toUpperCase(), null, undefined]),
      instants([NOW, '2026-11-21T11:42:41.669123Z', null]),
      texts(['', 'ä', null]),
      documents([{ page: '/' }, null, undefined]),
    ])
      expect(Buffer.isBuffer(array)).toBe(true);
  });

  it.each([
    [uuids, `{${ID}}`],
    [uuids, ID.replaceAll('-', '')],
    [uuids, ID.replace('a', 'g')],
    [uuids, ID.replace('a', 'š')],
    [uuids, ID.replace('-', '0')],
    [uuids, 7],
    [instants, '2026-11-21'],
    [instants, '2026-02-30T00:00:00Z'],
    [instants, '2026-11-21T11:42:41.6691234Z'],
    [instants, '2026-11-21T11:42:41+02:00'],
    [instants, 'infinity'],
    [instants, 7],
    [texts, 7],
    [numbers, '1,2'],
  ])('%p leaves %p to PostgreSQL, and all that stands beside it', (encode, odd) => {
    const values = [null, odd];
    expect(encode(values)).toBe(values);
  });

  it('write numbers without quotes', () => {
    expect(numbers([1.5, null, -2e21, undefined])).toBe('{1.5,NULL,-2e+21,NULL}');
  });

  it('are empty where there is no value at all', () => {
    expect(sparse(texts, [null, undefined])).toBe('{}');
    expect(sparse(texts, [null, 'a'])).toEqual(texts([null, 'a']));
  });
});
