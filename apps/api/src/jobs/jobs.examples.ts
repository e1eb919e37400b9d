import type { Static } from '@sinclair/typebox';
import { onePage, Shown } from '../http/examples';
import { ERASURE, EXPERIMENT_ID } from '../http/story';
import type { JobAnswer } from './jobs.schema';

type Job = Static<typeof JobAnswer>;

const WAITING: Job = {
  id: '01a1ff19-1727-7296-819f-4cc6de74ba39',
  kind: 'verify',
  experiment_id: EXPERIMENT_ID,
  state: 'waiting',
  progress: 0,
  result: null,
  error: null,
  created_at: '2026-11-21T17:13:16.838Z',
  started_at: null,
  finished_at: null,
};
const RECOMPUTING: Job = {
  ...WAITING,
  id: '01a1ff19-16e9-7228-859e-d7bcbcc21e71',
  kind: 'recompute',
  created_at: '2026-11-21T17:13:16.758Z',
};

/** Rows compared, by table: of three users with two events. */
const CELLS = {
  user_hours: 2,
  hourly_totals: 2,
  daily_totals: 2,
  gaps: 2,
  day_products: 0,
  cross_products: 0,
  user_spans: 0,
  span_totals: 0,
  user_covariates: 0,
  covariate_totals: 0,
  covariate_products: 0,
  daily_users: 2,
  hourly_users: 2,
  assignments: 3,
};
const result = {
  cells: 15,
  drift: 0,
  tables: Object.entries(CELLS).map(([table, cells]) => ({ rows: [], cells, table, differences: 0 })),
  checked: 1,
  experiments: [],
  experiment_id: EXPERIMENT_ID,
};
const ENDED = { state: 'completed', progress: 1, result } as const;
const VERIFIED: Job = {
  ...WAITING,
  ...ENDED,
  started_at: '2026-11-21T17:13:16.869Z',
  finished_at: '2026-11-21T17:13:17.037Z',
};
const RECOMPUTED: Job = {
  ...RECOMPUTING,
  ...ENDED,
  started_at: '2026-11-21T17:13:16.849Z',
  finished_at: '2026-11-21T17:13:17.109Z',
};
const ERASED: Job = {
  ...ERASURE,
  state: 'completed',
  progress: 1,
  result: { experiments: 1, assignments: 1, overrides: 0, events: 0, dead_letters: 0 },
  started_at: '2026-11-21T17:13:21.581Z',
  finished_at: '2026-11-21T17:13:21.702Z',
};

export const SHOWN = {
  recompute: { answerExample: RECOMPUTING },
  verify: { answerExample: WAITING },
  list: { answerExample: onePage(ERASED, VERIFIED, RECOMPUTED) },
  read: { answerExamples: { waiting: WAITING, verified: VERIFIED, erased: ERASED } },
} satisfies Record<string, Shown>;
