import { PoolClient, QueryConfig, QueryResultRow } from 'pg';

export type Parameters = readonly unknown[];

/** How long this one may take, where the limits of the connection are wrong for it. */
export interface Limit {
  queryMs?: number;
}

/** Recounting an experiment is work of minutes when its history is long. */
export const LONG: Limit = { queryMs: 30 * 60_000 };
/** Somebody waits for the answer, and knows that it takes long: imports, users with a history, segments. */
export const SLOW: Limit = { queryMs: 60_000 };

/** The server gives up so much before the client, whose only way is to throw the connection away. */
const HEAD_START_MS = 1_000;

/** The transaction lost a race it must not wait for; running it again is right and enough. */
export class Conflict extends Error {}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

export function isConflict(error: unknown): boolean {
  return error instanceof Conflict || [SERIALIZATION_FAILURE, DEADLOCK].includes(sqlState(error) ?? '');
}

/** The SQLSTATE of an error from PostgreSQL; null for any other error. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** The client's own timeout. The statement may still run: whatever is sent after it on that connection would wait for it. */
export function isSilence(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

const names = new Map<string, string>();

/**
 * Marks a constant statement as one that is asked again and again: each connection parses it once, and plans it a few times only. Not
 * for statements whose best plan depends on their parameters.
 */
export function prepared(text: string): string {
  if (!names.has(text)) names.set(text, `assay_${names.size}`);
  return text;
}

/** Runs statements on one connection, inside one transaction. */
export class Transaction {
  constructor(
    private readonly client: PoolClient,
    private readonly limit: Limit = {},
  ) {}

  async rows<T extends QueryResultRow>(text: string, values: Parameters = []): Promise<T[]> {
    return (await this.client.query<T>(queryOf(text, values, this.limit))).rows;
  }

  async row<T extends QueryResultRow>(text: string, values: Parameters = []): Promise<T | null> {
    return (await this.rows<T>(text, values))[0] ?? null;
  }

  /** The same transaction, for statements that may take longer than those before. */
  async limitedTo(limit: Limit): Promise<Transaction> {
    await keepTo(limit, this.client);
    return new Transaction(this.client, limit);
  }
}

export function queryOf(text: string, values: Parameters, { queryMs }: Limit): QueryConfig {
  const query: QueryConfig & { query_timeout?: number } = {
    name: names.get(text),
    text,
    values: [...values],
  };
  if (queryMs !== undefined) query.query_timeout = queryMs;
  return query;
}

/** Makes the server keep to the limit until the transaction ends. */
export async function keepTo({ queryMs }: Limit, client: PoolClient): Promise<void> {
  if (queryMs !== undefined) await client.query(`SET LOCAL statement_timeout = ${queryMs - HEAD_START_MS}`);
}
