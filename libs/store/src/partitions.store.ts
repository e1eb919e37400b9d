import { Injectable } from '@nestjs/common';
import { Database, LONG } from './database';

const PARTITION_LOCK = 4_772_002;

/** Events live in one partition per month of receipt, created ahead of time; the default partition is a safety net. */
@Injectable()
export class PartitionsStore {
  constructor(private readonly db: Database) {}

  /**
   * Makes sure that the partitions of the month of `now` and of the months after it exist.
   * @returns the names of those created
   */
  ensure(now: Date, monthsAhead: number): Promise<string[]> {
    return this.db.transaction(async (tx) => {
      await tx.rows('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
      const created: string[] = [];
      for (let ahead = 0; ahead <= monthsAhead; ahead++) {
        const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
        const row = await tx.row<{ name: string | null }>(
          'SELECT create_events_partition($1::date) AS name',
          [month.toISOString().slice(0, 10)],
        );
        if (row !== null && row.name !== null) created.push(row.name);
      }
      return created;
    }, LONG);
  }
}
