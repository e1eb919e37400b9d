import { BullModule } from '@nestjs/bullmq';
import { DynamicModule, Module } from '@nestjs/common';
import { bullOptions, QueueOptions } from './backend';
import { EventQueue } from './event-queue';
import { MaintenanceQueue } from './maintenance-queue';
import { QueueLink } from './queue-link';
import { EVENTS_QUEUE, MAINTENANCE_QUEUE } from './queues';

@Module({})
export class QueueModule {
  static forRoot(options: QueueOptions): DynamicModule {
    const link = new QueueLink(options);
    const queues = BullModule.registerQueue({ name: EVENTS_QUEUE }, { name: MAINTENANCE_QUEUE });
    return {
      module: QueueModule,
      global: true,
      imports: [BullModule.forRoot(bullOptions(options, link)), queues],
      providers: [{ provide: QueueLink, useValue: link }, EventQueue, MaintenanceQueue],
      exports: [queues, QueueLink, EventQueue, MaintenanceQueue],
    };
  }
}
