import { MigrationInterface, QueryRunner } from 'typeorm';

/** Dead letters that can be sent again, the ledger of what became of every delivered event, and what scheduled work has been done. */
export class DeadLetters1763900000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of [LETTERS, BALANCE, UPKEEP]) await db.query(statement);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE worker_pauses, job_runs, ingest_days, dead_jobs;
      DROP INDEX dead_events_newest, dead_events_open;
      ALTER TABLE dead_events
        DROP COLUMN job_id, DROP COLUMN status, DROP COLUMN last_seen_at, DROP COLUMN replay_count,
        DROP COLUMN replay_requested_at, DROP COLUMN note, DROP COLUMN resolved_at;
    `);
  }
}

const LETTERS = `
  -- event_id is also the id of the letter. An event whose own id is no UUID gets one that is made of its bytes; payload has the original.
  ALTER TABLE dead_events
    ADD COLUMN job_id text,
    ADD COLUMN status text NOT NULL DEFAULT 'open'
      CONSTRAINT dead_events_status_known CHECK (status IN ('open', 'replayed', 'discarded')),
    ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN replay_count integer NOT NULL DEFAULT 0,
    ADD COLUMN replay_requested_at timestamptz,
    ADD COLUMN note text,
    ADD COLUMN resolved_at timestamptz;
  UPDATE dead_events SET last_seen_at = died_at;
  CREATE INDEX dead_events_newest ON dead_events (died_at DESC, event_id DESC);
  CREATE INDEX dead_events_open ON dead_events (died_at) WHERE status = 'open';

  -- Jobs under suspicion of killing their worker, and those convicted: whole, because nobody could tell which event it is.
  CREATE TABLE dead_jobs (
    job_id text COLLATE "C" CONSTRAINT dead_jobs_pk PRIMARY KEY,
    status text NOT NULL CONSTRAINT dead_jobs_status_known CHECK (status IN ('suspect', 'dead')),
    starts integer NOT NULL DEFAULT 0,
    reason text NOT NULL,
    payload text,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    died_at timestamptz,
    CONSTRAINT dead_jobs_whole CHECK (status = 'suspect' OR (payload IS NOT NULL AND died_at IS NOT NULL))
  );`;

const BALANCE = `
  -- received = stored + duplicate + dead, by UTC day of receipt, written in the transaction that stores the events. The shards keep
  -- concurrent transactions apart; only their sum means something.
  CREATE TABLE ingest_days (
    day date NOT NULL,
    shard smallint NOT NULL,
    received bigint NOT NULL,
    stored bigint NOT NULL,
    duplicate bigint NOT NULL,
    dead bigint NOT NULL,
    CONSTRAINT ingest_days_pk PRIMARY KEY (day, shard),
    CONSTRAINT ingest_days_balanced CHECK (received = stored + duplicate + dead)
  ) WITH (fillfactor = 50);
  -- What was stored before; nobody counted its duplicates.
  INSERT INTO ingest_days (day, shard, received, stored, duplicate, dead)
  SELECT day, 0, sum(stored + dead), sum(stored), 0, sum(dead)
  FROM (
    SELECT (received_at AT TIME ZONE 'UTC')::date AS day, count(*) AS stored, 0 AS dead FROM event_ledger GROUP BY 1
    UNION ALL
    SELECT (received_at AT TIME ZONE 'UTC')::date, 0, count(*) FROM dead_events GROUP BY 1
  ) earlier
  GROUP BY day;`;

const UPKEEP = `
  -- The last success of everything that runs by the clock. The schedules themselves are data of the queue and may vanish.
  CREATE TABLE job_runs (
    kind text COLLATE "C" CONSTRAINT job_runs_pk PRIMARY KEY,
    last_success_at timestamptz NOT NULL
  );

  -- Workers that have stopped taking events by themselves, and why. A row that is not renewed belongs to a worker that is gone.
  CREATE TABLE worker_pauses (
    worker_id uuid CONSTRAINT worker_pauses_pk PRIMARY KEY,
    reason text NOT NULL,
    detail text NOT NULL,
    since timestamptz NOT NULL DEFAULT now(),
    renewed_at timestamptz NOT NULL DEFAULT now()
  );`;
