import { Injectable } from '@nestjs/common';
import { Database } from './database';

/** What the results of one range are made of: one row per arm and metric. Nothing here reads events. */
export interface ArmTotals {
  arm_id: number;
  metric_id: number;
  key: string;
  /** Distinct users active in the range. */
  converters: number;
  events: number;
  value_sum: string;
  /** Sum over users of the square of the user's total over the range. */
  value_squares: string;
}

export interface ArmUsers {
  arm_id: number;
  day: string;
  users: number;
}

export interface ArmDay {
  arm_id: number;
  key: string;
  day: string;
  events: number;
  active_users: number;
  /** Users active on this day for the first time in the range. */
  new_converters: number;
  value_sum: string;
}

export interface Freshness {
  version: number;
  /** Time of the latest counted event. */
  last_event_at: string | null;
  /** When the totals last changed. */
  as_of: string;
}

export interface Totals {
  /** null before anything was ever counted. */
  freshness: Freshness | null;
  users: ArmUsers[];
  metrics: ArmTotals[];
  days: ArmDay[];
}

/** Days are calendar days of the experiment; the range is closed at the start and open at the end. */
export interface DayRange {
  start: string | null;
  end: string | null;
}

// In: an experiment ($1), a range ($2, $3: '-infinity' and 'infinity' when open), metric keys or null ($4).
const RANGE = `
  WITH arm AS (SELECT id AS arm_id FROM arms WHERE experiment_id = $1),
  metric AS (SELECT id AS metric_id, event_type AS key FROM metrics WHERE $4::text[] IS NULL OR event_type = ANY ($4))`;

export const RANGE_TOTALS = `${RANGE},
  sums AS (
    SELECT arm_id, metric_id, key, sum(events) AS events, sum(value_sum) AS value_sum, sum(value_squares) AS value_squares
    FROM arm JOIN daily_totals USING (arm_id) JOIN metric USING (metric_id)
    WHERE day >= $2::date AND day < $3::date
    GROUP BY arm_id, metric_id, key
  ),
  converters AS (
    SELECT arm_id, metric_id, sum(users) AS converters
    FROM arm JOIN gaps USING (arm_id) JOIN metric USING (metric_id)
    WHERE day >= $2::date AND day < $3::date AND (previous_day < $2::date OR previous_day = '-infinity')
    GROUP BY arm_id, metric_id
  ),
  products AS (
    SELECT arm_id, metric_id, 2 * sum(product) AS products
    FROM arm JOIN day_products USING (arm_id) JOIN metric USING (metric_id)
    WHERE day_a >= $2::date AND day_b < $3::date
    GROUP BY arm_id, metric_id
  )
  SELECT arm_id, metric_id, key, coalesce(converters, 0)::bigint AS converters, events::bigint AS events,
    value_sum, value_squares + coalesce(products, 0) AS value_squares
  FROM sums LEFT JOIN converters USING (arm_id, metric_id) LEFT JOIN products USING (arm_id, metric_id)
  WHERE events > 0
  ORDER BY key, arm_id`;

export const RANGE_USERS = `
  SELECT arm_id, day, users FROM arms JOIN daily_users ON arm_id = id
  WHERE experiment_id = $1 AND day < $2::date AND users > 0 ORDER BY day, arm_id`;

export const RANGE_DAYS = `${RANGE},
  first_in_range AS (
    SELECT arm_id, metric_id, day, sum(users) AS users
    FROM arm JOIN gaps USING (arm_id) JOIN metric USING (metric_id)
    WHERE previous_day < $2::date OR previous_day = '-infinity'
    GROUP BY arm_id, metric_id, day
  )
  SELECT arm_id, key, day, events, active_users, coalesce(users, 0)::bigint AS new_converters, value_sum
  FROM arm JOIN daily_totals USING (arm_id) JOIN metric USING (metric_id) LEFT JOIN first_in_range USING (arm_id, metric_id, day)
  WHERE day >= $2::date AND day < $3::date AND events > 0
  ORDER BY key, day, arm_id`;

const FRESHNESS =
  'SELECT version, last_event_at, changed_at AS as_of FROM totals_versions WHERE experiment_id = $1';

@Injectable()
export class TotalsStore {
  constructor(private readonly db: Database) {}

  /** Everything the results of a range need, from one snapshot. */
  read(experimentId: string, range: DayRange, keys: string[] | null): Promise<Totals> {
    const start = range.start ?? '-infinity';
    const end = range.end ?? 'infinity';
    return this.db.snapshot(async (tx) => ({
      freshness: await tx.row<Freshness & Record<string, unknown>>(FRESHNESS, [experimentId]),
      users: await tx.rows<ArmUsers>(RANGE_USERS, [experimentId, end]),
      metrics: await tx.rows<ArmTotals>(RANGE_TOTALS, [experimentId, start, end, keys]),
      days: await tx.rows<ArmDay>(RANGE_DAYS, [experimentId, start, end, keys]),
    }));
  }

  /** Experiments whose totals have changed since an instant, or just before it and committed later; null means ever. */
  async changedSince(instant: string | null): Promise<string[]> {
    const rows = await this.db.rows<{ experiment_id: string }>(
      `SELECT experiment_id FROM totals_versions WHERE $1::timestamptz IS NULL OR changed_at >= $1::timestamptz - interval '1 minute'
       ORDER BY experiment_id`,
      [instant],
    );
    return rows.map((row) => row.experiment_id);
  }
}
