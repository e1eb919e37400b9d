import { DynamicModule, Module, OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AssignmentsStore } from './assignments.store';
import { AuditStore } from './audit.store';
import { BalanceStore } from './balance.store';
import { dataSourceOptions, StoreOptions } from './data-source';
import { Database } from './database';
import { DeadJobsStore } from './dead-jobs.store';
import { DeadLettersStore } from './dead-letters.store';
import { ErasureStore } from './erasure.store';
import { EventsStore } from './events.store';
import { ExperimentsStore } from './experiments.store';
import { FlagsStore } from './flags.store';
import { FoldStore } from './fold.store';
import { HoldoutStore } from './holdout.store';
import { IdempotencyStore } from './idempotency.store';
import { IdentitiesStore } from './identities.store';
import { ImportsStore } from './imports.store';
import { InboxStore } from './inbox.store';
import { IngestStore } from './ingest.store';
import { JobRunsStore } from './job-runs.store';
import { JobsStore } from './jobs.store';
import { KeepsakesStore } from './keepsakes.store';
import { LayersStore } from './layers.store';
import { MeasuresStore } from './measures.store';
import { MetricsStore } from './metrics.store';
import { OverridesStore } from './overrides.store';
import { PartitionsStore } from './partitions.store';
import { Reader } from './reader';
import { RateLimitsStore } from './rate-limits.store';
import { RecountStore } from './recount.store';
import { SegmentsStore } from './segments.store';
import { SettingsStore } from './settings.store';
import { TokensStore } from './tokens.store';
import { TotalsStore } from './totals.store';
import { UserExportStore } from './user-export.store';
import { UserFactsStore } from './user-facts.store';
import { UserTotalsStore } from './user-totals.store';

const STORES = [
  AssignmentsStore,
  AuditStore,
  BalanceStore,
  DeadJobsStore,
  DeadLettersStore,
  ErasureStore,
  EventsStore,
  ExperimentsStore,
  FlagsStore,
  FoldStore,
  HoldoutStore,
  IdempotencyStore,
  IdentitiesStore,
  ImportsStore,
  InboxStore,
  IngestStore,
  JobRunsStore,
  JobsStore,
  KeepsakesStore,
  LayersStore,
  MeasuresStore,
  MetricsStore,
  OverridesStore,
  PartitionsStore,
  RateLimitsStore,
  RecountStore,
  SegmentsStore,
  SettingsStore,
  TokensStore,
  TotalsStore,
  UserExportStore,
  UserFactsStore,
  UserTotalsStore,
];

@Module({})
export class StoreModule implements OnModuleInit {
  constructor(private readonly source: DataSource) {}

  /** Starts on the schema it was written for, or not at all. */
  async onModuleInit(): Promise<void> {
    if (await this.source.showMigrations())
      throw new Error('the database is not up to date, run `npm run migrate`');
  }

  /** @param reader where results are read; without it nothing reads them here */
  static forRoot(options: StoreOptions, reader?: StoreOptions): DynamicModule {
    const readers =
      reader === undefined ? [] : [{ provide: Reader, useFactory: () => Reader.connect(reader) }];
    return {
      module: StoreModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(options), retryAttempts: 1 })],
      providers: [
        { provide: Database, useFactory: (source: DataSource) => new Database(source), inject: [DataSource] },
        ...readers,
        ...STORES,
      ],
      exports: [Database, ...readers, ...STORES],
    };
  }
}
