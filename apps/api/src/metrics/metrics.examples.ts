import type { Direction, MetricDefinition, MetricKind } from '@app/model';
import { onePage, Shown } from '../http/examples';
import { METRIC_ID } from '../http/story';
import type { MetricAnswer, PatchedMetric } from './metrics.schema';

interface MetricExample {
  key: string;
  name: string;
  direction?: Direction;
  definition: MetricDefinition;
}

/** One of each kind. */
const CREATE: Record<MetricKind, MetricExample> = {
  conversion: {
    key: 'mobile-purchase',
    name: 'Bought on a phone within a week',
    definition: {
      kind: 'conversion',
      event_types: ['purchase'],
      filter: [{ property: 'device', operator: 'in', value: ['ios', 'android'] }],
      window_hours: 168,
    },
  },
  count: {
    key: 'support-tickets',
    name: 'Support tickets per user',
    direction: 'decrease',
    definition: { kind: 'count', event_types: ['ticket_opened'], cap: { upper: 10 }, covariate_days: 14 },
  },
  mean: {
    key: 'revenue',
    name: 'Revenue per user',
    definition: {
      kind: 'mean',
      event_types: ['purchase', 'renewal'],
      value_property: 'net_amount',
      cap: { upper_percentile: 0.99 },
      covariate_days: 30,
    },
  },
  ratio: {
    key: 'order-value',
    name: 'Average order value',
    definition: {
      kind: 'ratio',
      numerator: { event_types: ['purchase'], aggregation: 'sum' },
      denominator: { event_types: ['purchase'], aggregation: 'count' },
    },
  },
  retention: {
    key: 'back-in-week-two',
    name: 'Came back in the second week',
    definition: { kind: 'retention', event_types: ['session_started'], from_day: 7, to_day: 13 },
  },
  funnel: {
    key: 'checkout-funnel',
    name: 'Cart to payment',
    definition: {
      kind: 'funnel',
      steps: [
        { name: 'Cart', event_types: ['add_to_cart'] },
        { name: 'Address', event_types: ['address_entered'] },
        {
          name: 'Paid',
          event_types: ['purchase'],
          filter: [{ property: 'status', operator: 'eq', value: 'paid' }],
        },
      ],
      window_hours: 72,
    },
  },
};

const created = (kind: MetricKind, id: string, createdAt: string): MetricAnswer => {
  const { key, name, direction = 'increase', definition } = CREATE[kind];
  const times = { created_at: createdAt, updated_at: createdAt };
  return { id, key, name, description: null, kind, direction, definition, version: 1, ...times };
};

const CREATED: Record<MetricKind, MetricAnswer> = {
  conversion: created('conversion', METRIC_ID, '2026-11-21T17:13:13.436Z'),
  count: created('count', '01a1ff19-09f5-70fe-b0d2-e1e3ecde81d4', '2026-11-21T17:13:13.460Z'),
  mean: created('mean', '01a1ff19-0a08-7136-bc25-d86bbab9e4fb', '2026-11-21T17:13:13.479Z'),
  ratio: created('ratio', '01a1ff19-0a10-70b0-9f84-c0923137e51b', '2026-11-21T17:13:13.487Z'),
  retention: created('retention', '01a1ff19-0a17-75ae-8016-5fcbca88f6e0', '2026-11-21T17:13:13.494Z'),
  funnel: created('funnel', '01a1ff19-0a20-72c5-8753-658de51c7e1a', '2026-11-21T17:13:13.503Z'),
};

const { conversion, ...others } = CREATED;
const definition: MetricDefinition = { kind: 'conversion', event_types: ['purchase'], window_hours: 72 };
const PATCHED: PatchedMetric = {
  ...conversion,
  definition,
  version: 2,
  updated_at: '2026-11-21T17:13:21.306Z',
  recomputing: [],
};

export const SHOWN = {
  create: { examples: CREATE, answerExamples: CREATED },
  list: { answerExample: onePage(...Object.values(others).reverse(), conversion) },
  read: { answerExample: conversion },
  patch: { example: { definition }, answerExample: PATCHED },
} satisfies Record<string, Shown>;
