import { createHash, randomBytes } from 'node:crypto';
import type { TokenRights } from '@app/store';
import { Recent } from '@app/platform';
import { BELIEVED_MS, FRESH_MS, TokenCache } from './token-cache';

const hashOf = (text: string) => createHash('sha256').update(text).digest();
const KNOWN = hashOf('known');

function rights(id: string): TokenRights {
  return {
    id,
    name: id,
    kind: 'secret',
    scopes: ['admin'],
    allowed_origins: [],
    limits: null,
    not_before: null,
    expires_at: '2030-01-01T00:00:00.000Z',
    revoked_at: null,
  };
}

/** A table with one token, which can be away; and a clock. */
function world() {
  const table = new Map([[KNOWN.toString('base64'), rights('a')]]);
  const state = { now: 0, reads: 0, stamp: 1 as number | null, away: null as Error | null };
  const cache = new TokenCache(
    async (hash) => {
      state.reads += 1;
      await Promise.resolve();
      if (state.away !== null) throw state.away;
      return table.get(hash.toString('base64')) ?? null;
    },
    () => state.stamp,
    () => state.now,
  );
  return { table, state, cache };
}

const REFUSED = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

describe('what a process remembers of tokens', () => {
  it.each([2, null])(
    'asks again at once when a change was announced, or nobody would announce one: %s',
    async (stamp) => {
      const { state, cache } = world();
      await cache.get(KNOWN);
      state.stamp = stamp;
      await cache.get(KNOWN);
      await cache.get(KNOWN);
      expect(state.reads).toBe(2);
    },
  );

  it('asks once in five seconds for a known and for an unknown token', async () => {
    const { state, cache } = world();
    for (state.now = 0; state.now < FRESH_MS; state.now += 100) {
      expect((await cache.get(KNOWN))?.id).toBe('a');
      expect(await cache.get(hashOf('unknown'))).toBeNull();
    }
    expect(state.reads).toBe(2);
    await cache.get(KNOWN);
    expect(state.reads).toBe(3);
  });

  it('asks once for many at the same time', async () => {
    const { state, cache } = world();
    await Promise.all(Array.from({ length: 50 }, () => cache.get(KNOWN)));
    expect(state.reads).toBe(1);
  });

  it('learns of a change after five seconds, or at once when it is told', async () => {
    const { table, state, cache } = world();
    await cache.get(KNOWN);
    table.set(KNOWN.toString('base64'), { ...rights('a'), revoked_at: '2026-01-01T00:00:00.000Z' });
    state.now = FRESH_MS - 1;
    expect((await cache.get(KNOWN))?.revoked_at).toBeNull();
    state.now = FRESH_MS;
    expect((await cache.get(KNOWN))?.revoked_at).not.toBeNull();
    table.clear();
    cache.forget('a');
    expect(await cache.get(KNOWN)).toBeNull();
  });

  it('believes a known token for ten minutes while the database is away, and no other', async () => {
    const { state, cache } = world();
    await cache.get(KNOWN);
    state.away = REFUSED;
    state.now = BELIEVED_MS + FRESH_MS - 1;
    expect((await cache.get(KNOWN))?.id).toBe('a');
    await expect(cache.get(hashOf('other'))).rejects.toMatchObject({ code: 'store_unavailable' });
    state.now = BELIEVED_MS + FRESH_MS;
    await expect(cache.get(KNOWN)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('does not ask again for a second after a failure', async () => {
    const { state, cache } = world();
    await cache.get(KNOWN);
    state.away = REFUSED;
    state.now = FRESH_MS;
    for (let n = 0; n < 100; n++) await cache.get(KNOWN);
    expect(state.reads).toBe(2);
    state.now += 1_000;
    state.away = null;
    await cache.get(KNOWN);
    expect(state.reads).toBe(3);
  });

  it('does not hide a defect behind a database that is away', async () => {
    const { state, cache } = world();
    state.away = Object.assign(new Error('no such table'), { code: '42P01' });
    await expect(cache.get(KNOWN)).rejects.toMatchObject({ code: '42P01' });
  });

  it('keeps a known token through a flood of unknown ones', async () => {
    const { state, cache } = world();
    await cache.get(KNOWN);
    for (let n = 0; n < 10_500; n++) await cache.get(randomBytes(32));
    const reads = state.reads;
    await cache.get(KNOWN);
    expect(state.reads).toBe(reads);
  });
});

describe('a map that forgets', () => {
  it('knows a token again long after it was used', async () => {
    const { state, cache } = world();
    expect(cache.holds(KNOWN)).toBe(false);
    await cache.get(KNOWN);
    state.now = 10 * FRESH_MS;
    expect(cache.holds(KNOWN)).toBe(true);
  });

  it('holds no more than it may, and keeps what is asked for', () => {
    const recent = new Recent<number>(3);
    for (const key of ['a', 'b', 'c']) recent.set(key, 1);
    recent.get('a');
    recent.set('d', 1);
    expect(recent.size).toBe(3);
    expect([recent.get('a'), recent.get('b')]).toEqual([1, undefined]);
  });
});
