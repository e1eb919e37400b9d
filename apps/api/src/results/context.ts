import { Experiment, instantOfDate, statusAt } from '@app/model';
import type { DayRange, Totals } from '@app/store';
import { dayIn, isOver, maturedBefore } from './calendar';
import type { CompareOptions } from './compare';
import { daysLeft, tuningUsersOf } from './power';
import type { Population, View } from './results.schema';
import type { RetentionFrame } from './sums';
import { horizonReached, Judgement } from './verdict';

// Pure: what a request asks for, and what follows from it and the clock for every figure of the answer.

/** What a request asks for, whenever it comes. */
export interface Asked {
  range: DayRange;
  /** The one metric asked for. */
  metric: string | null;
  granularity: 'total' | 'day' | 'hour';
  view: View;
  confidenceLevel: number;
  minSampleSize: number;
  includeIntervals: boolean;
  /** Whether to say which SQL gives the same figures. */
  explain: boolean;
}

export interface ReportOptions extends Asked {
  now: Date;
  /** null when the queue does not answer. */
  queueLagMs: number | null;
}

export interface Context {
  frame: RetentionFrame;
  compare: CompareOptions;
  judgement: Judgement;
  range: DayRange;
}

export function contextOf(
  experiment: Experiment,
  totals: Pick<Totals, 'users'>,
  population: Population,
  options: ReportOptions,
): Context {
  const { range, now } = options;
  const idOf = new Map(experiment.variants.map(({ id, key }) => [key, id]));
  const control = experiment.variants.find(({ isControl }) => isControl);
  const status = statusAt(experiment, instantOfDate(now));
  const coverage = experiment.epochs.at(-1)?.coverageBp ?? 0;
  return {
    range,
    frame: { start: range.start, maturedBefore: maturedBefore(experiment, range, now) },
    compare: {
      alpha: 1 - options.confidenceLevel,
      mode: experiment.analysisMode,
      tuningUsers: (treatment) => tuningUsersOf(experiment, control?.id ?? '', idOf.get(treatment) ?? ''),
      daysLeft: daysLeft({
        users: totals.users,
        today: dayIn(experiment.timezone, now),
        plannedUsers: experiment.plannedUsers,
        takesUsers: status === 'running' && coverage > 0,
      }),
    },
    judgement: {
      mode: experiment.analysisMode,
      srmMismatch: population.srm.status === 'mismatch',
      horizonReached: horizonReached(experiment, population.users, now, isOver(experiment, now)),
      minSampleSize: options.minSampleSize,
    },
  };
}
