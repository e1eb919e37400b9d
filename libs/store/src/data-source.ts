import { types } from 'pg';
import { DataSource, DataSourceOptions } from 'typeorm';
import { migrations } from '@app/migrations';
import { formatInstant, parseInstant } from '@app/model';

const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;

// How PostgreSQL's types become JavaScript's, decided once. Counts stay far below 2^53; numeric stays text, because sums are exact.
const getTypeParser = ((oid: number, format?: 'text' | 'binary') => {
  if (oid === INT8) return Number;
  if (oid === DATE) return (text: string) => text;
  if (oid === TIMESTAMPTZ) return instantFromDatabase;
  return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text');
}) as typeof types.getTypeParser;

function instantFromDatabase(text: string): string {
  // Sessions run in UTC, so the text is like 2026-11-21 04:24:41.123456+00.
  const instant = parseInstant(`${text.replace(' ', 'T').replace(/\+00$/, '')}Z`);
  return instant === null ? text : formatInstant(instant);
}

export interface StoreOptions {
  url: string;
  poolSize: number;
  /** Shown in pg_stat_activity. */
  application: string;
  /** Every transaction is read-only, whatever the role may do. */
  readOnly?: boolean;
  /** How long to wait for PostgreSQL; as long as it takes when absent, as for a migration. */
  patience?: Patience;
}

/** In milliseconds, each shorter than the next but `connect` and `idle`, so that the server speaks before the client gives up. */
export interface Patience {
  connect: number;
  /** For a lock. */
  lock: number;
  /** For a statement, by the server. */
  statement: number;
  /** For an answer, by the client: the only one that a frozen server cannot stop. */
  query: number;
  /** Of a transaction that says nothing. */
  idle: number;
}

/** People wait for the api, and have an answer within three seconds, also of a frozen server. */
export const API_PATIENCE: Patience = {
  connect: 1_000,
  lock: 1_500,
  statement: 2_000,
  query: 2_500,
  idle: 10_000,
};
/** A batch that refolds many users must be able to finish; its jobs are tried again with the same events. */
export const WORKER_PATIENCE: Patience = {
  connect: 5_000,
  lock: 10_000,
  statement: 30_000,
  query: 35_000,
  idle: 10_000,
};
const UNLIMITED: Patience = { connect: 5_000, lock: 10_000, statement: 0, query: 0, idle: 60_000 };

export function dataSourceOptions({
  url,
  poolSize,
  application,
  readOnly,
  patience,
}: StoreOptions): DataSourceOptions {
  const { connect, lock, statement, query, idle } = patience ?? UNLIMITED;
  const settings = {
    timezone: 'UTC',
    // The large statements are many small steps: compiling them would take longer than running them.
    jit: 'off',
    lock_timeout: lock,
    statement_timeout: statement,
    idle_in_transaction_session_timeout: idle,
    ...(readOnly && { default_transaction_read_only: 'on' }),
  };
  return {
    type: 'postgres',
    url,
    poolSize,
    migrations,
    migrationsTableName: 'assay_migrations',
    installExtensions: false,
    applicationName: application,
    extra: {
      types: { getTypeParser },
      options: Object.entries(settings)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      connectionTimeoutMillis: connect,
      query_timeout: query,
      idleTimeoutMillis: 30_000,
      maxLifetimeSeconds: 1_800,
      keepAlive: true,
    },
  };
}

export function createDataSource(options: StoreOptions): DataSource {
  return new DataSource(dataSourceOptions(options));
}
