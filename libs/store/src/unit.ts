import { PoolClient } from 'pg';
import { isSilence, keepTo, Limit, Transaction } from './transaction';

export type Signal = () => unknown;

/** One level of a unit of work: its transaction, or a savepoint within. */
export class Level {
  /** What is to be done when the outermost transaction is committed. */
  readonly signals: Signal[] = [];
  private open = true;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly client: PoolClient,
    private readonly breakIt: (error: Error) => void,
    private readonly parent?: Level,
    private readonly depth = 0,
  ) {}

  /** This level, or the one around it that has not ended yet. */
  get current(): Level | undefined {
    return this.open ? this : this.parent?.current;
  }

  /** Statements and savepoints take turns: a statement that ran between the two ends of a savepoint would be undone with it. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** What was begun and not waited for belongs to this level; what comes later does not. */
  async end(): Promise<void> {
    this.open = false;
    await this.last;
  }

  /** Undone alone when it fails, so that whoever handles the error can go on. */
  savepoint<T>(work: (tx: Transaction, inner: Level) => Promise<T>, limit: Limit = {}): Promise<T> {
    return this.take(async () => {
      const inner = new Level(this.client, this.breakIt, this, this.depth + 1);
      const name = `level_${inner.depth}`;
      await this.client.query(`SAVEPOINT ${name}`);
      try {
        const restore = await this.limitTo(limit);
        const result = await work(new Transaction(this.client, limit), inner);
        await inner.end();
        await restore();
        await this.client.query(`RELEASE SAVEPOINT ${name}`);
        this.signals.push(...inner.signals);
        return result;
      } catch (error) {
        await inner.end();
        if (isSilence(error)) this.breakIt(error);
        else await this.client.query(`ROLLBACK TO SAVEPOINT ${name}; RELEASE SAVEPOINT ${name}`).catch(this.breakIt); // prettier-ignore
        throw error;
      }
    });
  }

  /** Released savepoints leave their settings behind. */
  private async limitTo(limit: Limit): Promise<() => Promise<unknown>> {
    if (limit.queryMs === undefined) return () => Promise.resolve();
    const was = await this.client.query<{ ms: string }>(`SELECT current_setting('statement_timeout') AS ms`);
    await keepTo(limit, this.client);
    return () => this.client.query(`SELECT set_config('statement_timeout', $1, true)`, [was.rows[0].ms]);
  }
}
