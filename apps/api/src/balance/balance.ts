import { DISPOSITIONS } from '@app/model';
import type { ExperimentDay, Ledger, LedgerDay, RowsDay } from '@app/store';

// From counts by day to the answers that say whether they add up. Nothing here makes them add up.

interface Rows {
  stored: number;
  dead: number;
  erased: number;
}

const summed = <K extends string>(keys: readonly K[], parts: readonly Record<K, number>[]) =>
  Object.fromEntries(keys.map((key) => [key, parts.reduce((sum, part) => sum + part[key], 0)])) as Record<K, number>; // prettier-ignore

const LEDGER = ['received', 'stored', 'duplicate', 'dead', 'erased'] as const;

/** @param rows what the rows say, when they were counted */
export function ledgerAnswer(days: readonly LedgerDay[], rows: readonly RowsDay[] | null) {
  const rowsOf = new Map(rows?.map((row) => [row.day, row]));
  // A day that only one side knows is a difference as well.
  const known = new Map(days.map((day) => [day.day, day]));
  for (const { day } of rows ?? [])
    if (!known.has(day)) known.set(day, { day, received: 0, stored: 0, duplicate: 0, dead: 0, erased: 0 });
  const all = [...known.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
  const answers = all.map((day) => ({
    day: day.day,
    ...entry(day, rows && (rowsOf.get(day.day) ?? { stored: 0, dead: 0, erased: 0 })),
  }));
  const total = entry(summed(LEDGER, all), rows && summed(['stored', 'dead', 'erased'] as const, rows));
  if (total.rows) total.rows.drift = answers.reduce((sum, answer) => sum + (answer.rows?.drift ?? 0), 0);
  return { total, days: answers };
}

function entry({ received, stored, duplicate, dead, erased }: Ledger, rows: Rows | null) {
  const balanced = received === stored + duplicate + dead + erased;
  const found = rows && {
    stored: rows.stored,
    dead: rows.dead,
    erased: rows.erased,
    drift: Math.abs(rows.stored - stored) + Math.abs(rows.dead - dead) + Math.abs(rows.erased - erased),
  };
  return { received, stored, duplicate, dead, erased, balanced, ...(found && { rows: found }) };
}

export function experimentAnswer(
  experiment: { id: string; timezone: string },
  days: readonly ExperimentDay[],
) {
  const flat = days.map(({ day, received, dispositions }) => ({ day, ...weigh({ received, ...dispositions }) })); // prettier-ignore
  const total = weigh(summed(['received', ...DISPOSITIONS] as const, flat));
  return { experiment_id: experiment.id, timezone: experiment.timezone, total, days: flat };
}

function weigh<T extends Record<'received' | (typeof DISPOSITIONS)[number], number>>(counts: T) {
  const sum = DISPOSITIONS.reduce((all, name) => all + counts[name], 0);
  return { ...counts, balanced: counts.received === sum };
}
