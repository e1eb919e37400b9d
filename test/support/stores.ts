import {
  AssignmentsStore,
  BalanceStore,
  Database,
  ErasureStore,
  EventsStore,
  ExperimentsStore,
  FoldStore,
  IdentitiesStore,
  ImportsStore,
  IngestStore,
  JobsStore,
  KeepsakesStore,
  MeasuresStore,
  MetricsStore,
  OverridesStore,
  RecountStore,
  TotalsStore,
  UserTotalsStore,
} from '@app/store';
import { TestDatabase } from './database';

/** All stores over one database, wired as the modules wire them. */
export function storesOf(db: Database) {
  const folds = new FoldStore();
  const measures = new MeasuresStore();
  return {
    folds,
    assignments: new AssignmentsStore(db, folds),
    erasure: new ErasureStore(db, folds, new KeepsakesStore()),
    events: new EventsStore(db),
    experiments: new ExperimentsStore(db, folds),
    identities: new IdentitiesStore(db, folds),
    imports: new ImportsStore(db, folds),
    ingest: new IngestStore(db, folds),
    jobs: new JobsStore(db),
    overrides: new OverridesStore(db, folds),
    recounts: new RecountStore(db, folds, measures, new BalanceStore(db)),
    measures,
    metrics: new MetricsStore(db),
    totals: new TotalsStore(db, measures),
    userTotals: new UserTotalsStore(db),
  };
}
export type Stores = ReturnType<typeof storesOf>;

/** All stores over a pool of their own, as another process has them. @param name shown in pg_stat_activity */
export async function anotherProcess(
  database: TestDatabase,
  name?: string,
): Promise<Stores & { db: Database }> {
  const db = await database.another(name);
  return { db, ...storesOf(db) };
}
