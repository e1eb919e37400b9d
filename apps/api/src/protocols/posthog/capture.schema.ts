import { Static, Type } from '@sinclair/typebox';
import { PURCHASE } from '../../http/story';
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
  event: PURCHASE.type,
  distinct_id: PURCHASE.user_id,
  properties: { revenue: PURCHASE.value },
  uuid: PURCHASE.event_id,
  timestamp: PURCHASE.timestamp,
};
export const CAPTURED: Captured = { status: 1 };
export const CAPTURED_SOME: Captured = {
  ...CAPTURED,
  rejected: [{ index: 1, code: 'missing_user', message: 'There must be a distinct_id.' }],
};
