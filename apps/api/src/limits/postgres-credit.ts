import { RateLimitsStore } from '@app/store';
import type { Limit, Taken } from './account';
import type { CreditStore } from './shared-credit';

/** Credit in PostgreSQL, by its clock, where there is no Redis. Leases keep it at a few small writes a second for each busy token. */
export class PostgresCredit implements CreditStore {
  readonly name = 'PostgreSQL';
  readonly patienceMs = 250;
  readonly isConnected = true;

  constructor(private readonly store: RateLimitsStore) {}

  async take(key: string, { max, periodMs }: Limit, cost: number): Promise<Taken> {
    const costMs = (cost * periodMs) / max;
    const { ok, backInMs } = await this.store.take(key, costMs, periodMs, this.patienceMs);
    return { ok, level: max - (backInMs * max) / periodMs };
  }

  ping(): Promise<void> {
    return this.store.ping(this.patienceMs);
  }

  async connected(): Promise<void> {
    // The pool has been tried when the api started.
  }

  close(): void {
    // The pool is not ours.
  }
}
