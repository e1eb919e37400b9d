import type { TokenRow } from '@app/store';
import type { Token } from './tokens.schema';

export function statusOf(token: TokenRow, now: Date): Token['status'] {
  if (token.revoked_at !== null) return 'revoked';
  if (Date.parse(token.expires_at) <= now.getTime()) return 'expired';
  if (token.replaced_by !== null) return 'replaced';
  if (token.not_before !== null && Date.parse(token.not_before) > now.getTime()) return 'not_yet_valid';
  return 'active';
}

/** A token as the api shows it, member by member: a new column does not appear by itself. */
export function toAnswer(row: TokenRow, now: Date): Token {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    hint: row.hint,
    status: statusOf(row, now),
    scopes: row.scopes as Token['scopes'],
    allowed_origins: row.allowed_origins,
    limits: row.limits,
    created_at: row.created_at,
    created_by: row.created_by,
    not_before: row.not_before,
    expires_at: row.expires_at,
    revoked_at: row.revoked_at,
    rotated_from: row.rotated_from,
    replaced_by: row.replaced_by,
    last_used_at: row.last_used_at,
    uses: row.uses,
  };
}
