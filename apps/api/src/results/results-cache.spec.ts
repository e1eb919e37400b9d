import { EXPERIMENT } from './fixture';
import { ResultsCache } from './results-cache';

const AT = new Date('2026-11-04T11:00:00Z');
const HOUR_MS = 3_600_000;

function aCache(ttlMs = 60_000) {
  let now = 0;
  let made = 0;
  const limit = { most: 100, weightOf: (text: string) => text.length };
  const cache = new ResultsCache<string>(ttlMs, limit, () => now);
  const ask = (state: string, at = AT, found = state): Promise<string> =>
    cache.get('name', { state, at }, () =>
      Promise.resolve({ experiment: EXPERIMENT, state: found, answer: `answer ${++made}` }),
    );
  return { ask, wait: (ms: number) => (now += ms) };
}

describe('a kept answer', () => {
  it('is given for as long as the state is the same and it is not too old', async () => {
    const { ask, wait } = aCache();
    expect([await ask('1'), await ask('1'), await ask('2')]).toEqual(['answer 1', 'answer 1', 'answer 2']);
    wait(59_999);
    expect(await ask('2')).toBe('answer 2');
    wait(1);
    expect(await ask('2')).toBe('answer 3');
  });

  it('is known by the state it was made in, not by the one that was asked for', async () => {
    const { ask } = aCache();
    expect([await ask('1', AT, '2'), await ask('1', AT, '2'), await ask('2')]).toEqual(['answer 1', 'answer 2', 'answer 2']); // prettier-ignore
  });

  it('is not given once the experiment has run for another day, or the date is another', async () => {
    const { ask } = aCache();
    await ask('1');
    const later = (hours: number) => ask('1', new Date(AT.getTime() + hours * HOUR_MS));
    expect([await later(0.9), await later(1), await later(12.9), await later(13)]).toEqual([
      'answer 1',
      'answer 2',
      'answer 2',
      'answer 3',
    ]);
  });

  it('is not kept when none is to be, but shared by those who ask at the same time', async () => {
    const { ask } = aCache(0);
    expect(await Promise.all([ask('1'), ask('1')])).toEqual(['answer 1', 'answer 1']);
    expect(await ask('1')).toBe('answer 2');
  });

  it('is made again after a failure', async () => {
    const cache = new ResultsCache<string>(60_000, { most: 1, weightOf: () => 1 });
    const fail = () => Promise.reject(new Error('the database is away'));
    await expect(cache.get('name', { state: '1', at: AT }, fail)).rejects.toThrow('away');
    const made = { experiment: EXPERIMENT, state: '1', answer: 'made' };
    expect(await cache.get('name', { state: '1', at: AT }, () => Promise.resolve(made))).toBe('made');
  });
});
