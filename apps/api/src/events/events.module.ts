import { Module } from '@nestjs/common';
import { EventsController } from './events.controller';
import { EventsService } from './events.service';
import { Intake } from './intake';

@Module({ controllers: [EventsController], providers: [EventsService, Intake], exports: [Intake] })
export class EventsModule {}
