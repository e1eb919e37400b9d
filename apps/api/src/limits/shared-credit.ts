import type { Logger } from '@app/platform';
import type { Limit, Taken } from './account';

/** Where the processes share what tokens have used. */
export interface CreditStore {
  readonly name: string;
  /** Longer than this nobody waits for it. */
  readonly patienceMs: number;
  readonly isConnected: boolean;
  /** Takes all of the cost or nothing. */
  take: (key: string, limit: Limit, cost: number) => Promise<Taken>;
  ping: () => Promise<void>;
  /** Until the first connection stands, or there has been time enough for it. */
  connected: () => Promise<void>;
  close: () => void;
}

const PAUSE_MS = 1_000;

/**
 * What all processes share. Whether it is there is known before anybody needs it: one question that gets no answer in time is enough to
 * leave it alone, and only the probe, on which no request waits, brings it back.
 */
export class SharedCredit {
  private isAway = false;
  private isClosed = false;
  private probing: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: CreditStore,
    private readonly logger: Logger,
  ) {}

  get isThere(): boolean {
    return !this.isAway && this.store.isConnected;
  }

  /** @throws when it does not answer in time */
  async take(key: string, limit: Limit, cost: number): Promise<Taken> {
    try {
      return await soon(this.store.take(key, limit, cost), this.store.patienceMs);
    } catch (error) {
      this.leaveAlone(error);
      throw error;
    }
  }

  connected(): Promise<void> {
    return this.store.connected();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.probing);
    this.store.close();
  }

  private leaveAlone(error: unknown): void {
    if (this.isAway) return;
    this.isAway = true;
    this.logger.warn({ err: error }, `rate limits are not shared while ${this.store.name} does not answer`);
    this.probeLater();
  }

  private probeLater(): void {
    this.probing = setTimeout(() => void this.probe(), PAUSE_MS).unref();
  }

  private async probe(): Promise<void> {
    if (this.isClosed) return;
    try {
      await soon(this.store.ping(), this.store.patienceMs);
      this.isAway = false;
      this.logger.info('rate limits are shared again');
    } catch {
      this.probeLater();
    }
  }
}

/** A process that was busy for longer than `ms` looks at what has arrived before it calls the other side slow. */
async function soon<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => setImmediate(() => reject(new Error(`no answer within ${ms} ms`))), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
