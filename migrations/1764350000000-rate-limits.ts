import { MigrationInterface, QueryRunner } from 'typeorm';

/** What tokens have used of their limits, where there is no Redis to share it. A crash forgets it: everybody has a full limit again. */
export class RateLimits1764350000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- spent_until: when all that has been spent will have come back (the theoretical arrival time of GCRA).
      CREATE UNLOGGED TABLE rate_limits (
        key text COLLATE "C" CONSTRAINT rate_limits_pk PRIMARY KEY,
        spent_until timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE rate_limits');
  }
}
