import { Static, Type } from '@sinclair/typebox';
import { literals, named } from '../../http/schema';

// OFREP 0.3.0 (https://openfeature.dev/specification/appendix-c): https://github.com/open-feature/protocol, service/openapi.yaml.

const ERROR_CODES = [
  'PARSE_ERROR',
  'TARGETING_KEY_MISSING',
  'INVALID_CONTEXT',
  'FLAG_NOT_FOUND',
  'GENERAL',
] as const;
const REASONS = ['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'UNKNOWN'] as const;

/** Open: what else a provider sends along is its own affair, and must not stop an evaluation. */
export const EvaluateRequest = named(
  'OfrepRequest',
  Type.Object({
    context: Type.Object(
      {
        targetingKey: Type.String({
          format: 'user-id',
          description: 'The user: 1 to 256 bytes of UTF-8, opaque, compared byte for byte.',
        }),
      },
      {
        additionalProperties: true,
        description: 'What else is known of the user. Texts, numbers and booleans can be targeted.',
      },
    ),
  }),
);

export const Evaluation = named(
  'OfrepEvaluation',
  Type.Object({
    key: Type.String(),
    reason: literals(REASONS),
    value: Type.Optional(Type.Unknown({ description: 'Absent: use the default of the code.' })),
    variant: Type.Optional(Type.String()),
    metadata: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Boolean(), Type.String(), Type.Number()])),
    ),
  }),
);
export type Evaluation = Static<typeof Evaluation>;

export const OfrepError = named(
  'OfrepError',
  Type.Object({
    key: Type.Optional(Type.String({ description: 'The flag, when one flag was asked for.' })),
    errorCode: literals(ERROR_CODES),
    errorDetails: Type.Optional(Type.String()),
  }),
);
export type OfrepError = Static<typeof OfrepError>;

export const BulkEvaluation = named(
  'OfrepBulkEvaluation',
  Type.Object({
    flags: Type.Array(Type.Union([Evaluation, OfrepError])),
    metadata: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Boolean(), Type.String(), Type.Number()])),
    ),
    eventStreams: Type.Optional(
      Type.Array(
        Type.Object({
          type: literals(['sse']),
          url: Type.String({ description: 'Where `refetchEvaluation` is told; good for a short while.' }),
        }),
      ),
    ),
  }),
);
export type BulkEvaluation = Static<typeof BulkEvaluation>;

/** The same shape whatever the reason. */
export const REFUSALS = Object.fromEntries(
  [400, 401, 403, 404, 429, 500, 503].map((status) => [status, OfrepError]),
);
