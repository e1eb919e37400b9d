import { OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createDataSource, StoreOptions } from './data-source';
import { Database } from './database';
import { ExperimentsStore } from './experiments.store';
import { FoldStore } from './fold.store';
import { MeasuresStore } from './measures.store';
import { MetricsStore } from './metrics.store';
import { TotalsStore } from './totals.store';
import { UserTotalsStore } from './user-totals.store';

/**
 * For results: the stores that they read, over connections of their own that cannot write. A mistake in a statement that only reads can
 * then change nothing, and with a role of its own it sees nothing else; long reads do not take connections from assignments and events.
 */
export class Reader extends Database implements OnApplicationShutdown {
  readonly experiments = new ExperimentsStore(this, new FoldStore());
  readonly metrics = new MetricsStore(this);
  readonly totals = new TotalsStore(this, new MeasuresStore());
  readonly userTotals = new UserTotalsStore(this);

  constructor(private readonly source: DataSource) {
    super(source);
  }

  static async connect(options: Omit<StoreOptions, 'readOnly'>): Promise<Reader> {
    return new Reader(await createDataSource({ ...options, readOnly: true }).initialize());
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
