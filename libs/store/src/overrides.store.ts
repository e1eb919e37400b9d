import { Injectable } from '@nestjs/common';
import { Database, Transaction } from './database';
import { FoldStore } from './fold.store';
import { resolveIn } from './identities.store';
import { lockExperiments, lockPopulation } from './locks';

/** Variants forced on users for QA. Such users count nowhere for as long as the override stands. */
@Injectable()
export class OverridesStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  /** The forced variants of a user, by experiment. */
  async find(pairs: readonly { experiment_id: string; user_id: string }[]): Promise<OverrideRow[]> {
    return this.db.rows<OverrideRow>(
      `SELECT o.experiment_id, o.user_id, o.variant_id, o.created_at
       FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)
       JOIN overrides o USING (experiment_id, user_id)`,
      [pairs.map((pair) => pair.experiment_id), pairs.map((pair) => pair.user_id)],
    );
  }

  /** @returns false when the experiment has no such variant, or has none any more. */
  put(experimentId: string, id: string, variantId: string): Promise<boolean> {
    return this.change(experimentId, id, true, async (tx, userId) => {
      const written = await tx.rows(
        `INSERT INTO overrides (experiment_id, user_id, variant_id)
         SELECT v.experiment_id, $2, v.id FROM variants v WHERE v.id = $3 AND v.experiment_id = $1 FOR KEY SHARE
         ON CONFLICT (experiment_id, user_id) DO UPDATE SET variant_id = excluded.variant_id
         RETURNING user_id`,
        [experimentId, userId, variantId],
      );
      return written.length > 0;
    });
  }

  /** @returns whether there was one. */
  delete(experimentId: string, id: string): Promise<boolean> {
    return this.change(experimentId, id, false, async (tx, userId) => {
      const deleted = await tx.rows(
        'DELETE FROM overrides WHERE experiment_id = $1 AND user_id = $2 RETURNING user_id',
        [experimentId, userId],
      );
      return deleted.length > 0;
    });
  }

  private change(
    experimentId: string,
    id: string,
    overridden: boolean,
    write: (tx: Transaction, userId: string) => Promise<boolean>,
  ): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      await lockExperiments(tx, [experimentId]);
      await lockPopulation(tx);
      // Forced is who it is, by whatever id.
      const userId = (await resolveIn(tx, [id])).get(id) ?? id;
      if (!(await write(tx, userId))) return false;
      const pairs = await tx.rows<{ experiment_id: string; user_id: string }>(
        `UPDATE assignments SET overridden = $3, written_by = pg_current_xact_id()
         WHERE experiment_id = $1 AND user_id = $2 AND overridden <> $3
         RETURNING experiment_id, user_id`,
        [experimentId, userId, overridden],
      );
      // The results say how many users are overridden, those who are not assigned as well.
      const changes = await this.folds.refold(tx, pairs);
      if (!changes.has(experimentId)) changes.set(experimentId, null);
      await this.folds.bumpVersions(tx, changes);
      return true;
    });
  }
}

export interface OverrideRow {
  experiment_id: string;
  user_id: string;
  variant_id: string;
  created_at: string;
}
