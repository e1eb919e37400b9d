import { Injectable } from '@nestjs/common';
import { groupBy } from '@app/model';
import { Conflict, Database, SLOW, Transaction } from './database';
import { ClaimRow, mergeClaims } from './claim-merge';
import { FoldStore } from './fold.store';
import { resolveIn } from './identities.store';
import { ConflictRule, ImportRow, MergedRow, mergePerson, StoredRow } from './import-merge';
import { lockExperiments, sharePopulation } from './locks';

export interface ImportCounts {
  imported: number;
  moved: number;
  unchanged: number;
  conflicts: number;
}

// Six digits, so that the text order of `compare` is the order of time.
const US = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

// In: an experiment and users. Out: their rows, locked.
const STORED_ROWS = `
  SELECT a.user_id, arms.variant_id, a.arm_id, a.source, a.contaminated, a.alias_id,
    to_char(a.assigned_at, ${US}) AS assigned_at, to_char(a.imported_exposed_at, ${US}) AS exposed_at, a.attributes
  FROM assignments a
  JOIN arms ON arms.id = a.arm_id
  WHERE a.experiment_id = $1 AND a.user_id = ANY ($2::text[])
  ORDER BY a.user_id
  FOR UPDATE OF a`;

// An import takes nothing away from what the application has shown to the same id.
const STAYS = `(
  (stored.assigned_at, stored.arm_id) = (excluded.assigned_at, excluded.arm_id)
  OR excluded.source = 'import' AND stored.source <> 'import' AND stored.alias_id IS NOT DISTINCT FROM excluded.alias_id
)`;
const WRITE_ROWS = `
  INSERT INTO assignments AS stored
    (user_id, experiment_id, arm_id, bucket, source, assigned_at, imported_exposed_at, contaminated, attributes, alias_id, overridden)
  SELECT r.user_id, $1, r.arm_id, r.bucket, $10, r.assigned_at, r.exposed_at, r.contaminated, r.attributes, r.alias_id,
    EXISTS (SELECT FROM overrides o WHERE o.experiment_id = $1 AND o.user_id = r.user_id)
  FROM unnest($2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::boolean[], $8::jsonb[], $9::text[], $11::int[])
    AS r (user_id, arm_id, assigned_at, exposed_at, contaminated, attributes, alias_id, bucket)
  ORDER BY r.user_id
  ON CONFLICT (user_id, experiment_id) DO UPDATE SET
    source = CASE WHEN ${STAYS} THEN stored.source ELSE excluded.source END,
    bucket = CASE WHEN ${STAYS} THEN stored.bucket ELSE excluded.bucket END,
    arm_id = excluded.arm_id, assigned_at = excluded.assigned_at, imported_exposed_at = excluded.imported_exposed_at,
    contaminated = excluded.contaminated, attributes = excluded.attributes, alias_id = excluded.alias_id,
    written_by = pg_current_xact_id()
  WHERE stored.user_id = ANY ($7::text[])
  RETURNING user_id`;

const IS_AT_VERSION = 'SELECT FROM experiments WHERE id = $1 AND version = $2';

type Owned<Row> = Row & { alias_id?: string };

interface Person<Row> {
  stored: StoredRow | null;
  own: Owned<Row>[];
}

/** Brings assignments made elsewhere, with their own times; events already stored count for them afterwards. */
@Injectable()
export class ImportsStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  importAll(experimentId: string, rows: readonly ImportRow[], rule: ConflictRule): Promise<ImportCounts> {
    return this.db.transaction(async (tx) => {
      await lockExperiments(tx, [experimentId]);
      const people = await this.peopleIn(tx, experimentId, rows);
      const merges = people.map(({ stored, own }) => mergePerson(stored, own, rule));
      const writes = merges.flatMap((merge) => merge.write ?? []);
      await this.write(tx, { experimentId, source: 'import' }, writes, people);
      const count = (outcome: string): number => merges.filter((merge) => merge.outcome === outcome).length;
      return {
        imported: count('imported'),
        moved: count('moved'),
        unchanged: count('unchanged'),
        conflicts: count('conflict'),
      };
    }, SLOW);
  }

  /**
   * Assigns those who were shown a variant, as of then, or says that they were shown two.
   * @param version of the experiment by which the claims were judged
   * @returns false when the experiment has changed since; then nothing is written
   */
  claimAll(experimentId: string, version: number, rows: readonly ClaimRow[]): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      await lockExperiments(tx, [experimentId]);
      const found = await tx.row(IS_AT_VERSION, [experimentId, version]);
      if (found === null) return false;
      const people = await this.peopleIn(tx, experimentId, rows);
      const writes = people.flatMap(({ stored, own }) => mergeClaims(stored, own) ?? []);
      await this.write(tx, { experimentId, source: 'exposure' }, writes, people);
      return true;
    }, SLOW);
  }

  /** Rows under their users, who may have a row already. */
  private async peopleIn<Row extends ImportRow>(
    tx: Transaction,
    experimentId: string,
    rows: readonly Row[],
  ): Promise<Person<Row>[]> {
    await sharePopulation(tx);
    const owners = await resolveIn(tx, rows.map((row) => row.user_id)); // prettier-ignore
    const byUser = groupBy(rows.map((row) => ownedBy(owners.get(row.user_id), row)), (row) => row.user_id); // prettier-ignore
    const stored = await tx.rows<StoredRow>(STORED_ROWS, [experimentId, [...byUser.keys()]]);
    const before = new Map(stored.map((row) => [row.user_id, row]));
    return [...byUser].map(([userId, own]) => ({ stored: before.get(userId) ?? null, own }));
  }

  private async write(
    tx: Transaction,
    { experimentId, source }: { experimentId: string; source: 'import' | 'exposure' },
    rows: readonly MergedRow[],
    people: readonly Person<ImportRow>[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const seen = people.flatMap(({ stored }) => stored?.user_id ?? []);
    const written = await tx.rows(WRITE_ROWS, [
      experimentId,
      rows.map((row) => row.user_id),
      rows.map((row) => row.arm_id),
      rows.map((row) => row.assigned_at),
      rows.map((row) => row.exposed_at),
      rows.map((row) => row.contaminated),
      seen,
      rows.map(({ attributes }) => (attributes === null ? null : JSON.stringify(attributes))),
      rows.map((row) => row.alias_id ?? null),
      source,
      rows.map((row) => row.bucket ?? null),
    ]);
    // Somebody was assigned by the hash since we looked: look again.
    if (written.length < rows.length) throw new Conflict('an assignment appeared since it was looked at');
    const pairs = rows.map(({ user_id }) => ({ experiment_id: experimentId, user_id }));
    await this.folds.bumpVersions(tx, await this.folds.refold(tx, pairs));
  }
}

/** A row that names an alias is one of its user. */
function ownedBy<Row extends ImportRow>(userId: string | undefined, row: Row): Owned<Row> {
  return userId === undefined ? row : { ...row, user_id: userId, alias_id: row.user_id };
}
