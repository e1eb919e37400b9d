import { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what, in rows that nobody changes; users by references that only this installation can make; whole answers under a key. */
export class Audit1764200000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of [USERS, LOG, CHAIN, ANSWERS]) await db.query(statement);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DELETE FROM idempotency_keys;
      DROP INDEX idempotency_keys_oldest;
      ALTER TABLE idempotency_keys DROP COLUMN headers, ALTER COLUMN answer TYPE jsonb;
      DROP FUNCTION audit_breaks(), audit_hash(audit_log);
      DROP TABLE audit_log;
      DROP FUNCTION audit_chain(), audit_refuse(), user_ref(text);
      DROP TABLE installation;
    `);
  }
}

const USERS = `
  CREATE TABLE installation (
    only_row boolean CONSTRAINT installation_pk PRIMARY KEY DEFAULT true CONSTRAINT installation_once CHECK (only_row),
    key text NOT NULL
  );
  INSERT INTO installation (key) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);

  -- A user in places where the id must not be: always the same, and without the key nobody can try ids until one fits. It runs with the
  -- rights of its owner, so that nobody else needs to read the key.
  CREATE FUNCTION user_ref(user_id text) RETURNS text
  LANGUAGE sql STABLE STRICT SECURITY DEFINER SET search_path = public, pg_temp
  RETURN (SELECT left(encode(sha256(convert_to(key || user_id, 'UTF8')), 'hex'), 32) FROM installation);`;

const LOG = `
  CREATE TABLE audit_log (
    -- Without gaps, so that a row that is missing is missed.
    id bigint CONSTRAINT audit_log_pk PRIMARY KEY,
    at timestamptz NOT NULL,
    request_id text NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    action text NOT NULL,
    target_type text NOT NULL,
    target_id text,
    details jsonb NOT NULL,
    -- The hash of the row before; empty in the first.
    previous text NOT NULL,
    hash text NOT NULL
  );
  CREATE INDEX audit_log_targets ON audit_log (target_id, id);
  CREATE INDEX audit_log_actors ON audit_log (actor_id, id);
  CREATE INDEX audit_log_times ON audit_log (at);

  CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE 'audit_log is only ever added to' USING ERRCODE = 'insufficient_privilege';
  END $$;
  CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
  ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;`;

const CHAIN = `
  CREATE FUNCTION audit_hash(entry audit_log) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
      entry.previous, entry.id, to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.request_id,
      entry.actor_id, entry.actor_name, entry.action, entry.target_type, entry.target_id, entry.details)::text, 'UTF8')), 'hex')
  $$;

  -- Id, time and hash are not the writer's to choose. The lock is held until the commit: whoever comes next sees this row.
  CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    last audit_log;
  BEGIN
    PERFORM pg_advisory_xact_lock(4772007);
    SELECT * INTO last FROM audit_log ORDER BY id DESC LIMIT 1;
    NEW.id := coalesce(last.id, 0) + 1;
    NEW.at := date_trunc('milliseconds', clock_timestamp());
    NEW.previous := coalesce(last.hash, '');
    NEW.hash := audit_hash(NEW);
    RETURN NEW;
  END $$;
  CREATE TRIGGER audit_log_chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_chain();

  -- Rows that are not what was written, or do not follow the row before: none, unless somebody went around the triggers.
  CREATE FUNCTION audit_breaks() RETURNS SETOF audit_log LANGUAGE sql STABLE AS $$
    SELECT (entry).*
    FROM (
      SELECT a AS entry, lag(a.hash, 1, '') OVER by_id AS hash_before, lag(a.id, 1, 0::bigint) OVER by_id AS id_before
      FROM audit_log a
      WINDOW by_id AS (ORDER BY a.id)
    ) rows
    WHERE (entry).previous <> hash_before OR (entry).id <> id_before + 1 OR (entry).hash <> audit_hash(entry)
    ORDER BY (entry).id
  $$;`;

const ANSWERS = `
  -- json keeps the text as it was; a retry gets the same bytes.
  ALTER TABLE idempotency_keys ALTER COLUMN answer TYPE json, ADD COLUMN headers json NOT NULL DEFAULT '{}';
  CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at);`;
