export * from './backend';
export * from './event-queue';
export * from './jobs';
export * from './maintenance-queue';
export * from './queue.module';
export * from './queues';
