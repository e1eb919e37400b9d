import { Module } from '@nestjs/common';
import { AssignmentsModule } from '../../assignments/assignments.module';
import { EventsModule } from '../../events/events.module';
import { FlagsModule } from '../../flags/flags.module';
import { IdentitiesModule } from '../../identities/identities.module';
import { ExposuresService } from './exposures.service';
import { WishesService } from './wishes.service';

@Module({
  imports: [AssignmentsModule, EventsModule, FlagsModule, IdentitiesModule],
  providers: [ExposuresService, WishesService],
  exports: [WishesService],
})
export class ProtocolIntakeModule {}
