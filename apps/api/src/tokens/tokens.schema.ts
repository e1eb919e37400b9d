import { Static, Type } from '@sinclair/typebox';
import { TOKEN_KINDS } from '@app/model';
import { SCOPES } from '../auth/scopes';
import { Cursor, Instant, Limit, literals, named, Nullable, Page, Text } from '../http/schema';

const TOKEN_STATUSES = ['active', 'not_yet_valid', 'replaced', 'expired', 'revoked'] as const;
const MOST_ORIGINS = 20;
export const DEFAULT_OVERLAP_SECONDS = 86_400;
const MOST_OVERLAP_SECONDS = 30 * 86_400;
const LONGEST_ORIGIN = 300;

const Kind = literals(TOKEN_KINDS, {
  description:
    '`secret` is for servers. `publishable` may be seen in a browser: it only writes events, asks for variants and evaluates flags.',
});
const limit = (what: string) =>
  Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: `Most ${what} in one period.` }),
  );
const Limits = Type.Object(
  { requests: limit('requests'), assignments: limit('answered assignments'), events: limit('events') },
  { additionalProperties: false, description: 'Rates of this token; what is absent is as for all.' },
);
const Scopes = Type.Array(literals(SCOPES), {
  minItems: 1,
  uniqueItems: true,
  description: 'What it may do. Nobody gives a scope that their own token lacks.',
});
const Origins = (words: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: LONGEST_ORIGIN }), {
    uniqueItems: true,
    maxItems: MOST_ORIGINS,
    description: words,
  });

const token = {
  id: Type.String(),
  name: Type.String(),
  kind: Kind,
  hint: Type.String({ description: 'The last characters of its secret part, to tell tokens apart.' }),
  status: literals(TOKEN_STATUSES, {
    description:
      'Now: `replaced` still works and ends at `expires_at`; `expired` and `revoked` do not work any more.',
  }),
  scopes: Type.Array(literals(SCOPES)),
  allowed_origins: Type.Array(Type.String()),
  limits: Nullable(Limits),
  created_at: Type.String(),
  created_by: Type.String({
    description: 'The id of the token that made it; `env-…` for one of BEARER_TOKENS.',
  }),
  not_before: Nullable(Type.String()),
  expires_at: Type.String(),
  revoked_at: Nullable(Type.String()),
  rotated_from: Nullable(Type.String({ description: 'The token in whose place it came.' })),
  replaced_by: Nullable(Type.String({ description: 'The token that came in its place.' })),
  last_used_at: Nullable(Type.String({ description: 'Up to a minute late.' })),
  uses: Type.Integer({ description: 'Requests that it came with; up to a minute late.' }),
};

export const Token = named('Token', Type.Object(token));
export type Token = Static<typeof Token>;

export const NewToken = named(
  'NewToken',
  Type.Object({
    ...token,
    secret: Nullable(
      Type.String({
        description:
          'The token itself, shown in this answer only: not even a retry with the same Idempotency-Key has it.',
      }),
    ),
  }),
);
export type NewToken = Static<typeof NewToken>;

export const TokenPage = named('TokenPage', Page(Token));

export const CreateToken = named(
  'CreateToken',
  Type.Object(
    {
      name: Text(200, 'For people: what it is used by.'),
      kind: Type.Optional(Kind),
      scopes: Scopes,
      allowed_origins: Type.Optional(
        Origins(
          'Where a publishable token may be used: 1 to 20 origins as browsers send them. Not for secret tokens.',
        ),
      ),
      not_before: Type.Optional(Instant('It does not work earlier.')),
      expires_at: Type.Optional(Instant('One year from now when absent, five years from now at most.')),
      limits: Type.Optional(Limits),
    },
    { additionalProperties: false },
  ),
);
export type CreateToken = Static<typeof CreateToken>;

export const RotateToken = named(
  'RotateToken',
  Type.Object(
    {
      overlap_seconds: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: MOST_OVERLAP_SECONDS,
          default: DEFAULT_OVERLAP_SECONDS,
          description: 'How long the old token still works, if it does not expire earlier.',
        }),
      ),
      expires_at: Type.Optional(
        Instant('Of the new token: one year from now when absent, five years at most.'),
      ),
    },
    { additionalProperties: false },
  ),
);
export type RotateToken = Static<typeof RotateToken>;

export const ListTokens = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { additionalProperties: false },
);
