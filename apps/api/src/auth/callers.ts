import { Inject, Injectable } from '@nestjs/common';
import { kindOfToken } from '@app/model';
import type { Env } from '@app/platform';
import { ChangeFeed, TokenRights, TokensStore } from '@app/store';
import { ENV } from '../injected';
import { Caller } from './caller';
import { environmentTokens, sha256 } from './environment-tokens';
import type { Scope } from './scopes';
import { TokenCache } from './token-cache';

const LONGEST_TOKEN = 256;

/** Knows who calls: the tokens of BEARER_TOKENS, and those in the database. */
@Injectable()
export class Callers {
  private readonly ofEnvironment: (hash: Buffer) => Caller | null;
  private readonly cache: TokenCache;

  constructor(@Inject(ENV) env: Env, store: TokensStore, changes: ChangeFeed) {
    this.ofEnvironment = environmentTokens(env.BEARER_TOKENS);
    this.cache = new TokenCache(
      (hash) => store.rightsOf(hash),
      () => changes.stamp('tokens'),
    );
  }

  /** @throws AssayError store_unavailable when only the database could tell, and it does not answer */
  async find(token: unknown): Promise<Caller | null> {
    if (typeof token !== 'string' || token.length > LONGEST_TOKEN) return null;
    const hash = sha256(token);
    const caller = this.ofEnvironment(hash);
    // What cannot be a token of ours costs no look-up.
    if (caller !== null || kindOfToken(token) === null) return caller;
    const rights = await this.cache.get(hash);
    return rights !== null && isInForce(rights, Date.now()) ? callerWith(rights) : null;
  }

  /** A token that this process knows already: to look at it costs nothing. */
  remembers(token: string): boolean {
    if (token.length > LONGEST_TOKEN) return false;
    const hash = sha256(token);
    return this.ofEnvironment(hash) !== null || this.cache.holds(hash);
  }

  /** A token has changed, by this process: what is remembered of it is no longer true. */
  forget(id: string): void {
    this.cache.forget(id);
  }
}

/** Looked at on every use: no cache lets a token live longer than it may. */
function isInForce(rights: TokenRights, now: number): boolean {
  if (rights.revoked_at !== null || now >= Date.parse(rights.expires_at)) return false;
  return rights.not_before === null || now >= Date.parse(rights.not_before);
}

function callerWith({ id, name, kind, scopes, allowed_origins, limits }: TokenRights): Caller {
  return {
    id,
    name,
    kind,
    scopes: scopes as Scope[],
    source: 'database',
    origins: allowed_origins,
    ...(limits !== null && { limits }),
  };
}
