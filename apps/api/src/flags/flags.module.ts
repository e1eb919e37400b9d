import { Module } from '@nestjs/common';
import { AssignmentsModule } from '../assignments/assignments.module';
import { FlagCatalogue } from './flag-catalogue';
import { FlagChangesService } from './flag-changes.service';
import { FlagStreams } from './flag-streams';
import { FlagsController } from './flags.controller';
import { FlagsService } from './flags.service';
import { FlagStreamController } from './stream.controller';

@Module({
  imports: [AssignmentsModule],
  // The stream before what has a name for a parameter.
  controllers: [FlagStreamController, FlagsController],
  providers: [FlagCatalogue, FlagChangesService, FlagsService, FlagStreams],
  exports: [FlagCatalogue, FlagsService, FlagStreams],
})
export class FlagsModule {}
