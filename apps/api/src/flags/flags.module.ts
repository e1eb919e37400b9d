import { Module } from '@nestjs/common';
import { AssignmentsModule } from '../assignments/assignments.module';
import { FlagCatalogue } from './flag-catalogue';
import { FlagChangesService } from './flag-changes.service';
import { FlagsController } from './flags.controller';
import { FlagsService } from './flags.service';

@Module({
  imports: [AssignmentsModule],
  controllers: [FlagsController],
  providers: [FlagCatalogue, FlagChangesService, FlagsService],
  exports: [FlagsService],
})
export class FlagsModule {}
