import { Experiment, formatInstant, instantOfDate, MetricDefinition } from '@app/model';
import { Database, NewExperiment, ReceivedEvent } from '@app/store';
import { anEvent, anExperiment } from '../support/builders';
import { Random } from '../support/random';
import { Stores } from '../support/stores';
import { declare } from './definitions';
import { activate } from './scenario';

// What the laws share that let several processes write at the same time.

/** Running experiments, all with the same metrics. */
export async function activeExperiments(
  own: { db: Database; stores: Stores },
  definitions: MetricDefinition[],
  each: Partial<NewExperiment>[],
): Promise<Experiment[]> {
  const metrics = await declare(own.db, definitions);
  const made: Experiment[] = [];
  for (const options of each) {
    const { id } = await anExperiment(own, { ...options, metrics });
    await activate(own.stores, id);
    made.push((await own.stores.experiments.find(id)) as Experiment);
  }
  return made;
}

/**
 * A purchase, a signup or an exposure of about now: whether it counts, and for whom, depends on who comes first.
 * @param about from how long before now to how long after it, in microseconds
 */
export function soon(
  random: Random,
  user_id: string,
  experiments: Experiment[],
  about: [number, number],
): ReceivedEvent {
  const now = instantOfDate(new Date());
  const isExposure = random.below(4) === 0;
  return anEvent({
    user_id,
    type: isExposure ? 'exposure' : random.pick(['purchase', 'signup']),
    experiment_id: isExposure ? random.pick(experiments).id : null,
    received_at: formatInstant(now),
    timestamp: formatInstant(now - about[0] + random.below(about[0] + about[1])),
    value: random.below(10_000) / 100,
  });
}

/** By how much the ledger of days is at odds with itself and with the rows that it is about. */
export async function imbalance(db: Database): Promise<number> {
  const [{ off }] = await db.rows<{ off: string }>(`
    SELECT abs(sum(received) - sum(stored) - sum(duplicate) - sum(dead) - sum(erased))
      + abs(sum(stored) - (SELECT count(*) FROM event_ledger WHERE erased IS NULL))
      + abs(sum(erased) - (SELECT count(*) FROM event_ledger WHERE erased))
      + abs(sum(dead) - (SELECT count(*) FROM dead_events)) AS off
    FROM ingest_days`);
  return Number(off);
}
