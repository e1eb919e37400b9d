import type { AnalysisMode, Direction, Experiment } from '@app/model';
import { timeIsUp } from './calendar';
import type { Comparison, MetricResult } from './metric.schema';

// Pure: when a comparison may be called better or worse. The error is that of the experiment, not of the intervals on display.

export const ALPHA = 0.05;
/** Users in each arm below which nothing is called anything; the default of `min_sample_size`. */
export const MIN_SAMPLE_SIZE = 100;

export type Verdict = Pick<Comparison, 'verdict' | 'reason'>;

/** What holds for every comparison of an answer. */
export interface Judgement {
  mode: AnalysisMode;
  srmMismatch: boolean;
  horizonReached: boolean;
  minSampleSize: number;
}

export interface Candidate {
  role: MetricResult['role'];
  direction: Direction;
  postHoc: boolean;
  backfill: MetricResult['backfill'];
  /** Why there is no test. */
  reason: string | null;
  lowCounts: boolean;
  /** Of the smaller arm. */
  users: number;
  estimate: number | null;
  /** After correction, of the mode's test. */
  pValue: number | null;
}

export function verdictOf(candidate: Candidate, judgement: Judgement): Verdict {
  const reason = withheldBecause(candidate, judgement);
  if (reason !== null) return { verdict: null, reason };
  const { pValue, estimate, direction } = candidate;
  if ((pValue as number) >= ALPHA) return { verdict: 'inconclusive', reason: null };
  const isBetter = (estimate as number) > 0 === (direction === 'increase');
  return { verdict: isBetter ? 'better' : 'worse', reason: null };
}

/** The first that applies: no data, no trust, no registration, too little data, too early. */
function withheldBecause(candidate: Candidate, judgement: Judgement): string | null {
  const { role, postHoc, backfill, reason, lowCounts, users, estimate, pValue } = candidate;
  if (reason !== null) return reason;
  if (estimate === null || pValue === null) return 'insufficient_data';
  if (judgement.srmMismatch) return 'srm_mismatch';
  if (backfill === 'pending') return 'backfill_pending';
  if (role === 'other') return 'not_selected';
  if (postHoc) return 'post_hoc';
  if (users < judgement.minSampleSize) return 'min_sample_size';
  if (lowCounts) return 'low_counts';
  if (judgement.mode === 'fixed' && !judgement.horizonReached) return 'horizon_not_reached';
  return null;
}

/** Planned time or planned users, whichever comes first; without either, the end of the experiment. */
export function horizonReached(experiment: Experiment, users: number, now: Date, isOver: boolean): boolean {
  const plan = experiment.preregistration;
  const horizonAt = plan === null ? experiment.horizonAt : plan.horizon_at;
  const plannedUsers = plan === null ? experiment.plannedUsers : plan.planned_users;
  if (horizonAt === null && plannedUsers === null) return isOver;
  return timeIsUp(experiment, now) || (plannedUsers !== null && users >= plannedUsers);
}
