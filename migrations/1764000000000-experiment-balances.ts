import { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of each day's events in each experiment, as the last reconciliation counted it from the rows. */
export class ExperimentBalances1764000000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE experiment_balances (
        experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
        day date NOT NULL,
        received bigint NOT NULL,
        dispositions jsonb NOT NULL,
        counted_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        CONSTRAINT experiment_balances_pk PRIMARY KEY (experiment_id, day)
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE experiment_balances');
  }
}
