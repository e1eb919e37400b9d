import { Injectable } from '@nestjs/common';
import type { TokenKind } from '@app/model';
import { Database, Transaction } from './database';

/** Most calls of each kind in one period; what is absent is as for everybody. */
export interface TokenLimits {
  requests?: number;
  assignments?: number;
  events?: number;
}

/** What decides whether a token opens a door. */
export interface TokenRights {
  id: string;
  name: string;
  kind: TokenKind;
  scopes: string[];
  allowed_origins: string[];
  limits: TokenLimits | null;
  not_before: string | null;
  expires_at: string;
  revoked_at: string | null;
}

export interface TokenRow extends TokenRights {
  hint: string;
  created_at: string;
  created_by: string;
  rotated_from: string | null;
  replaced_by: string | null;
  last_used_at: string | null;
  uses: number;
}

export interface NewToken extends Pick<
  TokenRow,
  'id' | 'name' | 'kind' | 'hint' | 'scopes' | 'allowed_origins' | 'limits' | 'created_by'
> {
  hash: Buffer;
  not_before: string | null;
  expires_at: string;
  rotated_from: string | null;
}

export interface TokenUse {
  id: string;
  uses: number;
  at: string;
}

type Row<T> = T & Record<string, unknown>;

const RIGHTS =
  't.id, t.name, t.kind, t.scopes, t.allowed_origins, t.limits, t.not_before, t.expires_at, t.revoked_at';
const TOKEN = `${RIGHTS}, t.hint, t.created_at, t.created_by, t.rotated_from, t.replaced_by, t.last_used_at, t.uses`;
const UNENDED = 't.revoked_at IS NULL AND t.expires_at > clock_timestamp()';
const LIVE = `${UNENDED} AND (t.not_before IS NULL OR t.not_before <= clock_timestamp())`;
/** A request waits for this one; a token that is known already is believed when it takes longer. */
const PATIENCE = { queryMs: 1_000 };

/** Tokens by the SHA-256 of their text, which is kept nowhere. */
@Injectable()
export class TokensStore {
  constructor(private readonly db: Database) {}

  /** What a token may do now or later; also of one that has ended. */
  async rightsOf(hash: Buffer): Promise<TokenRights | null> {
    const statement = `SELECT ${RIGHTS} FROM tokens t WHERE t.hash = $1`;
    return (await this.db.rows<Row<TokenRights>>(statement, [hash], PATIENCE))[0] ?? null;
  }

  /** Every origin that some publishable token allows now. */
  async liveOrigins(): Promise<string[]> {
    const statement = `SELECT DISTINCT origin FROM tokens t, unnest(t.allowed_origins) AS origin WHERE ${LIVE}`;
    return (await this.db.rows<{ origin: string }>(statement, [], PATIENCE)).map(({ origin }) => origin);
  }

  find(id: string): Promise<TokenRow | null> {
    return this.db.row<Row<TokenRow>>(`SELECT ${TOKEN} FROM tokens t WHERE t.id = $1`, [id]);
  }

  /** Newest first. */
  list(page: { limit: number; after: { createdAt: string; id: string } | null }): Promise<TokenRow[]> {
    return this.db.rows<Row<TokenRow>>(
      `SELECT ${TOKEN} FROM tokens t
       WHERE $1::timestamptz IS NULL OR (t.created_at, t.id) < ($1, $2::uuid)
       ORDER BY t.created_at DESC, t.id DESC
       LIMIT $3`,
      [page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
    );
  }

  /** Whoever counts tokens and then changes them does it alone, until the transaction ends. */
  async lock(tx: Transaction): Promise<void> {
    await tx.rows(`SELECT pg_advisory_xact_lock(hashtextextended('assay.tokens', 0))`);
  }

  /** How many have not ended. */
  async count(tx: Transaction): Promise<number> {
    const row = await tx.row<{ tokens: number }>(`SELECT count(*) AS tokens FROM tokens t WHERE ${UNENDED}`);
    return row?.tokens ?? 0;
  }

  /** Is there another token that can manage tokens, and that nothing has replaced? */
  async hasAdminBeside(tx: Transaction, id: string): Promise<boolean> {
    const row = await tx.row(
      `SELECT t.id FROM tokens t WHERE t.id <> $1 AND 'admin' = ANY (t.scopes) AND t.replaced_by IS NULL AND ${LIVE} LIMIT 1`,
      [id],
    );
    return row !== null;
  }

  async insert(tx: Transaction, token: NewToken): Promise<TokenRow> {
    const row = await tx.row<Row<TokenRow>>(
      `INSERT INTO tokens AS t (id, name, kind, hash, hint, scopes, allowed_origins, limits, created_by, not_before, expires_at, rotated_from)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       RETURNING ${TOKEN}`,
      [
        token.id,
        token.name,
        token.kind,
        token.hash,
        token.hint,
        token.scopes,
        token.allowed_origins,
        token.limits === null ? null : JSON.stringify(token.limits),
        token.created_by,
        token.not_before,
        token.expires_at,
        token.rotated_from,
      ],
    );
    return row!;
  }

  /** The row, as it is when nobody else changes it any more before the transaction ends. */
  findLocked(tx: Transaction, id: string): Promise<TokenRow | null> {
    return tx.row<Row<TokenRow>>(`SELECT ${TOKEN} FROM tokens t WHERE t.id = $1 FOR UPDATE`, [id]);
  }

  /** Lets it live for so many seconds more at most, because another comes in its place. */
  async shorten(tx: Transaction, id: string, seconds: number): Promise<void> {
    await tx.rows(
      `UPDATE tokens SET
         expires_at = least(expires_at, date_trunc('milliseconds', clock_timestamp()) + $2 * interval '1 second')
       WHERE id = $1`,
      [id, seconds],
    );
  }

  /** Names the one that came in its place. */
  async succeed(tx: Transaction, id: string, by: string): Promise<void> {
    await tx.rows('UPDATE tokens SET replaced_by = $2 WHERE id = $1', [id, by]);
  }

  /** Ends it now, for ever. One that was revoked keeps its time. @returns whether it was not */
  async revoke(tx: Transaction, id: string): Promise<boolean> {
    const revoked = await tx.row(
      `UPDATE tokens SET revoked_at = date_trunc('milliseconds', clock_timestamp())
       WHERE id = $1 AND revoked_at IS NULL RETURNING id`,
      [id],
    );
    return revoked !== null;
  }

  /** Adds what was counted. The rows are locked in the order of their ids: every process does this, and none waits in a circle. */
  async addUses(uses: readonly TokenUse[]): Promise<void> {
    await this.db.rows(
      `WITH counted AS (
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) AS c (id, uses, at)
       ), locked AS (
         SELECT id FROM tokens WHERE id IN (SELECT id FROM counted) ORDER BY id FOR NO KEY UPDATE
       )
       UPDATE tokens t SET uses = t.uses + c.uses, last_used_at = greatest(t.last_used_at, c.at)
       FROM counted c JOIN locked ON locked.id = c.id
       WHERE t.id = c.id`,
      [uses.map(({ id }) => id), uses.map((use) => use.uses), uses.map(({ at }) => at)],
    );
  }
}
