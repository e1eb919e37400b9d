import { MigrationInterface, QueryRunner } from 'typeorm';

/** Where accepted jobs wait while the queue does not take them (INGEST_FALLBACK=inbox). */
export class Inbox1763800000000 implements MigrationInterface {
  name = 'Inbox1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The key is the id the job would have had in the queue, so a request that is sent again adds no second row. The payload is text:
      -- nothing looks into it here, and it must come out as it went in.
      CREATE TABLE inbox (
        batch_key   text        NOT NULL,
        payload     text        NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        retry_at    timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT inbox_pk PRIMARY KEY (batch_key)
      );
      CREATE INDEX inbox_due ON inbox (retry_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE inbox');
  }
}
