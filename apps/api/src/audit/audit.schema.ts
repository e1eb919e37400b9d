import { Static, Type } from '@sinclair/typebox';
import { Cursor, Instant, Limit, named, Nullable, Page, Text } from '../http/schema';

export const AuditAnswer = named(
  'AuditRow',
  Type.Object({
    id: Type.Integer({ description: 'Without gaps, in the order in which things were done.' }),
    at: Type.String(),
    request_id: Type.String({ description: 'As in the answer’s `X-Request-Id`, and in the log.' }),
    actor_id: Type.String({ description: 'The id of the token.' }),
    actor_name: Type.String({ description: 'What the token was called then.' }),
    action: Type.String({ description: 'Such as `experiment.start`.' }),
    target_type: Type.String(),
    target_id: Nullable(
      Type.String({ description: 'Null when it was about several at once. A user is a reference.' }),
    ),
    details: Type.Record(Type.String(), Type.Unknown(), {
      description:
        '`asked` is what the request wanted, `changed` has the fields that are not what they were. At most 4 KB; `omitted` names the rest. ' +
        'Without secrets; `user_ref` stands for a user.',
    }),
    previous: Type.String({ description: 'The hash of the row before; empty in the first.' }),
    hash: Type.String({ description: 'SHA-256 over `previous` and everything in this row.' }),
  }),
);
export type AuditAnswer = Static<typeof AuditAnswer>;

export const AuditPage = named('AuditPage', Page(AuditAnswer));

export const ListAudit = Type.Object(
  {
    action: Type.Optional(Text(100, 'Such as `experiment.start`.')),
    target_id: Type.Optional(Text(256, 'The id of what it was done to.')),
    actor_id: Type.Optional(Text(256, 'The id of a token.')),
    from: Type.Optional(Instant('Done at this time or later.')),
    to: Type.Optional(Instant('Done before this time.')),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { additionalProperties: false },
);
