import { Conflict, SLOW } from '@app/store';
import { freshDatabase, TestDatabase } from '../support/database';

describe('a unit of work', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    await database.db.rows('CREATE TABLE notes (text text PRIMARY KEY)');
  });
  beforeEach(() => database.db.rows('TRUNCATE notes'));
  afterAll(() => database.drop());

  const note = (text: string) => database.db.rows('INSERT INTO notes VALUES ($1)', [text]);
  const notes = async () =>
    (await database.db.rows<{ text: string }>('SELECT text FROM notes ORDER BY text')).map(
      ({ text }) => text,
    );
  const pid = async () => (await database.db.row<{ pid: number }>('SELECT pg_backend_pid() AS pid'))?.pid;
  const timeout = async () => (await database.db.row('SHOW statement_timeout'))?.statement_timeout;
  const failing = () => {
    throw new Error('it failed');
  };

  it('commits everything that was done in it, by whatever way', async () => {
    const answer = await database.db.unitOfWork(async () => {
      await note('a');
      await database.db.transaction((tx) => tx.rows(`INSERT INTO notes VALUES ('b')`));
      expect(await notes()).toEqual(['a', 'b']);
      expect(await database.source.query('SELECT text FROM notes')).toEqual([]);
      return 'done';
    });
    expect(answer).toBe('done');
    expect(await notes()).toEqual(['a', 'b']);
  });

  it('stays what it is when another one that began after it ends before it', async () => {
    let endOfOther = (): void => undefined;
    const other = new Promise<void>((resolve) => (endOfOther = resolve));
    const long = database.db.unitOfWork(async () => {
      await note('a');
      await other;
      await note('b');
      failing();
    });
    await database.db.unitOfWork(() => note('c'));
    endOfOther();
    await expect(long).rejects.toThrow('it failed');
    expect(await notes()).toEqual(['c']);
    await database.db.unitOfWork(() => note('d'));
    expect(await notes()).toEqual(['c', 'd']);
  });

  it('leaves nothing of what failed', async () => {
    const work = database.db.unitOfWork(async () => {
      await note('a');
      await database.db.transaction((tx) => tx.rows(`INSERT INTO notes VALUES ('b')`));
      failing();
    });
    await expect(work).rejects.toThrow('it failed');
    expect(await notes()).toEqual([]);
  });

  it('goes on after a transaction in it has failed, without what that had done', async () => {
    await database.db.unitOfWork(async () => {
      await note('a');
      const twice = database.db.transaction(async (tx) => {
        await tx.rows(`INSERT INTO notes VALUES ('b')`);
        await database.db.transaction(() => note('c'));
        await tx.rows(`INSERT INTO notes VALUES ('a')`);
      });
      await expect(twice).rejects.toThrow(/duplicate key/);
      await database.db.unitOfWork(() => note('d'));
    });
    expect(await notes()).toEqual(['a', 'd']);
  });

  it('does not pass for committed when a statement had failed and nobody said so', async () => {
    const work = database.db.unitOfWork(async () => {
      await note('a');
      await note('a').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('nothing was committed');
    expect(await notes()).toEqual([]);
  });

  it.each([
    ['in itself', (work: () => Promise<void>) => work()],
    ['in a transaction in it', (work: () => Promise<void>) => database.db.transaction(work)],
  ])('runs again as a whole after a race that was lost %s', async (_, wrap) => {
    let attempts = 0;
    const signals: number[] = [];
    await database.db.unitOfWork(async () => {
      attempts += 1;
      const attempt = attempts;
      await note(`attempt ${attempt}`);
      await database.db.afterCommit(() => signals.push(attempt));
      await wrap(async () => {
        if (attempt < 3) throw new Conflict('lost');
      });
    });
    expect(await notes()).toEqual(['attempt 3']);
    expect(signals).toEqual([3]);
  });

  it('runs again after a deadlock', async () => {
    await database.db.rows(`INSERT INTO notes VALUES ('a'), ('b')`);
    let met = 0;
    const both = (first: string, second: string) =>
      database.db.unitOfWork(async () => {
        await database.db.rows(`UPDATE notes SET text = text WHERE text = $1`, [first]);
        met += 1;
        for (let waited = 0; met < 2 && waited < 1000; waited++)
          await new Promise((resolve) => setTimeout(resolve, 5));
        await database.db.transaction((tx) =>
          tx.rows(`UPDATE notes SET text = text WHERE text = $1`, [second]),
        );
      });
    await Promise.all([both('a', 'b'), both('b', 'a')]);
    expect(met).toBe(3);
  });

  it('sends its signals when it is committed, in order, and those of what failed never', async () => {
    const seen: string[] = [];
    const signal = (name: string) => database.db.afterCommit(async () => void seen.push(`${name} ${(await notes()).join()}`)); // prettier-ignore
    await signal('none');
    expect(seen).toEqual(['none ']);
    await database.db.unitOfWork(async () => {
      await note('a');
      await signal('first');
      const inner = database.db.transaction(async () => {
        await signal('undone');
        failing();
      });
      await expect(inner).rejects.toThrow('it failed');
      await database.db.transaction(() => signal('second'));
      expect(seen).toHaveLength(1);
    });
    expect(seen.slice(1)).toEqual(['first a', 'second a']);
    await expect(database.db.unitOfWork(async () => signal('third').then(failing))).rejects.toThrow(
      'it failed',
    );
    expect(seen).toHaveLength(3);
  });

  it('is committed although a signal fails, and tells', async () => {
    const seen: string[] = [];
    const work = database.db.unitOfWork(async () => {
      await note('a');
      await database.db.afterCommit(failing);
      await database.db.afterCommit(() => seen.push('sent'));
    });
    await expect(work).rejects.toThrow('it failed');
    expect(seen).toEqual(['sent']);
    expect(await notes()).toEqual(['a']);
  });

  it('is apart from others at the same time', async () => {
    const one = async (name: string, fails: boolean) =>
      database.db.unitOfWork(async () => {
        const pids = [await pid()];
        for (let step = 0; step < 5; step++) {
          await note(`${name}${step}`);
          pids.push(await pid());
        }
        expect(new Set(pids).size).toBe(1);
        expect((await notes()).filter(([own]) => own === name)).toHaveLength(5);
        if (fails) failing();
      });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.allSettled(names.map((name, index) => one(name, index % 2 === 0)));
    expect(new Set((await notes()).map(([name]) => name))).toEqual(new Set(['b', 'd', 'f']));
  });

  it('runs what is begun at the same time within it one by one', async () => {
    await database.db.unitOfWork(async () => {
      const refused = database.db.transaction(async (tx) => {
        await tx.rows('SELECT pg_sleep(0.05)');
        failing();
      });
      const others = ['a', 'b'].map((text) => database.db.transaction((tx) => tx.rows('INSERT INTO notes VALUES ($1)', [text]))); // prettier-ignore
      const settled = await Promise.allSettled([refused, note('c'), ...others]);
      expect(settled.map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'fulfilled',
        'fulfilled',
      ]);
    });
    expect(await notes()).toEqual(['a', 'b', 'c']);
  });

  it('has no part in work that goes on after its end', async () => {
    const lateOf = (fails: boolean) => {
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      let late: Promise<unknown> = Promise.resolve();
      const unit = database.db.unitOfWork(async () => {
        await pid();
        // What is begun before the end belongs to it, waited for or not.
        void note(`begun ${String(fails)}`);
        late = gate.then(() => database.db.transaction(() => note(`late ${String(fails)}`)));
        if (fails) failing();
      });
      return { unit, release, late: () => late };
    };
    for (const fails of [false, true]) {
      const { unit, release, late } = lateOf(fails);
      await unit.catch(() => undefined);
      release();
      await late();
    }
    expect(await notes()).toEqual(['begun false', 'late false', 'late true']);
  });

  it('keeps to the limits of each transaction in it', async () => {
    const before = await timeout();
    await database.db.unitOfWork(async () => {
      await database.db.transaction(async () => expect(await timeout()).toBe('59s'), SLOW);
      expect(await timeout()).toBe(before);
      await database.db.transaction(async () => failing(), SLOW).catch(() => undefined);
      expect(await timeout()).toBe(before);
    });
    await database.db.unitOfWork(async () => expect(await timeout()).toBe('59s'), SLOW);
    expect(await timeout()).toBe(before);
  });

  it('leaves snapshots and locks of their own connections alone', async () => {
    await database.db.unitOfWork(async () => {
      await note('a');
      await database.db.snapshot(async (tx) => expect(await tx.rows('SELECT FROM notes')).toEqual([]));
    });
  });

  it('that loses its connection fails, and nothing else does', async () => {
    const work = database.db.unitOfWork(async () => {
      await note('a');
      await database.source.query('SELECT pg_terminate_backend($1)', [await pid()]);
      await database.db.transaction(() => note('b'));
    });
    await expect(work).rejects.toThrow(/terminat|not queryable|Connection/);
    expect(await notes()).toEqual([]);
  });
});
