import { Injectable } from '@nestjs/common';
import { Database, Transaction } from './database';
import { ActiveMetric, MeasuresStore } from './measures.store';
import * as sql from './totals.sql';

// What the results of one range are made of. Nothing here reads events. Sums that may exceed a double are decimal texts.

export interface ArmMeasure {
  arm_id: number;
  measure_id: number;
  /** Distinct users active in the range. */
  converters: number;
  events: number;
  value_sum: string;
  /** Sum over users of the square of the user's total over the range. */
  value_squares: string;
}

export interface ArmUsers {
  arm_id: number;
  /** The day of the anchor. */
  day: string;
  users: number;
}

export interface ArmDay {
  arm_id: number;
  measure_id: number;
  day: string;
  events: number;
  active_users: number;
  /** Users active on this day for the first time in the range. */
  new_converters: number;
  value_sum: string;
  /** Sum over users of the square of the user's total of this day. */
  value_squares: string;
  /** What this day adds to the squares of totals since the start of the range, besides `value_squares`. */
  products: string;
}

/** Sum over users of numerator times denominator, by the later of both days; a range's sum is that over its days. */
export interface ArmCross {
  arm_id: number;
  numerator_id: number;
  denominator_id: number;
  day: string;
  product: string;
}

/** Users whose first span inside the range ends on this day; those with a span inside the range are the sum. */
export interface ArmSpan {
  arm_id: number;
  measure_id: number;
  end_day: string;
  users: number;
}

/** Sums over users anchored before the end of the range of what they did before the anchor. */
export interface ArmCovariate {
  arm_id: number;
  measure_id: number;
  value_sum: string;
  value_squares: string;
  /** Sum over users of the covariate times the total over the range. */
  product: string;
}

export interface ExcludedUsers {
  variant_id: string;
  contaminated: number;
  overridden: number;
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
  /** The declared metrics that the totals hold. */
  active: ActiveMetric[];
  /** The measures that event types have by themselves, as far as they have totals here. */
  plain: { measure_id: number; event_type: string }[];
  /** Everybody anchored before the end of the range. */
  users: ArmUsers[];
  measures: ArmMeasure[];
  days: ArmDay[];
  cross: ArmCross[];
  spans: ArmSpan[];
  covariates: ArmCovariate[];
  excluded: ExcludedUsers[];
}

export interface ArmHour {
  arm_id: number;
  measure_id: number;
  hour: string;
  events: number;
  active_users: number;
  /** Users active in this hour for the first time in the experiment. */
  converters: number;
  value_sum: string;
}

export interface HourTotals {
  users: { arm_id: number; hour: string; users: number }[];
  measures: ArmHour[];
  /** Before the range, so that a series can go on from there. */
  usersBefore: ArmUsers[];
  convertersBefore: { arm_id: number; measure_id: number; converters: number }[];
}

/** Days are calendar days of the experiment; the range is closed at the start and open at the end. */
export interface DayRange {
  start: string | null;
  end: string | null;
}

/** An experiment, and a text that stays the same for as long as nothing changes that its results are made of. */
export interface ResultsState {
  id: string;
  key: string;
  state: string;
}

export interface ReadOptions {
  /** The day before which the window of a retention metric must close; users whose window is open still are not in it. */
  maturedBefore: string;
  /** Whether the range is needed day by day as well, which is far more rows. */
  byDay?: boolean;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

@Injectable()
export class TotalsStore {
  constructor(
    private readonly db: Database,
    private readonly measures: MeasuresStore,
  ) {}

  /** Of the experiments with these ids and keys, as far as there are such. */
  states(idsAndKeys: readonly string[], at: Transaction | Database = this.db): Promise<ResultsState[]> {
    // PostgreSQL has no text with NUL, so nothing has such a name.
    const words = idsAndKeys.filter((word) => !word.includes('\u0000'));
    const isId = (word: string): boolean => UUID.test(word);
    return at.rows<ResultsState & Record<string, unknown>>(sql.STATES, [
      words.filter(isId),
      words.filter((word) => !isId(word)),
    ]);
  }

  /** Everything the results of a range need, from one snapshot: the one given, or one of its own. */
  read(
    experimentId: string,
    range: DayRange,
    { maturedBefore, byDay = true }: ReadOptions,
    snapshot?: Transaction,
  ): Promise<Totals> {
    const [start, end] = bounds(range);
    const days = [experimentId, start, end];
    return this.db.within(snapshot, async (tx) => {
      const active = await this.measures.active(tx, experimentId);
      const kinds = new Set(active.map(({ definition }) => definition.kind));
      const users = await tx.rows<ArmUsers>(sql.RANGE_USERS, [experimentId, end]);
      // Nothing counts before the first anchor.
      const isWhole = range.start === null || range.start <= (users[0]?.day ?? range.start);
      const read = <T>(whole: string, part: string): Promise<T[]> =>
        isWhole
          ? tx.rows<T & Record<string, unknown>>(whole, [experimentId, end])
          : tx.rows<T & Record<string, unknown>>(part, days);
      return {
        freshness: await tx.row<Freshness & Record<string, unknown>>(sql.FRESHNESS, [experimentId]),
        active,
        plain: await tx.rows<Totals['plain'][number]>(sql.PLAIN_MEASURES, [experimentId]),
        users,
        measures: await read<ArmMeasure>(sql.EVER_MEASURES, sql.RANGE_MEASURES),
        days: byDay ? await read<ArmDay>(sql.EVER_DAYS, sql.RANGE_DAYS) : [],
        cross: kinds.has('ratio') ? await tx.rows<ArmCross>(sql.RANGE_CROSS, days) : [],
        spans:
          kinds.has('retention') || kinds.has('funnel')
            ? await tx.rows<ArmSpan>(sql.RANGE_SPANS, [...days, maturedBefore])
            : [],
        covariates: active.some(({ definition }) => 'covariate_days' in definition)
          ? await tx.rows<ArmCovariate>(sql.RANGE_COVARIATES, days)
          : [],
        excluded: await tx.rows<ExcludedUsers>(sql.EXCLUDED, [experimentId]),
      };
    });
  }

  /** The range by the hour. */
  hours(experimentId: string, range: DayRange, snapshot?: Transaction): Promise<HourTotals> {
    const [start, end] = bounds(range);
    const days = [experimentId, start, end];
    return this.db.within(snapshot, async (tx) => ({
      users: await tx.rows<HourTotals['users'][number]>(sql.RANGE_HOURLY_USERS, days),
      measures: await tx.rows<ArmHour>(sql.RANGE_HOURS, days),
      usersBefore: await tx.rows<ArmUsers>(sql.RANGE_USERS, [experimentId, start]),
      convertersBefore: await tx.rows<HourTotals['convertersBefore'][number]>(sql.CONVERTERS_BEFORE, [
        experimentId,
        start,
      ]),
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

export function bounds(range: DayRange): [start: string, end: string] {
  return [range.start ?? '-infinity', range.end ?? 'infinity'];
}
