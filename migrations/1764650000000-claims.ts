import { MigrationInterface, QueryRunner } from 'typeorm';

/** Who was assigned because the application said what it had shown; and when an experiment took nobody, for those who say so late. */
export class Claims1764650000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of [
      PAUSES,
      sources(`'hash', 'import', 'exposure'`),
      announced(`NEW.source <> 'hash'`),
    ])
      await db.query(statement);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      UPDATE assignments SET source = 'import' WHERE source = 'exposure';
      ${announced(`NEW.source = 'import'`)}
      ${sources(`'hash', 'import'`)}
      ALTER TABLE experiments DROP COLUMN pauses;`);
  }
}

const PAUSES = `
  -- [{from, to}], oldest first; "to" is null until the experiment goes on. Of a pause that began before there was this column only the
  -- last change of the experiment is known.
  ALTER TABLE experiments ADD COLUMN pauses jsonb NOT NULL DEFAULT '[]';
  UPDATE experiments SET pauses = jsonb_build_array(jsonb_build_object('from', updated_at, 'to', NULL)) WHERE status = 'paused';`;

// Not validated: it allows more than the one before, and every row would be looked at.
const sources = (known: string): string => `
  ALTER TABLE assignments DROP CONSTRAINT assignments_source_known;
  ALTER TABLE assignments ADD CONSTRAINT assignments_source_known CHECK (source IN (${known})) NOT VALID;`;

const announced = (when: string): string => `
  DROP TRIGGER announce_import ON assignments;
  CREATE TRIGGER announce_import AFTER INSERT ON assignments
    FOR EACH ROW WHEN (${when} AND current_setting('assay.linking', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION announce_change('assignments', 'experiment_id');`;
