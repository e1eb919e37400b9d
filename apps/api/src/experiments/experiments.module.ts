import { Module } from '@nestjs/common';
import { BulkService } from './bulk.service';
import { ExperimentsController } from './experiments.controller';
import { ExperimentsService } from './experiments.service';
import { PatchService } from './patch.service';

@Module({ controllers: [ExperimentsController], providers: [ExperimentsService, PatchService, BulkService] })
export class ExperimentsModule {}
