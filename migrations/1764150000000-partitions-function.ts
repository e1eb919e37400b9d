import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Only the owner of a table can attach partitions to it, and workers own nothing. So the one thing that they must make is made for them:
 * this function runs with the rights of its owner, who ran the migration, and does nothing else.
 */
export class PartitionsFunction1764150000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(FUNCTION);
    await db.query('REVOKE EXECUTE ON FUNCTION create_events_partition(date) FROM PUBLIC');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP FUNCTION create_events_partition(date)');
  }
}

// The search path is its own: with that of the caller, a temporary table called events would be found first.
const FUNCTION = `
  CREATE FUNCTION create_events_partition(month_of date) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    first_day timestamp := date_trunc('month', month_of::timestamp);
    starts timestamptz := first_day AT TIME ZONE 'UTC';
    ends timestamptz := (first_day + interval '1 month') AT TIME ZONE 'UTC';
    name text := 'events_' || to_char(first_day, 'YYYY_MM');
  BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
      RETURN NULL;
    END IF;
    -- Writers wait, before they choose a partition, until the new one is there: a row on its way into the default partition would make
    -- either the attachment or itself fail. Readers go on.
    LOCK TABLE ONLY events IN SHARE ROW EXCLUSIVE MODE;
    -- Rows of the month that already fell into the default partition move along; attaching would refuse otherwise.
    EXECUTE format('CREATE TABLE %I (LIKE events INCLUDING ALL)', name);
    EXECUTE format(
      'WITH moved AS (DELETE FROM events_default WHERE received_at >= $1 AND received_at < $2 RETURNING *)
       INSERT INTO %I SELECT * FROM moved', name) USING starts, ends;
    EXECUTE format('ALTER TABLE events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, starts, ends);
    RETURN name;
  END
  $$`;
