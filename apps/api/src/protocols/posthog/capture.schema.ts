import { Static, Type } from '@sinclair/typebox';
import { named } from '../../http/schema';

// Open: clients send more than anybody needs here.

export const MAX_BATCH = 2_500;

const open = { additionalProperties: true };
const Token = Type.Optional(Type.Unknown({ description: 'The token, where no header brings it.' }));
const SentAt = Type.Optional(Type.Unknown({ description: 'Client clock at sending: corrects a wrong one.' }));

export const CaptureQuery = Type.Object(
  { client_key: Type.Optional(Type.String({ description: 'A publishable token.' })) },
  open,
);

export const Capture = named(
  'PosthogCapture',
  Type.Object(
    {
      api_key: Token,
      token: Token,
      event: Type.Unknown({ description: 'The type of the event.' }),
      distinct_id: Type.Optional(
        Type.Unknown({ description: 'The user; may also stand among the properties.' }),
      ),
      properties: Type.Optional(Type.Unknown()),
      timestamp: Type.Optional(Type.Unknown({ description: 'RFC 3339; the time of receipt when absent.' })),
      sent_at: SentAt,
      uuid: Type.Optional(
        Type.Unknown({ description: 'The same event counts once, however often it is sent.' }),
      ),
    },
    open,
  ),
);

export const CaptureBatch = named(
  'PosthogBatch',
  Type.Object(
    {
      api_key: Token,
      token: Token,
      batch: Type.Array(Type.Unknown({ description: 'A `PosthogCapture`.' })),
      sent_at: SentAt,
    },
    open,
  ),
);

export const Captured = named(
  'PosthogCaptured',
  Type.Object({
    status: Type.Literal(1),
    rejected: Type.Optional(
      Type.Array(Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String() }), {
        description: 'Events that were not taken, and why; to send them again is of no use.',
      }),
    ),
  }),
);
export type Captured = Static<typeof Captured>;

export const CAPTURE_EXAMPLE = {
  event: 'purchase',
  distinct_id: 'user-42',
  properties: { revenue: 49.9 },
  uuid: '0198c0de-1111-7000-8000-000000000001',
  timestamp: '2026-11-21T09:31:12.250Z',
};
