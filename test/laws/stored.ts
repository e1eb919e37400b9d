import { Database, Totals } from '@app/store';
import { fixed, RangeTotals, Tables, withoutZeros } from './oracle';

// Per table: the key and the numbers, each number with how many decimals it is kept to.
const SHAPES: Record<keyof Tables, { key: string; numbers: [string, number][] }> = {
  user_days: { key: 'arm_id, user_id, event_type, day', numbers: [['events', 0], ['value_sum', 9]] },
  daily_totals: {
    key: 'arm_id, event_type, day',
    numbers: [['events', 0], ['active_users', 0], ['converters', 0], ['value_sum', 9], ['value_squares', 18]],
  },
  gaps: { key: `arm_id, event_type, replace(previous_day::text, '-infinity', 'none'), day`, numbers: [['users', 0]] },
  day_products: { key: 'arm_id, event_type, day_a, day_b', numbers: [['product', 18]] },
  daily_users: { key: 'arm_id, day', numbers: [['users', 0]] },
}; // prettier-ignore

/** The tables of totals of an experiment, in the oracle's words. */
export async function storedTables(db: Database, experimentId: string): Promise<Tables> {
  const tables: Partial<Tables> = {};
  for (const [table, { key, numbers }] of Object.entries(SHAPES) as [
    keyof Tables,
    (typeof SHAPES)[keyof Tables],
  ][]) {
    const metrics = table === 'daily_users' ? '' : 'JOIN metrics ON metrics.id = metric_id';
    const rows = await db.rows<{ key: string; numbers: string[] }>(
      `SELECT concat_ws(' ', ${key}) AS key, ARRAY[${numbers.map(([name]) => `${name}::text`).join(', ')}] AS numbers
       FROM ${table} ${metrics} WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = $1)`,
      [experimentId],
    );
    tables[table] = Object.fromEntries(
      rows.map((row) => [row.key, row.numbers.map((text, i) => fixed(text, numbers[i][1])).join(' ')]),
    );
  }
  return withoutZeros(tables as Tables);
}

/** What TotalsStore has read, in the oracle's words. */
export function readTotals({ users, metrics, days }: Totals): RangeTotals {
  const range: RangeTotals = { users: {}, metrics: {}, newConverters: {} };
  for (const row of users) range.users[row.arm_id] = (range.users[row.arm_id] ?? 0) + row.users;
  for (const row of metrics) {
    const sums = [fixed(row.value_sum, 9), fixed(row.value_squares, 18)];
    range.metrics[`${row.arm_id} ${row.key}`] = [row.converters, row.events, ...sums].join(' ');
  }
  for (const row of days)
    if (row.new_converters > 0)
      range.newConverters[`${row.arm_id} ${row.key} ${row.day}`] = row.new_converters;
  return range;
}
