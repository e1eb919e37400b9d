import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { textOf } from '../support/statements';

/** The connection is gone before the statement was sent, or after it was executed and before its reply was read. */
export type Moment = 'before' | 'after';

type Query = (...args: unknown[]) => unknown;

/** Breaks the connection at the n-th statement that a pool sends. What happens then is PostgreSQL's and the driver's own doing. */
export class Saboteur {
  private sent = 0;
  private at = 0;
  private moment: Moment = 'before';
  private broken: string | null = null;

  private readonly watched = new WeakSet<PoolClient>();

  constructor({ driver }: DataSource) {
    (driver as unknown as { master: Pool }).master.on('acquire', (client) => this.watch(client));
  }

  arm(at: number, moment: Moment): void {
    [this.sent, this.at, this.moment, this.broken] = [0, at, moment, null];
  }

  /** The statement that was hit, or null when there were fewer; nothing more happens until it is armed again. */
  disarm(): string | null {
    this.at = 0;
    return this.broken;
  }

  private watch(client: PoolClient): void {
    if (this.watched.has(client)) return;
    this.watched.add(client);
    const query = client.query.bind(client) as Query;
    const { stream } = (client as unknown as { connection: { stream: { destroy: () => void } } }).connection;
    client.query = ((...args: unknown[]) => {
      this.sent += 1;
      if (this.sent !== this.at) return query(...args);
      this.broken = shortened(args[0]);
      if (this.moment === 'before') {
        stream.destroy();
        return query(...args);
      }
      const lost = (): Error => {
        stream.destroy();
        return new Error('Connection terminated unexpectedly');
      };
      // The pool itself calls with a callback.
      const callback = args.at(-1);
      if (typeof callback !== 'function')
        return (query(...args) as Promise<unknown>).then(() => Promise.reject(lost()));
      return query(...args.slice(0, -1), () => (callback as (error: Error) => void)(lost()));
    }) as typeof client.query;
  }
}

function shortened(query: unknown): string {
  return textOf(query).trim().replace(/\s+/g, ' ').slice(0, 60);
}
