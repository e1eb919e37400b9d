import { Injectable } from '@nestjs/common';
import { Disposition, DISPOSITIONS } from '@app/model';
import {
  ADD_TO_DAYS,
  DISPOSITIONS_BY_DAY,
  KEEP_BALANCES,
  LATEST_BALANCES,
  LEDGER_DAYS,
  RECEIVED_BY_DAY,
  ROWS_BY_DAY,
  YESTERDAY,
} from './balance.sql';
import { Database, Transaction } from './database';
import { DayRange } from './totals.store';

/** What became of delivered events: each is exactly one of the last four. */
export interface Ledger {
  received: number;
  stored: number;
  duplicate: number;
  dead: number;
  /** Of erased people, and never stored. */
  erased: number;
}

export interface LedgerDay extends Ledger {
  /** UTC day of receipt. */
  day: string;
}

/** What the rows themselves say about a day: events in the ledger of ids, and dead letters. */
export interface RowsDay {
  day: string;
  stored: number;
  dead: number;
  erased: number;
}

export type Dispositions = Record<Disposition, number>;

export interface ExperimentDay {
  day: string;
  received: number;
  dispositions: Dispositions;
}

@Injectable()
export class BalanceStore {
  constructor(private readonly db: Database) {}

  days(range: DayRange): Promise<LedgerDay[]> {
    return this.db.rows<LedgerDay & Record<string, unknown>>(LEDGER_DAYS, [range.start, range.end]);
  }

  /** The ledger and a recount of what it is about, in one snapshot. Reads every id that was ever stored. */
  recount(range: DayRange): Promise<{ days: LedgerDay[]; rows: RowsDay[] }> {
    return this.db.snapshot(async (tx) => ({
      days: await tx.rows<LedgerDay & Record<string, unknown>>(LEDGER_DAYS, [range.start, range.end]),
      rows: await tx.rows<RowsDay & Record<string, unknown>>(ROWS_BY_DAY, [range.start, range.end]),
    }));
  }

  /** All days together. */
  async total(): Promise<Ledger> {
    const row = await this.db.row<Ledger & Record<string, unknown>>(
      `SELECT coalesce(sum(received), 0)::bigint AS received, coalesce(sum(stored), 0)::bigint AS stored,
         coalesce(sum(duplicate), 0)::bigint AS duplicate, coalesce(sum(dead), 0)::bigint AS dead,
         coalesce(sum(erased), 0)::bigint AS erased
       FROM ingest_days`,
    );
    return row ?? { received: 0, stored: 0, duplicate: 0, dead: 0, erased: 0 };
  }

  /**
   * What became of the events of an experiment, by the day of their receipt in its time zone: those that name it, and those of users who
   * are assigned or forced in it. Reads the events; both counts are of one snapshot.
   */
  experiment(experimentId: string, range: DayRange): Promise<ExperimentDay[]> {
    return this.db.snapshot(async (tx) => {
      const values = [experimentId, range.start, range.end];
      const received = await tx.rows<{ day: string; events: number }>(RECEIVED_BY_DAY, values);
      const found = await tx.rows<{ day: string; disposition: Disposition; events: number }>(
        DISPOSITIONS_BY_DAY,
        values,
      );
      return received.map(({ day, events }) => {
        const dispositions = Object.fromEntries(DISPOSITIONS.map((name) => [name, 0])) as Dispositions;
        for (const row of found) if (row.day === day) dispositions[row.disposition] = row.events;
        return { day, received: events, dispositions };
      });
    });
  }

  /** Counts what became of the events received today and yesterday, and keeps it. */
  async keep(experimentId: string): Promise<void> {
    const yesterday = await this.db.row<{ day: string }>(YESTERDAY, [experimentId]);
    const days = await this.experiment(experimentId, { start: yesterday?.day ?? null, end: null });
    await this.db.rows(KEEP_BALANCES, [
      experimentId,
      days.map(({ day }) => day),
      days.map(({ received }) => received),
      days.map(({ dispositions }) => JSON.stringify(dispositions)),
    ]);
  }

  /** Of every running experiment the last day that was kept. */
  latest(): Promise<{ experiment: string; received: number; dispositions: Dispositions }[]> {
    return this.db.rows(LATEST_BALANCES);
  }
}

/** Events of one receipt. */
export interface Receipt extends Ledger {
  received_at: string;
}

/** Enters receipts, as the last statement of the transaction that they are about: the rows stay locked until it commits. */
export async function addToLedger(tx: Transaction, receipts: readonly Receipt[]): Promise<void> {
  await tx.rows(ADD_TO_DAYS, [
    receipts.map(({ received_at }) => received_at),
    receipts.map(({ stored }) => stored),
    receipts.map(({ duplicate }) => duplicate),
    receipts.map(({ dead }) => dead),
    receipts.map(({ erased }) => erased),
  ]);
}
