import { Shown, WorkedOut } from '../http/examples';
import { CHECKOUT_BUTTON } from '../http/story';
import type { ReportOptions } from './context';
import { csvOf } from './csv';
import { Material, report } from './report';
import type { ResultsAnswer } from './results.schema';

// Worked out as any other answer: docs/examples/results.json is the same one, and docs/results.md explains it.

const users = (day: string, arm_id: number, count: number) => ({ arm_id, day, users: count });
const none = { distributions: new Map(), hours: null, breakdown: null, ages: null, declared: [] };

/** 400 of 5,000 against 490 of 5,100. */
const MATERIAL: Material = {
  ...none,
  totals: {
    freshness: { version: 812, last_event_at: '2026-11-24T10:58:11.000Z', as_of: '2026-11-24T10:58:12.000Z' },
    active: [],
    plain: [
      { measure_id: 1, event_type: 'purchase' },
      { measure_id: 2, event_type: 'error' },
    ],
    users: [
      users('2026-11-21', 1, 1),
      users('2026-11-21', 2, 2),
      users('2026-11-22', 1, 2_499),
      users('2026-11-22', 2, 2_488),
      users('2026-11-23', 1, 2_500),
      users('2026-11-23', 2, 2_610),
    ],
    measures: [
      {
        arm_id: 1,
        measure_id: 1,
        converters: 400,
        events: 520,
        value_sum: '15600.5',
        value_squares: '1048210.25',
      },
      {
        arm_id: 2,
        measure_id: 1,
        converters: 490,
        events: 640,
        value_sum: '19150',
        value_squares: '1305000',
      },
      { arm_id: 1, measure_id: 2, converters: 40, events: 55, value_sum: '0', value_squares: '0' },
      { arm_id: 2, measure_id: 2, converters: 44, events: 60, value_sum: '0', value_squares: '0' },
    ],
    days: [],
    cross: [],
    spans: [],
    covariates: [],
    excluded: [],
  },
};
/** What somebody asks for who says nothing. */
export const OPTIONS: ReportOptions = {
  range: { start: null, end: null },
  metric: null,
  granularity: 'total',
  view: 'full',
  confidenceLevel: 0.95,
  minSampleSize: 100,
  includeIntervals: true,
  explain: false,
  now: new Date('2026-11-24T11:00:00Z'),
  queueLagMs: 0,
};

export const results = (): ResultsAnswer => report(CHECKOUT_BUTTON, MATERIAL, OPTIONS);

export const TABLE = new WorkedOut('results_table', () => csvOf('variants', results()));
export const SHOWN = {
  read: { answerExample: new WorkedOut('results', results) },
} satisfies Record<string, Shown>;
