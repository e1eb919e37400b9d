import { DynamicModule, Module } from '@nestjs/common';
import type { Env, Logger } from '@app/platform';
import { QueueModule } from '@app/queue';
import { StoreModule, WORKER_PATIENCE } from '@app/store';
import { IngestProcessor } from './ingest/ingest.processor';
import { IngestService } from './ingest/ingest.service';
import { Intake } from './ingest/intake';
import { JobsService } from './ingest/jobs.service';
import { MaintenanceProcessor } from './maintenance/maintenance.processor';
import { MaintenanceService } from './maintenance/maintenance.service';
import { Scheduler } from './maintenance/scheduler';
import { ENV, LOGGER } from './tokens';

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
        Intake,
        IngestService,
        JobsService,
        IngestProcessor,
        MaintenanceService,
        MaintenanceProcessor,
        Scheduler,
      ],
    };
  }
}
