import { randomBytes } from 'node:crypto';
import { freshDatabase, TestDatabase } from '../support/database';
import { Program, runProgram } from '../support/programs';
import { freePort } from '../support/redis';
import { until } from '../support/wait';

// The database is slow at the moment that matters, so that the api can be killed in it: for an experiment called lost-… before its
// transaction commits, for one called committed-… while it does, which the server finishes without its client.
const SLOW_MOMENTS = `
  CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
  CREATE TRIGGER slow BEFORE INSERT ON audit_log FOR EACH ROW
    WHEN (NEW.details->'asked'->>'key' LIKE 'lost-%') EXECUTE FUNCTION slow();
  CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON experiments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.key LIKE 'committed-%') EXECUTE FUNCTION slow();`;

describe('an api that is killed while it answers', () => {
  let database: TestDatabase;
  let api: Program;
  let env: NodeJS.ProcessEnv;
  let url: string;
  const token = randomBytes(24).toString('base64url');

  beforeAll(async () => {
    database = await freshDatabase();
    await database.source.query(SLOW_MOMENTS);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    env = {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      QUEUE_PREFIX: `retries-${randomBytes(6).toString('hex')}`,
      PORT: String(port),
      BEARER_TOKENS: JSON.stringify([token]),
      LOG_LEVEL: 'silent',
      ALLOW_RELAXED_DURABILITY: 'true',
    };
    await start();
  }, 30_000);
  afterAll(async () => {
    await kill();
    await database.drop();
  });

  async function start(): Promise<void> {
    api = runProgram('apps/api/src/main.js', env);
    await until('the api', async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok ?? false);
  }

  async function kill(): Promise<void> {
    api.child.kill('SIGKILL');
    await api.exited;
  }

  const create = (key: string) =>
    fetch(`${url}/api/v1/experiments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({
        key,
        name: key,
        variants: ['control', 'treatment'].map((variant) => ({ key: variant, allocation_pct: 50 })),
      }),
    });

  it.each([
    ['lost', null],
    ['committed', 'true'],
  ])(
    'makes a thing once, when what it did is %s',
    async (what, replayed) => {
      for (let round = 0; round < 2; round++) {
        const key = `${what}-${round}`;
        const first = create(key).then(
          () => 'answered',
          () => 'cut off',
        );
        await until('the moment', async () => {
          const sleeping = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
          return (await database.db.rows(sleeping)).length === 1;
        });
        await kill();
        expect(await first).toBe('cut off');
        await start();
        const again = await until('an answer', async () => {
          const answer = await create(key);
          // Until the server has noticed that nobody listens any more.
          return answer.status === 409 || answer.status === 503 ? null : answer;
        });
        expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, replayed]);
        const { id } = (await again.json()) as { id: string };
        const made = await database.source.query('SELECT id FROM experiments WHERE key = $1', [key]);
        expect(made).toEqual([{ id }]);
        const written = await database.source.query('SELECT action FROM audit_log WHERE target_id = $1', [
          id,
        ]);
        expect(written).toEqual([{ action: 'experiment.create' }]);
      }
      expect(await database.source.query('SELECT * FROM audit_breaks()')).toEqual([]);
    },
    60_000,
  );
});
