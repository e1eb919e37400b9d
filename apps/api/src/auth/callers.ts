import * as crypto from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { kindOfToken } from '@app/model';
import { Recent, type Env } from '@app/platform';
import { ChangeFeed, TokenRights, TokensStore } from '@app/store';
import { ENV } from '../injected';
import { Caller } from './caller';
import { EnvironmentTokens, environmentTokens, sha256 } from './environment-tokens';
import type { Scope } from './scopes';
import { TokenCache } from './token-cache';

const LONGEST_TOKEN = 256;
const MOST_HEADERS = 1_000;

/** A caller, and why we think so. */
export interface Known {
  caller: Caller;
  hash: Buffer;
  /** None for a token of BEARER_TOKENS, which never ends. */
  rights: TokenRights | null;
}

/** Knows who calls: the tokens of BEARER_TOKENS, and those in the database. */
@Injectable()
export class Callers {
  private readonly ofEnvironment: EnvironmentTokens;
  private readonly cache: TokenCache;
  /** By the hash of a header: a client sends the same one with all of its requests. */
  private readonly headers = new Recent<Known>(MOST_HEADERS);

  constructor(
    @Inject(ENV) env: Env,
    private readonly store: TokensStore,
    changes: ChangeFeed,
  ) {
    this.ofEnvironment = environmentTokens(env.BEARER_TOKENS);
    this.cache = new TokenCache(
      (hash) => store.rightsOf(hash),
      () => changes.stamp('tokens'),
    );
  }

  /** @throws AssayError store_unavailable when only the database could tell, and it does not answer */
  async find(token: unknown): Promise<Known | null> {
    if (typeof token !== 'string' || token.length > LONGEST_TOKEN) return null;
    const hash = sha256(token);
    const caller = this.ofEnvironment.by(hash);
    if (caller !== null) return { caller, hash, rights: null };
    // What cannot be a token of ours costs no look-up.
    if (kindOfToken(token) === null) return null;
    const rights = await this.cache.get(hash);
    return rights !== null && isInForce(rights, Date.now())
      ? { caller: callerWith(rights), hash, rights }
      : null;
  }

  /** Whoever has the token of this id, while it is in force: for what is signed by us and speaks of it. */
  async byId(id: string): Promise<Caller | null> {
    const caller = this.ofEnvironment.withId(id);
    if (caller !== null || id.startsWith('env-')) return caller;
    const rights = await this.store.find(id);
    return rights !== null && isInForce(rights, Date.now()) ? callerWith(rights) : null;
  }

  /**
   * Who sends this very header, when that was found out before and nobody need be asked whether it still holds. What is remembered is only
   * which token the header shows: whether the token is in force is looked at as with every other request.
   */
  shownBy(authorization: string): Caller | null {
    const known = this.headers.get(keyOf(authorization));
    if (known === undefined) return null;
    if (known.rights === null) return known.caller;
    const rights = this.cache.current(known.hash);
    if (rights === null || !isInForce(rights, Date.now())) return null;
    if (rights !== known.rights) Object.assign(known, { rights, caller: callerWith(rights) });
    return known.caller;
  }

  /** The strategy has read this header. */
  remember(authorization: string, known: Known): void {
    this.headers.set(keyOf(authorization), known);
  }

  /** A token that this process knows already: to look at it costs nothing. */
  remembers(token: string): boolean {
    if (token.length > LONGEST_TOKEN) return false;
    const hash = sha256(token);
    return this.ofEnvironment.by(hash) !== null || this.cache.holds(hash);
  }

  /** A token has changed, by this process: what is remembered of it is no longer true. */
  forget(id: string): void {
    this.cache.forget(id);
  }
}

/** Nobody's token lies in memory for longer than its request. */
function keyOf(authorization: string): string {
  return crypto.hash('sha256', authorization, 'base64');
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
