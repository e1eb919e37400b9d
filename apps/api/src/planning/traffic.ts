// Pure: users by day in, how long a target takes out. Whole days only: the day that still runs would make every forecast too long, and
// so would the day on which the experiment began at some hour of the afternoon.

export interface TrafficInput {
  /** New users by day, 'YYYY-MM-DD' in the timezone of the experiment; a day may occur once per arm. */
  daily: readonly { day: string; users: number }[];
  /** The day that still runs, in the same timezone. */
  today: string;
  /** Users wanted in total. */
  target: number;
  /** Users still missing, where an arm lags behind its share; the target less the users so far when absent. */
  missing?: number;
  /** Whether new users come in at all: false when paused, ended or without coverage. */
  isOpen?: boolean;
}

export const TRAFFIC_REASONS = ['not_taking_users', 'no_traffic', 'no_complete_day'] as const;
export type TrafficReason = (typeof TRAFFIC_REASONS)[number];

export interface Traffic {
  users_so_far: number;
  users_per_day: number | null;
  /** The complete days that were averaged, closed at `from` and open at `until`. */
  observed: { from: string; until: string; days: number } | null;
  /** From the first user on. */
  days_needed: number | null;
  /** From now on; 0 when the target is reached, whatever else is unknown. */
  days_left: number | null;
  reason: TrafficReason | null;
}

const DAY_MS = 86_400_000;
/** With fewer complete days the first one is kept, or too little would be left. */
const DAYS_TO_SPARE_THE_FIRST = 3;

/** Straight line through complete days: it knows no weekday, season or decline. */
export function traffic({ daily, today, target, missing, isOpen = true }: TrafficInput): Traffic {
  const soFar = daily.reduce((sum, { users }) => sum + users, 0);
  const left = Math.max(0, missing ?? target - soFar);
  const unknown = (reason: TrafficReason): Traffic => ({
    users_so_far: soFar,
    users_per_day: null,
    observed: null,
    days_needed: null,
    days_left: left === 0 ? 0 : null,
    reason,
  });
  if (!isOpen) return unknown('not_taking_users');
  const first = daily
    .filter(({ users }) => users > 0)
    .map(({ day }) => day)
    .sort()[0];
  if (first === undefined) return unknown('no_traffic');
  if (first >= today) return unknown('no_complete_day');
  const from = daysBetween(first, today) >= DAYS_TO_SPARE_THE_FIRST ? dayAfter(first) : first;
  const users = daily
    .filter(({ day }) => day >= from && day < today)
    .reduce((sum, row) => sum + row.users, 0);
  if (users === 0) return unknown('no_traffic');
  const days = daysBetween(from, today);
  // Multiplied before divided: 900 users at 300 in 3 days are 9 days, not 9.000000000000002.
  return {
    users_so_far: soFar,
    users_per_day: users / days,
    observed: { from, until: today, days },
    days_needed: Math.ceil((target * days) / users),
    days_left: Math.ceil((left * days) / users),
    reason: null,
  };
}

/** The calendar day that an instant falls on somewhere. */
export function dayIn(timezone: string, now: Date): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

function daysBetween(first: string, last: string): number {
  return Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS);
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}
