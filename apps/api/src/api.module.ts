import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Env, Logger } from '@app/platform';
import { QueueModule } from '@app/queue';
import { StoreModule } from '@app/store';
import { AssignmentsModule } from './assignments/assignments.module';
import { BearerStrategy } from './auth/bearer.strategy';
import { TokenGuard } from './auth/token.guard';
import { TokensService } from './auth/tokens.service';
import { EventsModule } from './events/events.module';
import { ExperimentsModule } from './experiments/experiments.module';
import { ProblemFilter } from './http/problems';
import { JobsModule } from './jobs/jobs.module';
import { MetricsModule } from './metrics/metrics.module';
import { HealthController } from './monitor/health.controller';
import { PlanningModule } from './planning/planning.module';
import { ResultsModule } from './results/results.module';
import { ENV, LOGGER } from './tokens';

@Module({})
export class ApiModule {
  static forRoot(env: Env, logger: Logger): DynamicModule {
    return {
      module: ApiModule,
      global: true,
      imports: [
        StoreModule.forRoot({
          url: env.DATABASE_URL,
          poolSize: env.DATABASE_POOL_SIZE,
          application: 'assay-api',
        }),
        QueueModule.forRoot({
          databaseUrl: env.DATABASE_URL,
          redisUrl: env.REDIS_URL,
          prefix: env.QUEUE_PREFIX,
          role: 'producer',
        }),
        ExperimentsModule,
        MetricsModule,
        AssignmentsModule,
        EventsModule,
        ResultsModule,
        PlanningModule,
        JobsModule,
      ],
      controllers: [HealthController],
      providers: [
        { provide: ENV, useValue: env },
        { provide: LOGGER, useValue: logger },
        TokensService,
        BearerStrategy,
        { provide: APP_GUARD, useClass: TokenGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [ENV, LOGGER],
    };
  }
}
