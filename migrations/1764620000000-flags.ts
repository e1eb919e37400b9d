import { MigrationInterface, QueryRunner } from 'typeorm';

/** Flags, and everything they ever were: who changed one sees what it was before. */
export class Flags1764620000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE flags (
        id uuid CONSTRAINT flags_pk PRIMARY KEY,
        key text NOT NULL CONSTRAINT flags_key_unique UNIQUE CONSTRAINT flags_key_format CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
        name text NOT NULL,
        description text,
        type text NOT NULL CONSTRAINT flags_type CHECK (type IN ('boolean', 'string', 'number', 'json')),
        state text NOT NULL CONSTRAINT flags_state CHECK (state IN ('enabled', 'disabled', 'archived')),
        variants jsonb NOT NULL,
        default_variant text NOT NULL,
        off_variant text,
        rules jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
      );
      CREATE INDEX flags_created ON flags (created_at, id);
      CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON flags
        FOR EACH ROW EXECUTE FUNCTION announce_change('flags', 'id');

      -- The flag as the change left it.
      CREATE TABLE flag_changes (
        flag_id uuid CONSTRAINT flag_changes_flag_fk REFERENCES flags ON DELETE CASCADE,
        version int,
        at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        actor_id text NOT NULL,
        actor_name text NOT NULL,
        request_id text NOT NULL,
        changed text[] NOT NULL,
        flag jsonb NOT NULL,
        CONSTRAINT flag_changes_pk PRIMARY KEY (flag_id, version)
      );

      -- An experiment answers as a flag as soon as it is there.
      CREATE TRIGGER announce_new AFTER INSERT ON experiments
        FOR EACH ROW EXECUTE FUNCTION announce_change('experiment', 'id');

      -- Signs the tickets with which browsers open the stream of changes: whichever process gives one out, all of them know it.
      CREATE TABLE stream_key (
        is_only boolean DEFAULT true CONSTRAINT stream_key_pk PRIMARY KEY CONSTRAINT stream_key_one_row CHECK (is_only),
        key text NOT NULL
      );
      INSERT INTO stream_key (key) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE stream_key;
      DROP TRIGGER announce_new ON experiments;
      DROP TABLE flag_changes;
      DROP TABLE flags;`);
  }
}
