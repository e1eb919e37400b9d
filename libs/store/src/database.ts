import { setTimeout } from 'node:timers/promises';
import { Pool, PoolClient, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';

export type Parameters = readonly unknown[];

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
  constructor(private readonly client: PoolClient) {}

  async rows<T extends QueryResultRow>(text: string, values: Parameters = []): Promise<T[]> {
    return (await this.client.query<T>(text, [...values])).rows;
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

  async rows<T extends QueryResultRow>(text: string, values: Parameters = []): Promise<T[]> {
    return (await this.pool().query<T>(text, [...values])).rows;
  }

  async row<T extends QueryResultRow>(text: string, values: Parameters = []): Promise<T | null> {
    return (await this.rows<T>(text, values))[0] ?? null;
  }

  /**
   * READ COMMITTED: every statement sees what was committed before it began. The ingest statements rely on that.
   * `work` must be free of other effects: after a deadlock or a lost race the whole of it runs again.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.run('BEGIN ISOLATION LEVEL READ COMMITTED', work);
      } catch (error) {
        if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw error;
        await setTimeout(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  /** One snapshot for all statements: what they read fits together. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.run('BEGIN ISOLATION LEVEL REPEATABLE READ', work);
  }

  private async run<T>(begin: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool().connect();
    let broken: Error | undefined;
    try {
      await client.query(begin);
      const result = await work(new Transaction(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // A connection that cannot roll back is thrown away; the server rolls back when it closes.
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}
