import { setTimeout as wait } from 'node:timers/promises';
import { BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { inTime, type Logger } from '@app/platform';
import { JobRunsStore } from '@app/store';
import { LOGGER } from '../injected';
import { ACTIONS, FailureClass } from './failure';
import { floodPauseMs } from './flood-gauge';

/** What can be shut: the worker of a queue. */
export interface Tap {
  pause: () => Promise<void>;
  resume: () => Promise<void>;
}

const RENEW_MS = 30_000;
const PROBE_DEADLINE_MS = 5_000;

/**
 * The circuit breaker. When the database is away or the code does not fit it, taking more jobs only moves them back and forth: the
 * worker stops by itself, looks again and again, and goes on by itself. The first failure after that stops it once more.
 */
@Injectable()
export class Breaker implements BeforeApplicationShutdown {
  private readonly workerId = uuidv7();
  private readonly closing = new AbortController();
  private taps: Tap[] = [];
  private failuresInARow = 0;
  private pause: { reason: FailureClass; detail: string } | null = null;
  private floodMs = 0;
  private lastResumed = 0;

  constructor(
    private readonly runs: JobRunsStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  attach(tap: Tap): void {
    this.taps.push(tap);
  }

  /** Why no jobs are taken now; null while they are. */
  get pausedBy(): FailureClass | null {
    return this.pause?.reason ?? null;
  }

  succeeded(): void {
    this.failuresInARow = 0;
  }

  /** One transaction has failed, for however many jobs. */
  failed(reason: FailureClass, error: unknown): void {
    const { pauseAfter, alarm } = ACTIONS[reason];
    if (pauseAfter === null) return;
    this.failuresInARow += 1;
    if (this.pause !== null || this.failuresInARow < pauseAfter) return;
    this.pause = { reason, detail: error instanceof Error ? error.message : String(error) };
    this.logger[alarm ? 'error' : 'warn']({ reason, err: error }, 'the worker stops taking events');
    void this.stopUntilBetter(this.pause);
  }

  beforeApplicationShutdown(): void {
    this.closing.abort();
  }

  private async stopUntilBetter(pause: { reason: FailureClass; detail: string }): Promise<void> {
    const since = Date.now();
    await Promise.all(this.taps.map((tap) => tap.pause()));
    try {
      await this.waitUntilBetter(pause);
    } catch {
      return; // The worker is closing.
    }
    this.pause = null;
    this.lastResumed = Date.now();
    this.logger.warn({ reason: pause.reason, ms: this.lastResumed - since }, 'the worker takes events again');
    await this.runs.resumed(this.workerId).catch(() => undefined);
    await Promise.all(this.taps.map((tap) => tap.resume()));
  }

  private async waitUntilBetter({ reason, detail }: { reason: FailureClass; detail: string }): Promise<void> {
    const probeMs = reason === 'flood' ? this.nextFloodMs() : ACTIONS[reason].probeMs;
    const asks = reason === 'unavailable' || reason === 'resource';
    let renewed = 0;
    for (let waited = 0; ;) {
      if (Date.now() - renewed >= RENEW_MS) {
        renewed = Date.now();
        await inTime(this.runs.paused(this.workerId, reason, detail), PROBE_DEADLINE_MS).catch(
          () => undefined,
        );
      }
      const step = Math.min(probeMs - (asks ? 0 : waited), RENEW_MS);
      await wait(step, undefined, { signal: this.closing.signal });
      waited += step;
      if (asks ? await inTime(this.runs.writable(), PROBE_DEADLINE_MS).catch(() => false) : waited >= probeMs)
        return;
    }
  }

  private nextFloodMs(): number {
    this.floodMs = floodPauseMs(this.floodMs, Date.now() - this.lastResumed);
    return this.floodMs;
  }
}
