import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What processes keep in memory is announced by the tables themselves, whoever changes them: `kind id` on the channel assay_changes.
 * PostgreSQL sends it at the commit, once for each kind and id.
 */
export class Changes1764400000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        changed jsonb := to_jsonb(coalesce(NEW, OLD));
      BEGIN
        PERFORM pg_notify('assay_changes', TG_ARGV[0] || ' ' || (changed ->> TG_ARGV[1]));
        RETURN NULL;
      END $$;

      CREATE TRIGGER announce AFTER UPDATE OR DELETE ON experiments
        FOR EACH ROW EXECUTE FUNCTION announce_change('experiment', 'id');
      CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON overrides
        FOR EACH ROW EXECUTE FUNCTION announce_change('assignments', 'experiment_id');
      CREATE TRIGGER announce AFTER UPDATE OF revoked_at, expires_at, limits OR DELETE ON tokens
        FOR EACH ROW EXECUTE FUNCTION announce_change('tokens', 'id');
      -- The hot statements pass by: the hash makes rows that nobody can know yet, and the totals change other columns.
      CREATE TRIGGER announce_import AFTER INSERT ON assignments
        FOR EACH ROW WHEN (NEW.source = 'import') EXECUTE FUNCTION announce_change('assignments', 'experiment_id');
      CREATE TRIGGER announce_move AFTER UPDATE OF arm_id, contaminated ON assignments
        FOR EACH ROW EXECUTE FUNCTION announce_change('assignments', 'experiment_id');
      CREATE TRIGGER announce_erasure AFTER DELETE ON assignments
        FOR EACH ROW EXECUTE FUNCTION announce_change('assignments', 'experiment_id');`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TRIGGER announce_erasure ON assignments;
      DROP TRIGGER announce_move ON assignments;
      DROP TRIGGER announce_import ON assignments;
      DROP TRIGGER announce ON tokens;
      DROP TRIGGER announce ON overrides;
      DROP TRIGGER announce ON experiments;
      DROP FUNCTION announce_change();`);
  }
}
