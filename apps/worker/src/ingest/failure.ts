import { classify as classOf, FailureClass as StoreFailure } from '@app/store';

// What becomes of a job whose batch was not stored.

export type FailureClass = StoreFailure | 'flood';

export interface Action {
  /** delay: the job comes back and no attempt is burnt. attempt: it comes back and one is. bisect: the event is found and buried. */
  job: 'delay' | 'attempt' | 'bisect';
  /** Failures in a row after which the worker stops taking jobs; null: never. */
  pauseAfter: number | null;
  /** While it does, how often it looks whether to go on. */
  probeMs: number;
  /** Whether a person must act. */
  alarm: boolean;
}

export const ACTIONS: Record<FailureClass, Action> = {
  // Database.transaction has tried eight times by now.
  conflict: { job: 'delay', pauseAfter: null, probeMs: 0, alarm: false },
  unavailable: { job: 'delay', pauseAfter: 5, probeMs: 1_000, alarm: false },
  resource: { job: 'delay', pauseAfter: 5, probeMs: 1_000, alarm: true },
  data: { job: 'bisect', pauseAfter: null, probeMs: 0, alarm: false },
  // A bad deploy must not bury a day of events.
  program: { job: 'delay', pauseAfter: 1, probeMs: 30_000, alarm: true },
  flood: { job: 'delay', pauseAfter: 1, probeMs: 60_000, alarm: true },
  unknown: { job: 'attempt', pauseAfter: null, probeMs: 0, alarm: false },
};

/** More events would be buried than can be an accident. */
export class Flood extends Error {}

export function classify(error: unknown): FailureClass {
  return error instanceof Flood ? 'flood' : classOf(error);
}
