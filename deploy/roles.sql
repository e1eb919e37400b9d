-- The four roles of Assay in one database. Run it there as a superuser, before the first migration or after any; again to change passwords.
-- deploy/roles.sh does that and says how passwords come in: as settings of the session (`assay.api_password` and so on).
-- A role without a password keeps the one that it has; a new one cannot log in until it gets one. `assay.roles` is what the names
-- begin with (`assay`), for several installations on one server. What each role may do with which table is granted by `npm run migrate`,
-- which knows the tables: libs/store/src/privileges.ts.

DO $roles$
DECLARE
  prefix text := coalesce(nullif(current_setting('assay.roles', true), ''), 'assay');
  password text;
  part text;
BEGIN
  IF prefix !~ '^[a-z][a-z0-9_]{0,40}$' THEN
    RAISE 'assay.roles must be lower-case letters, digits and _';
  END IF;
  -- Passwords are kept as SCRAM verifiers only, whatever the server would do by itself.
  SET LOCAL password_encryption = 'scram-sha-256';
  FOREACH part IN ARRAY ARRAY['migrate', 'api', 'worker', 'reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = prefix || '_' || part) THEN
      EXECUTE format('CREATE ROLE %I', prefix || '_' || part);
    END IF;
    EXECUTE format(
      'ALTER ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT', prefix || '_' || part);
    password := current_setting('assay.' || part || '_password', true);
    IF password <> '' THEN
      EXECUTE format('ALTER ROLE %I PASSWORD %L', prefix || '_' || part, password);
    END IF;
    -- Names mean the tables of this schema. BullMQ sets the path of its own connections.
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = public', prefix || '_' || part, current_database());
  END LOOP;
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET default_transaction_read_only = on', prefix || '_reader', current_database());
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = ''5s''', prefix || '_reader', current_database());
  -- The migration finds the roles by it.
  EXECUTE format('ALTER DATABASE %I SET assay.roles = %L', current_database(), prefix);
END
$roles$;

DO $database$
DECLARE
  prefix text := coalesce(nullif(current_setting('assay.roles', true), ''), 'assay');
  migrate text := prefix || '_migrate';
  everybody text := format('%I, %I, %I, %I', migrate, prefix || '_api', prefix || '_worker', prefix || '_reader');
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), everybody);
  -- CREATE is for the schema of the queue; a recount needs temporary tables.
  EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), migrate);
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), prefix || '_worker');

  EXECUTE format('ALTER SCHEMA public OWNER TO %I', migrate);
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  EXECUTE format('GRANT USAGE ON SCHEMA public TO %s', everybody);

  -- What is made later is nobody's until it is granted, functions too.
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE ALL ON TABLES FROM PUBLIC', migrate);
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC', migrate);
END
$database$;

-- An installation that has run under another owner until now.
DO $owner$
DECLARE
  migrate text := coalesce(nullif(current_setting('assay.roles', true), ''), 'assay') || '_migrate';
  statement text;
BEGIN
  FOR statement IN
    SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, migrate) FROM pg_namespace WHERE nspname = 'bullmq'
    UNION ALL
    -- Sequences of columns and indexes go with their tables.
    SELECT format('ALTER %s %s OWNER TO %I',
      CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass, migrate)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'bullmq') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, migrate)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('public', 'bullmq')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
    UNION ALL
    SELECT format('ALTER TYPE %s OWNER TO %I', t.oid::regtype, migrate)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname IN ('public', 'bullmq') AND t.typtype IN ('e', 'd')
  LOOP
    EXECUTE statement;
  END LOOP;
END
$owner$;
