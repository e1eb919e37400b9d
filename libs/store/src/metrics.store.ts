import { Injectable } from '@nestjs/common';
import { Direction, Metric, MetricDefinition, MetricKind } from '@app/model';
import { Database, prepared, Transaction } from './database';
import { KeyTaken } from './experiments.store';
import { statusAt } from './status.sql';

export type NewMetric = Pick<Metric, 'id' | 'key' | 'name' | 'description' | 'direction' | 'definition'>;

/** What a PATCH may change; what is absent stays. */
export interface MetricChange {
  name?: string;
  description?: string | null;
  direction?: Direction;
  definition?: MetricDefinition;
}

export interface MetricPage {
  limit: number;
  q: string | null;
  kind: MetricKind | null;
  after: { createdAt: string; id: string } | null;
}

/** An experiment that selects a metric. `status` is the one in force now. */
export interface MetricUser {
  id: string;
  key: string;
  status: 'draft' | 'running' | 'paused' | 'completed' | 'archived';
}

type Row = Metric & Record<string, unknown>;

const METRIC =
  'm.id, m.key, m.name, m.description, m.direction, m.definition, m.version, m.created_at, m.updated_at';
const WITH_IDS = prepared(`SELECT ${METRIC} FROM metrics m WHERE m.id = ANY ($1::uuid[])`);

@Injectable()
export class MetricsStore {
  constructor(private readonly db: Database) {}

  /** @throws KeyTaken */
  async insert(metric: NewMetric): Promise<Metric> {
    const { id, key, name, description, direction, definition } = metric;
    const row = await this.db.row<Row>(
      `INSERT INTO metrics AS m (id, key, name, description, direction, definition) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (key) DO NOTHING RETURNING ${METRIC}`,
      [id, key, name, description, direction, JSON.stringify(definition)],
    );
    if (row === null) throw new KeyTaken(key);
    return row;
  }

  async find(idOrKey: string): Promise<Metric | null> {
    // PostgreSQL has no text with NUL, so nothing has such a name.
    if (idOrKey.includes('\u0000')) return null;
    const column = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrKey) ? 'id' : 'key';
    return this.db.row<Row>(`SELECT ${METRIC} FROM metrics m WHERE m.${column} = $1`, [idOrKey]);
  }

  async withIds(ids: readonly string[], at: Transaction | Database = this.db): Promise<Metric[]> {
    return ids.length === 0 ? [] : at.rows<Row>(WITH_IDS, [ids]);
  }

  /** Which of these keys are declared; they can be neither changed nor deleted before the transaction ends. */
  async idsOf(tx: Transaction, keys: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.rows<{ id: string; key: string }>(
      'SELECT id, key FROM metrics WHERE key = ANY ($1) ORDER BY id FOR SHARE',
      [keys],
    );
    return new Map(rows.map((row) => [row.key, row.id]));
  }

  /** Newest first. */
  list(page: MetricPage): Promise<Metric[]> {
    return this.db.rows<Row>(
      `SELECT ${METRIC} FROM metrics m
       WHERE ($1::text IS NULL OR strpos(lower(m.key || ' ' || m.name), lower($1)) > 0)
         AND ($2::text IS NULL OR m.definition ->> 'kind' = $2)
         AND ($3::timestamptz IS NULL OR (m.created_at, m.id) < ($3, $4::uuid))
       ORDER BY m.created_at DESC, m.id DESC
       LIMIT $5`,
      [page.q, page.kind, page.after?.createdAt ?? null, page.after?.id ?? null, page.limit],
    );
  }

  /**
   * Changes a metric; its version counts the changes of definition and direction.
   * @param updatedAt what the caller based the change on; null means whatever is there
   * @returns null when the metric is gone or has changed
   */
  update(
    tx: Transaction,
    id: string,
    updatedAt: string | null,
    change: MetricChange,
  ): Promise<Metric | null> {
    const { name, description, direction, definition } = change;
    return tx.row<Row>(
      `UPDATE metrics AS m SET
         name = coalesce($3, m.name),
         description = CASE WHEN $4 THEN $5 ELSE m.description END,
         direction = coalesce($6, m.direction),
         definition = coalesce($7::jsonb, m.definition),
         version = m.version + CASE
           WHEN (coalesce($6, m.direction), coalesce($7::jsonb, m.definition)) IS DISTINCT FROM (m.direction, m.definition)
           THEN 1 ELSE 0 END,
         updated_at = greatest(
           date_trunc('milliseconds', clock_timestamp()), m.updated_at + interval '1 millisecond')
       WHERE m.id = $1 AND ($2::timestamptz IS NULL OR m.updated_at = $2)
       RETURNING ${METRIC}`,
      [
        id,
        updatedAt,
        name ?? null,
        description !== undefined,
        description ?? null,
        direction ?? null,
        definition === undefined ? null : JSON.stringify(definition),
      ],
    );
  }

  async delete(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.rows('DELETE FROM metrics WHERE id = $1 RETURNING id', [id])).length > 0;
  }

  /** The experiments that select a metric, in the order in which their locks are taken. */
  usedBy(metricId: string, tx: Transaction | Database = this.db): Promise<MetricUser[]> {
    return tx.rows<MetricUser & Record<string, unknown>>(
      `SELECT x.id, x.key, ${statusAt('now()')} AS status
       FROM experiments x
       WHERE x.metrics @> jsonb_build_array(jsonb_build_object('metric_id', $1::uuid))
       ORDER BY x.id`,
      [metricId],
    );
  }
}
