import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { DurabilityWatch, type Env, type Logger } from '@app/platform';
import { EventQueue, marksOf, QueueLink, QueueModule, QueueWatch } from '@app/queue';
import { API_PATIENCE, ChangeFeed, SettingsStore, StoreModule } from '@app/store';
import { AssignmentsModule } from './assignments/assignments.module';
import { BearerStrategy } from './auth/bearer.strategy';
import { Callers } from './auth/callers';
import { Origins } from './auth/origins';
import { StreamTickets } from './auth/stream-tickets';
import { TokenGuard } from './auth/token.guard';
import { TokenUsage } from './auth/token-usage';
import { AuditModule } from './audit/audit.module';
import { BalanceModule } from './balance/balance.module';
import { DeadLettersModule } from './dead-letters/dead-letters.module';
import { EventsModule } from './events/events.module';
import { FlagsModule } from './flags/flags.module';
import { ExperimentsModule } from './experiments/experiments.module';
import { ProblemFilter } from './http/problems';
import { JobSignals } from './http/job-signals';
import { IdentitiesModule } from './identities/identities.module';
import { JobsModule } from './jobs/jobs.module';
import { Limits } from './limits/limits';
import { LayersModule } from './layers/layers.module';
import { MetricsModule } from './metrics/metrics.module';
import { Draining } from './monitor/draining';
import { HealthController } from './monitor/health.controller';
import { PlanningModule } from './planning/planning.module';
import { GrowthbookModule } from './protocols/growthbook/growthbook.module';
import { OfrepModule } from './protocols/ofrep/ofrep.module';
import { PosthogFlagsModule } from './protocols/posthog/flags.module';
import { ResultsModule } from './results/results.module';
import { PosthogCaptureModule } from './protocols/posthog/capture.module';
import { SegmentModule } from './protocols/segment/segment.module';
import { SegmentsModule } from './segments/segments.module';
import { TokensModule } from './tokens/tokens.module';
import { UsersModule } from './users/users.module';
import { ENV, LOGGER } from './injected';

@Module({})
export class ApiModule {
  static forRoot(env: Env, logger: Logger): DynamicModule {
    return {
      module: ApiModule,
      global: true,
      imports: [
        StoreModule.forRoot(
          {
            url: env.DATABASE_URL,
            poolSize: env.DATABASE_POOL_SIZE,
            application: 'assay-api',
            patience: API_PATIENCE,
          },
          {
            url: env.DATABASE_READER_URL ?? env.DATABASE_URL,
            poolSize: env.DATABASE_READER_POOL_SIZE,
            application: 'assay-reader',
            patience: API_PATIENCE,
          },
        ),
        QueueModule.forRoot({
          databaseUrl: env.DATABASE_URL,
          redisUrl: env.REDIS_URL,
          prefix: env.QUEUE_PREFIX,
          role: 'producer',
        }),
        ExperimentsModule,
        LayersModule,
        MetricsModule,
        AssignmentsModule,
        EventsModule,
        FlagsModule,
        ResultsModule,
        PlanningModule,
        JobsModule,
        BalanceModule,
        DeadLettersModule,
        AuditModule,
        PosthogCaptureModule,
        SegmentModule,
        SegmentsModule,
        TokensModule,
        UsersModule,
        IdentitiesModule,
        OfrepModule,
        GrowthbookModule,
        PosthogFlagsModule,
      ],
      controllers: [HealthController],
      providers: [
        { provide: ENV, useValue: env },
        { provide: LOGGER, useValue: logger },
        Draining,
        JobSignals,
        Limits,
        Callers,
        Origins,
        TokenUsage,
        BearerStrategy,
        StreamTickets,
        {
          provide: DurabilityWatch,
          useFactory: (link: QueueLink, settings: SettingsStore) => {
            const probes = { postgres: () => settings.unsafe(), ...link.probes() };
            const watch = new DurabilityWatch(probes, env.ALLOW_RELAXED_DURABILITY, logger);
            // A Redis that was restarted may have come back with other settings.
            link.onOpen(() => void watch.check());
            return watch;
          },
          inject: [QueueLink, SettingsStore],
        },
        {
          provide: ChangeFeed,
          useFactory: () => new ChangeFeed(env.DATABASE_URL, 'assay-api'),
        },
        {
          provide: QueueWatch,
          useFactory: (queue: EventQueue, link: QueueLink) => {
            const marks = marksOf({
              jobs: env.INGEST_MAX_QUEUE_JOBS,
              lagSeconds: env.INGEST_MAX_LAG_SECONDS,
            });
            const watch = new QueueWatch(queue, link, marks, logger);
            link.onOpen(() => void watch.look());
            return watch;
          },
          inject: [EventQueue, QueueLink],
        },
        { provide: APP_GUARD, useClass: TokenGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [
        ENV,
        LOGGER,
        JobSignals,
        Callers,
        Origins,
        StreamTickets,
        ChangeFeed,
        DurabilityWatch,
        QueueWatch,
      ],
    };
  }
}
