import { Module } from '@nestjs/common';
import { AssignmentsModule } from '../../assignments/assignments.module';
import { FlagsModule } from '../../flags/flags.module';
import { GrowthbookController } from './growthbook.controller';
import { GrowthbookService } from './growthbook.service';

@Module({
  imports: [AssignmentsModule, FlagsModule],
  controllers: [GrowthbookController],
  providers: [GrowthbookService],
})
export class GrowthbookModule {}
