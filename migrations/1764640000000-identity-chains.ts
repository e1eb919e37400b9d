import { MigrationInterface, QueryRunner } from 'typeorm';

/** A user may become another's alias: the aliases move along, and events keep the id that they were sent with. */
export class IdentityChains1764640000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(adoptEvents('coalesce(e.alias_id, i.alias_id)'));
    await db.query(announcing('INSERT OR UPDATE OR DELETE'));
  }

  /** Who was merged stays merged. */
  async down(db: QueryRunner): Promise<void> {
    await db.query(announcing('INSERT OR DELETE'));
    await db.query(adoptEvents('i.alias_id'));
  }
}

// Who may call it, and whose rights it has, stays as it was.
const adoptEvents = (alias: string): string => `
  CREATE OR REPLACE FUNCTION adopt_events(aliases text[]) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH adopted AS (
      UPDATE events e SET user_id = i.user_id, alias_id = ${alias}
      FROM identities i
      WHERE i.alias_id = ANY (aliases) AND e.user_id = ANY (aliases) AND e.user_id = i.alias_id
      RETURNING 1
    )
    SELECT count(*) FROM adopted
  $$;`;

// Whose an alias was is told by the link that moves it.
const announcing = (changes: string): string => `
  DROP TRIGGER announce ON identities;
  CREATE TRIGGER announce AFTER ${changes} ON identities FOR EACH ROW EXECUTE FUNCTION announce_identity();`;
