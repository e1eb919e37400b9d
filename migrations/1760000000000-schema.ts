import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The whole schema in reading order: what is configured, who is in, what happened, what it adds up to.
 * There are no foreign keys on the hot tables: each insert would lock its parent row, and `verify` finds what they would have found.
 */
export class Schema1760000000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of [CONFIGURATION, PEOPLE, EVENTS, RULES, TOTALS, OPERATIONS])
      await db.query(statement);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE idempotency_keys, jobs, dead_events, totals_versions, day_products, gaps, daily_totals, daily_users, user_days;
      DROP VIEW counted_events, anchored_users;
      DROP TABLE events, event_ledger, metrics, overrides, assignments, arms, variants, epochs, experiments;
      DROP FUNCTION countable_value(numeric, jsonb);
    `);
  }
}

const CONFIGURATION = `
  CREATE TABLE experiments (
    id uuid CONSTRAINT experiments_pk PRIMARY KEY,
    key text COLLATE "C" NOT NULL CONSTRAINT experiments_key_unique UNIQUE,
    name text NOT NULL,
    description text,
    hypothesis text,
    status text NOT NULL CONSTRAINT experiments_status_known
      CHECK (status IN ('draft', 'running', 'paused', 'completed', 'archived')),
    timezone text NOT NULL,
    analysis_population text NOT NULL CONSTRAINT experiments_population_known
      CHECK (analysis_population IN ('assigned', 'exposed')),
    primary_metric text,
    metrics jsonb NOT NULL DEFAULT '[]',
    hash_algorithm text NOT NULL CONSTRAINT experiments_hash_known CHECK (hash_algorithm IN ('fnv1a', 'murmur3')),
    hash_seed text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    winner text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now())
  );
  CREATE INDEX experiments_newest ON experiments (created_at DESC, id DESC);

  CREATE TABLE epochs (
    experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
    number integer NOT NULL,
    coverage_bp integer NOT NULL CONSTRAINT epochs_coverage_share CHECK (coverage_bp BETWEEN 0 AND 10000),
    opened_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT epochs_pk PRIMARY KEY (experiment_id, number)
  );

  CREATE TABLE variants (
    id uuid CONSTRAINT variants_pk PRIMARY KEY,
    experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
    key text NOT NULL,
    name text NOT NULL,
    is_control boolean NOT NULL,
    config jsonb,
    position integer NOT NULL,
    CONSTRAINT variants_key_unique UNIQUE (experiment_id, key)
  );

  -- An arm is a variant within one epoch; its small number keys every row of the totals.
  CREATE TABLE arms (
    id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT arms_pk PRIMARY KEY,
    experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
    epoch integer NOT NULL,
    variant_id uuid NOT NULL REFERENCES variants ON DELETE CASCADE,
    weight_bp integer NOT NULL CONSTRAINT arms_weight_share CHECK (weight_bp BETWEEN 0 AND 10000),
    CONSTRAINT arms_unique UNIQUE (experiment_id, epoch, variant_id)
  );`;

const PEOPLE = `
  -- exposed_at is the earliest of enrolled_at (the application said so), imported_exposed_at (the other system said so) and the exposure events.
  -- counted_arm_id and counted_day say in which cell of daily_users this user stands, so that a changed anchor can leave it.
  -- written_by is the transaction that last moved the anchor: ingest compares it with its own snapshot (libs/store/src/ingest.sql.ts).
  CREATE TABLE assignments (
    user_id text COLLATE "C" NOT NULL,
    experiment_id uuid NOT NULL,
    arm_id integer NOT NULL,
    bucket integer,
    source text NOT NULL CONSTRAINT assignments_source_known CHECK (source IN ('hash', 'import')),
    assigned_at timestamptz NOT NULL,
    enrolled_at timestamptz,
    imported_exposed_at timestamptz,
    exposed_at timestamptz,
    overridden boolean NOT NULL DEFAULT false,
    contaminated boolean NOT NULL DEFAULT false,
    counted_arm_id integer,
    counted_day date,
    written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT assignments_pk PRIMARY KEY (user_id, experiment_id)
  ) WITH (fillfactor = 85);
  CREATE INDEX assignments_newest ON assignments (experiment_id, assigned_at DESC, user_id DESC);
  CREATE INDEX assignments_written ON assignments (written_by);

  CREATE TABLE overrides (
    experiment_id uuid NOT NULL REFERENCES experiments ON DELETE CASCADE,
    user_id text COLLATE "C" NOT NULL,
    variant_id uuid NOT NULL REFERENCES variants ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    CONSTRAINT overrides_pk PRIMARY KEY (experiment_id, user_id)
  );`;

const EVENTS = `
  -- A metric turns events into one number per user. Every event type is one without being declared.
  CREATE TABLE metrics (
    id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT metrics_pk PRIMARY KEY,
    event_type text COLLATE "C" NOT NULL CONSTRAINT metrics_event_type_unique UNIQUE
  );

  -- Not partitioned: a unique index over partitions would need the partition key and let one id in twice.
  CREATE TABLE event_ledger (
    event_id uuid CONSTRAINT event_ledger_pk PRIMARY KEY,
    received_at timestamptz NOT NULL
  );

  -- The value an event counts with: its own, else the first number among four properties; kept to nine decimals.
  CREATE FUNCTION countable_value(value numeric, properties jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim_scale(round(CASE
      WHEN value IS NOT NULL THEN value
      WHEN jsonb_typeof(properties -> 'value') = 'number' THEN (properties ->> 'value')::numeric
      WHEN jsonb_typeof(properties -> 'revenue') = 'number' THEN (properties ->> 'revenue')::numeric
      WHEN jsonb_typeof(properties -> 'price') = 'number' THEN (properties ->> 'price')::numeric
      WHEN jsonb_typeof(properties -> 'amount') = 'number' THEN (properties ->> 'amount')::numeric
    END, 9))
  $$;

  CREATE TABLE events (
    event_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    timestamp timestamptz NOT NULL,
    original_timestamp timestamptz,
    value numeric,
    counted_value numeric,
    properties jsonb,
    experiment_id uuid,
    variant_id text,
    session_id text,
    request_id text
  ) PARTITION BY RANGE (received_at);
  CREATE INDEX events_user ON events (user_id, timestamp);
  CREATE INDEX events_received ON events (received_at);
  CREATE TABLE events_default PARTITION OF events DEFAULT;`;

// The counting rules, once. Ingest, refold, recompute, verify and disposition all read these two views.
export const RULES = `
  -- Who counts, from when until when: a user has an anchor before the end and is neither overridden nor found in two variants.
  CREATE VIEW anchored_users AS
  SELECT anchored.* FROM (
    SELECT
      a.user_id, a.experiment_id, a.arm_id, a.written_by, x.timezone,
      CASE x.analysis_population WHEN 'exposed' THEN a.exposed_at ELSE a.assigned_at END AS anchor,
      coalesce(least(x.ended_at, x.ends_at), 'infinity') AS experiment_end
    FROM assignments a
    JOIN experiments x ON x.id = a.experiment_id
    WHERE NOT a.overridden AND NOT a.contaminated
  ) anchored
  WHERE anchored.anchor < anchored.experiment_end;

  -- Which event counts where, and on which day. The bound on received_at skips old partitions; it follows from the clock rule
  -- (no event is stored with a timestamp more than five minutes after its receipt).
  CREATE VIEW counted_events AS
  SELECT
    u.experiment_id, u.arm_id, u.user_id, u.written_by, m.id AS metric_id, e.event_id, e.received_at, e.timestamp,
    (e.timestamp AT TIME ZONE u.timezone)::date AS day,
    coalesce(e.counted_value, 0) AS value
  FROM anchored_users u
  JOIN events e
    ON e.user_id = u.user_id
    AND e.timestamp >= u.anchor
    AND e.timestamp < u.experiment_end
    AND e.received_at >= u.anchor - interval '10 minutes'
    AND (e.experiment_id IS NULL OR e.experiment_id = u.experiment_id)
  JOIN metrics m ON m.event_type = e.type;`;

const TOTALS = `
  CREATE TABLE user_days (
    arm_id integer NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    metric_id integer NOT NULL,
    day date NOT NULL,
    events bigint NOT NULL,
    value_sum numeric NOT NULL,
    CONSTRAINT user_days_pk PRIMARY KEY (arm_id, user_id, metric_id, day)
  ) WITH (fillfactor = 85);

  CREATE TABLE daily_users (
    arm_id integer NOT NULL,
    day date NOT NULL,
    users bigint NOT NULL,
    CONSTRAINT daily_users_pk PRIMARY KEY (arm_id, day)
  ) WITH (fillfactor = 50);

  CREATE TABLE daily_totals (
    arm_id integer NOT NULL,
    metric_id integer NOT NULL,
    day date NOT NULL,
    events bigint NOT NULL,
    active_users bigint NOT NULL,
    converters bigint NOT NULL,
    value_sum numeric NOT NULL,
    value_squares numeric NOT NULL,
    CONSTRAINT daily_totals_pk PRIMARY KEY (arm_id, metric_id, day)
  ) WITH (fillfactor = 50);

  -- Users whose active day has this previous active day (-infinity: none). Users active in [a, b) are the sum of the gaps
  -- with day in [a, b) and previous_day < a.
  CREATE TABLE gaps (
    arm_id integer NOT NULL,
    metric_id integer NOT NULL,
    previous_day date NOT NULL,
    day date NOT NULL,
    users bigint NOT NULL,
    CONSTRAINT gaps_pk PRIMARY KEY (arm_id, metric_id, day, previous_day)
  ) WITH (fillfactor = 50);

  -- Sum over users of (value on day_a) * (value on day_b), day_a < day_b. With the squares of daily_totals it gives the sum of
  -- squares of per-user totals over any range.
  CREATE TABLE day_products (
    arm_id integer NOT NULL,
    metric_id integer NOT NULL,
    day_a date NOT NULL,
    day_b date NOT NULL,
    product numeric NOT NULL,
    CONSTRAINT day_products_pk PRIMARY KEY (arm_id, metric_id, day_a, day_b)
  ) WITH (fillfactor = 50);

  CREATE TABLE totals_versions (
    experiment_id uuid CONSTRAINT totals_versions_pk PRIMARY KEY,
    version bigint NOT NULL,
    last_event_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp())
  ) WITH (fillfactor = 50);`;

const OPERATIONS = `
  -- Events that PostgreSQL itself refused, kept whole. The door refuses such input, so a row here is an alarm.
  CREATE TABLE dead_events (
    event_id uuid NOT NULL,
    received_at timestamptz NOT NULL,
    payload text NOT NULL,
    sqlstate text NOT NULL,
    reason text NOT NULL,
    died_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dead_events_pk PRIMARY KEY (event_id)
  );

  CREATE TABLE jobs (
    id uuid CONSTRAINT jobs_pk PRIMARY KEY,
    kind text NOT NULL,
    experiment_id uuid,
    state text NOT NULL CONSTRAINT jobs_state_known CHECK (state IN ('waiting', 'active', 'completed', 'failed')),
    progress real NOT NULL DEFAULT 0,
    result jsonb,
    error text,
    created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
    started_at timestamptz,
    finished_at timestamptz
  );
  CREATE INDEX jobs_newest ON jobs (created_at DESC, id DESC);

  CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    status integer,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pk PRIMARY KEY (caller, key)
  );`;
