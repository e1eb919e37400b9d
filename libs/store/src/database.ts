import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout } from 'node:timers/promises';
import { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { DataSource } from 'typeorm';
import { isConflict, isSilence, keepTo, Limit, Parameters, queryOf, Transaction } from './transaction';
import { Level, Signal } from './unit';

export { Conflict, LONG, prepared, SLOW, sqlState, Transaction } from './transaction';
export type { Limit, Parameters } from './transaction';

const MAX_ATTEMPTS = 8;

/**
 * The one way to PostgreSQL. TypeORM owns the connection pool and the migrations; statements go to the driver directly, because
 * every statement here is written by hand and works on sets.
 */
export class Database {
  /** The unit of work that the running request is in; empty for whatever is not in one, such as ingest. */
  private readonly ambient = new AsyncLocalStorage<Level>();
  private units = 0;

  constructor(private readonly dataSource: DataSource) {}

  async rows<T extends QueryResultRow>(
    text: string,
    values: Parameters = [],
    limit: Limit = {},
  ): Promise<T[]> {
    return this.send<T>(queryOf(text, values, limit));
  }

  async row<T extends QueryResultRow>(text: string, values: Parameters = []): Promise<T | null> {
    return (await this.rows<T>(text, values))[0] ?? null;
  }

  /**
   * READ COMMITTED: every statement sees what was committed before it began. The ingest statements rely on that.
   * `work` must be free of other effects: after a deadlock or a lost race the whole of it runs again.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, limit: Limit = {}): Promise<T> {
    const unit = this.ambient.getStore()?.current;
    if (unit === undefined) return this.insist(work, limit);
    return unit.savepoint((tx, inner) => this.ambient.run(inner, () => work(tx)), limit);
  }

  /**
   * Does the work, whatever it calls, in one transaction: until it ends, `rows`, `row` and `transaction` of this database are part of it,
   * for this work and not for others that run at the same time. A `transaction` in it is a savepoint. After a deadlock or a lost race the
   * whole work runs again, so it must be free of other effects; those belong into `afterCommit`.
   */
  async unitOfWork<T>(work: () => Promise<T>, limit: Limit = {}): Promise<T> {
    if (this.ambient.getStore()?.current !== undefined) return this.transaction(work, limit);
    let signals: Signal[] = [];
    const result = await this.insist(async (_tx, unit) => {
      const level = unit();
      this.units += 1;
      try {
        return await this.ambient.run(level, work);
      } finally {
        await level.end();
        signals = level.signals;
        this.units -= 1;
        // Left on, it would make every promise of the process four times as expensive; nobody outside of a unit has anything in it.
        if (this.units === 0) this.ambient.disable();
      }
    }, limit);
    await runAll(signals);
    return result;
  }

  /**
   * When the unit of work is committed; never when it is rolled back; at once when there is none. An error of `signal` reaches whoever
   * began the unit, although it is committed. Not for use inside of `transaction`, which does not know its signals.
   */
  async afterCommit(signal: Signal): Promise<void> {
    const unit = this.ambient.getStore()?.current;
    if (unit === undefined) await signal();
    else unit.signals.push(signal);
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

  private async send<T extends QueryResultRow>(query: QueryConfig): Promise<T[]> {
    const unit = this.ambient.getStore()?.current;
    if (unit === undefined) return (await this.pool().query<T>(query)).rows;
    return (await unit.take(() => unit.client.query<T>(query))).rows;
  }

  private async insist<T>(work: Work<T>, limit: Limit): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.run('BEGIN ISOLATION LEVEL READ COMMITTED', work, limit);
      } catch (error) {
        if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw error;
        await setTimeout(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  private run<T>(begin: string, work: Work<T>, limit: Limit): Promise<T> {
    return this.lend(async (client, breakIt) => {
      try {
        await client.query(begin);
        await keepTo(limit, client);
        const result = await work(new Transaction(client, limit), () => new Level(client, breakIt));
        const { command } = await client.query('COMMIT');
        // So answers PostgreSQL when a statement had failed and nobody passed its error on.
        if (command === 'ROLLBACK') throw new Error('a statement failed, so nothing was committed');
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

/** `unit` makes a unit of work of the transaction. */
type Work<T> = (tx: Transaction, unit: () => Level) => Promise<T>;

/** Each is run, also when one before it fails. */
async function runAll(signals: readonly Signal[]): Promise<void> {
  const errors: unknown[] = [];
  for (const signal of signals) {
    try {
      await signal();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
