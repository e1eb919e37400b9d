import { HOUR_US, MINUTE_US } from './instant';

/** An event as it travels through the queue: validated, its clock corrected. What the client did not say is absent: it would cost memory in the queue. */
export interface AcceptedEvent {
  event_id: string;
  user_id: string;
  type: string;
  /** Corrected time of occurrence: what every counting rule looks at. */
  timestamp: string;
  /** What the client sent, when it differs. */
  original_timestamp?: string | null;
  value?: number | null;
  properties?: Record<string, unknown> | null;
  experiment_id?: string | null;
  variant_id?: string | null;
  session_id?: string | null;
  request_id?: string | null;
}

/** The event type that says a user has met the variant; it must name its experiment. */
export const EXPOSURE = 'exposure';

/** Largest absolute value of an event; beyond it doubles no longer hold the cents. */
export const MAX_VALUE = 1e15;

const TOLERATED_FUTURE_US = 5 * MINUTE_US;
const CLAMPED_FUTURE_US = 24 * HOUR_US;

/**
 * When an event happened, by our clock: `received - (sent - timestamp)` cancels a wrong client clock. Up to five minutes in the
 * future are believed, up to 24 hours become the time of receipt; beyond that the answer is null and the event is refused.
 * The refold statements rely on the bound: no stored event is more than five minutes later than its receipt.
 */
export function correctClock(
  timestampUs: number,
  sentAtUs: number | null,
  receivedUs: number,
): number | null {
  const corrected = sentAtUs === null ? timestampUs : receivedUs - (sentAtUs - timestampUs);
  if (corrected <= receivedUs + TOLERATED_FUTURE_US) return corrected;
  return corrected <= receivedUs + CLAMPED_FUTURE_US ? receivedUs : null;
}

/** What became of one event in one experiment. */
export const DISPOSITIONS = [
  'counted',
  'unassigned',
  'override',
  'contaminated',
  'before_anchor',
  'after_end',
  'other_experiment',
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];
