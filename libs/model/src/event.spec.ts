import * as fc from 'fast-check';
import { correctClock } from './event';
import { HOUR_US, MINUTE_US, parseInstant } from './instant';

const RECEIVED = parseInstant('2026-11-21T12:00:00Z') as number;

describe('correcting a client clock', () => {
  it.each([
    ['believes the past', -1, -1],
    ['believes a year ago', -365 * 24 * HOUR_US, -365 * 24 * HOUR_US],
    ['believes five minutes ahead', 5 * MINUTE_US, 5 * MINUTE_US],
    ['takes the receipt a microsecond later', 5 * MINUTE_US + 1, 0],
    ['takes the receipt up to 24 hours ahead', 24 * HOUR_US, 0],
    ['refuses a microsecond more', 24 * HOUR_US + 1, null],
  ])('%s', (_, ahead, corrected) => {
    expect(correctClock(RECEIVED + ahead, null, RECEIVED)).toBe(
      corrected === null ? null : RECEIVED + corrected,
    );
  });

  it('cancels a clock that is wrong by any amount, when the client says what it shows at sending', () => {
    const someTime = fc.integer({ min: -(10 ** 15), max: 10 ** 15 });
    const someDelay = fc.integer({ min: 0, max: 24 * HOUR_US });
    fc.assert(
      fc.property(someTime, someDelay, (skew, delay) => {
        const sentAt = RECEIVED + skew;
        return correctClock(sentAt - delay, sentAt, RECEIVED) === RECEIVED - delay;
      }),
    );
  });

  it('judges the future after the correction, not before', () => {
    const fast = RECEIVED + 48 * HOUR_US;
    expect(correctClock(fast, fast, RECEIVED)).toBe(RECEIVED);
    expect(correctClock(RECEIVED, RECEIVED - 48 * HOUR_US, RECEIVED)).toBeNull();
  });
});
