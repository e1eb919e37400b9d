import { Experiment, Preregistration, SealedMetric } from './experiment';
import type { Direction, SelectedMetric } from './metric';

// Pure: what is written down when an experiment starts, and what differs from it later.

/** A declared metric as the totals of the experiment hold it. */
export interface ActiveVersion {
  metric_id: string;
  version: number;
  direction: Direction;
}

type Planned = Pick<Experiment, 'metrics' | 'analysisMode' | 'plannedUsers' | 'horizonAt' | 'hypothesis'>;

export function seal(experiment: Planned, active: readonly ActiveVersion[], at: string): Preregistration {
  const metrics = experiment.metrics.map((metric) => ({ ...sealed(metric, active), role: metric.role }));
  const { role: _, ...primary } = metrics.find(({ role }) => role === 'primary') ?? { role: null };
  return {
    sealed_at: at,
    primary: 'key' in primary ? primary : null,
    metrics,
    analysis_mode: experiment.analysisMode,
    planned_users: experiment.plannedUsers,
    horizon_at: experiment.horizonAt,
    hypothesis: experiment.hypothesis,
  };
}

/** `field` is `primary_metric`, `metrics/<key>`, `metrics/<key>/role` (`/direction`, `/version`) or the name of another field. */
export interface PlanChange {
  field: string;
  planned: unknown;
  now: unknown;
}

/**
 * Everything that is not as it was planned, in a fixed order; empty when all is.
 * @param active what the totals hold; without it, versions and directions that only a metric itself states are not compared
 */
export function changesSince(
  plan: Preregistration,
  experiment: Planned,
  active: readonly ActiveVersion[] = [],
): PlanChange[] {
  const now = seal(experiment, active, plan.sealed_at);
  const simple = (field: 'hypothesis' | 'analysis_mode' | 'planned_users' | 'horizon_at'): PlanChange => ({
    field,
    planned: plan[field],
    now: now[field],
  });
  const metrics = plan.metrics.flatMap((planned): PlanChange[] => {
    const field = `metrics/${planned.key}`;
    const index = experiment.metrics.findIndex((metric) => isSame(planned, metric));
    if (index === -1) return [{ field, planned: stated(planned), now: null }];
    const [selected, current] = [experiment.metrics[index], now.metrics[index]];
    const known = selected.metric_id === null || active.some((row) => row.metric_id === selected.metric_id);
    return [
      { field: `${field}/role`, planned: planned.role, now: current.role },
      ...(known || selected.direction !== null
        ? [{ field: `${field}/direction`, planned: planned.direction, now: current.direction }]
        : []),
      ...(known ? [{ field: `${field}/version`, planned: planned.version, now: current.version }] : []),
    ];
  });
  const added = now.metrics
    .filter((metric) => !plan.metrics.some((planned) => isSame(planned, metric)))
    .map((metric) => ({ field: `metrics/${metric.key}`, planned: null, now: stated(metric) }));
  return [
    { field: 'primary_metric', planned: plan.primary?.key ?? null, now: now.primary?.key ?? null },
    ...metrics,
    ...added,
    simple('hypothesis'),
    simple('analysis_mode'),
    simple('planned_users'),
    simple('horizon_at'),
  ].filter((change) => !isEqual(change.planned, change.now));
}

function sealed(metric: SelectedMetric, active: readonly ActiveVersion[]): SealedMetric {
  const found = active.find((row) => row.metric_id === metric.metric_id);
  return {
    key: metric.key,
    metric_id: metric.metric_id,
    version: found?.version ?? null,
    direction: metric.direction ?? found?.direction ?? 'increase',
  };
}

function isSame(a: { key: string; metric_id: string | null }, b: typeof a): boolean {
  return a.key === b.key && a.metric_id === b.metric_id;
}

function stated({ role, direction }: Preregistration['metrics'][number]): unknown {
  return { role, direction };
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
