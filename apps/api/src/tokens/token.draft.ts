import { AssayError, FieldError, instantOfDate, isOrigin, parseInstant, TokenKind } from '@app/model';
import type { TokenLimits } from '@app/store';
import type { Caller } from '../auth/caller';
import type { Scope } from '../auth/scopes';
import type { CreateToken } from './tokens.schema';

// What a new token may be, beyond its shape. In: the request, who asks, the time. Out: the token, or every fault of it.

const YEAR_MS = 365 * 86_400_000;
const MOST_YEARS = 5;
/** What may be seen in a browser: it brings something, and reads nothing that is not its own. */
const PUBLISHABLE: readonly Scope[] = ['events:write', 'assignments:write', 'flags:evaluate'];

export interface TokenDraft {
  name: string;
  kind: TokenKind;
  scopes: Scope[];
  allowed_origins: string[];
  limits: TokenLimits | null;
  not_before: string | null;
  expires_at: string;
}

/** @throws AssayError invalid_request, insufficient_scope */
export function draftToken(input: CreateToken, caller: Caller, now: Date): TokenDraft {
  const { name, kind = 'secret', scopes, allowed_origins = [], limits = null, not_before = null } = input;
  const expires_at = expiryOf(input.expires_at, now);
  const faults = [
    ...(kind === 'publishable'
      ? faultsOfPublishable(scopes, allowed_origins)
      : faultsOfSecret(allowed_origins)),
    ...faultsOfExpiry(expires_at, not_before, now),
  ];
  if (faults.length > 0)
    throw new AssayError('invalid_request', 'There can be no such token.', { errors: faults });
  requireOwn(scopes, caller);
  return { name, kind, scopes, allowed_origins, limits, not_before, expires_at };
}

/** When the token ends: one year from now unless told. @throws AssayError invalid_request */
export function checkedExpiry(text: string | undefined, notBefore: string | null, now: Date): string {
  const expires_at = expiryOf(text, now);
  const faults = faultsOfExpiry(expires_at, notBefore, now);
  if (faults.length > 0) throw new AssayError('invalid_request', faults[0].message, { errors: faults });
  return expires_at;
}

/** Whoever gets the text of a token has its scopes, so they must have them already. @throws AssayError insufficient_scope */
export function requireOwn(scopes: readonly string[], caller: Caller): void {
  const missing = scopes.filter((scope) => !caller.scopes.includes(scope as Scope));
  if (missing.length === 0) return;
  throw new AssayError(
    'insufficient_scope',
    `The token lacks ${missing.join(' and ')} itself, so it cannot give it to another.`,
  );
}

function expiryOf(text: string | undefined, now: Date): string {
  return text ?? new Date(now.getTime() + YEAR_MS).toISOString();
}

function faultsOfPublishable(scopes: readonly Scope[], origins: readonly string[]): FieldError[] {
  const faults: FieldError[] = scopes.flatMap((scope, index) =>
    PUBLISHABLE.includes(scope)
      ? []
      : [
          fault(
            `/scopes/${index}`,
            'not_publishable',
            `Must be ${PUBLISHABLE.join(' or ')} in a publishable token.`,
          ),
        ],
  );
  if (origins.length === 0)
    faults.push(
      fault('/allowed_origins', 'required', 'A publishable token is for certain origins: name them.'),
    );
  origins.forEach((origin, index) => {
    if (isOrigin(origin)) return;
    const message =
      'Must be an origin as browsers send it, such as https://shop.example: no path, no wildcard.';
    faults.push(fault(`/allowed_origins/${index}`, 'invalid_origin', message));
  });
  return faults;
}

function faultsOfSecret(origins: readonly string[]): FieldError[] {
  if (origins.length === 0) return [];
  return [
    fault('/allowed_origins', 'contradiction', 'A secret token is for no browser, so it has no origins.'),
  ];
}

function faultsOfExpiry(expires: string, notBefore: string | null, now: Date): FieldError[] {
  const end = parseInstant(expires) ?? 0;
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + MOST_YEARS);
  if (end <= instantOfDate(now)) return [fault('/expires_at', 'in_the_past', 'Has passed already.')];
  if (end > instantOfDate(latest))
    return [fault('/expires_at', 'out_of_range', `Must be within ${MOST_YEARS} years.`)];
  if (notBefore !== null && (parseInstant(notBefore) ?? 0) >= end)
    return [fault('/not_before', 'ends_before_start', 'Must be before expires_at.')];
  return [];
}

function fault(pointer: string, code: string, message: string): FieldError {
  return { pointer, code, message };
}
