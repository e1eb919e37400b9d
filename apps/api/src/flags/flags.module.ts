import { Module } from '@nestjs/common';
import { AssignmentsModule } from '../assignments/assignments.module';
import { FlagCatalogue } from './flag-catalogue';
import { FlagsService } from './flags.service';

@Module({
  imports: [AssignmentsModule],
  providers: [FlagCatalogue, FlagsService],
  exports: [FlagsService],
})
export class FlagsModule {}
