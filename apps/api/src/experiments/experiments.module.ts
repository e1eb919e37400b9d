import { Module } from '@nestjs/common';
import { BulkService } from './bulk.service';
import { EntriesService } from './entries.service';
import { ExperimentsController } from './experiments.controller';
import { ExperimentsService } from './experiments.service';
import { PatchService } from './patch.service';
import { SelectionsService } from './selections.service';

@Module({
  controllers: [ExperimentsController],
  providers: [ExperimentsService, PatchService, BulkService, SelectionsService, EntriesService],
})
export class ExperimentsModule {}
