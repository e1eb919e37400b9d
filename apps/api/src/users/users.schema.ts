import { Type } from '@sinclair/typebox';
import { FACT_LIMITS } from '@app/model';
import { named, Nullable } from '../http/schema';

export const ErasureJob = named(
  'ErasureJob',
  Type.Object({
    id: Type.String(),
    kind: Type.Literal('erase'),
    experiment_id: Type.Null(),
    state: Type.Unsafe<string>({ type: 'string', enum: ['waiting', 'active', 'completed', 'failed'] }),
    progress: Type.Number({ description: '0 to 1.' }),
    result: Type.Unknown({
      description:
        'When it is done: how many `experiments` the user was in, and how many `assignments`, `overrides`, `events` and `dead_letters` are gone.',
    }),
    error: Nullable(Type.String()),
    created_at: Type.String(),
    started_at: Nullable(Type.String()),
    finished_at: Nullable(Type.String()),
  }),
);

const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
const Attributes = Type.Record(Type.String(), Scalar, {
  maxProperties: FACT_LIMITS.names,
  description: `What targeting may ask for, by name: texts, numbers, true or false. At most ${FACT_LIMITS.names} names of 64 characters, texts of ${FACT_LIMITS.textBytes} bytes.`,
});

/** The attributes are looked into by `readFacts`. */
export const PutUser = Type.Object({ attributes: Type.Unknown() }, { additionalProperties: false });
export const PutUserBody = named(
  'PutUser',
  Type.Object({ attributes: Attributes }, { additionalProperties: false }),
);

export const UserAnswer = named(
  'User',
  Type.Object({
    user_id: Type.String(),
    attributes: Attributes,
    created_at: Type.String(),
    updated_at: Type.String(),
  }),
);
