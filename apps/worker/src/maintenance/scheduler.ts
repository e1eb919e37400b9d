import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { MaintenanceQueue } from '@app/queue';
import { LOGGER } from '../injected';

const RENEW_MS = 60_000;

/** Keeps the schedules alive: they are data of the queue and vanish with it, so every worker renews them every minute. */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly maintenance: MaintenanceQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    void this.renew();
    this.timer = setInterval(() => void this.renew(), RENEW_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async renew(): Promise<void> {
    try {
      await this.maintenance.schedule();
    } catch (error) {
      this.logger.warn({ err: error }, 'the schedules could not be renewed');
    }
  }
}
