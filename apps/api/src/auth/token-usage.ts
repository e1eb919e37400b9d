import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@app/platform';
import { TokensStore, TokenUse } from '@app/store';
import { LOGGER } from '../injected';
import { Caller } from './caller';

const FLUSH_EVERY_MS = 60_000;

/**
 * Counts the uses of tokens in memory and writes them once a minute: no request waits for it, and a busy token is not a row that
 * everybody updates. A process that is killed loses at most a minute of counts.
 */
@Injectable()
export class TokenUsage {
  private uses = new Map<string, TokenUse>();
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
    const at = new Date().toISOString();
    this.uses.set(id, { id, uses: (this.uses.get(id)?.uses ?? 0) + 1, at });
  }

  /** Writes what was counted since the last time. What cannot be written now is kept for the next. */
  async flush(): Promise<void> {
    if (this.uses.size === 0) return;
    const counted = this.uses;
    this.uses = new Map();
    try {
      await this.store.addUses([...counted.values()]);
    } catch (error) {
      this.logger.warn({ err: error }, 'uses of tokens could not be written; they are kept for later');
      for (const use of counted.values()) {
        const since = this.uses.get(use.id);
        this.uses.set(use.id, { ...use, uses: use.uses + (since?.uses ?? 0), at: since?.at ?? use.at });
      }
    }
  }
}
