import { Module } from '@nestjs/common';
import { JobsController } from './jobs.controller';
import { RecomputesService } from './recomputes.service';

@Module({ controllers: [JobsController], providers: [RecomputesService], exports: [RecomputesService] })
export class JobsModule {}
