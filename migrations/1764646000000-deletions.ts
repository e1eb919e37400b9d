import { MigrationInterface, QueryRunner } from 'typeorm';

/** Every flag and experiment says when it changed last; one that is gone says nothing, so that it went is kept here. */
export class Deletions1764646000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- One row for ever.
      CREATE TABLE deletions (
        is_only boolean DEFAULT true CONSTRAINT deletions_pk PRIMARY KEY CONSTRAINT deletions_one_row CHECK (is_only),
        last_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
      );
      INSERT INTO deletions DEFAULT VALUES;
      CREATE FUNCTION note_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE deletions SET last_at = greatest(last_at, date_trunc('milliseconds', clock_timestamp()));
        RETURN NULL;
      END $$;
      CREATE TRIGGER note_deletion AFTER DELETE ON flags FOR EACH STATEMENT EXECUTE FUNCTION note_deletion();
      CREATE TRIGGER note_deletion AFTER DELETE ON experiments FOR EACH STATEMENT EXECUTE FUNCTION note_deletion();`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER note_deletion ON experiments;
      DROP TRIGGER note_deletion ON flags;
      DROP FUNCTION note_deletion();
      DROP TABLE deletions;`);
  }
}
