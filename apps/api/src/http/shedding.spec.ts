import { Lateness } from './shedding';

function after(...delays: number[]): boolean {
  const lateness = new Lateness(1_000);
  for (const delay of delays) lateness.add(delay);
  return lateness.isTooMuch;
}

describe('the lateness of the event loop', () => {
  it('is too much when it lasts', () => {
    expect(after(2_300, 2_300)).toBe(true);
    expect(after(1_500, 1_500, 1_500, 1_500)).toBe(true);
    expect(after(...Array<number>(100).fill(900))).toBe(false);
  });

  it('is not too much for one pause, and not for long after', () => {
    expect(after(60_000)).toBe(false);
    expect(after(-3, 60_000, 0, 0)).toBe(false);
    expect(after(...Array<number>(100).fill(5_000), 0, 0)).toBe(false);
  });
});
