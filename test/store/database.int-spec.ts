import { freshDatabase, TestDatabase } from '../support/database';
import { until } from '../support/wait';

describe('the connections', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  const terminate = async (pid: number): Promise<void> => {
    await database.db.rows('SELECT pg_terminate_backend($1)', [pid]);
    await until('its end', async () => (await database.db.row('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])) === null); // prettier-ignore
  };

  it('that die while they are lent fail their work, and nothing else', async () => {
    for (const rest of ['SELECT pg_sleep(30)', null]) {
      let pid = 0;
      const work = database.db.transaction(async (tx) => {
        pid = (await tx.row<{ pid: number }>('SELECT pg_backend_pid() AS pid'))?.pid ?? 0;
        if (rest !== null) return tx.rows(rest);
        // Nobody is waiting for an answer when it dies.
        await terminate(pid);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return tx.rows('SELECT 1');
      });
      const failure = expect(work).rejects.toThrow(/terminat|not queryable|Connection/);
      if (rest !== null) {
        await until('the work to begin', async () => (await database.db.row(`SELECT FROM pg_stat_activity WHERE pid = $1 AND query LIKE '%sleep(30)%'`, [pid])) !== null); // prettier-ignore
        await terminate(pid);
      }
      await failure;
      expect(await database.db.row('SELECT 1 AS one')).toEqual({ one: 1 });
    }
  });

  it('let one caller at a time do work of a name, and the next when it is done or has failed', async () => {
    let release = (): void => undefined;
    const first = database.db.exclusive('a name', () => new Promise((resolve) => (release = resolve)));
    await until('the lock', async () => {
      const rows = await database.db.rows(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted`);
      return rows.length === 1;
    });
    let ran = 0;
    const work = async (): Promise<void> => void (ran += 1);
    expect(await database.db.exclusive('a name', work)).toBe(false);
    expect(await database.db.exclusive('another name', work)).toBe(true);
    release();
    expect(await first).toBe(true);
    await expect(database.db.exclusive('a name', () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed'); // prettier-ignore
    expect(await database.db.exclusive('a name', work)).toBe(true);
    expect(ran).toBe(2);
  });
});
