import { Static, Type } from '@sinclair/typebox';
import { Cursor, Limit, literals, named, Nullable, Page } from '../http/schema';

export const JobAnswer = named(
  'Job',
  Type.Object({
    id: Type.String(),
    kind: literals(['recompute', 'verify', 'reconcile', 'partitions', 'lifecycle', 'erase']),
    experiment_id: Nullable(Type.String()),
    state: literals(['waiting', 'active', 'completed', 'failed']),
    progress: Type.Number({ description: '0 to 1.' }),
    result: Type.Unknown({
      description: 'Of verify and recompute: `drift`, and per table the rows that differ. Of erase: how many rows are gone.',
    }),
    error: Nullable(Type.String()),
    created_at: Type.String(),
    started_at: Nullable(Type.String()),
    finished_at: Nullable(Type.String()),
  }),
);

export const JobPage = named('JobPage', Page(JobAnswer));

export const ListJobs = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { additionalProperties: false },
);
export type ListJobs = Static<typeof ListJobs>;
