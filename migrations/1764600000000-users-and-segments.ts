import { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of users, and conditions over it that have a name. */
export class UsersAndSegments1764600000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE segments (
        key text CONSTRAINT segments_pk PRIMARY KEY CONSTRAINT segments_key_format CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
        name text NOT NULL,
        description text,
        targeting jsonb NOT NULL,
        -- Counts the changes of the condition, from 1.
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
      );
      CREATE INDEX segments_created ON segments (created_at, key);
      CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON segments
        FOR EACH ROW EXECUTE FUNCTION announce_change('eligibility', 'key');

      -- Nobody announces these: they are read when they are asked about, and the id of a person is no news for everybody who listens.
      CREATE TABLE users (
        user_id text COLLATE "C" CONSTRAINT users_pk PRIMARY KEY,
        attributes jsonb NOT NULL CONSTRAINT users_attributes_object CHECK (jsonb_typeof(attributes) = 'object'),
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
      );`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE users;
      DROP TABLE segments;`);
  }
}
