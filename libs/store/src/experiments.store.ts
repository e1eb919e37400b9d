import { Injectable } from '@nestjs/common';
import { Entry, Experiment, ExperimentStatus, formatInstant, parseInstant } from '@app/model';
import { Database, prepared, sqlState, Transaction } from './database';
import { entryColumns, ExperimentChange, ListPage, NewExperiment, VariantDraft } from './experiment-rows';
import { FoldStore, Pair } from './fold.store';
import { lockExperiments, lockPopulation } from './locks';
import { sealIfBegun, sealPlan } from './seal';
import { statusAt } from './status.sql';

const NOW = `date_trunc('milliseconds', clock_timestamp())`;
const UNKNOWN_TIMEZONE = '22023';

// One statement reads all of it: between two, the experiment may be deleted, or get other variants.
const EXPERIMENT = `
  x.id, x.key, x.name, x.description, x.hypothesis, x.status, x.timezone, x.analysis_population AS "analysisPopulation",
  x.primary_metric AS "primaryMetric", x.metrics, x.analysis_mode AS "analysisMode", x.planned_users AS "plannedUsers",
  x.horizon_at AS "horizonAt", x.preregistration, x.hash_algorithm AS "hashAlgorithm", x.hash_seed AS "hashSeed",
  x.starts_at AS "startsAt", x.ends_at AS "endsAt", x.started_at AS "startedAt", x.ended_at AS "endedAt", x.pauses, x.winner,
  x.targeting, x.is_subject_to_holdout AS holdout, x.version, x.created_at AS "createdAt", x.updated_at AS "updatedAt",
  (SELECT json_build_object('id', l.id, 'key', l.key, 'seed', l.seed, 'fromBp', x.layer_from_bp, 'toBp', x.layer_to_bp)
     FROM layers l WHERE l.id = x.layer_id) AS layer,
  (SELECT json_agg(json_build_object('id', v.id, 'key', v.key, 'name', v.name, 'isControl', v.is_control, 'config', v.config)
     ORDER BY v.position) FROM variants v WHERE v.experiment_id = x.id) AS variants,
  (SELECT json_agg(json_build_object('number', e.number, 'coverageBp', e.coverage_bp, 'openedAt', e.opened_at)
     ORDER BY e.number) FROM epochs e WHERE e.experiment_id = x.id) AS epochs,
  (SELECT json_agg(json_build_object('id', a.id, 'epoch', a.epoch, 'variantId', a.variant_id, 'weightBp', a.weight_bp)
     ORDER BY a.epoch, a.id) FROM arms a WHERE a.experiment_id = x.id) AS arms`;

const BY_ID = prepared(`SELECT ${EXPERIMENT} FROM experiments x WHERE x.id = $1`);
const BY_KEY = prepared(`SELECT ${EXPERIMENT} FROM experiments x WHERE x.key = $1`);

/** Another experiment has this key. */
export class KeyTaken extends Error {}

@Injectable()
export class ExperimentsStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
  ) {}

  /** @throws KeyTaken */
  async insert(tx: Transaction, experiment: NewExperiment): Promise<void> {
    const e = experiment;
    const inserted = await tx.rows(
      `INSERT INTO experiments (id, key, name, description, hypothesis, status, timezone, analysis_population, primary_metric,
         metrics, hash_algorithm, hash_seed, starts_at, ends_at, analysis_mode, planned_users, horizon_at,
         targeting, layer_id, layer_from_bp, layer_to_bp, is_subject_to_holdout, started_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
         CASE WHEN $6 = 'running' THEN date_trunc('milliseconds', clock_timestamp()) END)
       ON CONFLICT (key) DO NOTHING
       RETURNING id`,
      [
        e.id, e.key, e.name, e.description, e.hypothesis, e.status, e.timezone, e.analysisPopulation, e.primaryMetric,
        JSON.stringify(e.metrics), e.hashAlgorithm, e.hashSeed, e.startsAt, e.endsAt,
        e.analysisMode, e.plannedUsers, e.horizonAt,
        ...entryColumns(e),
      ], // prettier-ignore
    );
    if (inserted.length === 0) throw new KeyTaken(e.key);
    await this.writeVariants(tx, e.id, e.variants);
    await this.openEpoch(tx, e.id, { number: 1, coverageBp: e.coverageBp, variants: e.variants });
  }

  async count(tx: Transaction): Promise<number> {
    const row = await tx.row<{ count: number }>('SELECT count(*) AS count FROM experiments');
    return row?.count ?? 0;
  }

  async find(idOrKey: string, at: Transaction | Database = this.db): Promise<Experiment | null> {
    // PostgreSQL has no text with NUL, so nothing has such a name.
    if (idOrKey.includes('\u0000')) return null;
    const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrKey);
    const row = await at.row<Experiment & Record<string, unknown>>(isId ? BY_ID : BY_KEY, [idOrKey]);
    return row === null ? null : withInstants(row);
  }

  /** @param now whose status is asked for */
  async list(page: ListPage, now = new Date()): Promise<Experiment[]> {
    const [direction, comparison] = page.sort === 'created_at' ? ['ASC', '>'] : ['DESC', '<'];
    const rows = await this.db.rows<Experiment>(
      `SELECT ${EXPERIMENT} FROM experiments x
       WHERE ($1::text IS NULL OR ${statusAt('$6::timestamptz')} = $1)
         AND ($2::text IS NULL OR strpos(lower(x.key || ' ' || x.name), lower($2)) > 0)
         AND ($3::timestamptz IS NULL OR (x.created_at, x.id) ${comparison} ($3, $4::uuid))
       ORDER BY x.created_at ${direction}, x.id ${direction}
       LIMIT $5`,
      [
        page.status,
        page.q,
        page.after?.createdAt ?? null,
        page.after?.id ?? null,
        page.limit,
        now.toISOString(),
      ],
    );
    return rows.map(withInstants);
  }

  /** The archived too, in the order of their keys. */
  async all(): Promise<Experiment[]> {
    const rows = await this.db.rows<Experiment>(`SELECT ${EXPERIMENT} FROM experiments x ORDER BY x.key`);
    return rows.map(withInstants);
  }

  /**
   * Changes an experiment under both locks, so that no assignment and no fold sees half of it.
   * @param version what the caller based the change on; null means whatever is there
   * @returns false when the experiment is gone or has another version
   */
  change(id: string, version: number | null, work: (tx: Transaction) => Promise<void>): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      await lockExperiments(tx, [id]);
      await lockPopulation(tx);
      const found = await tx.row(
        `UPDATE experiments SET version = version + 1, updated_at = ${NOW}
         WHERE id = $1 AND ($2::int IS NULL OR version = $2) RETURNING id`,
        [id, version],
      );
      if (found === null) return false;
      await sealIfBegun(tx, id);
      await work(tx);
      return true;
    });
  }

  async update(tx: Transaction, id: string, change: ExperimentChange): Promise<void> {
    const columns: Record<keyof ExperimentChange, string> = {
      name: 'name',
      description: 'description',
      hypothesis: 'hypothesis',
      timezone: 'timezone',
      analysisPopulation: 'analysis_population',
      primaryMetric: 'primary_metric',
      metrics: 'metrics',
      analysisMode: 'analysis_mode',
      plannedUsers: 'planned_users',
      horizonAt: 'horizon_at',
      startsAt: 'starts_at',
      endsAt: 'ends_at',
    };
    for (const [name, value] of Object.entries(change) as [keyof ExperimentChange, unknown][]) {
      if (value === undefined) continue;
      await tx.rows(`UPDATE experiments SET ${columns[name]} = $2 WHERE id = $1`, [
        id,
        name === 'metrics' ? JSON.stringify(value) : value,
      ]);
    }
  }

  /** Who may enter from now on; nobody who has a variant loses it. */
  async setEntry(tx: Transaction, id: string, entry: Entry): Promise<void> {
    await tx.rows(
      `UPDATE experiments SET targeting = $2, layer_id = $3, layer_from_bp = $4, layer_to_bp = $5, is_subject_to_holdout = $6
       WHERE id = $1`,
      [id, ...entryColumns(entry)],
    );
  }

  /** Writes down what is planned now as the plan of an experiment that has just started. */
  seal(tx: Transaction, id: string): Promise<void> {
    return sealPlan(tx, id);
  }

  /** The time by the clock that assigns users; under the locks of `change` nobody is assigned later than this. */
  async clock(tx: Transaction): Promise<string> {
    const [{ now }] = await tx.rows<{ now: string }>(`SELECT ${NOW} AS now`);
    return now;
  }

  async setStatus(
    tx: Transaction,
    id: string,
    change: { status: ExperimentStatus; startedAt?: string; endedAt?: string; winner?: string | null },
  ): Promise<void> {
    await tx.rows(
      `UPDATE experiments SET status = $2, started_at = coalesce(started_at, $3), ended_at = coalesce(ended_at, $4),
         winner = coalesce($5, winner),
         pauses = CASE
           WHEN status <> 'paused' AND $2 = 'paused' THEN pauses || jsonb_build_array(jsonb_build_object('from', ${NOW}, 'to', NULL))
           WHEN status = 'paused' AND $2 = 'running' THEN jsonb_set(pauses, '{-1,to}', to_jsonb(${NOW}))
           ELSE pauses
         END
       WHERE id = $1`,
      [id, change.status, change.startedAt ?? null, change.endedAt ?? null, change.winner ?? null],
    );
  }

  /**
   * Refolds the users whose events or anchors lie at or after an instant: an end moved, and some of them count no longer, or again.
   * Anchors too: users are assigned until the locks are held, which is later than the instant the caller has read from its clock.
   */
  async refoldSince(tx: Transaction, id: string, instant: string): Promise<void> {
    const pairs = await tx.rows<Pair>(
      `SELECT a.experiment_id, a.user_id
       FROM events e
       JOIN assignments a ON a.user_id = e.user_id AND a.experiment_id = $1
       WHERE e.timestamp >= $2 AND e.received_at >= $2::timestamptz - interval '10 minutes'
       UNION
       SELECT experiment_id, user_id FROM assignments
       WHERE experiment_id = $1 AND (assigned_at >= $2 OR exposed_at >= $2)`,
      [id, instant],
    );
    await this.folds.bumpVersions(tx, new Map([...(await this.folds.refold(tx, pairs)), [id, null]]));
  }

  /** Replaces the variants of a draft; nobody has been assigned to them. */
  async replaceVariants(
    tx: Transaction,
    id: string,
    coverageBp: number,
    variants: VariantDraft[],
  ): Promise<void> {
    await tx.rows('DELETE FROM epochs WHERE experiment_id = $1', [id]);
    await tx.rows('DELETE FROM variants WHERE experiment_id = $1', [id]);
    await this.writeVariants(tx, id, variants);
    await this.openEpoch(tx, id, { number: 1, coverageBp, variants });
  }

  async describeVariant(
    tx: Transaction,
    id: string,
    variant: { key: string; name?: string; config?: unknown },
  ): Promise<void> {
    await tx.rows(
      `UPDATE variants SET name = coalesce($3, name), config = CASE WHEN $5 THEN $4::jsonb ELSE config END
       WHERE experiment_id = $1 AND key = $2`,
      [
        id,
        variant.key,
        variant.name ?? null,
        JSON.stringify(variant.config ?? null),
        variant.config !== undefined,
      ],
    );
  }

  async openEpoch(
    tx: Transaction,
    id: string,
    epoch: { number: number; coverageBp: number; variants: { id: string; weightBp: number }[] },
  ): Promise<void> {
    // Not when the transaction began: it has waited for those who assign users by the epoch before.
    await tx.rows(
      `INSERT INTO epochs (experiment_id, number, coverage_bp, opened_at)
       SELECT id, $2, $3, CASE WHEN $2 = 1 AND started_at IS NOT NULL THEN started_at
         ELSE ${NOW} END
       FROM experiments WHERE id = $1`,
      [id, epoch.number, epoch.coverageBp],
    );
    await tx.rows(
      `INSERT INTO arms (experiment_id, epoch, variant_id, weight_bp)
       SELECT $1, $2, v.id, v.weight_bp FROM unnest($3::uuid[], $4::int[]) AS v (id, weight_bp)`,
      [id, epoch.number, epoch.variants.map((v) => v.id), epoch.variants.map((v) => v.weightBp)],
    );
  }

  /** @returns false when it is not there or not a draft, or its planned start has come. */
  async deleteDraft(id: string): Promise<boolean> {
    const deleted = await this.db.rows(
      `DELETE FROM experiments
       WHERE id = $1 AND status = 'draft' AND (starts_at IS NULL OR starts_at > clock_timestamp()) RETURNING id`,
      [id],
    );
    return deleted.length > 0;
  }

  /** Whether the database, which decides what a day is, has the rules of a time zone; runtimes differ in the zones they know. */
  async knowsTimezone(name: string): Promise<boolean> {
    try {
      // In a transaction of its own: its error must not end the one around it.
      await this.db.transaction((tx) => tx.rows('SELECT now() AT TIME ZONE $1', [name]));
      return true;
    } catch (error) {
      if (sqlState(error) === UNKNOWN_TIMEZONE) return false;
      throw error;
    }
  }

  /** Experiments whose planned start or end has passed without being written down. */
  async overdue(): Promise<Experiment[]> {
    const rows = await this.db.rows<Experiment>(
      `SELECT ${EXPERIMENT} FROM experiments x
       WHERE (x.status = 'draft' AND x.starts_at <= now()) OR (x.status IN ('running', 'paused') AND x.ends_at <= now())`,
    );
    return rows.map(withInstants);
  }

  private async writeVariants(tx: Transaction, id: string, variants: VariantDraft[]): Promise<void> {
    await tx.rows(
      `INSERT INTO variants (id, experiment_id, key, name, is_control, config, position)
       SELECT v.id, $1, v.key, v.name, v.is_control, v.config, v.position
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::jsonb[])
         WITH ORDINALITY AS v (id, key, name, is_control, config, position)`,
      [
        id,
        variants.map((v) => v.id),
        variants.map((v) => v.key),
        variants.map((v) => v.name),
        variants.map((v) => v.isControl),
        variants.map((v) => JSON.stringify(v.config ?? null)),
      ],
    );
  }
}

/** JSON writes instants in a way of its own. */
function withInstants(row: Experiment): Experiment {
  const instant = (text: string): string => formatInstant(parseInstant(text) as number);
  const epochs = row.epochs.map((epoch) => ({ ...epoch, openedAt: instant(epoch.openedAt) }));
  const pauses = row.pauses.map(({ from, to }) => ({ from: instant(from), to: to && instant(to) }));
  return { ...row, epochs, pauses };
}
