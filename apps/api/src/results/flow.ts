import type { DayRange, Totals } from '@app/store';
import type { ResultsAnswer } from './results.schema';

/** New users and events of each type by the day. */
export function flowOf({ users, days, plain }: Totals, { start }: DayRange): ResultsAnswer['flow'] {
  const typeOf = new Map(plain.map(({ measure_id, event_type }) => [measure_id, event_type]));
  const flow = new Map<string, ResultsAnswer['flow'][number]>();
  const at = (day: string) => {
    const known = flow.get(day) ?? { day, users: 0, events: {} };
    flow.set(day, known);
    return known;
  };
  for (const row of users) if (start === null || row.day >= start) at(row.day).users += row.users;
  for (const row of days) {
    const type = typeOf.get(row.measure_id);
    if (type === undefined) continue;
    const { events } = at(row.day);
    events[type] = (events[type] ?? 0) + row.events;
  }
  return [...flow.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}
