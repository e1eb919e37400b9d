import { DynamicModule, Module } from '@nestjs/common';
import { DurabilityWatch, type Env, type Logger } from '@app/platform';
import { QueueLink, QueueModule } from '@app/queue';
import { SettingsStore, StoreModule, WORKER_PATIENCE } from '@app/store';
import { InboxDrain } from './ingest/inbox.drain';
import { IngestProcessor } from './ingest/ingest.processor';
import { IngestService } from './ingest/ingest.service';
import { Breaker } from './ingest/breaker';
import { JobsService } from './ingest/jobs.service';
import { ChecksService } from './maintenance/checks.service';
import { MaintenanceProcessor } from './maintenance/maintenance.processor';
import { MaintenanceService } from './maintenance/maintenance.service';
import { Scheduler } from './maintenance/scheduler';
import { Watchdog } from './maintenance/watchdog';
import { ENV, LOGGER } from './injected';

@Module({})
export class WorkerModule {
  static forRoot(env: Env, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      global: true,
      imports: [
        StoreModule.forRoot({
          url: env.DATABASE_URL,
          poolSize: env.DATABASE_POOL_SIZE,
          application: 'assay-worker',
          patience: WORKER_PATIENCE,
        }),
        QueueModule.forRoot({
          databaseUrl: env.DATABASE_URL,
          redisUrl: env.REDIS_URL,
          prefix: env.QUEUE_PREFIX,
          role: 'consumer',
        }),
      ],
      providers: [
        { provide: ENV, useValue: env },
        { provide: LOGGER, useValue: logger },
        {
          provide: DurabilityWatch,
          useFactory: (link: QueueLink, settings: SettingsStore) => {
            const probes = { postgres: () => settings.unsafe(), ...link.probes() };
            return new DurabilityWatch(probes, env.ALLOW_RELAXED_DURABILITY, logger);
          },
          inject: [QueueLink, SettingsStore],
        },
        Breaker,
        IngestService,
        JobsService,
        IngestProcessor,
        InboxDrain,
        ChecksService,
        MaintenanceService,
        MaintenanceProcessor,
        Scheduler,
        Watchdog,
      ],
    };
  }
}
