import { createHash, timingSafeEqual } from 'node:crypto';
import { Caller } from './caller';
import { SCOPES } from './scopes';

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export interface EnvironmentTokens {
  by: (hash: Buffer) => Caller | null;
  withId: (id: string) => Caller | null;
}

/** The tokens of BEARER_TOKENS, which have every scope and never end. In: the hash of what came. Out: whose it is. */
export function environmentTokens(tokens: readonly string[]): EnvironmentTokens {
  const known = tokens.map((token) => {
    const hash = sha256(token);
    return { hash, caller: callerFor(hash) };
  });
  return {
    // Every known token is compared, so the time taken tells nothing.
    by: (hash) => known.filter((entry) => timingSafeEqual(entry.hash, hash))[0]?.caller ?? null,
    withId: (id) => known.find(({ caller }) => caller.id === id)?.caller ?? null,
  };
}

function callerFor(hash: Buffer): Caller {
  return {
    id: `env-${hash.toString('hex').slice(0, 12)}`,
    name: 'BEARER_TOKENS',
    kind: 'secret',
    scopes: SCOPES,
    source: 'environment',
    origins: [],
  };
}
