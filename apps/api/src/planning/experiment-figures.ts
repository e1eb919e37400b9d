import { Experiment, impliedMetric, instantOfDate, intendedWeights, statusAt } from '@app/model';
import { addExact, momentsFromSums } from '@app/stats';
import { ActiveMetric, Totals } from '@app/store';
import { dayIn } from './traffic';

// Pure, and the only place here that knows what experiments and totals look like.

export interface Figures {
  id: string;
  key: string;
  /** Arms of the epoch that takes new users, control first, those without a share left out. */
  arms: { name: string; weight: number; users: number }[];
  daily: { day: string; users: number }[];
  today: string;
  /** Whether new users are assigned now. */
  isOpen: boolean;
  primaryMetric: string | null;
  controlKey: string;
  /** Control in one metric, all epochs together. */
  control: { users: number; rate: number | null; mean: number | null; sd: number | null };
  /** What the metric can be planned as: an event type as both, its values as a mean, a declared metric as what it is, null as neither. */
  plannable: 'conversion' | 'mean' | 'both' | null;
}

export function figuresOf(experiment: Experiment, totals: Totals, metric: string | null, now: Date): Figures {
  const epoch = experiment.epochs[experiment.epochs.length - 1];
  const current = experiment.arms.filter((arm) => arm.epoch === epoch.number && arm.weightBp > 0);
  const weights = intendedWeights(current.map((arm) => arm.weightBp));
  const usersOf = (variantId: string): number => {
    const ids = armIds(experiment, variantId);
    return totals.users.filter((row) => ids.has(row.arm_id)).reduce((sum, row) => sum + row.users, 0);
  };
  const arms = current.map((arm, index) => {
    const { key, isControl } = experiment.variants.find((variant) => variant.id === arm.variantId)!;
    return { name: key, weight: weights[index], users: usersOf(arm.variantId), isControl };
  });
  const status = statusAt(experiment, instantOfDate(now));
  return {
    id: experiment.id,
    key: experiment.key,
    arms: [...arms.filter((arm) => arm.isControl), ...arms.filter((arm) => !arm.isControl)].map(
      ({ name, weight, users }) => ({ name, weight, users }),
    ),
    daily: totals.users.map(({ day, users }) => ({ day, users })),
    today: dayIn(experiment.timezone, now),
    isOpen: status === 'running' && epoch.coverageBp > 0,
    primaryMetric: experiment.primaryMetric,
    controlKey: experiment.variants.find((variant) => variant.isControl)!.key,
    control: controlOf(experiment, totals, metric, usersOf),
    plannable: plannableOf(declared(totals, metric), metric),
  };
}

function declared(totals: Totals, metric: string | null): ActiveMetric | undefined {
  return totals.active.find(({ key }) => key === metric);
}

function plannableOf(metric: ActiveMetric | undefined, key: string | null): Figures['plannable'] {
  switch (metric?.definition.kind) {
    case undefined:
      return key !== null && impliedMetric(key).ofValues ? 'mean' : 'both';
    case 'conversion':
      return 'conversion';
    case 'count':
    case 'mean':
      return 'mean';
    case 'ratio':
    case 'retention':
    case 'funnel':
      return null;
  }
}

function controlOf(
  experiment: Experiment,
  totals: Totals,
  metric: string | null,
  usersOf: (variantId: string) => number,
): Figures['control'] {
  const control = experiment.variants.find((variant) => variant.isControl)!;
  const ids = armIds(experiment, control.id);
  const users = usersOf(control.id);
  const measure =
    declared(totals, metric)?.measure_ids[0] ??
    (metric === null ? undefined : impliedMeasure(totals, metric));
  const rows = totals.measures.filter((row) => row.measure_id === measure && ids.has(row.arm_id));
  const sum = rows.reduce((all, row) => addExact(all, row.value_sum), '0');
  const sumSquares = rows.reduce((all, row) => addExact(all, row.value_squares), '0');
  const { mean, variance } = momentsFromSums({ n: users, sum, sumSquares });
  return {
    users,
    rate: users === 0 ? null : rows.reduce((all, row) => all + row.converters, 0) / users,
    mean,
    sd: variance === null ? null : Math.sqrt(variance),
  };
}

function impliedMeasure({ plain }: Totals, key: string): number | undefined {
  const { eventType } = impliedMetric(key);
  return plain.find(({ event_type }) => event_type === eventType)?.measure_id;
}

function armIds(experiment: Experiment, variantId: string): Set<number> {
  return new Set(experiment.arms.filter((arm) => arm.variantId === variantId).map((arm) => arm.id));
}
