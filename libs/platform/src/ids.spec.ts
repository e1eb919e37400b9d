import { validate, version } from 'uuid';
import { idOfName, timeOrderedId } from './ids';

describe('timeOrderedId', () => {
  it('is a UUIDv7, another one each time', () => {
    const ids = Array.from({ length: 10_000 }, timeOrderedId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect([validate(id), version(id)]).toEqual([true, 7]);
  });

  it('sorts by the millisecond', () => {
    const ids = Array.from({ length: 10_000 }, timeOrderedId).map((id) => id.slice(0, 13));
    expect(ids).toEqual(ids.toSorted());
  });
});

describe('the id of a name', () => {
  it('is the same for ever', () => {
    expect(idOfName('segment', 'node-next-1763717472250-x')).toBe('8afc0192-a23c-5a15-a414-829e7a1a82a3');
    expect(idOfName('segment', 'x')).not.toBe(idOfName('posthog', 'x'));
  });

  it('can be made of any text', () => {
    for (const name of ['', 'a\u0000', 'half \ud83d', 'ünï'])
      expect(idOfName('segment', name)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
  });
});
