import { MigrationInterface, QueryRunner } from 'typeorm';

/** One person under several ids: an alias belongs to one user, for ever, and whatever was stored under it is stored under that user. */
export class Identities1764630000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of [IDENTITIES, ASSIGNMENTS, EVENTS, ANNOUNCED, triggers(UNLESS_LINKING)])
      await db.query(statement);
  }

  /** Who was merged stays merged. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ${triggers('')}
      DROP FUNCTION adopt_events(text[]);
      DROP TABLE identities;
      DROP FUNCTION announce_identity();
      DROP FUNCTION identity_bucket(text);
      ALTER TABLE events DROP COLUMN alias_id;
      ALTER TABLE assignments DROP COLUMN alias_id;`);
  }
}

const IDENTITIES = `
  -- An alias has no aliases: whoever links resolves the user first. written_by is what ingest compares with its own snapshot.
  CREATE TABLE identities (
    alias_id text COLLATE "C" CONSTRAINT identities_pk PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL,
    linked_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT identities_differ CHECK (alias_id <> user_id)
  );
  CREATE INDEX identities_user ON identities (user_id);
  CREATE INDEX identities_written ON identities (written_by);`;

const ASSIGNMENTS = `
  -- The alias that the row came under: a row of another id of the same person is another claim.
  ALTER TABLE assignments ADD COLUMN alias_id text COLLATE "C";`;

const EVENTS = `
  -- The id that an event was sent with, when that is an alias of its user.
  ALTER TABLE events ADD COLUMN alias_id text COLLATE "C";

  -- Nobody but their owner changes stored events. This changes whose they are, for those who are linked, and nothing else. The search path
  -- is its own: with that of the caller, temporary tables would be found first.
  CREATE FUNCTION adopt_events(aliases text[]) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH adopted AS (
      UPDATE events e SET user_id = i.user_id, alias_id = i.alias_id
      FROM identities i
      WHERE i.alias_id = ANY (aliases) AND e.user_id = ANY (aliases) AND e.user_id = i.alias_id
      RETURNING 1
    )
    SELECT count(*) FROM adopted
  $$;
  REVOKE EXECUTE ON FUNCTION adopt_events(text[]) FROM PUBLIC;`;

const ANNOUNCED = `
  -- Caches are told of one part in 4,096 of all ids, not of the id: a listener need not know who anybody is.
  CREATE FUNCTION identity_bucket(id text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(encode(sha256(convert_to(id, 'UTF8')), 'hex'), 3)
  $$;
  CREATE FUNCTION announce_identity() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    changed identities := coalesce(NEW, OLD);
  BEGIN
    PERFORM pg_notify('assay_changes', 'identities ' || identity_bucket(changed.alias_id));
    PERFORM pg_notify('assay_changes', 'identities ' || identity_bucket(changed.user_id));
    RETURN NULL;
  END $$;
  CREATE TRIGGER announce AFTER INSERT OR DELETE ON identities FOR EACH ROW EXECUTE FUNCTION announce_identity();`;

// A link changes the answers of one person. Announced as a change of the experiment it would make every process forget all of its users, and
// people log in all the time.
const UNLESS_LINKING = `current_setting('assay.linking', true) IS DISTINCT FROM 'on'`;

const triggers = (unless: string): string => {
  const when = (...conditions: string[]): string => {
    const all = conditions.filter((condition) => condition !== '');
    return all.length === 0 ? '' : `WHEN (${all.join(' AND ')})`;
  };
  return `
    DROP TRIGGER announce_import ON assignments;
    DROP TRIGGER announce_move ON assignments;
    DROP TRIGGER announce_erasure ON assignments;
    CREATE TRIGGER announce_import AFTER INSERT ON assignments
      FOR EACH ROW ${when(`NEW.source = 'import'`, unless)} EXECUTE FUNCTION announce_change('assignments', 'experiment_id');
    CREATE TRIGGER announce_move AFTER UPDATE OF arm_id, contaminated ON assignments
      FOR EACH ROW ${when(unless)} EXECUTE FUNCTION announce_change('assignments', 'experiment_id');
    CREATE TRIGGER announce_erasure AFTER DELETE ON assignments
      FOR EACH ROW ${when(unless)} EXECUTE FUNCTION announce_change('assignments', 'experiment_id');`;
};
