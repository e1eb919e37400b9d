import { validate, version } from 'uuid';
import { timeOrderedId } from './ids';

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
