import { Injectable } from '@nestjs/common';
import { Attributes } from '@app/model';
import { Database, SLOW, Transaction } from './database';
import { columns, experimentsIn, FoldStore, Pair } from './fold.store';
import { lockExperiments, sharePopulation } from './locks';

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
  source: 'hash' | 'import';
  assigned_at: string;
  exposed_at: string | null;
  /** What was known when the row was made. */
  attributes: Attributes | null;
}

const ASSIGNMENT =
  'a.experiment_id, a.user_id, a.arm_id, arms.variant_id, arms.epoch, a.bucket, a.source, a.assigned_at, a.exposed_at, a.attributes';

const NOW_MS = `date_trunc('milliseconds', clock_timestamp())`;

// In: candidates ($1..$7). Out: the pairs that are new. A candidate decided by an older version of its experiment, or one that is not
// running by the clock of the database, gives no row: the caller looks again.
const INSERT_NEW = `
  INSERT INTO assignments (user_id, experiment_id, arm_id, bucket, source, assigned_at, enrolled_at, exposed_at, attributes)
  SELECT c.user_id, c.experiment_id, c.arm_id, c.bucket, 'hash', clock.now, e.at, e.at, c.attributes
  FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::int[], $6::boolean[], $7::jsonb[])
    AS c (experiment_id, user_id, arm_id, bucket, experiment_version, enroll, attributes)
  JOIN experiments x ON x.id = c.experiment_id AND x.version = c.experiment_version
  CROSS JOIN (SELECT ${NOW_MS} AS now) clock
  CROSS JOIN LATERAL (SELECT CASE WHEN c.enroll THEN clock.now END AS at) e
  WHERE (x.status = 'running' OR (x.status = 'draft' AND x.starts_at <= clock.now))
    AND clock.now < coalesce(x.ends_at, 'infinity')
    AND NOT EXISTS (SELECT FROM overrides o WHERE o.experiment_id = c.experiment_id AND o.user_id = c.user_id)
  ORDER BY c.user_id, c.experiment_id
  ON CONFLICT DO NOTHING
  RETURNING experiment_id, user_id`;

const ENROLL = `
  UPDATE assignments a SET
    enrolled_at = clock.now, exposed_at = least(a.exposed_at, clock.now), written_by = pg_current_xact_id()
  FROM (SELECT ${NOW_MS} AS now) clock, unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
  WHERE a.experiment_id = p.experiment_id AND a.user_id = p.user_id AND a.enrolled_at IS NULL
  RETURNING a.experiment_id, a.user_id`;

const LOCK_ROWS = `
  SELECT FROM assignments
  WHERE (experiment_id, user_id) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
  ORDER BY user_id, experiment_id
  FOR UPDATE`;

/** A stored event is late enough to count for an anchor that begins now, so adding the user to the population is not all. */
class EventsWaiting extends Error {}

@Injectable()
export class AssignmentsStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  find(pairs: readonly Pair[]): Promise<Assignment[]> {
    return this.db.rows<Assignment>(
      `SELECT ${ASSIGNMENT}
       FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
       JOIN assignments a USING (experiment_id, user_id)
       JOIN arms ON arms.id = a.arm_id`,
      columns(pairs),
    );
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

  /** Stores the candidates that have no assignment yet; concurrent callers end with one row and see the same one. */
  async assign(candidates: readonly AssignmentCandidate[]): Promise<void> {
    const values = [
      ...columns(candidates),
      candidates.map((candidate) => candidate.arm_id),
      candidates.map((candidate) => candidate.bucket),
      candidates.map((candidate) => candidate.experiment_version),
      candidates.map((candidate) => candidate.enroll),
      candidates.map(({ attributes }) => (attributes === null ? null : JSON.stringify(attributes))),
    ];
    await this.anchor(candidates, (tx) => tx.rows<Pair>(INSERT_NEW, values));
  }

  /** Marks the first exposure now, where there was no enrolment before. */
  async enroll(pairs: readonly Pair[]): Promise<void> {
    await this.anchor(pairs, (tx) => tx.rows<Pair>(ENROLL, columns(pairs)));
  }

  /** Writes anchors that begin now; when events wait for one of them, starts over with the experiments locked, and refolds. */
  private async anchor(pairs: readonly Pair[], write: (tx: Transaction) => Promise<Pair[]>): Promise<void> {
    try {
      await this.db.transaction(async (tx) => {
        const written = await this.writeAnchors(tx, pairs, write);
        if (await this.haveEvents(tx, written)) throw new EventsWaiting();
        await this.folds.settlePopulation(tx, written);
        await this.folds.bumpVersions(tx, new Map(written.map((pair) => [pair.experiment_id, null])));
      });
    } catch (error) {
      if (!(error instanceof EventsWaiting)) throw error;
      await this.db.transaction(async (tx) => {
        await lockExperiments(tx, experimentsIn(pairs));
        const written = await this.writeAnchors(tx, pairs, write);
        await this.folds.bumpVersions(tx, await this.folds.refold(tx, written));
      }, SLOW);
    }
  }

  private async writeAnchors(
    tx: Transaction,
    pairs: readonly Pair[],
    write: (tx: Transaction) => Promise<Pair[]>,
  ): Promise<Pair[]> {
    // Rows before the population lock: ingest holds rows when it asks for that lock.
    await tx.rows(LOCK_ROWS, columns(pairs));
    await sharePopulation(tx);
    return write(tx);
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
