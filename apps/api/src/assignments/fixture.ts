import type { Experiment } from '@app/model';

/** For tests: two variants half and half, running; arms 1 and 2 belong to epoch 1. */
export function anExperiment(options: Partial<Experiment> = {}): Experiment {
  return {
    id: 'e', key: 'key', name: 'n', description: null, hypothesis: null, status: 'running', timezone: 'UTC',
    analysisPopulation: 'assigned', primaryMetric: null, metrics: [], analysisMode: 'sequential',
    plannedUsers: null, horizonAt: null, preregistration: null, hashAlgorithm: 'fnv1a', hashSeed: 'seed',
    targeting: null, layer: null, holdout: true,
    startsAt: null, endsAt: null, startedAt: null, endedAt: null, pauses: [], winner: null, version: 1,
    createdAt: '2026-11-01T00:00:00.000Z', updatedAt: '2026-11-01T00:00:00.000Z',
    variants: [
      { id: 'v-a', key: 'a', name: 'A', isControl: true, config: null },
      { id: 'v-b', key: 'b', name: 'B', isControl: false, config: { color: 'green' } },
    ],
    epochs: [{ number: 1, coverageBp: 10_000, openedAt: '2026-11-01T00:00:00.000Z' }],
    arms: [
      { id: 1, epoch: 1, variantId: 'v-a', weightBp: 5000 },
      { id: 2, epoch: 1, variantId: 'v-b', weightBp: 5000 },
    ],
    ...options,
  }; // prettier-ignore
}
