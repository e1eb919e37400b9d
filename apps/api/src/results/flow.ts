import type { DayRange, Totals } from '@app/store';
import type { ResultsAnswer } from './results.schema';

/** New users and events of each type by the day. */
export function flowOf({ users, days, plain }: Totals, { start }: DayRange): ResultsAnswer['flow'] {
  const typeOf = new Map(plain.map(({ measure_id, event_type }) => [measure_id, event_type]));
  // Types are what others call them: as keys of an object `constructor` would be there already, and `__proto__` never.
  const flow = new Map<string, { day: string; users: number; events: Map<string, number> }>();
  const at = (day: string) => {
    const known = flow.get(day) ?? { day, users: 0, events: new Map<string, number>() };
    flow.set(day, known);
    return known;
  };
  for (const row of users) if (start === null || row.day >= start) at(row.day).users += row.users;
  for (const row of days) {
    const type = typeOf.get(row.measure_id);
    if (type === undefined) continue;
    const { events } = at(row.day);
    events.set(type, (events.get(type) ?? 0) + row.events);
  }
  return [...flow.values()]
    .map((point) => ({ ...point, events: Object.fromEntries(point.events) }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}
