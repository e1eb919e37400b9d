import type { Experiment, MetricDefinition, SelectedMetric } from '@app/model';
import type { ActiveMetric, Totals } from '@app/store';
import type { AskedMetric } from './catalogue';
import type { ReportOptions } from './context';
import type { Material } from './report';
import { OPTIONS as EXAMPLE_OPTIONS } from './results.examples';
import { emptySums, MetricSums, UserSums } from './sums';

// For the specs beside it.

/** Epoch 1 splits 50:50 into arms 1 and 2, epoch 2 splits 20:80 into arms 3 and 4. The primary metric is an event type. */
export const EXPERIMENT: Experiment = {
  id: 'e', key: 'key', name: 'n', description: null, hypothesis: null, status: 'running', timezone: 'UTC',
  analysisPopulation: 'assigned', primaryMetric: 'purchase', metrics: [select('purchase', 'primary'), select('signup')],
  analysisMode: 'sequential', plannedUsers: null, horizonAt: null, preregistration: null,
  hashAlgorithm: 'fnv1a', hashSeed: 'e',
  targeting: null, layer: null, holdout: true,
  startsAt: null, endsAt: null, startedAt: '2026-11-01T12:00:00.000Z', endedAt: null, pauses: [], winner: null, version: 3,
  createdAt: '2026-11-01T00:00:00.000Z', updatedAt: '2026-11-01T00:00:00.000Z',
  variants: [
    { id: 'v-a', key: 'a', name: 'A', isControl: true, config: null },
    { id: 'v-b', key: 'b', name: 'B', isControl: false, config: null },
  ],
  epochs: [
    { number: 1, coverageBp: 10_000, openedAt: '2026-11-01T12:00:00.000Z' },
    { number: 2, coverageBp: 10_000, openedAt: '2026-11-02T12:00:00.000Z' },
  ],
  arms: [
    { id: 1, epoch: 1, variantId: 'v-a', weightBp: 5000 },
    { id: 2, epoch: 1, variantId: 'v-b', weightBp: 5000 },
    { id: 3, epoch: 2, variantId: 'v-a', weightBp: 2000 },
    { id: 4, epoch: 2, variantId: 'v-b', weightBp: 8000 },
  ],
}; // prettier-ignore

export function select(
  key: string,
  role: SelectedMetric['role'] = 'goal',
  metricId: string | null = null,
): SelectedMetric {
  return { key, metric_id: metricId, role, direction: null, selected_at: '2026-11-01T00:00:00.000Z' };
}

export const NO_TOTALS: Totals = {
  freshness: null, active: [], plain: [], users: [], measures: [], days: [], cross: [], spans: [], covariates: [], excluded: [],
}; // prettier-ignore

export function active(
  definition: MetricDefinition,
  measureIds: number[],
  more: Partial<ActiveMetric> = {},
): ActiveMetric {
  return {
    metric_id: 'm', key: 'declared', name: 'Declared', direction: 'increase', version: 1, definition, measure_ids: measureIds, ...more,
  }; // prettier-ignore
}

export function material(totals: Partial<Totals>, more: Partial<Material> = {}): Material {
  return {
    totals: { ...NO_TOTALS, ...totals },
    declared: [],
    distributions: new Map(),
    hours: null,
    breakdown: null,
    ages: null,
    ...more,
  };
}

export const OPTIONS: ReportOptions = { ...EXAMPLE_OPTIONS, now: new Date('2026-11-04T11:00:00Z') };

export function asked(more: Partial<AskedMetric> = {}): AskedMetric {
  return {
    key: 'purchase', name: 'purchase', kind: 'conversion', role: 'primary', direction: 'increase', eventTypes: ['purchase'], version: null,
    postHoc: false, backfill: 'current', definition: null, measureIds: [1], ofValues: false, ...more,
  }; // prettier-ignore
}

/** One variant per list of epochs; the first is the control. */
export function sums(metric: AskedMetric, variants: Record<string, Partial<UserSums>[]>): MetricSums {
  const full = Object.entries(variants).map(([key, epochs], index) => {
    const own = epochs.map((part, place) => ({ epoch: place + 1, sums: { ...emptySums(metric), ...part } }));
    return { key, isControl: index === 0, epochs: own, all: own[0].sums };
  });
  return { metric, variants: full, caps: null };
}
