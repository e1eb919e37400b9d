import { DataSource } from 'typeorm';

// Who may do what with which table, in the letters of PostgreSQL: a INSERT, r SELECT, w UPDATE (and FOR UPDATE, FOR SHARE), d DELETE.
// A table that is not named here is its owner's alone; so are the partitions, which are reached by their parent.
// Nobody has TRUNCATE. The roles are made by deploy/roles.sql.

export interface Rights {
  api?: string;
  worker?: string;
  reader?: string;
}

/** Whoever changes an anchor refolds the totals of its user, and that is the api as well. */
const FOLDED: Rights = { api: 'arwd', worker: 'arwd', reader: 'r' };
/** What operators do; results do not read it. */
const SHARED: Rights = { api: 'arwd', worker: 'arwd' };

export const PRIVILEGES: Readonly<Record<string, Rights>> = {
  assay_migrations: { api: 'r', worker: 'r', reader: 'r' },
  experiments: { api: 'arwd', worker: 'rw', reader: 'r' },
  epochs: { api: 'ard', worker: 'r', reader: 'r' },
  variants: { api: 'arwd', worker: 'r', reader: 'r' },
  segments: { api: 'arwd' },
  // A worker erases them.
  users: { api: 'arwd', worker: 'rd' },
  layers: { api: 'arwd', worker: 'r', reader: 'r' },
  holdout: { api: 'rw', worker: 'r', reader: 'r' },
  arms: { api: 'arwd', worker: 'r', reader: 'r' },
  metrics: { api: 'arwd', worker: 'r', reader: 'r' },
  measures: { api: 'arw', worker: 'arw', reader: 'r' },
  measure_types: { api: 'arw', worker: 'arw', reader: 'r' },
  experiment_metrics: FOLDED,
  experiment_measures: FOLDED,
  experiment_ratios: FOLDED,
  // Whom they are about, a worker can erase.
  assignments: { api: 'arwd', worker: 'rwd', reader: 'r' },
  overrides: { api: 'arwd', worker: 'rd', reader: 'r' },
  erased_users: { worker: 'arw' },
  identities: { api: 'arw', worker: 'rd' },

  events: { api: 'r', worker: 'ard' },
  event_ledger: { api: 'r', worker: 'ar' },
  anchored_users: { api: 'r', worker: 'r' },
  counted_events: { api: 'r', worker: 'r' },
  counted_spans: { api: 'r', worker: 'r' },
  covariate_events: { api: 'r', worker: 'r' },

  covariate_products: FOLDED,
  covariate_totals: FOLDED,
  cross_products: FOLDED,
  daily_totals: FOLDED,
  daily_users: FOLDED,
  day_products: FOLDED,
  gaps: FOLDED,
  hourly_totals: FOLDED,
  hourly_users: FOLDED,
  span_totals: FOLDED,
  totals_versions: FOLDED,
  user_covariates: FOLDED,
  user_hours: FOLDED,
  user_spans: FOLDED,

  dead_events: { api: 'rw', worker: 'arwd' },
  dead_jobs: { api: 'r', worker: 'arwd' },
  experiment_balances: { api: 'r', worker: 'arwd' },
  idempotency_keys: SHARED,
  inbox: { api: 'ar', worker: 'rwd' },
  ingest_days: { api: 'r', worker: 'arw' },
  job_runs: { api: 'r', worker: 'arw' },
  jobs: SHARED,
  worker_pauses: { api: 'r', worker: 'arwd' },

  flags: { api: 'arwd' },
  flag_changes: { api: 'ar' },
  deletions: { api: 'rw' },
  stream_key: { api: 'r' },

  tokens: { api: 'arw' },
  rate_limits: { api: 'arw' },
  // Append-only: what was done cannot be made undone by whoever did it.
  audit_log: { api: 'ar', worker: 'a' },
  // The key of user references; user_ref() reads it with the rights of its owner.
  installation: {},
};

/** Functions with the rights of their owner, and who may call them; all others are for api and worker. */
const OWNERS_FUNCTIONS: Readonly<Record<string, 'api' | 'worker'>> = {
  'create_events_partition(date)': 'worker',
};

const PRIVILEGES_LOCK = 4_772_005;

const WORDS = { a: 'INSERT', r: 'SELECT', w: 'UPDATE', d: 'DELETE' } as const;

/**
 * Gives the roles of deploy/roles.sql what the tables of this version ask for, and takes away what they do not. Does nothing in a
 * database without those roles.
 */
export async function grantPrivileges(source: DataSource): Promise<void> {
  const [{ prefix }] = await source.query<{ prefix: string | null }[]>(
    `SELECT current_setting('assay.roles', true) AS prefix`,
  );
  // The setting belongs to whoever may change the database; it becomes part of statements all the same.
  if (prefix === null || !/^[a-z][a-z0-9_]{0,40}$/.test(prefix)) return;
  await source.transaction(async (tx) => {
    // Two migrations at once would step on the same rows of the catalogue.
    await tx.query('SELECT pg_advisory_xact_lock($1)', [PRIVILEGES_LOCK]);
    for (const statement of await statementsFor(prefix, (text) => tx.query(text))) await tx.query(statement);
  });
}

async function statementsFor(
  prefix: string,
  query: (text: string) => Promise<{ name: string; schema: string }[]>,
): Promise<string[]> {
  const role = { api: `${prefix}_api`, worker: `${prefix}_worker`, reader: `${prefix}_reader` };
  const all = `${role.api}, ${role.worker}, ${role.reader}`;
  const relations = await query(
    `SELECT n.nspname AS schema, quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v') ORDER BY 2`,
  );
  const functions = await query(
    `SELECT n.nspname AS schema, p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = 'public' ORDER BY 2`,
  );
  const queue = await query(
    `SELECT nspname AS schema, nspname AS name FROM pg_namespace WHERE nspname = 'bullmq'`,
  );
  return [
    ...relations.flatMap(({ name }) => [
      `REVOKE ALL ON public.${name} FROM PUBLIC, ${all}`,
      ...Object.entries(PRIVILEGES[name] ?? {}).map(
        ([part, letters]: [string, string]) =>
          `GRANT ${letters
            .split('')
            .map((letter) => WORDS[letter as keyof typeof WORDS])
            .join(', ')} ON public.${name} TO ${role[part as keyof Rights]}`,
      ),
    ]),
    ...functions.flatMap(({ name }) => [
      `REVOKE ALL ON FUNCTION ${name} FROM PUBLIC, ${all}`,
      `GRANT EXECUTE ON FUNCTION ${name} TO ${name in OWNERS_FUNCTIONS ? role[OWNERS_FUNCTIONS[name]] : `${role.api}, ${role.worker}`}`,
    ]),
    // The queue's tables are BullMQ's affair; both sides of it work on all of them.
    ...queue.flatMap(({ schema }) => [
      `GRANT USAGE ON SCHEMA ${schema} TO ${role.api}, ${role.worker}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role.api}, ${role.worker}`,
      `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role.api}, ${role.worker}`,
      `GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${schema} TO ${role.api}, ${role.worker}`,
    ]),
  ];
}
