import { remember } from './remember';

describe('remembering', () => {
  it('computes once for the same arguments, and forgets the oldest', () => {
    const asked: number[] = [];
    const double = remember((x: number) => asked.push(x) && 2 * x, 2);
    expect([1, 2, 1, 3, 2, 1].map((x) => double(x))).toEqual([2, 4, 2, 6, 4, 2]);
    expect(asked).toEqual([1, 2, 3, 1]);
  });
});
