import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { TokensStore, TokenUse } from '@app/store';
import { LOGGER } from '../injected';
import { Caller } from './caller';

const FLUSH_EVERY_MS = 60_000;

interface Uses {
  id: string;
  uses: number;
  /** Of the last one. */
  atMs: number;
}

/**
 * Counts the uses of tokens in memory and writes them once a minute: no request waits for it, and a busy token is not a row that
 * everybody updates. A process that is killed loses at most a minute of counts.
 */
@Injectable()
export class TokenUsage {
  private uses = new Map<string, Uses>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: TokensStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
  }

  /** Before the connections are closed, which the other hook does. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  count({ id, source }: Caller): void {
    if (source === 'environment') return;
    const counted = this.uses.get(id);
    if (counted === undefined) this.uses.set(id, { id, uses: 1, atMs: Date.now() });
    else {
      counted.uses += 1;
      counted.atMs = Date.now();
    }
  }

  /** Writes what was counted since the last time. What cannot be written now is kept for the next. */
  async flush(): Promise<void> {
    if (this.uses.size === 0) return;
    const counted = this.uses;
    this.uses = new Map();
    try {
      await this.store.addUses([...counted.values()].map(toRow));
    } catch (error) {
      this.logger.warn({ err: error }, 'uses of tokens could not be written; they are kept for later');
      for (const use of counted.values()) {
        const since = this.uses.get(use.id);
        this.uses.set(use.id, { ...use, uses: use.uses + (since?.uses ?? 0), atMs: since?.atMs ?? use.atMs });
      }
    }
  }
}

function toRow({ id, uses, atMs }: Uses): TokenUse {
  return { id, uses, at: new Date(atMs).toISOString() };
}
