import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

type Query = (...args: unknown[]) => unknown;

/** Notes what a pool sends to PostgreSQL from now on, until it is told to stop. */
export function watchStatements(source: DataSource): { sent: string[]; stop: () => void } {
  const { master } = source.driver as unknown as { master: Pool };
  const sent: string[] = [];
  const watched = new Map<PoolClient, Query>();
  const watch = (client: PoolClient): void => {
    if (watched.has(client)) return;
    const query: Query = client.query.bind(client);
    watched.set(client, query);
    client.query = ((...args: unknown[]) => {
      sent.push(textOf(args[0]));
      return query(...args);
    }) as typeof client.query;
  };
  master.on('acquire', watch);
  const stop = (): void => {
    master.off('acquire', watch);
    for (const [client, query] of watched) client.query = query as typeof client.query;
  };
  return { sent, stop };
}

/** The statements that are sent while `work` is done, those of a transaction with its beginning and its end. */
export async function statementsOf(source: DataSource, work: () => Promise<unknown>): Promise<string[]> {
  const { sent, stop } = watchStatements(source);
  await work().finally(stop);
  return sent;
}

/** What is asked of a driver: words, or an object with them. */
export function textOf(query: unknown): string {
  return typeof query === 'string' ? query : ((query as { text?: string }).text ?? '');
}
