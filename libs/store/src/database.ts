import { setTimeout } from 'node:timers/promises';
import { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';

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

const MAX_ATTEMPTS = 8;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

function isConflict(error: unknown): boolean {
  return error instanceof Conflict || [SERIALIZATION_FAILURE, DEADLOCK].includes(sqlState(error) ?? '');
}

/** The SQLSTATE of an error from PostgreSQL; null for any other error. */
export function sqlState(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
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
}

/**
 * The one way to PostgreSQL. TypeORM owns the connection pool and the migrations; statements go to the driver directly, because
 * every statement here is written by hand and works on sets.
 */
export class Database {
  constructor(private readonly dataSource: DataSource) {}

  async rows<T extends QueryResultRow>(
    text: string,
    values: Parameters = [],
    limit: Limit = {},
  ): Promise<T[]> {
    return (await this.pool().query<T>(queryOf(text, values, limit))).rows;
  }

  async row<T extends QueryResultRow>(text: string, values: Parameters = []): Promise<T | null> {
    return (await this.rows<T>(text, values))[0] ?? null;
  }

  /**
   * READ COMMITTED: every statement sees what was committed before it began. The ingest statements rely on that.
   * `work` must be free of other effects: after a deadlock or a lost race the whole of it runs again.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, limit: Limit = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.run('BEGIN ISOLATION LEVEL READ COMMITTED', work, limit);
      } catch (error) {
        if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw error;
        await setTimeout(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  /** One snapshot for all statements: what they read fits together. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>, limit: Limit = {}): Promise<T> {
    return this.run('BEGIN ISOLATION LEVEL REPEATABLE READ', work, limit);
  }

  /** The same within a snapshot that is open already, or in one of its own. */
  within<T>(
    open: Transaction | undefined,
    work: (tx: Transaction) => Promise<T>,
    limit: Limit = {},
  ): Promise<T> {
    return open === undefined ? this.snapshot(work, limit) : work(open);
  }

  /**
   * Does the work unless another process is at the work of this name. The lock belongs to a connection that is kept for it, so it goes
   * when the process does. @returns whether it was done
   */
  exclusive(name: string, work: () => Promise<void>): Promise<boolean> {
    return this.lend(async (client, breakIt) => {
      const { rows } = await client.query<{ mine: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine',
        [name],
      );
      if (rows[0]?.mine !== true) return false;
      try {
        await work();
      } finally {
        await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(breakIt);
      }
      return true;
    });
  }

  private run<T>(begin: string, work: (tx: Transaction) => Promise<T>, limit: Limit): Promise<T> {
    return this.lend(async (client, breakIt) => {
      try {
        await client.query(begin);
        if (limit.queryMs !== undefined)
          await client.query(`SET LOCAL statement_timeout = ${limit.queryMs - HEAD_START_MS}`);
        const result = await work(new Transaction(client, limit));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        // A connection that cannot roll back is thrown away; the server rolls back when it closes.
        if (isSilence(error)) breakIt(error);
        else await client.query('ROLLBACK').catch(breakIt);
        throw error;
      }
    });
  }

  /** Lends a connection of the pool; one that is reported broken does not go back to it. */
  private async lend<T>(
    work: (client: PoolClient, breakIt: (error: Error) => void) => Promise<T>,
  ): Promise<T> {
    const client = await this.pool().connect();
    let broken: Error | undefined;
    const breakIt = (error: Error): void => {
      broken = error;
    };
    // The pool listens to idle connections only. An error of one that is out, to which nobody listens, would end the process.
    client.on('error', breakIt);
    try {
      return await work(client, breakIt);
    } finally {
      client.off('error', breakIt);
      client.release(broken);
    }
  }

  private pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

function queryOf(text: string, values: Parameters, { queryMs }: Limit): QueryConfig {
  const query: QueryConfig & { query_timeout?: number } = { text, values: [...values] };
  if (queryMs !== undefined) query.query_timeout = queryMs;
  return query;
}

/** The client's own timeout. The statement may still run: whatever is sent after it on that connection would wait for it. */
function isSilence(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}
