import { setTimeout as wait } from 'node:timers/promises';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { InboxRow, InboxStore } from '@app/store';
import { LOGGER } from '../injected';
import { Breaker } from './breaker';
import { JobsService } from './jobs.service';

const LOOK_EVERY_MS = 1_000;

/** Takes jobs that the queue did not take out of the inbox of the database, through the same door as those of the queue. */
@Injectable()
export class InboxDrain implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly closing = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly inbox: InboxStore,
    private readonly jobs: JobsService,
    private readonly breaker: Breaker,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Always: rows may be left from a time when the inbox was switched on. */
  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** The round in hand is finished; what is left waits for another worker. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.closing.signal.aborted) {
      const drained = this.breaker.pausedBy === null ? await this.round() : 0;
      if (drained > 0) continue;
      await wait(LOOK_EVERY_MS, undefined, { signal: this.closing.signal, ref: false }).catch(
        () => undefined,
      );
    }
  }

  private async round(): Promise<number> {
    try {
      const { stored, failed } = await this.inbox.drain((row) => this.take(row));
      if (stored + failed > 0) this.logger.info({ stored, failed }, 'took jobs out of the inbox');
      return stored;
    } catch (error) {
      this.logger.warn({ err: error }, 'the inbox could not be drained; it will be tried again');
      return 0;
    }
  }

  private async take({ batch_key, payload }: InboxRow): Promise<void> {
    try {
      await this.jobs.take({ id: batch_key, data: parse(payload), stalls: 0, failures: 0 });
    } catch (error) {
      this.logger.warn({ err: error, job: batch_key }, 'a job of the inbox will be tried again');
      throw error;
    }
  }
}

/** What is no JSON goes on as the text it is, so that it is kept whole among the dead. */
function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
