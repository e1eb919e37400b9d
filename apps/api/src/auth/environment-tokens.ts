import { createHash, timingSafeEqual } from 'node:crypto';
import { Caller } from './caller';
import { SCOPES } from './scopes';

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** The tokens of BEARER_TOKENS, which have every scope and never end. In: the hash of what came. Out: whose it is. */
export function environmentTokens(tokens: readonly string[]): (hash: Buffer) => Caller | null {
  const known = tokens.map((token) => {
    const hash = sha256(token);
    return { hash, caller: callerFor(hash) };
  });
  // Every known token is compared, so the time taken tells nothing.
  return (hash) => known.filter((entry) => timingSafeEqual(entry.hash, hash))[0]?.caller ?? null;
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
