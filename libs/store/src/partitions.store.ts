import { Injectable } from '@nestjs/common';
import { Database, LONG, Transaction } from './database';

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
        const name = await this.create(
          tx,
          new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)),
        );
        if (name !== null) created.push(name);
      }
      return created;
    }, LONG);
  }

  private async create(tx: Transaction, month: Date): Promise<string | null> {
    const name = `events_${month.toISOString().slice(0, 7).replace('-', '_')}`;
    const exists = await tx.row(`SELECT FROM pg_class WHERE relname = $1`, [name]);
    if (exists !== null) return null;
    const from = month.toISOString();
    const to = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1)).toISOString();
    // Writers wait, before they choose a partition, until the new one is there: a row on its way into the default partition would make
    // either the attachment or itself fail. Readers go on.
    await tx.rows('LOCK TABLE ONLY events IN SHARE ROW EXCLUSIVE MODE');
    // Rows of the month that already fell into the default partition move along; attaching would refuse otherwise.
    await tx.rows(`CREATE TABLE ${name} (LIKE events INCLUDING ALL)`);
    await tx.rows(
      `WITH moved AS (DELETE FROM events_default WHERE received_at >= $1 AND received_at < $2 RETURNING *)
       INSERT INTO ${name} SELECT * FROM moved`,
      [from, to],
    );
    await tx.rows(`ALTER TABLE events ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
    return name;
  }
}
