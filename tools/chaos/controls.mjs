// Negative controls: the product with one of its safeguards taken out. A harness that finds nothing wrong with them is worth nothing.
import { faultNamed, schedule } from './faults.mjs';

export const controls = {
  /** The ledger goes on being written but no longer knows an id it has seen: what is delivered twice is counted twice. */
  'ledger-off': {
    sql: `ALTER TABLE event_ledger DROP CONSTRAINT event_ledger_pk;
          CREATE INDEX event_ledger_forgetful ON event_ledger (event_id)`,
    faults: (random, { queue, workerCount }) => schedule(random, { queue, workers: workerCount, seconds: 0 }),
    isCaught: ({ twice }) => twice.length > 0,
  },
  /** One change of the daily totals in ten is lost, as by a writer without the lock of the experiment. */
  'lossy-totals': {
    sql: `CREATE FUNCTION lose_a_change() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN RETURN CASE WHEN random() < 0.1 THEN OLD ELSE NEW END; END';
          CREATE TRIGGER lossy BEFORE UPDATE ON daily_totals FOR EACH ROW EXECUTE FUNCTION lose_a_change()`,
    // It needs none.
    faults: () => [],
    isCaught: ({ sampler, wrongTotals }) => sampler.drifts.length > 0 && wrongTotals.length > 0,
  },
  /** BullMQ's stock limits: two stalls or three errors and a job is `failed`, which nobody looks at. */
  'stall-limit': {
    faults: (random) => killTwice(random),
    isCaught: ({ lost, sampler }) => lost.length > 0 && sampler.failed > 0,
  },
};

/** Jobs wait for a lock while both workers die, are taken over, and die again: the second stall of the same jobs. */
function* killTwice(random) {
  const lock = faultNamed('table lock', 'postgres');
  const kill = faultNamed('kill -9', 'worker');
  for (;;) {
    yield { ...lock, ms: 9_000, after: random.between(300, 800) };
    yield { ...kill, target: 'worker-1', ms: 100, after: random.between(800, 1_200) };
    yield { ...kill, target: 'worker-2', ms: 100, after: 0 };
    yield { ...kill, target: 'worker-1', ms: 100, after: random.between(4_800, 5_200) };
    yield { ...kill, target: 'worker-2', ms: 100, after: 0 };
    yield { ...lock, ms: 0, after: 4_000 };
  }
}
