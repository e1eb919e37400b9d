import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Direction, fingerprint, isPlain, Measure, MetricDefinition, measuresOf } from '@app/model';
import { prepared, Transaction } from './database';
import { filterPath } from './filter-path';
import { lockExperiments, lockPopulation } from './locks';
import { EXPERIMENT_MEASURES, INSERT_MEASURES, INSERT_PLAIN_MEASURES, WANTED_METRICS } from './measures.sql';
import { sealIfBegun } from './seal';

/** A declared metric whose numbers the totals of an experiment hold. */
export interface ActiveMetric {
  metric_id: string;
  key: string;
  name: string;
  /** What the experiment says, else what the metric says. */
  direction: Direction;
  version: number;
  definition: MetricDefinition;
  /** In the order of `measuresOf`. */
  measure_ids: number[];
}

type WantedMetric = Omit<ActiveMetric, 'measure_ids'>;

/** What the totals of an experiment consist of beyond what event types have by themselves. */
interface Activation {
  metrics: ActiveMetric[];
  measureIds: number[];
  ratios: [number, number][];
}

interface StoredMeasures {
  measure_ids: number[];
  ratios: [number, number][];
}

const ACTIVE = 'metric_id, key, name, direction, version, definition, measure_ids';
const ACTIVE_METRICS = prepared(
  `SELECT ${ACTIVE} FROM experiment_metrics WHERE experiment_id = $1 ORDER BY key`,
);

@Injectable()
export class MeasuresStore {
  active(tx: Transaction, experimentId: string): Promise<ActiveMetric[]> {
    return tx.rows<ActiveMetric & Record<string, unknown>>(ACTIVE_METRICS, [experimentId]);
  }

  /**
   * Makes what the totals hold what the experiment asks for; whoever calls it makes the totals so in the same transaction. An experiment
   * that has ended keeps the definitions it has.
   * @returns whether anything changed
   */
  async activate(tx: Transaction, experimentId: string): Promise<boolean> {
    const wanted = await this.plan(tx, experimentId);
    const metricsChanged = await this.replaceMetrics(tx, experimentId, wanted.metrics);
    if (hasMeasures(await this.stored(tx, experimentId), wanted)) return metricsChanged;
    await tx.rows('DELETE FROM experiment_measures WHERE experiment_id = $1', [experimentId]);
    await tx.rows('DELETE FROM experiment_ratios WHERE experiment_id = $1', [experimentId]);
    await tx.rows(
      'INSERT INTO experiment_measures (experiment_id, measure_id) SELECT $1, unnest($2::int[]) ORDER BY 2',
      [experimentId, wanted.measureIds],
    );
    await tx.rows(
      `INSERT INTO experiment_ratios (experiment_id, numerator_id, denominator_id)
       SELECT $1, r.numerator_id, r.denominator_id FROM unnest($2::int[], $3::int[]) AS r (numerator_id, denominator_id)`,
      [
        experimentId,
        wanted.ratios.map(([numerator]) => numerator),
        wanted.ratios.map(([, denominator]) => denominator),
      ],
    );
    return true;
  }

  /**
   * Does the same without touching the totals, where that is possible: nobody is assigned yet, or what is kept stays the same.
   * The caller holds the locks of ExperimentsStore.change.
   * @returns false when it takes a recompute
   */
  async activateWithoutRecompute(tx: Transaction, experimentId: string): Promise<boolean> {
    const wanted = await this.plan(tx, experimentId);
    const isEmpty = await tx.row<{ empty: boolean }>(
      'SELECT NOT EXISTS (SELECT FROM assignments WHERE experiment_id = $1) AS empty',
      [experimentId],
    );
    if (!isEmpty?.empty && !hasMeasures(await this.stored(tx, experimentId), wanted)) return false;
    await this.activate(tx, experimentId);
    return true;
  }

  /**
   * The same for several experiments, whose metrics have changed.
   * @returns those that need a recompute
   */
  async reactivate(tx: Transaction, experimentIds: readonly string[]): Promise<string[]> {
    if (experimentIds.length === 0) return [];
    await lockExperiments(tx, experimentIds);
    await lockPopulation(tx);
    const stale: string[] = [];
    for (const id of experimentIds) {
      if (await sealIfBegun(tx, id))
        await tx.rows('UPDATE experiments SET version = version + 1 WHERE id = $1', [id]);
      if (!(await this.activateWithoutRecompute(tx, id))) stale.push(id);
    }
    return stale;
  }

  private async plan(tx: Transaction, experimentId: string): Promise<Activation> {
    const wanted = await tx.rows<WantedMetric & Record<string, unknown>>(WANTED_METRICS, [experimentId]);
    const measures = wanted.map(({ definition }) => measuresOf(definition));
    const idOf = await this.ensure(tx, measures.flat());
    const metrics = wanted.map((metric, index) => ({ ...metric, measure_ids: measures[index].map(idOf) }));
    const declared = measures.flat().filter((measure) => !isPlain(measure));
    const ratios = metrics
      .filter(({ definition }) => definition.kind === 'ratio')
      .map(({ measure_ids }): [number, number] => [measure_ids[0], measure_ids[1]]);
    return {
      metrics,
      measureIds: [...new Set(declared.map(idOf))].sort((a, b) => a - b),
      ratios: [...new Map(ratios.map((pair) => [pair.join(), pair])).values()].sort(
        (a, b) => a[0] - b[0] || a[1] - b[1],
      ),
    };
  }

  /** Measures are shared and never change, so those that are missing are made and the others found. */
  private async ensure(tx: Transaction, measures: readonly Measure[]): Promise<(measure: Measure) => number> {
    const types = [...new Set(measures.filter(isPlain).map((measure) => measure.event_types[0]))].sort();
    const declared = measures.filter((measure) => !isPlain(measure));
    const byPrint = new Map(declared.map((measure) => [printOf(measure), measure]));
    if (types.length > 0) await tx.rows(INSERT_PLAIN_MEASURES, [types]);
    if (byPrint.size > 0) await tx.rows(INSERT_MEASURES, [JSON.stringify([...byPrint].map(toRow))]);
    const rows = await tx.rows<{ id: number; event_type: string | null; fingerprint: string | null }>(
      'SELECT id, event_type, fingerprint FROM measures WHERE event_type = ANY ($1) OR fingerprint = ANY ($2)',
      [types, [...byPrint.keys()]],
    );
    const plainIds = new Map(rows.map((row) => [row.event_type, row.id]));
    const ids = new Map(rows.map((row) => [row.fingerprint, row.id]));
    return (measure) => {
      const id = isPlain(measure) ? plainIds.get(measure.event_types[0]) : ids.get(printOf(measure));
      if (id === undefined) throw new Error(`no measure ${fingerprint(measure)}`);
      return id;
    };
  }

  private async replaceMetrics(
    tx: Transaction,
    id: string,
    metrics: readonly ActiveMetric[],
  ): Promise<boolean> {
    const gone = await tx.rows(
      'DELETE FROM experiment_metrics WHERE experiment_id = $1 AND metric_id <> ALL ($2::uuid[]) RETURNING metric_id',
      [id, metrics.map((metric) => metric.metric_id)],
    );
    const written = await tx.rows(
      `INSERT INTO experiment_metrics AS m (experiment_id, ${ACTIVE})
       SELECT $1, w.* FROM jsonb_to_recordset($2::jsonb) AS w
         (metric_id uuid, key text, name text, direction text, version int, definition jsonb, measure_ids int[])
       ON CONFLICT (experiment_id, metric_id) DO UPDATE SET
         key = excluded.key, name = excluded.name, direction = excluded.direction, version = excluded.version,
         definition = excluded.definition, measure_ids = excluded.measure_ids, activated_at = excluded.activated_at
       WHERE (m.key, m.name, m.direction, m.version, m.definition, m.measure_ids)
         IS DISTINCT FROM
         (excluded.key, excluded.name, excluded.direction, excluded.version, excluded.definition, excluded.measure_ids)
       RETURNING metric_id`,
      [id, JSON.stringify(metrics)],
    );
    return gone.length + written.length > 0;
  }

  private async stored(tx: Transaction, experimentId: string): Promise<StoredMeasures> {
    const row = await tx.row<StoredMeasures & Record<string, unknown>>(EXPERIMENT_MEASURES, [experimentId]);
    return row ?? { measure_ids: [], ratios: [] };
  }
}

function hasMeasures(stored: StoredMeasures, { measureIds, ratios }: Activation): boolean {
  return JSON.stringify([stored.measure_ids, stored.ratios]) === JSON.stringify([measureIds, ratios]);
}

function toRow([print, measure]: [string, Measure]): Record<string, unknown> {
  return { ...measure, fingerprint: print, filter: filterPath(measure.filter) };
}

/** Short, because an index takes no row as long as the longest definitions. */
function printOf(measure: Measure): string {
  return createHash('sha256').update(fingerprint(measure)).digest('hex');
}
