import { Static, Type } from '@sinclair/typebox';
import { CHECKOUT_BUTTON, USER } from '../../http/story';
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
          minLength: 1,
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
    metadata: Type.Record(Type.String(), Type.Union([Type.Boolean(), Type.String(), Type.Number()])),
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
    eventStreams: Type.Optional(
      Type.Array(
        Type.Object({
          type: literals(['sse']),
          endpoint: Type.Object({
            requestUri: Type.String({
              description: 'Where `refetchEvaluation` is told, on the same server; good for a short while.',
            }),
          }),
          inactivityDelaySec: Type.Integer({ minimum: 1 }),
        }),
      ),
    ),
  }),
);
export type BulkEvaluation = Static<typeof BulkEvaluation>;

const CLIENT_KEY = Type.Optional(Type.String({ description: 'A publishable token.' }));

export const EvaluateQuery = Type.Object({ client_key: CLIENT_KEY });

/** What a client was told by the stream. Every answer is of now, so it changes nothing. */
export const BulkQuery = Type.Object({
  client_key: CLIENT_KEY,
  flagConfigEtag: Type.Optional(Type.String({ description: 'Told by the stream.' })),
  flagConfigLastModified: Type.Optional(Type.String({ description: 'Told by the stream.' })),
});

const { id, key, variants } = CHECKOUT_BUTTON;
const [control] = variants;
export const REQUEST_EXAMPLE = { context: { targetingKey: USER, country: 'DE' } };

export const EVALUATION_EXAMPLE: Evaluation = {
  key,
  reason: 'SPLIT',
  value: control.config,
  variant: control.key,
  metadata: {
    version: 1,
    experimentId: id,
    experimentKey: key,
    experimentReason: 'assigned',
    experimentVariant: control.key,
    bucketed: true,
  },
};

export const BULK_EXAMPLE: BulkEvaluation = {
  flags: [
    EVALUATION_EXAMPLE,
    {
      key: 'page-size',
      reason: 'STATIC',
      value: 20,
      variant: 'default',
      metadata: { flagId: '01a1ff19-1610-75a9-9e9c-b210263c74d2', version: 1, type: 'number' },
    },
  ],
  eventStreams: [
    {
      type: 'sse',
      endpoint: { requestUri: '/api/v1/flags/stream?ticket=…' },
      inactivityDelaySec: 120,
    },
  ],
};

/** The same shape whatever the reason. */
export const REFUSALS = Object.fromEntries(
  [400, 401, 403, 404, 429, 500, 503].map((status) => [status, OfrepError]),
);
