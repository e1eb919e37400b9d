import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may enter an experiment besides its traffic: a condition over what is known of a user, a slot of a layer (experiments in one layer
 * exclude one another), and the global holdout, whom no experiment takes that does not say otherwise.
 */
export class Eligibility1764610000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The seed decides who lies in which slot, so nothing changes it.
      CREATE TABLE layers (
        id uuid CONSTRAINT layers_pk PRIMARY KEY,
        key text NOT NULL CONSTRAINT layers_key_unique UNIQUE CONSTRAINT layers_key_format CHECK (key ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
        name text NOT NULL,
        description text,
        seed text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
      );
      CREATE INDEX layers_created ON layers (created_at, id);

      -- One row for ever.
      CREATE TABLE holdout (
        is_only boolean DEFAULT true CONSTRAINT holdout_pk PRIMARY KEY CONSTRAINT holdout_one_row CHECK (is_only),
        share_bp int NOT NULL CONSTRAINT holdout_share CHECK (share_bp >= 0 AND share_bp <= 10000),
        seed text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
      );
      INSERT INTO holdout (share_bp, seed) VALUES (0, gen_random_uuid()::text);
      CREATE TRIGGER announce AFTER UPDATE ON holdout
        FOR EACH ROW EXECUTE FUNCTION announce_change('eligibility', 'is_only');

      ALTER TABLE experiments
        ADD COLUMN targeting jsonb,
        ADD COLUMN layer_id uuid CONSTRAINT experiments_layer_fk REFERENCES layers,
        ADD COLUMN layer_from_bp int,
        ADD COLUMN layer_to_bp int,
        ADD COLUMN is_subject_to_holdout boolean NOT NULL DEFAULT true,
        ADD CONSTRAINT experiments_layer_slot CHECK (
          (layer_id IS NULL AND layer_from_bp IS NULL AND layer_to_bp IS NULL)
          OR (layer_id IS NOT NULL AND layer_from_bp IS NOT NULL AND layer_to_bp IS NOT NULL
            AND layer_from_bp >= 0 AND layer_from_bp < layer_to_bp AND layer_to_bp <= 10000)
        );
      CREATE INDEX experiments_layer ON experiments (layer_id) WHERE layer_id IS NOT NULL;`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE experiments
        DROP CONSTRAINT experiments_layer_slot,
        DROP COLUMN targeting,
        DROP COLUMN layer_id,
        DROP COLUMN layer_from_bp,
        DROP COLUMN layer_to_bp,
        DROP COLUMN is_subject_to_holdout;
      DROP TABLE holdout;
      DROP TABLE layers;`);
  }
}
