import { Injectable } from '@nestjs/common';
import { Attributes } from '@app/model';
import { Database, prepared, SLOW, Transaction } from './database';
import { columns, experimentsIn, FoldStore, Pair } from './fold.store';
import { lockExperiments, SHARE_POPULATION } from './locks';

/** A user whom the hash put into an arm, by the experiment as it was at `experiment_version`. */
export interface AssignmentCandidate extends Pair {
  arm_id: number;
  bucket: number;
  experiment_version: number;
  enroll: boolean;
  attributes: Attributes | null;
}

export interface Assignment extends Pair {
  arm_id: number;
  variant_id: string;
  epoch: number;
  bucket: number | null;
  /** `exposure`: the application said what it had shown, and it was right. */
  source: 'hash' | 'import' | 'exposure';
  assigned_at: string;
  exposed_at: string | null;
  /** What was known when the row was made. */
  attributes: Attributes | null;
}

const ASSIGNMENT =
  'a.experiment_id, a.user_id, a.arm_id, arms.variant_id, arms.epoch, a.bucket, a.source, a.assigned_at, a.exposed_at, a.attributes';

/** Without an assignment all of its columns are null. */
export type StoredPair = Pair & { [K in keyof Omit<Assignment, keyof Pair>]: Assignment[K] | null } & {
  override_variant_id: string | null;
};

const STORED = prepared(`
  SELECT p.experiment_id, p.user_id, a.arm_id, arms.variant_id, arms.epoch, a.bucket, a.source, a.assigned_at, a.exposed_at, a.attributes,
    o.variant_id AS override_variant_id
  FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
  LEFT JOIN assignments a ON a.user_id = p.user_id AND a.experiment_id = p.experiment_id
  LEFT JOIN arms ON arms.id = a.arm_id
  LEFT JOIN overrides o ON o.experiment_id = p.experiment_id AND o.user_id = p.user_id
  WHERE a.user_id IS NOT NULL OR o.user_id IS NOT NULL`);

const NOW_MS = `date_trunc('milliseconds', clock_timestamp())`;

// In: candidates ($1..$7). Out: the assignments that are new, each with what is still to do about it. A candidate decided by an older
// version of its experiment, one that is not running by the clock of the database, or an id that has become an alias gives no row: the
// caller looks again. A row is
// written with the cell of the population it counts in, as SETTLE_POPULATION would find it; the totals are written in its order.
const INSERT_NEW = prepared(`
  WITH made AS (
    INSERT INTO assignments (
      user_id, experiment_id, arm_id, bucket, source, assigned_at, enrolled_at, exposed_at, attributes,
      counted_arm_id, counted_day, counted_hour)
    SELECT c.user_id, c.experiment_id, c.arm_id, c.bucket, 'hash', clock.now, e.at, e.at, c.attributes,
      CASE WHEN counts.at IS NOT NULL THEN c.arm_id END,
      (counts.at AT TIME ZONE x.timezone)::date, date_trunc('hour', counts.at, x.timezone)
    FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::boolean[], $7::jsonb[])
      AS c (experiment_id, user_id, arm_id, bucket, experiment_version, enroll, attributes)
    JOIN experiments x ON x.id = c.experiment_id AND x.version = c.experiment_version
    CROSS JOIN (SELECT ${NOW_MS} AS now) clock
    CROSS JOIN LATERAL (SELECT CASE WHEN c.enroll THEN clock.now END AS at) e
    CROSS JOIN LATERAL (SELECT CASE x.analysis_population WHEN 'exposed' THEN e.at ELSE clock.now END AS at) anchor
    CROSS JOIN LATERAL (
      SELECT CASE WHEN anchor.at < coalesce(least(x.ended_at, x.ends_at), 'infinity') THEN anchor.at END AS at
    ) counts
    WHERE (x.status = 'running' OR (x.status = 'draft' AND x.starts_at <= clock.now))
      AND clock.now < coalesce(x.ends_at, 'infinity')
      AND NOT EXISTS (SELECT FROM overrides o WHERE o.experiment_id = c.experiment_id AND o.user_id = c.user_id)
      AND NOT EXISTS (SELECT FROM identities i WHERE i.alias_id = c.user_id)
    ORDER BY c.user_id, c.experiment_id
    ON CONFLICT DO NOTHING
    RETURNING experiment_id, user_id, arm_id, bucket, source, assigned_at, exposed_at, attributes,
      counted_arm_id, counted_day, counted_hour
  ),
  write_hourly_users AS (
    INSERT INTO hourly_users AS stored (arm_id, hour, users)
    SELECT counted_arm_id, counted_hour, count(*) FROM made WHERE counted_arm_id IS NOT NULL
    GROUP BY counted_arm_id, counted_hour ORDER BY counted_arm_id, counted_hour
    ON CONFLICT (arm_id, hour) DO UPDATE SET users = stored.users + excluded.users
    RETURNING 1
  ),
  write_daily_users AS (
    INSERT INTO daily_users AS stored (arm_id, day, users)
    SELECT counted_arm_id, counted_day, count(*) FROM made
    WHERE counted_arm_id IS NOT NULL AND (SELECT count(*) FROM write_hourly_users) > 0
    GROUP BY counted_arm_id, counted_day ORDER BY counted_arm_id, counted_day
    ON CONFLICT (arm_id, day) DO UPDATE SET users = stored.users + excluded.users
    RETURNING 1
  )
  SELECT a.experiment_id, a.user_id, a.arm_id, arms.variant_id, arms.epoch, a.bucket, a.source, a.assigned_at, a.exposed_at, a.attributes,
    EXISTS (
      SELECT FROM events e
      WHERE e.user_id = a.user_id AND e.timestamp >= a.assigned_at AND e.received_at >= a.assigned_at - interval '10 minutes'
    ) AS events_wait,
    a.experiment_id IN (
      SELECT s.experiment_id FROM experiment_measures s JOIN measures m ON m.id = s.measure_id WHERE m.covariate_window IS NOT NULL
    ) AS has_covariates
  FROM made a
  JOIN arms ON arms.id = a.arm_id
  WHERE (SELECT count(*) FROM write_daily_users) >= 0`);

type Made = Assignment & { events_wait: boolean; has_covariates: boolean };

const ENROLL = `
  UPDATE assignments a SET
    enrolled_at = clock.now, exposed_at = least(a.exposed_at, clock.now), written_by = pg_current_xact_id()
  FROM (SELECT ${NOW_MS} AS now) clock, unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
  WHERE a.experiment_id = p.experiment_id AND a.user_id = p.user_id AND a.enrolled_at IS NULL
  RETURNING a.experiment_id, a.user_id`;

// Rows before the population lock: ingest holds rows when it asks for that lock.
const LOCK_ROWS = prepared(`
  WITH held AS MATERIALIZED (
    SELECT FROM assignments
    WHERE (experiment_id, user_id) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
    ORDER BY user_id, experiment_id
    FOR UPDATE
  )
  SELECT ${SHARE_POPULATION} FROM (SELECT count(*) AS rows FROM held) counted WHERE rows >= 0`);

/** What is particular about one way to write anchors. */
interface Anchoring<Written extends Pair> {
  write: (tx: Transaction) => Promise<Written[]>;
  /** Is there an event that is late enough to count for one of them? */
  haveEvents: (tx: Transaction, written: readonly Written[]) => Promise<boolean>;
  settle: (tx: Transaction, written: readonly Written[]) => Promise<void>;
}

/** A stored event is late enough to count for an anchor that begins now, so adding the user to the population is not all. */
class EventsWaiting extends Error {}

@Injectable()
export class AssignmentsStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  /** Found in two variants, so that the user counts nowhere. */
  async isContaminated({ experiment_id, user_id }: Pair): Promise<boolean> {
    const statement = 'SELECT contaminated FROM assignments WHERE user_id = $1 AND experiment_id = $2';
    const row = await this.db.row<{ contaminated: boolean }>(statement, [user_id, experiment_id]);
    return row?.contaminated ?? false;
  }

  find(pairs: readonly Pair[]): Promise<Assignment[]> {
    return this.db.rows<Assignment>(
      `SELECT ${ASSIGNMENT}
       FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
       JOIN assignments a USING (experiment_id, user_id)
       JOIN arms ON arms.id = a.arm_id`,
      columns(pairs),
    );
  }

  /** What decides about users: their assignments and their overrides, where there is either. */
  stored(pairs: readonly Pair[]): Promise<StoredPair[]> {
    return this.db.rows<StoredPair>(STORED, columns(pairs));
  }

  /** Newest first, after a cursor when there is one. */
  list(
    experimentId: string,
    page: { limit: number; variantId: string | null; after: { assignedAt: string; userId: string } | null },
  ): Promise<Assignment[]> {
    return this.db.rows<Assignment>(
      `SELECT ${ASSIGNMENT}
       FROM assignments a
       JOIN arms ON arms.id = a.arm_id
       WHERE a.experiment_id = $1
         AND ($2::uuid IS NULL OR arms.variant_id = $2)
         AND ($3::timestamptz IS NULL OR (a.assigned_at, a.user_id) < ($3, $4))
       ORDER BY a.assigned_at DESC, a.user_id DESC
       LIMIT $5`,
      [experimentId, page.variantId, page.after?.assignedAt ?? null, page.after?.userId ?? null, page.limit],
    );
  }

  /**
   * Stores the candidates that have no assignment yet; concurrent callers end with one row and see the same one.
   * @returns those that were stored by this call and are as they will stay; whoever misses one looks
   */
  async assign(candidates: readonly AssignmentCandidate[]): Promise<Assignment[]> {
    const values = [
      ...columns(candidates),
      candidates.map((candidate) => candidate.arm_id),
      candidates.map((candidate) => candidate.bucket),
      candidates.map((candidate) => candidate.experiment_version),
      candidates.map((candidate) => candidate.enroll),
      candidates.map(({ attributes }) => (attributes === null ? null : JSON.stringify(attributes))),
    ];
    const insert = async (tx: Transaction): Promise<Made[]> => {
      await tx.rows(LOCK_ROWS, columns(candidates));
      return tx.rows<Made>(INSERT_NEW, values);
    };
    const made = await this.anchor(candidates, {
      write: insert,
      haveEvents: async (_tx, rows) => rows.some(({ events_wait }) => events_wait),
      settle: (tx, rows) =>
        this.folds.settleCovariates(
          tx,
          rows.filter((row) => row.has_covariates),
        ),
    });
    return made.map(({ events_wait: _waits, has_covariates: _has, ...assignment }) => assignment);
  }

  /** Marks the first exposure now, where there was no enrolment before. */
  async enroll(pairs: readonly Pair[]): Promise<void> {
    await this.anchor(pairs, {
      write: async (tx) => {
        await tx.rows(LOCK_ROWS, columns(pairs));
        return tx.rows<Pair>(ENROLL, columns(pairs));
      },
      haveEvents: (tx, written) => this.haveEvents(tx, written),
      settle: (tx, written) => this.folds.settlePopulation(tx, written),
    });
  }

  /**
   * Writes anchors that begin now; when events wait for one of them, starts over with the experiments locked, and refolds.
   * @returns what was written, when nothing could have changed it since
   */
  private async anchor<Written extends Pair>(
    pairs: readonly Pair[],
    { write, haveEvents, settle }: Anchoring<Written>,
  ): Promise<Written[]> {
    const bump = (tx: Transaction, written: readonly Pair[]): Promise<void> =>
      this.folds.bumpVersions(tx, new Map(written.map((pair) => [pair.experiment_id, null])));
    try {
      return await this.db.transaction(async (tx) => {
        const written = await write(tx);
        if (await haveEvents(tx, written)) throw new EventsWaiting();
        await settle(tx, written);
        await bump(tx, written);
        return written;
      });
    } catch (error) {
      if (!(error instanceof EventsWaiting)) throw error;
      await this.db.transaction(async (tx) => {
        await lockExperiments(tx, experimentsIn(pairs));
        const written = await write(tx);
        await this.folds.bumpVersions(tx, await this.folds.refold(tx, written));
      }, SLOW);
      return [];
    }
  }

  private async haveEvents(tx: Transaction, pairs: readonly Pair[]): Promise<boolean> {
    if (pairs.length === 0) return false;
    const row = await tx.row<{ found: boolean }>(
      `SELECT EXISTS (
         SELECT FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
         JOIN assignments a USING (experiment_id, user_id)
         JOIN events e
           ON e.user_id = a.user_id AND e.timestamp >= a.assigned_at AND e.received_at >= a.assigned_at - interval '10 minutes'
       ) AS found`,
      columns(pairs),
    );
    return row?.found ?? false;
  }
}
