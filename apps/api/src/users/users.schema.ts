import { Type } from '@sinclair/typebox';
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
