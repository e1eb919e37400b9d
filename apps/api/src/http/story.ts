import type { Experiment, Holdout, Segments, Targeting } from '@app/model';

// The story that the examples of the OpenAPI document tell together: who and what they are about. What answers say of it is made by the
// code that makes the answers, or stands beside the schema it illustrates.

export const REQUEST_ID = '01a1fd72-1b9a-7203-9f0c-4e6d2a7b8c15';
export const EXPERIMENT_ID = '01a1fcb9-b385-7065-be6b-80dc06be67d4';
export const USER = 'user-42';
/** The token that does everything: one of BEARER_TOKENS. */
export const OPERATOR = 'env-1149eb0949cb';

const CREATED_AT = '2026-11-21T06:09:50.981Z';
const HYPOTHESIS = 'A green button raises the share of visitors who buy.';
const purchase = { key: 'purchase', metric_id: null };
const errors = { key: 'error', metric_id: null };

/** Half grey, half green, running. */
export const CHECKOUT_BUTTON: Experiment = {
  id: EXPERIMENT_ID,
  key: 'checkout-button',
  name: 'Green checkout button',
  description: null,
  hypothesis: HYPOTHESIS,
  status: 'running',
  timezone: 'UTC',
  analysisPopulation: 'assigned',
  primaryMetric: 'purchase',
  metrics: [
    { ...purchase, role: 'primary', direction: null, selected_at: CREATED_AT },
    { ...errors, role: 'guardrail', direction: 'decrease', selected_at: CREATED_AT },
  ],
  analysisMode: 'sequential',
  plannedUsers: 20_000,
  horizonAt: null,
  preregistration: {
    sealed_at: CREATED_AT,
    primary: { ...purchase, version: null, direction: 'increase' },
    metrics: [
      { ...purchase, version: null, direction: 'increase', role: 'primary' },
      { ...errors, version: null, direction: 'decrease', role: 'guardrail' },
    ],
    analysis_mode: 'sequential',
    planned_users: 20_000,
    horizon_at: null,
    hypothesis: HYPOTHESIS,
  },
  hashAlgorithm: 'fnv1a',
  hashSeed: EXPERIMENT_ID,
  targeting: null,
  layer: null,
  holdout: true,
  startsAt: null,
  endsAt: null,
  startedAt: CREATED_AT,
  endedAt: null,
  pauses: [],
  winner: null,
  version: 1,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  variants: [
    {
      id: '01a1fcb9-b385-7065-be6b-84a9c1f0d2e7',
      key: 'control',
      name: 'control',
      isControl: true,
      config: { color: 'grey' },
    },
    {
      id: '01a1fcb9-b385-7065-be6b-8b36e57a90f4',
      key: 'treatment',
      name: 'treatment',
      isControl: false,
      config: { color: 'green' },
    },
  ],
  epochs: [{ number: 1, coverageBp: 10_000, openedAt: CREATED_AT }],
  arms: [
    { id: 1, epoch: 1, variantId: '01a1fcb9-b385-7065-be6b-84a9c1f0d2e7', weightBp: 5_000 },
    { id: 2, epoch: 1, variantId: '01a1fcb9-b385-7065-be6b-8b36e57a90f4', weightBp: 5_000 },
  ],
};

export const LAYER_ID = '01a1ff19-0a80-754e-a0b2-febc2097c66c';
export const METRIC_ID = '01a1ff19-09e4-76a8-b634-8c53e97712b1';
const LAYOUT_ID = '01a1ff19-0bbc-7172-8394-6efdf4fbb062';
const LAYOUT_AT = '2026-11-21T17:13:13.915Z';
const onPhones = { key: 'mobile-purchase', metric_id: METRIC_ID };

/** Beside it another one, for some users only and in a layer. */
export const CHECKOUT_LAYOUT: Experiment = {
  ...CHECKOUT_BUTTON,
  id: LAYOUT_ID,
  key: 'checkout-layout',
  name: 'Checkout on one page',
  hypothesis: null,
  primaryMetric: 'mobile-purchase',
  metrics: [{ ...onPhones, role: 'primary', direction: null, selected_at: LAYOUT_AT }],
  plannedUsers: null,
  preregistration: {
    sealed_at: LAYOUT_AT,
    primary: { ...onPhones, version: 1, direction: 'increase' },
    metrics: [{ ...onPhones, version: 1, direction: 'increase', role: 'primary' }],
    analysis_mode: 'sequential',
    planned_users: null,
    horizon_at: null,
    hypothesis: null,
  },
  hashSeed: LAYOUT_ID,
  targeting: { segment: 'german-pro' },
  layer: { id: LAYER_ID, key: 'checkout', seed: LAYER_ID, fromBp: 0, toBp: 5_000 },
  startedAt: LAYOUT_AT,
  createdAt: LAYOUT_AT,
  updatedAt: LAYOUT_AT,
  variants: [
    {
      id: '01a1ff19-0bbc-7172-8394-72135e4cfb76',
      key: 'control',
      name: 'control',
      isControl: true,
      config: null,
    },
    {
      id: '01a1ff19-0bbc-7172-8394-77f484db2ea7',
      key: 'one-page',
      name: 'one-page',
      isControl: false,
      config: null,
    },
  ],
  epochs: [{ number: 1, coverageBp: 2_000, openedAt: LAYOUT_AT }],
  arms: [
    { id: 3, epoch: 1, variantId: '01a1ff19-0bbc-7172-8394-72135e4cfb76', weightBp: 5_000 },
    { id: 4, epoch: 1, variantId: '01a1ff19-0bbc-7172-8394-77f484db2ea7', weightBp: 5_000 },
  ],
};

export const GERMAN_PRO = {
  all: [
    { attribute: 'country', operator: 'eq', value: 'DE' },
    { attribute: 'plan', operator: 'in', value: ['pro', 'team'] },
  ],
} satisfies Targeting;
export const ELIGIBILITY: { segments: Segments; holdout: Holdout } = {
  segments: new Map([['german-pro', GERMAN_PRO]]),
  holdout: { shareBp: 500, seed: '8413e025-1b19-450a-8272-3d998f4dd244' },
};

/** What the user does, as the application tells of it, and when that arrives. */
export const PURCHASE = {
  event_id: '0198c0de-1111-7000-8000-000000000001',
  user_id: USER,
  type: 'purchase',
  timestamp: '2026-11-21T09:31:12.250Z',
  value: 49.9,
  properties: { currency: 'EUR', items: 2 },
};
export const RECEIVED_AT = '2026-11-21T09:31:13.041Z';
export const STORED_PURCHASE = {
  ...PURCHASE,
  received_at: RECEIVED_AT,
  original_timestamp: null,
  experiment_id: null,
  variant_id: null,
  session_id: null,
  request_id: null,
  alias_id: null,
};
export const ASSIGNED_AT = '2026-11-21T09:30:00.000Z';

/** The job that erases somebody, before it has begun. */
export const ERASURE = {
  id: '01a1ff19-299a-721a-a495-7e46cebca73c',
  kind: 'erase',
  experiment_id: null,
  state: 'waiting',
  progress: 0,
  result: null,
  error: null,
  created_at: '2026-11-21T17:13:21.557Z',
  started_at: null,
  finished_at: null,
} as const;
