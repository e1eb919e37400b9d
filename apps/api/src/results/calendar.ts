import { endOf, Experiment, instantOfDate, parseInstant, statusAt } from '@app/model';
import type { DayRange } from '@app/store';
import { remember } from './remember';
import type { ResultsAnswer } from './results.schema';

// Pure: where an experiment stands in time, and what that means in days of its timezone.

const DAY_MS = 86_400_000;

/** Making one takes longer than using it. */
const formatOf = remember(
  (timezone: string) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }),
  1_000,
);

/** The calendar day that an instant falls on somewhere. */
export function dayIn(timezone: string, instant: Date): string {
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

/** The day before which a window must close to be over: none is that still runs, or that the end of the experiment cuts off. */
export function maturedBefore(experiment: Experiment, range: DayRange, now: Date): string {
  const end = endOf(experiment);
  const days = [
    dayIn(experiment.timezone, now),
    ...(end === null ? [] : [dayIn(experiment.timezone, new Date(end))]),
    ...(range.end === null ? [] : [range.end]),
  ];
  return days.sort()[0];
}

export function isOver(experiment: Experiment, now: Date): boolean {
  const end = endOf(experiment);
  return end !== null && (parseInstant(end) ?? Infinity) <= instantOfDate(now);
}

/** All that results take from the clock, as words: for as long as they are the same, so is everything that follows from them. */
export function clockOf(experiment: Experiment, now: Date): string {
  const { status, days_running } = experimentOf(experiment, now);
  const words = [
    dayIn(experiment.timezone, now),
    status,
    days_running,
    isOver(experiment, now),
    timeIsUp(experiment, now),
  ];
  return words.join(' ');
}

/** The planned time has come, as it was registered, or as it is planned now when nothing is. */
export function timeIsUp({ preregistration, horizonAt }: Experiment, now: Date): boolean {
  const planned = preregistration === null ? horizonAt : preregistration.horizon_at;
  return planned !== null && Date.parse(planned) <= now.getTime();
}

export function experimentOf(experiment: Experiment, now: Date): ResultsAnswer['experiment'] {
  const nowUs = instantOfDate(now);
  const over = isOver(experiment, now);
  const end = over ? endOf(experiment) : null;
  const status = statusAt(experiment, nowUs);
  const startedAt = experiment.startedAt ?? (status === 'draft' ? null : experiment.startsAt);
  const runMs = startedAt === null ? 0 : Date.parse(end ?? now.toISOString()) - Date.parse(startedAt);
  return {
    id: experiment.id,
    key: experiment.key,
    name: experiment.name,
    status,
    started_at: startedAt,
    ended_at: end,
    days_running: Math.max(0, Math.floor(runMs / DAY_MS)),
    primary_metric: experiment.primaryMetric,
    timezone: experiment.timezone,
    analysis_mode: experiment.analysisMode,
    planned_users: experiment.plannedUsers,
    horizon_at: experiment.horizonAt,
  };
}
