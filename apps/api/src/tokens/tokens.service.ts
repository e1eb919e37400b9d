import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AssayError, hintOf, makeToken, notFound } from '@app/model';
import type { Env } from '@app/platform';
import { Database, NewToken, TokenRow, TokensStore, Transaction } from '@app/store';
import { Caller } from '../auth/caller';
import { Callers } from '../auth/callers';
import { sha256 } from '../auth/environment-tokens';
import { Origins } from '../auth/origins';
import { ENV } from '../injected';
import { statusOf } from './token.answer';
import { checkedExpiry, draftToken, requireOwn } from './token.draft';
import { CreateToken, DEFAULT_OVERLAP_SECONDS, RotateToken } from './tokens.schema';

const MOST_TOKENS = 1000;

/** A token as it is answered once: with its text. */
export interface IssuedToken {
  token: TokenRow;
  secret: string;
}

@Injectable()
export class TokensService {
  constructor(
    private readonly db: Database,
    private readonly store: TokensStore,
    private readonly callers: Callers,
    private readonly origins: Origins,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** @throws AssayError not_found */
  async find(id: string): Promise<TokenRow> {
    const token = await this.store.find(id);
    if (token === null) throw notFound('token', id);
    return token;
  }

  /** @throws AssayError invalid_request, insufficient_scope, quota_exceeded */
  async create(input: CreateToken, caller: Caller): Promise<IssuedToken> {
    const draft = { ...draftToken(input, caller, new Date()), rotated_from: null, created_by: caller.id };
    const issued = await this.db.transaction(async (tx) => {
      await this.store.lock(tx);
      return this.issue(tx, draft);
    });
    await this.forget(issued.token.id);
    return issued;
  }

  /**
   * Makes a token of the same rights; the old one works on for the overlap, so that its users can change over.
   * @throws AssayError not_found, token_inactive, insufficient_scope, invalid_request, quota_exceeded
   */
  async rotate(id: string, input: RotateToken, caller: Caller): Promise<IssuedToken> {
    const issued = await this.db.transaction(async (tx) => {
      await this.store.lock(tx);
      const old = await this.store.findLocked(tx, id);
      if (old === null) throw notFound('token', id);
      requireOwn(old.scopes, caller);
      const status = statusOf(old, new Date());
      if (!['active', 'not_yet_valid'].includes(status))
        throw new AssayError(
          'token_inactive',
          `The token is ${status}; only one that is in use can be rotated.`,
        );
      const expires_at = checkedExpiry(input.expires_at, old.not_before, new Date());
      // Before the count: without an overlap the new one takes the place of the old.
      await this.store.shorten(tx, id, input.overlap_seconds ?? DEFAULT_OVERLAP_SECONDS);
      const made = await this.issue(tx, { ...old, expires_at, rotated_from: id, created_by: caller.id });
      await this.store.succeed(tx, id, made.token.id);
      return made;
    });
    await this.forget(id);
    return issued;
  }

  /**
   * Ends a token at once; one that has been revoked stays as it is.
   * @returns whether this call ended it
   * @throws AssayError not_found, last_admin_token
   */
  async revoke(id: string): Promise<boolean> {
    const isEnded = await this.db.transaction(async (tx) => {
      await this.store.lock(tx);
      const token = await this.store.findLocked(tx, id);
      if (token === null) throw notFound('token', id);
      if (await this.isLastAdmin(tx, token))
        throw new AssayError(
          'last_admin_token',
          'Without this token nobody could manage tokens any more: make another one with the scope admin first.',
        );
      return this.store.revoke(tx, id);
    });
    await this.forget(id);
    return isEnded;
  }

  private async issue(tx: Transaction, draft: Omit<NewToken, 'id' | 'hash' | 'hint'>): Promise<IssuedToken> {
    if ((await this.store.count(tx)) >= MOST_TOKENS)
      throw new AssayError(
        'quota_exceeded',
        `There are ${MOST_TOKENS} tokens in use; revoke one that is not needed.`,
      );
    const secret = makeToken(draft.kind, (below) => randomInt(below));
    const token = await this.store.insert(tx, {
      ...draft,
      id: uuidv7(),
      hash: sha256(secret),
      hint: hintOf(secret),
    });
    return { token, secret };
  }

  private async isLastAdmin(tx: Transaction, token: TokenRow): Promise<boolean> {
    if (this.env.BEARER_TOKENS.length > 0 || !token.scopes.includes('admin')) return false;
    if (!['active', 'replaced'].includes(statusOf(token, new Date()))) return false;
    return !(await this.store.hasAdminBeside(tx, token.id));
  }

  /** Here at once; the other processes look again after five seconds. */
  private forget(id: string): Promise<void> {
    return this.db.afterCommit(() => {
      this.callers.forget(id);
      this.origins.forget();
    });
  }
}
