import { Injectable } from '@nestjs/common';
import { TokensStore } from '@app/store';

const FRESH_MS = 5_000;

/** Every origin that some publishable token allows, up to five seconds old. Browsers ask before anybody has shown a token. */
@Injectable()
export class Origins {
  private known: ReadonlySet<string> = new Set();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(private readonly store: TokensStore) {}

  async has(origin: string): Promise<boolean> {
    if (performance.now() - this.readAt >= FRESH_MS) {
      this.reading ??= this.read().finally(() => (this.reading = undefined));
      await this.reading;
    }
    return this.known.has(origin);
  }

  /** This process has just changed a token. */
  forget(): void {
    this.readAt = -Infinity;
  }

  private async read(): Promise<void> {
    const readAt = performance.now();
    try {
      this.known = new Set(await this.store.liveOrigins());
    } catch {
      // What was known stays: it opens nothing by itself, the token does. Nobody asks again for five seconds.
    }
    this.readAt = readAt;
  }
}
