import { allowedTransitions, endOf, Experiment, instantOfDate, LayerSlot, statusAt } from '@app/model';
import type { ExperimentAnswer } from './experiments.schema';

/** The experiment as the api shows it: shares in percent, the status that is in force now. */
export function toAnswer(experiment: Experiment, now: Date): ExperimentAnswer {
  const keys = new Map(experiment.variants.map((variant) => [variant.id, variant.key]));
  const shares = (epoch: number): Map<string, number> =>
    new Map(
      experiment.arms.filter((arm) => arm.epoch === epoch).map((arm) => [arm.variantId, arm.weightBp / 100]),
    );
  const current = experiment.epochs[experiment.epochs.length - 1];
  const status = statusAt(experiment, instantOfDate(now));
  return {
    id: experiment.id,
    key: experiment.key,
    name: experiment.name,
    description: experiment.description,
    hypothesis: experiment.hypothesis,
    status,
    allowed_transitions: allowedTransitions(status),
    timezone: experiment.timezone,
    analysis_population: experiment.analysisPopulation,
    primary_metric: experiment.primaryMetric,
    metrics: experiment.metrics.map(({ key, metric_id, role, direction, selected_at }) => ({
      key,
      declared: metric_id !== null,
      role,
      direction,
      selected_at,
    })),
    analysis_mode: experiment.analysisMode,
    planned_users: experiment.plannedUsers,
    horizon_at: experiment.horizonAt,
    preregistration: experiment.preregistration,
    hash: { algorithm: experiment.hashAlgorithm, seed: experiment.hashSeed },
    targeting: experiment.targeting,
    layer: layerOf(experiment.layer),
    holdout: experiment.holdout,
    starts_at: experiment.startsAt,
    ends_at: experiment.endsAt,
    started_at: experiment.startedAt ?? (status === 'draft' ? null : experiment.startsAt),
    ended_at: status === 'completed' || status === 'archived' ? endOf(experiment) : null,
    winner: experiment.winner,
    coverage_pct: current.coverageBp / 100,
    epoch: current.number,
    variants: experiment.variants.map((variant) => ({
      id: variant.id,
      key: variant.key,
      name: variant.name,
      allocation_pct: shares(current.number).get(variant.id) ?? 0,
      is_control: variant.isControl,
      config: variant.config,
    })),
    epochs: experiment.epochs.map((epoch) => ({
      number: epoch.number,
      coverage_pct: epoch.coverageBp / 100,
      opened_at: epoch.openedAt,
      variants: [...shares(epoch.number)].map(([id, pct]) => ({
        key: keys.get(id) ?? id,
        allocation_pct: pct,
      })),
    })),
    created_at: experiment.createdAt,
    updated_at: experiment.updatedAt,
  };
}

function layerOf(slot: LayerSlot | null): ExperimentAnswer['layer'] {
  return slot === null
    ? null
    : { id: slot.id, key: slot.key, from_pct: slot.fromBp / 100, to_pct: slot.toBp / 100 };
}

/** Strong: the version counts changes, and the status changes by the clock. */
export function etagOf(experiment: Experiment, now: Date): string {
  return `"${experiment.version}-${statusAt(experiment, instantOfDate(now))}"`;
}
