import { Recent } from './recent';

describe('what was used recently', () => {
  it('forgets what was not asked for longest', () => {
    const recent = new Recent<number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    expect(recent.get('a')).toBe(1);
    recent.set('c', 3);
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3]);
    expect(recent.size).toBe(2);
  });

  it('knows the order of use, wherever in it an entry stood', () => {
    const recent = new Recent<number>(4);
    for (const key of ['a', 'b', 'c', 'd']) recent.set(key, 1);
    for (const key of ['c', 'a', 'c', 'd']) recent.get(key);
    recent.delete('a');
    for (const key of ['e', 'f', 'g']) recent.set(key, 1);
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((key) => recent.get(key))).toEqual([
      'd',
      'e',
      'f',
      'g',
    ]);
  });

  it('keeps to a weight, and does not keep what alone is heavier', () => {
    const recent = new Recent<string>(10, (text) => text.length);
    recent.set('a', 'four');
    recent.set('b', 'four');
    recent.set('a', 'another');
    expect([recent.get('a'), recent.get('b')]).toEqual(['another', undefined]);
    recent.delete('a');
    recent.set('c', 'ten of all');
    expect(recent.get('c')).toBe('ten of all');
    recent.set('d', 'far more than ten');
    expect(recent.size).toBe(0);
    recent.set('e', 'ten of all');
    recent.deleteWhere((text) => text.startsWith('ten'));
    recent.set('f', 'ten of all');
    expect(recent.size).toBe(1);
  });
});
