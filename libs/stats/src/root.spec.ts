import { bisect, newtonRoot } from './root';

describe('finding a root', () => {
  it('takes few steps and stops at the noise of the last digit', () => {
    for (const noise of [1e-16, -1e-16, 0]) {
      let calls = 0;
      const root = newtonRoot(
        (x) => {
          calls += 1;
          return { value: Math.expm1(x - 2) + noise * (calls % 2 ? 1 : -1), slope: Math.exp(x - 2) };
        },
        { low: -745, high: 745, start: 1, increasing: true },
      );
      expect(root).toBeCloseTo(2, 14);
      expect(calls).toBeLessThan(12);
    }
  });

  it('halves the bracket where the tangent leads nowhere', () => {
    const flat = (x: number) => ({ value: Math.sign(x - 3), slope: 0 });
    expect(newtonRoot(flat, { low: 0, high: 10, start: NaN, increasing: true })).toBeCloseTo(3, 12);
  });

  it('bisects to the last bit', () => {
    expect(bisect((x) => x * x - 2, 0, 2)).toBeCloseTo(Math.SQRT2, 15);
    expect(bisect(() => 1, 0, 1)).toBeLessThan(1e-50);
  });
});
