import { Database, Totals } from '@app/store';
import { fixed, RangeTotals, Tables, withoutZeros } from './oracle';

// Per table: the key and the numbers, each number with how many decimals it is kept to.
const HOUR = `(extract(epoch FROM hour) * 1000000)::bigint`;
const SHAPES: Record<keyof Tables, { key: string; numbers: [string, number][] }> = {
  user_hours: { key: `arm_id, user_id, m.event_type, day, ${HOUR}`, numbers: [['events', 0], ['value_sum', 9]] },
  hourly_totals: {
    key: `arm_id, m.event_type, ${HOUR}`,
    numbers: [['events', 0], ['active_users', 0], ['converters', 0], ['value_sum', 9]],
  },
  daily_totals: {
    key: 'arm_id, m.event_type, day',
    numbers: [['events', 0], ['active_users', 0], ['converters', 0], ['value_sum', 9], ['value_squares', 18], ['products', 18]],
  },
  gaps: { key: `arm_id, m.event_type, replace(previous_day::text, '-infinity', 'none'), day`, numbers: [['users', 0]] },
  day_products: { key: 'arm_id, m.event_type, day_a, day_b', numbers: [['product', 18]] },
  daily_users: { key: 'arm_id, day', numbers: [['users', 0]] },
  hourly_users: { key: `arm_id, ${HOUR}`, numbers: [['users', 0]] },
}; // prettier-ignore

/** The tables of what event types total by themselves, in the oracle's words. */
export async function storedTables(db: Database, experimentId: string): Promise<Tables> {
  const tables: Partial<Tables> = {};
  for (const [table, { key, numbers }] of Object.entries(SHAPES) as [
    keyof Tables,
    (typeof SHAPES)[keyof Tables],
  ][]) {
    // Measures of declared metrics have no event type; the results law looks at those.
    const measures = table.endsWith('_users')
      ? ''
      : 'JOIN measures m ON m.id = measure_id AND m.event_type IS NOT NULL';
    const rows = await db.rows<{ key: string; numbers: string[] }>(
      `SELECT concat_ws(' ', ${key}) AS key, ARRAY[${numbers.map(([name]) => `${name}::text`).join(', ')}] AS numbers
       FROM ${table} ${measures} WHERE arm_id IN (SELECT id FROM arms WHERE experiment_id = $1)`,
      [experimentId],
    );
    tables[table] = Object.fromEntries(
      rows.map((row) => [row.key, row.numbers.map((text, i) => fixed(text, numbers[i][1])).join(' ')]),
    );
  }
  return withoutZeros(tables as Tables);
}

/** What TotalsStore has read, in the oracle's words. */
export function readTotals({ users, plain, measures, days }: Totals): RangeTotals {
  const range: RangeTotals = { users: {}, metrics: {}, newConverters: {} };
  const types = new Map(plain.map((one) => [one.measure_id, one.event_type]));
  for (const row of users) range.users[row.arm_id] = (range.users[row.arm_id] ?? 0) + row.users;
  for (const row of measures) {
    const type = types.get(row.measure_id);
    const sums = [fixed(row.value_sum, 9), fixed(row.value_squares, 18)];
    if (type !== undefined)
      range.metrics[`${row.arm_id} ${type}`] = [row.converters, row.events, ...sums].join(' ');
  }
  for (const row of days) {
    const type = types.get(row.measure_id);
    if (type !== undefined && row.new_converters > 0)
      range.newConverters[`${row.arm_id} ${type} ${row.day}`] = row.new_converters;
  }
  return range;
}
