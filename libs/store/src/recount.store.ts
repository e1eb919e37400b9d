import { Injectable } from '@nestjs/common';
import { BalanceStore } from './balance.store';
import { Database, LONG, Transaction } from './database';
import { FoldStore, Pair } from './fold.store';
import { lockExperiments, lockPopulation } from './locks';
import { MeasuresStore } from './measures.store';
import {
  CLEAR_RECOUNT,
  CREATE_RECOUNT,
  differences,
  FILL_RECOUNT,
  POPULATION_TABLES,
  rebuild,
  REFILL_COVARIATES,
  RECOUNTS,
  SETTLE_CELLS,
  TotalsTable,
  WRONG_ASSIGNMENTS,
} from './recount.sql';

export interface TableDifferences {
  table: TotalsTable | 'assignments';
  /** Rows compared. */
  cells: number;
  differences: number;
  /** The first twenty: key, what the recount says, what is stored. */
  rows: unknown[];
}

export interface Verification {
  experiment_id: string;
  cells: number;
  /** Rows that differ; anything but 0 is a defect. */
  drift: number;
  tables: TableDifferences[];
}

const TABLES = Object.keys(RECOUNTS) as TotalsTable[];

@Injectable()
export class RecountStore {
  constructor(
    private readonly db: Database,
    private readonly folds: FoldStore,
    private readonly measures: MeasuresStore,
    private readonly balances: BalanceStore,
  ) {}

  /** Recounts an experiment from raw rows and compares every total, in one snapshot: rows and totals change together, so it needs no lock. */
  verify(experimentId: string): Promise<Verification> {
    return this.db.snapshot(async (tx) => {
      await this.createRecount(tx, experimentId);
      return this.compare(tx, experimentId);
    }, LONG);
  }

  /** Verifies, and keeps what became of the events that were received today and yesterday. */
  async reconcile(experimentId: string): Promise<Verification> {
    const found = await this.verify(experimentId);
    await this.balances.keep(experimentId);
    return found;
  }

  /**
   * Rebuilds every total of an experiment from raw rows, for the metrics that it selects now. Readers see the old numbers, of the old
   * metrics, until it commits.
   */
  recompute(experimentId: string): Promise<Verification> {
    return this.db.transaction(async (tx) => {
      await lockExperiments(tx, [experimentId]);
      await this.createRecount(tx, experimentId);
      const found = await this.compare(tx, experimentId);
      const activated = await this.measures.activate(tx, experimentId);
      const moved = await this.folds.settleExposures(
        tx,
        await tx.rows<Pair>(WRONG_ASSIGNMENTS, [experimentId]),
      );
      if (activated || moved.length > 0) await this.fillRecount(tx, experimentId);
      for (const table of TABLES.filter((name) => !POPULATION_TABLES.includes(name)))
        await this.rebuild(tx, experimentId, table);

      // Assigning goes on until here; the population is rebuilt last, while nobody writes it.
      await lockPopulation(tx);
      await tx.rows(SETTLE_CELLS, [experimentId]);
      await this.fill(tx, REFILL_COVARIATES, experimentId);
      for (const table of POPULATION_TABLES) await this.rebuild(tx, experimentId, table);
      await this.folds.bumpVersions(tx, new Map([[experimentId, null]]));
      return found;
    }, LONG);
  }

  private async createRecount(tx: Transaction, experimentId: string): Promise<void> {
    await this.fill(tx, CREATE_RECOUNT, experimentId);
    await this.fillRecount(tx, experimentId);
  }

  private async fillRecount(tx: Transaction, experimentId: string): Promise<void> {
    await this.fill(tx, [CLEAR_RECOUNT, ...FILL_RECOUNT], experimentId);
  }

  private async fill(tx: Transaction, statements: readonly string[], experimentId: string): Promise<void> {
    for (const statement of statements)
      await tx.rows(statement, statement.includes('$1') ? [experimentId] : []);
  }

  private async compare(tx: Transaction, experimentId: string): Promise<Verification> {
    const tables: TableDifferences[] = [];
    for (const table of TABLES) {
      const row = await tx.row<Omit<TableDifferences, 'table'>>(differences(table), [experimentId]);
      if (row !== null) tables.push({ table, ...row });
    }
    const wrong = await tx.rows<Pair>(WRONG_ASSIGNMENTS, [experimentId]);
    const [all] = await tx.rows<{ cells: number }>(
      'SELECT count(*) AS cells FROM assignments WHERE experiment_id = $1',
      [experimentId],
    );
    tables.push({
      table: 'assignments',
      cells: all.cells,
      differences: wrong.length,
      rows: wrong.slice(0, 20),
    });
    return {
      experiment_id: experimentId,
      cells: tables.reduce((sum, table) => sum + table.cells, 0),
      drift: tables.reduce((sum, table) => sum + table.differences, 0),
      tables,
    };
  }

  private async rebuild(tx: Transaction, experimentId: string, table: TotalsTable): Promise<void> {
    await this.fill(tx, rebuild(table), experimentId);
  }
}
