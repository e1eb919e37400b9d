import { ChangeFeed } from './change-feed';
import { Reading } from './reading';

/** Never connected. */
const feed = new ChangeFeed('postgres://nobody@127.0.0.1:1/none', 'test');

describe('a reading', () => {
  it('is shared from its beginning, and says what was found', async () => {
    const reading = new Reading(feed, ['flags'], () => Promise.resolve('flags'));
    expect([reading.isFresh, reading.found]).toEqual([true, null]);
    expect(await reading.result).toBe('flags');
    expect([reading.isFresh, reading.found]).toEqual([true, 'flags']);
  });

  it('that failed is nobody’s who comes later', async () => {
    const reading = new Reading(feed, ['flags'], () => Promise.reject(new Error('away')));
    await expect(reading.result).rejects.toThrow('away');
    expect([reading.isFresh, reading.found]).toEqual([false, null]);
  });
});
