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
}

export function dataSourceOptions({ url, poolSize, application }: StoreOptions): DataSourceOptions {
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
      options: '-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    },
  };
}

export function createDataSource(options: StoreOptions): DataSource {
  return new DataSource(dataSourceOptions(options));
}
