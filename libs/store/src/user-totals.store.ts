import { Injectable } from '@nestjs/common';
import { groupBy } from '@app/model';
import { Database, SLOW, Transaction } from './database';
import {
  ArmCovariate,
  ArmCross,
  ArmMeasure,
  ArmSpan,
  ArmUsers,
  bounds,
  DayRange,
  ReadOptions,
} from './totals.store';

// What cannot be had from totals per arm and day: caps, segments and ages. It comes from the rows kept per user, never from events, so it
// costs a scan of the experiment's users; the results read it only when asked.

/** How many users have this total over the range. Users without events are not in it. */
export interface TotalOfUsers {
  arm_id: number;
  total: string;
  users: number;
}

/** The totals of the users with one value of an attribute; null when they have none. */
export interface Segment {
  value: string | null;
  users: ArmUsers[];
  measures: ArmMeasure[];
  cross: ArmCross[];
  spans: ArmSpan[];
  covariates: ArmCovariate[];
}

/** What users did a number of days after their anchor. */
export interface ArmAge {
  arm_id: number;
  age: number;
  users: number;
  active_users: number;
  value_sum: string;
  value_squares: string;
}

const TOTAL_OF_USERS = `
  SELECT arm_id, total, count(*) AS users
  FROM (
    SELECT arm_id, sum(value_sum) AS total
    FROM arms JOIN user_hours ON arm_id = arms.id
    WHERE experiment_id = $1 AND day >= $2::date AND day < $3::date AND measure_id = $4
    GROUP BY arm_id, user_id
  ) totals
  GROUP BY arm_id, total
  ORDER BY total, arm_id`;

// In: an experiment ($1), a range ($2, $3), an attribute ($4), measures ($5), the day before which retention windows must close ($6).
const PEOPLE = `
  input AS (SELECT $2::date AS start, $5::int[] AS measures, $6::date AS matured_before),
  people AS MATERIALIZED (
    SELECT user_id, counted_arm_id AS arm_id, counted_day AS day, attributes ->> $4 AS value
    FROM assignments
    WHERE experiment_id = $1 AND counted_arm_id IS NOT NULL AND counted_day < $3::date
  )`;
const USER_TOTALS = `
  totals AS MATERIALIZED (
    SELECT people.value, h.arm_id, h.user_id, h.measure_id, sum(h.events) AS events, sum(h.value_sum) AS total,
      max(h.day) AS last_day
    FROM user_hours h
    JOIN people USING (arm_id, user_id)
    WHERE h.measure_id = ANY ($5::int[]) AND h.day >= $2::date AND h.day < $3::date
    GROUP BY 1, 2, 3, 4
  )`;

const SEGMENT = {
  users: `WITH ${PEOPLE} SELECT value, arm_id, day, count(*) AS users FROM people GROUP BY 1, 2, 3 ORDER BY day, arm_id`,
  measures: `WITH ${PEOPLE}, ${USER_TOTALS}
    SELECT value, arm_id, measure_id, count(*) AS converters, sum(events)::bigint AS events, sum(total) AS value_sum,
      sum(total * total) AS value_squares
    FROM totals GROUP BY 1, 2, 3 ORDER BY measure_id, arm_id`,
  cross: `WITH ${PEOPLE}, ${USER_TOTALS}
    SELECT n.value, n.arm_id, n.measure_id AS numerator_id, d.measure_id AS denominator_id,
      max(greatest(n.last_day, d.last_day)) AS day, sum(n.total * d.total) AS product
    FROM totals n
    JOIN totals d USING (arm_id, user_id)
    JOIN experiment_ratios r ON r.experiment_id = $1 AND r.numerator_id = n.measure_id AND r.denominator_id = d.measure_id
    GROUP BY 1, 2, 3, 4`,
  spans: `WITH ${PEOPLE}
    SELECT value, arm_id, measure_id, end_day, count(*) AS users
    FROM (
      SELECT people.value, s.arm_id, s.measure_id, s.user_id, min(s.end_day) AS end_day
      FROM user_spans s
      JOIN people USING (arm_id, user_id)
      JOIN measures m ON m.id = s.measure_id
      WHERE s.measure_id = ANY ($5::int[]) AND s.start_day >= $2::date
        AND s.end_day < CASE m.fold WHEN 'retention' THEN least($3::date, $6::date) ELSE $3::date END
      GROUP BY 1, 2, 3, 4
    ) firsts
    GROUP BY 1, 2, 3, 4`,
  covariates: `WITH ${PEOPLE}, ${USER_TOTALS}
    SELECT people.value, c.arm_id, c.measure_id, sum(c.value) AS value_sum, sum(c.value * c.value) AS value_squares,
      coalesce(sum(c.value * totals.total), 0) AS product
    FROM user_covariates c
    JOIN people USING (arm_id, user_id)
    LEFT JOIN totals ON totals.arm_id = c.arm_id AND totals.user_id = c.user_id AND totals.measure_id = c.measure_id
    WHERE c.measure_id = ANY ($5::int[])
    GROUP BY 1, 2, 3`,
};

// In: an experiment ($1), a measure ($2), the last age ($3), the day before which everybody has reached it ($4).
const AGES = `
  WITH people AS MATERIALIZED (
    SELECT user_id, counted_arm_id AS arm_id, counted_day
    FROM assignments
    WHERE experiment_id = $1 AND counted_arm_id IS NOT NULL AND counted_day + $3::int < $4::date
  ),
  active AS (
    SELECT people.arm_id, h.day - people.counted_day AS age, sum(h.value_sum) AS total
    FROM people JOIN user_hours h USING (arm_id, user_id)
    WHERE h.measure_id = $2 AND h.day <= people.counted_day + $3::int
    GROUP BY people.arm_id, people.user_id, h.day, people.counted_day
  )
  SELECT sizes.arm_id, ages.age, sizes.users, count(active.total) AS active_users,
    coalesce(sum(active.total), 0) AS value_sum, coalesce(sum(active.total * active.total), 0) AS value_squares
  FROM (SELECT arm_id, count(*) AS users FROM people GROUP BY arm_id) sizes
  CROSS JOIN generate_series(0, $3::int) AS ages (age)
  LEFT JOIN active ON active.arm_id = sizes.arm_id AND active.age = ages.age
  GROUP BY sizes.arm_id, ages.age, sizes.users
  ORDER BY ages.age, sizes.arm_id`;

@Injectable()
export class UserTotalsStore {
  constructor(private readonly db: Database) {}

  /** The distribution of the users' totals over a range, for caps. */
  distribution(
    experimentId: string,
    range: DayRange,
    measureId: number,
    snapshot: Transaction | Database = this.db,
  ): Promise<TotalOfUsers[]> {
    return snapshot.rows<TotalOfUsers & Record<string, unknown>>(TOTAL_OF_USERS, [
      experimentId,
      ...bounds(range),
      measureId,
    ]);
  }

  /** The totals of a range by the value of an attribute that was fixed at the assignment, largest segment first. */
  async segments(
    experimentId: string,
    range: DayRange,
    { attribute, measureIds, maturedBefore }: ReadOptions & { attribute: string; measureIds: number[] },
    snapshot?: Transaction,
  ): Promise<Segment[]> {
    const values = [experimentId, ...bounds(range), attribute, measureIds, maturedBefore];
    return this.db.within(
      snapshot,
      async (tx) => {
        const read = <T>(text: string): Promise<Map<string | null, T[]>> => bySegment<T>(tx, text, values);
        const users = await read<ArmUsers>(SEGMENT.users);
        const measures = await read<ArmMeasure>(SEGMENT.measures);
        const cross = await read<ArmCross>(SEGMENT.cross);
        const spans = await read<ArmSpan>(SEGMENT.spans);
        const covariates = await read<ArmCovariate>(SEGMENT.covariates);
        const size = (value: string | null): number =>
          (users.get(value) ?? []).reduce((sum, row) => sum + row.users, 0);
        return [...users.keys()]
          .sort((a, b) => size(b) - size(a) || (String(a) < String(b) ? -1 : 1))
          .map((value) => ({
            value,
            users: users.get(value) ?? [],
            measures: measures.get(value) ?? [],
            cross: cross.get(value) ?? [],
            spans: spans.get(value) ?? [],
            covariates: covariates.get(value) ?? [],
          }));
      },
      SLOW,
    );
  }

  /** What users did by days since their anchor, up to `lastAge`; only users who have reached it, so every age has the same users. */
  ages(
    experimentId: string,
    measureId: number,
    { lastAge, maturedBefore }: ReadOptions & { lastAge: number },
    snapshot: Transaction | Database = this.db,
  ): Promise<ArmAge[]> {
    const values = [experimentId, measureId, lastAge, maturedBefore];
    return snapshot.rows<ArmAge & Record<string, unknown>>(AGES, values);
  }
}

async function bySegment<T>(
  tx: Transaction,
  text: string,
  values: readonly unknown[],
): Promise<Map<string | null, T[]>> {
  const rows = await tx.rows<{ value: string | null } & Record<string, unknown>>(text, values);
  const grouped = groupBy(rows, (row) => row.value);
  return new Map([...grouped].map(([value, own]) => [value, own.map(({ value: _, ...row }) => row as T)]));
}
