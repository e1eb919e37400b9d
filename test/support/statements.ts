import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

/** The statements that a pool sends to PostgreSQL while `work` is done, those of a transaction with its beginning and its end. */
export async function statementsOf(source: DataSource, work: () => Promise<unknown>): Promise<string[]> {
  const { master } = source.driver as unknown as { master: Pool };
  const sent: string[] = [];
  const watched = new Map<PoolClient, PoolClient['query']>();
  const watch = (client: PoolClient): void => {
    if (watched.has(client)) return;
    const { query } = client;
    watched.set(client, query);
    client.query = ((...args: Parameters<typeof query>) => {
      sent.push(textOf(args[0]));
      return query.apply(client, args);
    }) as typeof query;
  };
  master.on('acquire', watch);
  try {
    await work();
  } finally {
    master.off('acquire', watch);
    for (const [client, query] of watched) client.query = query;
  }
  return sent;
}

/** What is asked of a driver: words, or an object with them. */
export function textOf(query: unknown): string {
  return typeof query === 'string' ? query : ((query as { text?: string }).text ?? '');
}
