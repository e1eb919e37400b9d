import { Injectable } from '@nestjs/common';
import { Database, Transaction } from './database';
import { FoldStore, Pair } from './fold.store';
import { lockExperiments, lockPopulation } from './locks';
import {
  CREATE_RECOUNT,
  differences,
  FILL_RECOUNT,
  rebuild,
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
  ) {}

  /** Recounts an experiment from raw rows and compares every total, in one snapshot: rows and totals change together, so it needs no lock. */
  verify(experimentId: string): Promise<Verification> {
    return this.db.snapshot(async (tx) => {
      await this.createRecount(tx, experimentId);
      return this.compare(tx, experimentId);
    });
  }

  /** Rebuilds every total of an experiment from raw rows. Readers see the old numbers until it commits. */
  recompute(experimentId: string): Promise<Verification> {
    return this.db.transaction(async (tx) => {
      await lockExperiments(tx, [experimentId]);
      await this.createRecount(tx, experimentId);
      const found = await this.compare(tx, experimentId);
      const moved = await this.folds.settleExposures(
        tx,
        await tx.rows<Pair>(WRONG_ASSIGNMENTS, [experimentId]),
      );
      if (moved.length > 0) await this.fillRecount(tx, experimentId);
      for (const table of TABLES.filter((name) => name !== 'daily_users'))
        await this.rebuild(tx, experimentId, table);

      // Assigning goes on until here; the population is rebuilt last, while nobody writes it.
      await lockPopulation(tx);
      await tx.rows(SETTLE_CELLS, [experimentId]);
      await this.rebuild(tx, experimentId, 'daily_users');
      await this.folds.bumpVersions(tx, new Map([[experimentId, null]]));
      return found;
    });
  }

  private async createRecount(tx: Transaction, experimentId: string): Promise<void> {
    await tx.rows(CREATE_RECOUNT);
    await this.fillRecount(tx, experimentId);
  }

  private async fillRecount(tx: Transaction, experimentId: string): Promise<void> {
    await tx.rows('DELETE FROM recounted_days');
    await tx.rows(FILL_RECOUNT, [experimentId]);
    await tx.rows('ANALYZE recounted_days');
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
    const { clear, fill } = rebuild(table);
    await tx.rows(clear, [experimentId]);
    await tx.rows(fill, fill.includes('$1') ? [experimentId] : []);
  }
}
