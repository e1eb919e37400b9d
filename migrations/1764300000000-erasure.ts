import { MigrationInterface, QueryRunner } from 'typeorm';

/** What it takes to erase a person, and to know afterwards that what is still on its way is not to be stored. */
export class Erasure1764300000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of [PEOPLE, EVENTS, JOBS]) await db.query(statement);
  }

  /** Erased people stay erased; what came of theirs too late counts as stored, because its ids are in the ledger. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE jobs DROP COLUMN user_id;
      ALTER TABLE ingest_days DROP CONSTRAINT ingest_days_balanced;
      UPDATE ingest_days SET stored = stored + erased WHERE erased <> 0;
      ALTER TABLE ingest_days
        DROP COLUMN erased,
        ADD CONSTRAINT ingest_days_balanced CHECK (received = stored + duplicate + dead);
      ALTER TABLE event_ledger DROP COLUMN erased;
      DROP TABLE erased_users;
    `);
  }
}

const PEOPLE = `
  -- Events of these people that were received until then are not stored any more. user_ref: user_ref(user_id), from which nobody gets back.
  CREATE TABLE erased_users (
    user_ref text COLLATE "C" CONSTRAINT erased_users_pk PRIMARY KEY,
    erased_at timestamptz NOT NULL
  );`;

const EVENTS = `
  -- Null for an event that was stored: nothing is written for it. True for one that came after the erasure of its user, or was a dead
  -- letter then: only its id is kept, so that a copy is a duplicate.
  ALTER TABLE event_ledger ADD COLUMN erased boolean;

  ALTER TABLE ingest_days
    ADD COLUMN erased bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT ingest_days_balanced,
    ADD CONSTRAINT ingest_days_balanced CHECK (received = stored + duplicate + dead + erased);`;

const JOBS = `
  -- Whom a job of the kind erase is about, until it is done. No answer shows it.
  ALTER TABLE jobs ADD COLUMN user_id text COLLATE "C";`;
