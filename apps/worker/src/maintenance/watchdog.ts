import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { MaintenanceKind, SCHEDULES } from '@app/queue';
import { JobRunsStore } from '@app/store';
import { LOGGER } from '../injected';
import { MaintenanceService } from './maintenance.service';

const LOOK_MS = 15_000;
const DAY_MS = 86_400_000;
/** A run may be late once: a worker was killed, a deploy took its time. */
const TOLERATED_PERIODS = 2;

/**
 * Sees to it that what runs by the clock has run, whatever became of the queue: PostgreSQL knows when each kind last succeeded, and what
 * is overdue is run here.
 */
@Injectable()
export class Watchdog implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly maintenance: MaintenanceService,
    private readonly runs: JobRunsStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
    }, LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    // What it is at still needs the connection pool.
    await this.looking;
  }

  /** Scheduled work, never by two workers at once: whoever finds another at it leaves it to that one. @returns whether it was done */
  run(kind: MaintenanceKind): Promise<boolean> {
    return this.runs.alone(kind, async () => {
      await this.maintenance.run(kind, null);
      await this.runs.succeeded(kind);
    });
  }

  /** Runs whatever is overdue. */
  async look(): Promise<void> {
    try {
      await this.runs.expect(Object.values(SCHEDULES).map(({ kind }) => kind));
      for (const { kind, repeat } of Object.values(SCHEDULES)) {
        const age = (await this.runs.ages()).get(kind) ?? 0;
        if (age <= TOLERATED_PERIODS * periodOf(repeat)) continue;
        this.logger.warn(
          { kind, age_ms: age },
          'what runs by the clock is overdue, and is run without the queue',
        );
        await this.run(kind);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'the watchdog could not do its work');
    }
  }
}

/** Of those schedules that are a pattern, all are daily. */
function periodOf(repeat: { every: number } | { pattern: string }): number {
  return 'every' in repeat ? repeat.every : DAY_MS;
}
