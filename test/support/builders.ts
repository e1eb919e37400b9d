import { v7 as uuidv7 } from 'uuid';
import { Experiment, formatInstant, instantOfDate } from '@app/model';
import { Database, NewExperiment, ReceivedEvent } from '@app/store';
import { Stores } from './stores';

let counter = 0;

/** Inserts a running experiment; weights in basis points, the first variant is the control. */
export async function anExperiment(
  { db, stores }: { db: Database; stores: Stores },
  options: Partial<NewExperiment> & { weights?: number[] } = {},
): Promise<Experiment> {
  const { weights = [5000, 5000], ...own } = options;
  const id = uuidv7();
  counter += 1;
  const experiment: NewExperiment = {
    id,
    key: `experiment-${counter}-${id.slice(-6)}`,
    name: 'An experiment',
    description: null,
    hypothesis: null,
    status: 'running',
    timezone: 'UTC',
    analysisPopulation: 'assigned',
    primaryMetric: 'purchase',
    metrics: [],
    analysisMode: 'sequential',
    plannedUsers: null,
    horizonAt: null,
    hashAlgorithm: 'fnv1a',
    hashSeed: id,
    targeting: null,
    layer: null,
    holdout: true,
    startsAt: null,
    endsAt: null,
    coverageBp: 10_000,
    variants: weights.map((weightBp, index) => ({
      id: uuidv7(),
      key: index === 0 ? 'control' : `treatment-${index}`,
      name: `Variant ${index}`,
      isControl: index === 0,
      config: null,
      weightBp,
    })),
    ...own,
  };
  await db.transaction((tx) => stores.experiments.insert(tx, experiment));
  return (await stores.experiments.find(id)) as Experiment;
}

/** An accepted event, as the worker gets it. */
export function anEvent(options: Partial<ReceivedEvent> = {}): ReceivedEvent {
  const now = formatInstant(instantOfDate(new Date()));
  return {
    event_id: uuidv7(),
    received_at: now,
    user_id: 'user-1',
    type: 'purchase',
    timestamp: now,
    original_timestamp: null,
    value: null,
    properties: null,
    experiment_id: null,
    variant_id: null,
    session_id: null,
    request_id: null,
    ...options,
  };
}
