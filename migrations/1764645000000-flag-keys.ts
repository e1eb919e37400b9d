import { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of flags stand in the code of applications, and are written as code is. */
export class FlagKeys1764645000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(format('^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'));
  }

  /** Fails while there is a key of the new kind: somebody has to decide what it is called then. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(format('^[a-z0-9][a-z0-9_-]{0,63}$'));
  }
}

const format = (pattern: string): string => `
  ALTER TABLE flags
    DROP CONSTRAINT flags_key_format,
    ADD CONSTRAINT flags_key_format CHECK (key ~ '${pattern}');`;
