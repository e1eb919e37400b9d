import { Injectable } from '@nestjs/common';
import { AnalysisPopulation, EXPOSURE } from '@app/model';
import { Transaction } from './database';
import { applyDelta, REFOLD_DELTA } from './fold.sql';
import { KEEPS, SETTLE_COVARIATES, SETTLE_POPULATION, SETTLE_SPANS } from './settle.sql';

/** A user of an experiment. */
export interface Pair {
  experiment_id: string;
  user_id: string;
}

/** Which experiments' totals changed, each with the time of the latest event among the changes. */
export type Changes = Map<string, string | null>;

/**
 * Refold: recompute one user's share of one experiment from stored events and apply the difference. It is what makes arrival order
 * irrelevant: whoever changes an anchor, an arm or an exclusion refolds the users concerned in the same transaction.
 * Every method expects the locks of `locks.ts` to be held.
 */
@Injectable()
export class FoldStore {
  /** Brings exposures, event totals and population of these users in line with what is stored. Needs both locks. */
  async refold(tx: Transaction, pairs: readonly Pair[]): Promise<Changes> {
    const changes = await this.refoldEvents(tx, pairs);
    await this.settlePopulation(tx, pairs);
    return changes;
  }

  /** The part of it that needs the locks of the experiments alone. */
  async refoldEvents(tx: Transaction, pairs: readonly Pair[]): Promise<Changes> {
    const changes: Changes = new Map(pairs.map((pair) => [pair.experiment_id, null]));
    if (pairs.length === 0) return changes;
    await this.settleExposures(tx, pairs);
    const counted = await tx.rows<{ experiment_id: string; last_event_at: string }>(
      `WITH ${REFOLD_DELTA}, ${applyDelta({ covariates: true, ratios: true })}
       SELECT experiment_id, max(timestamp) AS last_event_at FROM counted GROUP BY experiment_id`,
      columns(pairs),
    );
    await tx.rows(
      `DELETE FROM user_hours h USING unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id), arms
       WHERE arms.experiment_id = p.experiment_id AND h.arm_id = arms.id AND h.user_id = p.user_id AND h.events = 0`,
      columns(pairs),
    );
    await this.settleSpans(tx, pairs);
    for (const { experiment_id, last_event_at } of counted) changes.set(experiment_id, last_event_at);
    return changes;
  }

  /**
   * Sets `exposed_at` to the earliest of the enrolment, the import and the exposure events at or after the assignment.
   * @returns the pairs whose anchor moved by it: those of experiments that analyse exposed users.
   */
  async settleExposures(tx: Transaction, pairs: readonly Pair[]): Promise<Pair[]> {
    if (pairs.length === 0) return [];
    const moved = await tx.rows<Pair & { analysis_population: AnalysisPopulation }>(
      `UPDATE assignments a SET exposed_at = found.exposed_at
       FROM (
         SELECT a.experiment_id, a.user_id, x.analysis_population, least(a.enrolled_at, a.imported_exposed_at, min(e.timestamp)) AS exposed_at
         FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[]) AS p (experiment_id, user_id)) p
         JOIN assignments a USING (experiment_id, user_id)
         JOIN experiments x ON x.id = a.experiment_id
         LEFT JOIN events e
           ON e.user_id = a.user_id AND e.type = '${EXPOSURE}' AND e.experiment_id = a.experiment_id
           AND e.timestamp >= a.assigned_at AND e.timestamp < coalesce(least(x.ended_at, x.ends_at), 'infinity')
           AND e.received_at >= a.assigned_at - interval '10 minutes'
         GROUP BY a.experiment_id, a.user_id, x.analysis_population, a.enrolled_at, a.imported_exposed_at
       ) found
       WHERE a.experiment_id = found.experiment_id AND a.user_id = found.user_id
         AND a.exposed_at IS DISTINCT FROM found.exposed_at
       RETURNING a.experiment_id, a.user_id, found.analysis_population`,
      columns(pairs),
    );
    return moved.filter((pair) => pair.analysis_population === 'exposed');
  }

  /** Moves each user into the cells of the population that the anchor asks for, and settles what the user did before it. */
  async settlePopulation(tx: Transaction, pairs: readonly Pair[]): Promise<void> {
    if (pairs.length === 0) return;
    await tx.rows(SETTLE_POPULATION, columns(pairs));
    await this.settleCovariates(tx, pairs);
  }

  /** Brings the spans of these users in line with their events, where an experiment keeps spans. */
  async settleSpans(tx: Transaction, pairs: readonly Pair[]): Promise<void> {
    const kept = (await this.keeps(tx, pairs)).filter((pair) => pair.spans);
    if (kept.length > 0) await tx.rows(SETTLE_SPANS, columns(kept));
  }

  /** The same for covariates. They are shared with those who assign users, so the caller holds the population lock. */
  async settleCovariates(tx: Transaction, pairs: readonly Pair[]): Promise<void> {
    const kept = (await this.keeps(tx, pairs)).filter((pair) => pair.covariates);
    if (kept.length > 0) await tx.rows(SETTLE_COVARIATES, columns(kept));
  }

  private async keeps(
    tx: Transaction,
    pairs: readonly Pair[],
  ): Promise<(Pair & { spans: boolean; covariates: boolean })[]> {
    return pairs.length === 0 ? [] : tx.rows(KEEPS, columns(pairs));
  }

  /** Says that the totals of these experiments changed; the version is the strong ETag of their results. */
  async bumpVersions(tx: Transaction, changes: Changes): Promise<void> {
    if (changes.size === 0) return;
    await tx.rows(
      `INSERT INTO totals_versions AS stored (experiment_id, version, last_event_at)
       SELECT experiment_id, 1, last_event_at
       FROM unnest($1::uuid[], $2::timestamptz[]) AS changed (experiment_id, last_event_at)
       ORDER BY experiment_id
       ON CONFLICT (experiment_id) DO UPDATE SET
         version = stored.version + 1,
         changed_at = excluded.changed_at,
         last_event_at = greatest(stored.last_event_at, excluded.last_event_at)`,
      [[...changes.keys()], [...changes.values()]],
    );
  }
}

export function experimentsIn(pairs: readonly Pair[]): string[] {
  return [...new Set(pairs.map((pair) => pair.experiment_id))];
}

export function columns(pairs: readonly Pair[]): [string[], string[]] {
  return [pairs.map((pair) => pair.experiment_id), pairs.map((pair) => pair.user_id)];
}
