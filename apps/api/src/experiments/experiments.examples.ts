import type { Experiment } from '@app/model';
import { onePage, Shown } from '../http/examples';
import { CHECKOUT_BUTTON, CHECKOUT_LAYOUT, REQUEST_ID } from '../http/story';
import { problem } from '../http/problems';
import { toAnswer } from './experiment.answer';
import type { CreateExperiment, ExperimentAnswer } from './experiments.schema';

const CREATE: CreateExperiment = {
  key: 'checkout-button',
  name: 'Green checkout button',
  hypothesis: 'A green button raises the share of visitors who buy.',
  metrics: [
    { key: 'purchase', role: 'primary' },
    { key: 'error', role: 'guardrail', direction: 'decrease' },
  ],
  planned_users: 20_000,
  status: 'running',
  variants: [
    { key: 'control', allocation_pct: 50, is_control: true, config: { color: 'grey' } },
    { key: 'treatment', allocation_pct: 50, config: { color: 'green' } },
  ],
};

/** Of which the second is refused. */
const CREATE_MANY: CreateExperiment[] = [
  CREATE,
  {
    ...CREATE,
    key: 'checkout-fonts',
    name: 'Larger fonts',
    variants: [
      { key: 'control', allocation_pct: 50 },
      { key: 'treatment', allocation_pct: 40 },
    ],
  },
];

/** The button after a change. */
const after = (updatedAt: string, changed: Partial<Experiment> = {}): ExperimentAnswer =>
  toAnswer({ ...CHECKOUT_BUTTON, ...changed, updatedAt }, new Date(updatedAt));

const RUNNING = after(CHECKOUT_BUTTON.createdAt);
const RENAMED = after('2026-11-22T08:14:03.512Z', { name: 'Green checkout button, second try' });

const OPENED_AT = '2026-11-22T08:20:41.007Z';
const WITH_EPOCH = after(OPENED_AT, {
  epochs: [...CHECKOUT_BUTTON.epochs, { number: 2, coverageBp: 5_000, openedAt: OPENED_AT }],
  arms: [...CHECKOUT_BUTTON.arms, ...CHECKOUT_BUTTON.arms.map((arm) => ({ ...arm, id: arm.id + 4, epoch: 2 }))],
}); // prettier-ignore

const PAUSED = after('2026-11-23T16:02:57.330Z', { status: 'paused' });
const RESUMED = after('2026-11-23T17:45:10.884Z');

const ENDED = { endedAt: '2026-11-28T12:00:03.218Z', winner: 'treatment' };
const COMPLETED = after(ENDED.endedAt, { ...ENDED, status: 'completed' });
const ARCHIVED = after('2026-12-15T09:31:44.106Z', { ...ENDED, status: 'archived' });

const LAYOUT = toAnswer(CHECKOUT_LAYOUT, new Date(CHECKOUT_LAYOUT.createdAt));

const NOT_100 = 'The allocations add up to 90, not to exactly 100.';
const CREATED_MANY = {
  results: [
    { index: 0, status: 201, experiment: RUNNING },
    {
      index: 1,
      status: 422,
      problem: problem('invalid_experiment', NOT_100, REQUEST_ID, {
        errors: [{ pointer: '/variants', code: 'allocations_not_100', message: NOT_100 }],
      }),
    },
  ],
};

export const SHOWN = {
  create: { example: CREATE, answerExample: RUNNING },
  createMany: { example: { experiments: CREATE_MANY }, answerExample: CREATED_MANY },
  list: { answerExample: onePage(LAYOUT, RUNNING) },
  read: { answerExamples: { for_everybody: RUNNING, for_some: LAYOUT } },
  patch: { example: { name: RENAMED.name }, answerExample: RENAMED },
  openEpoch: {
    example: {
      coverage_pct: WITH_EPOCH.coverage_pct,
      variants: WITH_EPOCH.variants.map(({ key, allocation_pct }) => ({ key, allocation_pct })),
    },
    answerExample: WITH_EPOCH,
  },
  start: { answerExample: RUNNING },
  pause: { answerExample: PAUSED },
  resume: { answerExample: RESUMED },
  complete: { example: { winner: COMPLETED.winner }, answerExample: COMPLETED },
  archive: { answerExample: ARCHIVED },
} satisfies Record<string, Shown>;
