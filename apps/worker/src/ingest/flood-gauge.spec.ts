import { FloodGauge, floodPauseMs } from './flood-gauge';

describe('a flood of dead events', () => {
  function gauge(received: number, dead: number) {
    let now = 0;
    const flood = new FloodGauge(() => now);
    flood.received(received);
    for (let i = 0; i < dead; i++) flood.buried();
    return { flood, wait: (ms: number) => (now += ms) };
  }

  it.each([
    ['99 of 100: few', 100, 98, false],
    ['the hundredth of 100', 100, 99, true],
    ['the hundredth of 500, a fifth', 500, 99, false],
    ['the 101st of 500', 500, 100, true],
    ['1,000 of 100,000', 100_000, 999, false],
  ])('%s', (_, received, dead, expected) => {
    expect(gauge(received, dead).flood.isFlooded()).toBe(expected);
  });

  it.each([
    ['the first', 0, 5_000, 60_000],
    ['the next, at once', 60_000, 5_000, 120_000],
    ['the longest', 3_600_000, 5_000, 3_600_000],
    ['another, later', 3_600_000, 600_000, 60_000],
  ])('is waited for: %s', (_, last, since, expected) => {
    expect(floodPauseMs(last, since)).toBe(expected);
  });

  it('is forgotten after a minute', () => {
    const { flood, wait } = gauge(100, 99);
    wait(59_999);
    expect(flood.isFlooded()).toBe(true);
    wait(1);
    expect(flood.isFlooded()).toBe(false);
  });
});
